# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of tasks: what is sent, what is waited for, and what the outcome is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import values_of_environment
from ansible_collections.octo.aws.plugins.module_utils._ecs.task_run import TaskRun
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.tests.unit.plugins.module_utils._ecs.fake_ecs import (
    ARN,
    CLUSTER,
    LOG,
    TASK,
    FakeEcs,
    definition,
    in_slices,
    refusal,
    run_options,
)

RUNNING = {"taskArn": TASK, "lastStatus": "RUNNING"}


def ended(reason: str = "Essential container in task exited", **codes: int | None) -> dict[str, t.Any]:
    containers = [{"name": name, **({} if code is None else {"exitCode": code})} for name, code in codes.items()]
    return {"taskArn": TASK, "lastStatus": "STOPPED", "stoppedReason": reason, "containers": containers}


def run(aws: FakeEcs, *, check_mode: bool = False, **given: t.Any) -> dict[str, t.Any]:
    return shown(aws, check_mode=check_mode, **given)[0]


def shown(aws: FakeEcs, *, check_mode: bool = False, **given: t.Any) -> tuple[dict[str, t.Any], list[str]]:
    options = run_options(**given)
    regions: list[str] = []

    def logs(region: str) -> FakeEcs:
        regions.append(region)
        return aws

    hidden = values_of_environment(options["containers"])
    found = in_slices(
        aws, lambda ecs: TaskRun(ecs, options, logs, check_mode=check_mode).run(), options["timeout"], hidden
    )
    return t.cast("tuple[dict[str, t.Any], list[str]]", found)


def failure(aws: FakeEcs, **given: t.Any) -> PartialFailure:
    with pytest.raises(OctoAwsError) as caught:
        run(aws, **given)
    assert isinstance(caught.value, PartialFailure)
    return caught.value


def test_it_is_started_once_and_shown(aws: FakeEcs) -> None:
    aws.task_looks = [RUNNING] * 10 + [ended(app=0)]
    result, lines = shown(aws, containers=[{"name": "app", "command": ["migrate"]}])
    assert result["changed"]
    assert result["exit_code"] == 0
    assert aws.requests.count("run_task") == 1
    assert [line.split(",")[0] for line in lines] == ["task web:1 is RUNNING", "task web:1 is STOPPED"]
    assert "/ecs/v2/clusters/shop/tasks/0123/" in lines[0]


def test_what_is_sent(aws: FakeEcs) -> None:
    aws.task_looks = [ended(app=0)]
    run(
        aws,
        containers=[{"name": "app", "command": ["migrate"], "environment": {"A": 1}, "memory_reservation": 64}],
        subnets=["subnet-1"],
        assign_public_ip=True,
        cpu="256",
        capacity_provider_strategy=[{"capacity_provider": "FARGATE_SPOT", "weight": 1, "base": 0}],
        tags={"run": 1},
    )
    sent = aws.sent["run_task"]
    assert len(sent.pop("clientToken")) <= 64
    assert len(sent.pop("startedBy")) <= 36
    override = {"name": "app", "command": ["migrate"], "memoryReservation": 64}
    assert sent == {
        "cluster": "shop",
        "taskDefinition": f"{ARN}task-definition/web:1",
        "overrides": {"containerOverrides": [{**override, "environment": [{"name": "A", "value": "1"}]}], "cpu": "256"},
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": [], "assignPublicIp": "ENABLED"}
        },
        "tags": [{"key": "run", "value": "1"}],
    }


def test_check_mode_reads_the_definition_alone(aws: FakeEcs) -> None:
    assert run(aws, check_mode=True)["changed"]
    assert aws.requests == ["describe_task_definition"]


