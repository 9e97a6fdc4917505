# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of containers, what counts as a difference, and what a diff shows."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecs.task_definition import TaskDefinition
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.tests.unit.plugins.module_utils._ecs.fake_ecs import (
    MODEL,
    definition,
    service_options,
)

INPUTS = set(MODEL.operation_model("RegisterTaskDefinition").input_shape.members)
VARIABLES = {
    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "secrets": [{"name": "KEY", "valueFrom": "/key"}],
}

PORT = {"containerPort": 80}


def read(**app: t.Any) -> TaskDefinition:
    return TaskDefinition.from_response({"taskDefinition": definition(1, **app)}, INPUTS)


def changed(before: TaskDefinition, **change: t.Any) -> dict[str, t.Any]:
    containers = service_options(containers=[{"name": "app", **change}])["containers"]
    found: dict[str, t.Any] = before.with_containers(containers).content["containerDefinitions"][0]
    return found


@pytest.mark.parametrize(
    ("change", "environment", "secrets"),
    [
        ({"environment": {"B": "3", "C": 4}}, {"A": "1", "B": "3", "C": "4"}, {"KEY": "/key"}),
        ({"environment": {"B": None}}, {"A": "1"}, {"KEY": "/key"}),
        ({"environment": {"C": "3"}, "purge_environment": True}, {"C": "3"}, {"KEY": "/key"}),
        ({"environment": {}, "secrets": {}, "purge_environment": True}, {}, {}),
        ({"secrets": {"A": "/a"}}, {"B": "2"}, {"KEY": "/key", "A": "/a"}),
        ({"environment": {"KEY": ""}}, {"A": "1", "B": "2", "KEY": ""}, {}),
        ({"environment": {"A": True, "B": {"a": [1]}}}, {"A": "true", "B": '{"a":[1]}'}, {"KEY": "/key"}),
    ],
)
def test_variables(change: dict[str, t.Any], environment: dict[str, str], secrets: dict[str, str]) -> None:
    container = changed(read(**VARIABLES), **change)
    assert {item["name"]: item["value"] for item in container["environment"]} == environment
    assert {item["name"]: item["valueFrom"] for item in container["secrets"]} == secrets


def test_what_is_left_out_stays() -> None:
    container = changed(read(logConfiguration={"logDriver": "awslogs"}), cpu=256, command=["run"], entry_point=[])
    assert container == {
        **definition(1)["containerDefinitions"][0],
        "logConfiguration": {"logDriver": "awslogs"},
        "cpu": 256,
        "command": ["run"],
        "entryPoint": [],
    }


def test_the_present_one_is_not_touched() -> None:
    before = read(**VARIABLES)
    changed(before, image="web:2", environment={"A": "9"})
    assert before.is_same(read(**VARIABLES))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"cpu": 0, "environment": [], "essential": True}, {}),
        ({"environment": VARIABLES["environment"]}, {"environment": VARIABLES["environment"][::-1]}),
        (
            {"portMappings": [{"containerPort": 80}]},
            {"portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}]},
        ),
    ],
)
def test_the_same(one: dict[str, t.Any], other: dict[str, t.Any]) -> None:
    assert read(**one).is_same(read(**other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"cpu": 1}, {}),
        ({"essential": False}, {}),
        ({"environment": [{"name": "A", "value": ""}]}, {}),
        ({"command": ["a", "b"]}, {"command": ["b", "a"]}),
        ({"portMappings": [{"containerPort": 80, "hostPort": 80}]}, {"portMappings": [{"containerPort": 80}]}),
    ],
)
def test_not_the_same(one: dict[str, t.Any], other: dict[str, t.Any]) -> None:
    assert not read(**one).is_same(read(**other))


def template(**fields: t.Any) -> TaskDefinition:
    return TaskDefinition.from_template({**definition(1), **fields}, INPUTS)


def test_units_and_ports_of_fargate() -> None:
    ports = [{"name": "app", "portMappings": [{"containerPort": 80}]}]
    given = template(networkMode="awsvpc", cpu="1 vCPU", memory="2GB", containerDefinitions=ports)
    ports = [{"name": "app", "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]}]
    assert given.is_same(template(networkMode="awsvpc", cpu="1024", memory=2048, containerDefinitions=ports))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"family": ""}, "no family"),
        ({"containerDefinitions": []}, "no containerDefinitions"),
        ({"famly": "web"}, "Did you mean 'family'"),
    ],
)
def test_templates_that_are_refused(fields: dict[str, t.Any], words: str) -> None:
    with pytest.raises(OctoAwsError, match=words) as caught:
        template(**fields)
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_unknown_containers_are_refused() -> None:
    with pytest.raises(OctoAwsError, match="no container apps") as caught:
        changed(read(), name="apps")
    assert caught.value.code is ErrorCode.CONTAINER_UNKNOWN
    assert caught.value.hint == "Did you mean 'app'?"


def test_a_diff_shows_no_values_that_may_be_secret() -> None:
    lines = read(**VARIABLES, logConfiguration={"options": {"splunk-token": "canary"}}).lines()
    shown = {name: text for name, (_value, text) in lines.items() if text}
    assert shown == {
        "app.image": "web:1",
        "app.memory": "128",
        "app.secrets.KEY": "/key",
        "family": "web",
        "proxy.image": "proxy:1",
    }
    assert "app.environment.A" in lines


def test_tags_of_aws_are_not_sent() -> None:
    tags = [{"key": "aws:cloudformation:stack-name", "value": "a"}, {"key": "team", "value": "b"}]
    found = TaskDefinition.from_response({"taskDefinition": definition(1), "tags": tags}, INPUTS)
    assert found.as_parameters({"team": "c"})["tags"] == [{"key": "team", "value": "c"}]
