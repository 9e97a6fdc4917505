# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are refused before any request."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import check_options
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.tests.unit.plugins.module_utils._ecs.fake_ecs import run_options, service_options

SUBNET = "subnet-0123456789abcdef0"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"desired_count": 0, "tags": {"a": 1}, "task_definition": "web:3"},
        {"containers": [{"name": "app", "image": "a@sha256:0", "cpu": 0, "environment": {"A": None}}]},
    ],
)
def test_updates_that_are_taken(given: dict[str, t.Any]) -> None:
    check_options(service_options(**given))


def test_runs_that_are_taken() -> None:
    check_options(run_options(subnets=[SUBNET], cpu="1 vCPU", memory="2 GB", launch_type="FARGATE"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"timeout": 0}, "timeout"),
        ({"desired_count": -1}, "desired_count"),
        ({"tags": {"aws:a": "b"}}, "tags.aws:a"),
        ({"tags": {"a": "b" * 257}}, "tags.a"),
        ({"tags": {str(number): "" for number in range(51)}}, "more than 50"),
        ({"containers": [{"name": "app"}, {"name": "app"}]}, "app twice"),
        ({"containers": [{"name": ""}]}, "name is empty"),
        ({"containers": [{"name": "app", "image": ""}]}, "image is empty"),
        ({"containers": [{"name": "app", "memory": 3}]}, "containers.app.memory"),
        ({"containers": [{"name": "app", "environment": {"": "a"}}]}, "an empty name"),
        ({"containers": [{"name": "app", "secrets": {"A": ""}}]}, "secrets.A is empty"),
    ],
)
def test_updates_that_are_refused(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(OctoAwsError, match=words) as caught:
        check_options(service_options(**given))
    assert caught.value.code is ErrorCode.OPTION_INVALID


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"log_lines": -1}, "log_lines"),
        ({"log_lines": 1001}, "log_lines"),
        ({"cpu": "much"}, "cpu"),
        ({"task_role_arn": "admin"}, "task_role_arn cannot be"),
        ({"platform_version": "new"}, "platform_version"),
        ({"subnets": []}, "subnets is empty"),
        ({"subnets": [SUBNET] * 17}, "more than 16"),
        ({"subnets": [SUBNET], "security_groups": ["default"]}, "security_groups"),
        ({"security_groups": ["sg-01234567"]}, "subnets is missing"),
        ({"capacity_provider_strategy": [{"capacity_provider": None}]}, "capacity_provider is missing"),
        ({"assign_public_ip": True}, "subnets is missing"),
    ],
)
def test_runs_that_are_refused(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(OctoAwsError, match=words) as caught:
        check_options(run_options(**given))
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_an_override_cannot_remove_a_variable() -> None:
    options = run_options(containers=[{"name": "app", "environment": {"A": None}}])
    with pytest.raises(OctoAwsError, match=r"app\.environment\.A is null"):
        check_options(options)


@pytest.mark.parametrize(
    "options",
    [
        service_options(task_definition="web", template="web.json"),
        service_options(template="web.json", template_body={}),
        service_options(containers=[{"name": "app", "environment": {"A": "b"}, "secrets": {"A": "c"}}]),
        run_options(launch_type="EC2", capacity_provider_strategy=[{"capacity_provider": "FARGATE"}]),
    ],
)
def test_conflicts(options: dict[str, t.Any]) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_options(options)
    assert caught.value.code is ErrorCode.OPTION_CONFLICT