def test_a_running_task_of_the_same_options_is_taken_up(aws: FakeEcs) -> None:
    aws.task_looks = [ended(app=0)]
    run(aws)
    first = aws.sent["run_task"]["startedBy"]
    run(aws, containers=[{"name": "app", "command": ["other"]}])
    assert aws.sent["run_task"]["startedBy"] != first
    aws.running, aws.task_looks, aws.requests = [{**RUNNING, "clusterArn": CLUSTER}], [], []
    aws.task_looks = [{**RUNNING, "clusterArn": CLUSTER}, ended(app=0)]
    result = run(aws)
    assert aws.sent["list_tasks"]["startedBy"] == first
    assert result["resumed"]
    assert result["task_arn"] == TASK
    assert "run_task" not in aws.requests


def test_without_resume_each_run_starts_one(aws: FakeEcs) -> None:
    aws.running, aws.task_looks = [RUNNING], [ended(app=0)]
    assert not run(aws, resume=False)["resumed"]
    assert "list_tasks" not in aws.requests


@pytest.mark.parametrize(
    ("codes", "given", "code"),
    [
        ({"app": 0, "proxy": 137}, {}, 0),
        ({"app": 0, "proxy": 1}, {"outcome_of": ["app", "proxy"]}, 1),
        ({"app": 1, "proxy": 0}, {"outcome_of": ["proxy"]}, 0),
        ({"app": 0, "proxy": 1}, {"containers": [{"name": "app"}]}, 0),
        ({"app": 3}, {}, 3),
        ({"app": None}, {}, None),
    ],
)
def test_the_outcome(aws: FakeEcs, codes: dict[str, t.Any], given: dict[str, t.Any], code: int | None) -> None:
    aws.task_looks = [ended(**codes)]
    if code == 0:
        assert run(aws, **given)["exit_code"] == 0
        return
    error = failure(aws, **given)
    assert error.code is ErrorCode.TASK_FAILED
    assert error.values["exit_code"] == error.values["outputs"]["exit_code"] == code
    assert error.values["changed"]


def test_the_end_of_the_log_without_secrets(aws: FakeEcs) -> None:
    aws.definitions = [definition(1, logConfiguration=LOG)]
    aws.log = [f"line {number}" for number in range(8)] + ["canary-secret and canary-variable"]
    aws.task_looks = [ended(app=1)]
    error = failure(aws, containers=[{"name": "app", "environment": {"A": "canary-variable"}}], log_lines=9)
    assert error.values["log"][-1] == "(hidden) and (hidden)"
    assert len(error.values["log"]) == 9
    assert error.message.endswith("line 4 | line 5 | line 6 | line 7 | (hidden) and (hidden)")
    assert aws.sent["get_log_events"] == {
        "logGroupName": "/shop",
        "logStreamName": "run/app/0123",
        "limit": 9,
        "startFromHead": False,
    }


@pytest.mark.parametrize(
    ("log", "error", "words"),
    [
        (LOG, refusal("AccessDeniedException"), "its log cannot be read"),
        (LOG, refusal("ResourceNotFoundException"), "it has no log run/app/0123 in /shop"),
        ({**LOG, "options": {"awslogs-group": "/shop"}}, None, "no awslogs-stream-prefix"),
        ({"logDriver": "splunk"}, None, ""),
    ],
)
def test_a_log_that_cannot_be_read(aws: FakeEcs, log: dict[str, t.Any], error: Exception | None, words: str) -> None:
    aws.definitions = [definition(1, logConfiguration=log)]
    aws.task_looks = [ended(app=1)]
    if error:
        aws.errors["get_log_events"] = error
    found = failure(aws)
    assert found.code is ErrorCode.TASK_FAILED
    assert words in found.message
    assert found.values["log"] == []


def test_no_log_lines_are_no_request(aws: FakeEcs) -> None:
    aws.definitions = [definition(1, logConfiguration=LOG)]
    aws.task_looks = [ended(app=1)]
    failure(aws, log_lines=0)
    assert "get_log_events" not in aws.requests


@pytest.mark.parametrize(
    ("reason", "detail", "hint"),
    [
        ("RESOURCE:MEMORY", "", "Add capacity"),
        ("Capacity is unavailable at this time", "", "Try again later"),
        ("ATTRIBUTE", "ecs.capability.x", "lack an attribute"),
        ("", "", ""),
    ],
)
def test_no_place(aws: FakeEcs, reason: str, detail: str, hint: str) -> None:
    aws.run_answer = {"tasks": [], "failures": [{"reason": reason, "detail": detail, "arn": "a"}] * 2}
    error = failure(aws)
    assert error.code is ErrorCode.TASK_NOT_PLACED
    assert error.message.count(reason or "AWS returned no reason") == 1
    assert hint in error.hint
    assert len(error.values["failures"]) == 2
    assert not error.values.get("changed")


def test_a_cluster_without_instances(aws: FakeEcs) -> None:
    words = "No Container Instances were found in your cluster."
    aws.errors["run_task"] = refusal("InvalidParameterException", words)
    error = failure(aws)
    assert error.code is ErrorCode.TASK_NOT_PLACED
    assert "has no place for the task: No Container Instances were found" in error.message
    assert "launch_type: FARGATE" in error.hint
    assert not error.values.get("changed")
    aws.errors["run_task"] = refusal("InvalidParameterException", "Something else.")
    assert failure(aws).code is ErrorCode.AWS_REFUSED


def test_a_log_is_read_again_until_it_has_lines(aws: FakeEcs) -> None:
    aws.definitions = [definition(1, logConfiguration=LOG)]
    aws.task_looks, aws.log_looks = [ended(app=1)], 2
    error = failure(aws)
    assert error.values["log"] == ["one", "two"]
    assert aws.requests.count("get_log_events") == 3
    # Once it has stopped, only its log is requested.
    assert aws.requests.count("describe_tasks") == 1


@pytest.mark.parametrize("missing", [True, False])
def test_a_log_without_lines_ends_the_wait(aws: FakeEcs, missing: bool) -> None:
    aws.definitions = [definition(1, logConfiguration=LOG)]
    aws.task_looks, aws.log_looks = [ended(app=1)], 99
    if missing:
        aws.errors["get_log_events"] = refusal("ResourceNotFoundException")
    error = failure(aws)
    assert error.code is ErrorCode.TASK_FAILED
    assert error.values["log"] == []
    assert aws.requests.count("get_log_events") == 5
    assert 10 <= aws.now < 20


def test_a_timeout_names_the_task(aws: FakeEcs) -> None:
    aws.task_looks = [RUNNING]
    error = failure(aws, timeout=30)
    assert error.code is ErrorCode.TASK_TIMED_OUT
    assert f"The task {TASK} of web:1 is RUNNING after 30 seconds." in error.message
    assert "Run the task again to wait for it, or raise timeout. Console: https://" in error.hint
    assert error.values["task_arn"] == TASK
    assert error.values["changed"]


def test_a_task_that_aws_does_not_show_at_once(aws: FakeEcs) -> None:
    aws.task_looks = [{}, {}, ended(app=0)]
    assert run(aws)["exit_code"] == 0
    aws.task_looks = [{}]
    assert "does not return the task" in failure(aws).message


def test_a_lost_response_says_so(aws: FakeEcs) -> None:
    aws.errors["run_task"] = ConnectionError("lost")
    error = failure(aws)
    assert error.code is ErrorCode.AWS_ANSWER_INVALID
    assert error.values["changed"]
    assert "may have started" in error.hint


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"task_definition": "missing"}, ErrorCode.TASK_DEFINITION_UNKNOWN),
        ({"containers": [{"name": "apps"}]}, ErrorCode.CONTAINER_UNKNOWN),
        ({"outcome_of": ["apps"]}, ErrorCode.CONTAINER_UNKNOWN),
    ],
)
def test_what_is_refused_before_the_run(aws: FakeEcs, given: dict[str, t.Any], code: ErrorCode) -> None:
    assert failure(aws, **given).code is code
    assert aws.requests == ["describe_task_definition"]


def test_awsvpc_needs_a_network(aws: FakeEcs) -> None:
    aws.definitions[0]["networkMode"] = "awsvpc"
    assert failure(aws).code is ErrorCode.OPTION_CONFLICT
    assert "run_task" not in aws.requests
