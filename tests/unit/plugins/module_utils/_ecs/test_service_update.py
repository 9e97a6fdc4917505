# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updates of services: what is sent, when a rollout is over, and why it failed."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import values_of_environment
from ansible_collections.octo.aws.plugins.module_utils._ecs.service_update import ServiceUpdate
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.tests.unit.plugins.module_utils._ecs.fake_ecs import (
    ARN,
    BEGAN,
    FakeEcs,
    definition,
    deployment,
    in_slices,
    refusal,
    service_options,
)

READS = ["describe_services", "describe_task_definition"]
NEW = {"name": "app", "image": "web:2"}


def update(aws: FakeEcs, *, check_mode: bool = False, **given: t.Any) -> dict[str, t.Any]:
    result, _shown = shown(aws, check_mode=check_mode, **given)
    return result


def shown(aws: FakeEcs, *, check_mode: bool = False, **given: t.Any) -> tuple[dict[str, t.Any], list[str]]:
    options = service_options(**given)
    hidden = values_of_environment(options["containers"])
    found = in_slices(
        aws, lambda ecs: ServiceUpdate(ecs, options, check_mode=check_mode).run(), options["timeout"], hidden
    )
    return t.cast("tuple[dict[str, t.Any], list[str]]", found)


def failure(aws: FakeEcs, **given: t.Any) -> PartialFailure:
    with pytest.raises(OctoAwsError) as caught:
        update(aws, **given)
    assert isinstance(caught.value, PartialFailure)
    return caught.value


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"containers": [{"name": "app", "image": "web:1", "memory": 128, "cpu": 0}]},
        {"containers": [{"name": "app", "environment": {"GONE": None}}], "desired_count": 2},
        {"task_definition": "web:1"},
        {"task_definition": "web"},
        {"template_body": {"family": "web", "containerDefinitions": definition(1)["containerDefinitions"]}},
        {"template_body": {"taskDefinition": definition(1)}},
    ],
)
def test_unchanged_is_reads_alone(aws: FakeEcs, given: dict[str, t.Any]) -> None:
    result = update(aws, **given)
    assert not result["changed"]
    assert result["changes"] == []
    assert set(aws.requests) <= set(READS)


def test_check_mode_is_reads_alone(aws: FakeEcs) -> None:
    result = update(aws, check_mode=True, containers=[NEW], tags={"a": "b"}, desired_count=3)
    assert result["changed"]
    assert result["changes"] == ["app.image", "desired_count", "tags.a", "task_definition"]
    assert result["revision"] is None
    assert result["deployment_id"] is None
    assert set(aws.requests) == set(READS)


def test_a_new_revision_keeps_all_else(aws: FakeEcs) -> None:
    result = update(aws, containers=[NEW], tags={"release": "2"})
    sent = aws.sent["register_task_definition"]
    assert sent["containerDefinitions"][0] == {**definition(1)["containerDefinitions"][0], "image": "web:2"}
    assert sent["containerDefinitions"][1] == definition(1)["containerDefinitions"][1]
    assert sent["tags"] == [{"key": "team", "value": "a"}, {"key": "release", "value": "2"}]
    assert not {"revision", "status", "taskDefinitionArn"} & set(sent)
    assert (result["revision"], result["deployment_id"]) == (2, "ecs-svc/2")
    assert result["previous_task_definition"] == f"{ARN}task-definition/web:1"


def test_the_latest_revision_is_not_registered_twice(aws: FakeEcs) -> None:
    aws.definitions.append(definition(2, image="web:2"))
    assert update(aws, containers=[NEW])["revision"] == 2
    assert "register_task_definition" not in aws.requests


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"force_new_deployment": True}, {"forceNewDeployment": True}),
        ({"desired_count": 3}, {"desiredCount": 3}),
        ({"desired_count": 0}, {"desiredCount": 0}),
        ({"task_definition": "web:2"}, {"taskDefinition": f"{ARN}task-definition/web:2"}),
    ],
)
def test_only_what_differs_is_sent(aws: FakeEcs, given: dict[str, t.Any], sent: dict[str, t.Any]) -> None:
    aws.definitions.append(definition(2, image="web:2"))
    assert update(aws, **given)["changed"]
    parameters = aws.sent["update_service"]
    assert {name: value for name, value in parameters.items() if name not in ("cluster", "service")} == sent


def test_a_rollout_in_slices_is_begun_once_and_shown(aws: FakeEcs) -> None:
    going = deployment(2, 2, rolloutState="IN_PROGRESS", runningCount=1, pendingCount=1)
    aws.looks = [[going]] * 20 + [[deployment(2, 2)]]
    result, lines = shown(aws, containers=[NEW])
    assert result["changed"]
    assert aws.requests.count("update_service") == aws.requests.count("register_task_definition") == 1
    assert len([line for line in lines if "IN_PROGRESS, 1 of 2 running, 1 pending" in line]) == 1
    assert "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/shop/services/web/" in lines[0]
    assert "COMPLETED" in lines[-1]
    assert aws.now > 20


def test_few_requests_for_a_long_rollout(aws: FakeEcs) -> None:
    aws.looks = [[deployment(2, 2, rolloutState="IN_PROGRESS", runningCount=0)]]
    error = failure(aws, containers=[NEW], timeout=1200)
    assert error.code is ErrorCode.ROLLOUT_TIMED_OUT
    assert "web:2 is in progress, 0 of 2 running after 1200 seconds" in error.message
    assert error.values["changed"]
    assert error.values["revision"] == 2
    assert aws.requests.count("describe_services") < 130


def test_a_rollout_in_progress_is_waited_for(aws: FakeEcs) -> None:
    going = [deployment(1, 1, rolloutState="IN_PROGRESS")]
    aws.service["deployments"] = going
    aws.looks = [going, [deployment(1, 1)]]
    assert not update(aws)["changed"]
    assert set(aws.requests) == {"describe_services"}


def test_a_failed_rollout_does_not_pass_as_unchanged(aws: FakeEcs) -> None:
    aws.service["deployments"] = [deployment(1, 1, rolloutState="FAILED", rolloutStateReason="tasks failed to start.")]
    error = failure(aws)
    assert error.code is ErrorCode.ROLLOUT_FAILED
    assert "force_new_deployment" in error.hint
    assert not error.values["changed"]


def stopped(number: int, started_by: str = "ecs-svc/2", **fields: t.Any) -> dict[str, t.Any]:
    return {"taskArn": f"{ARN}task/shop/{number}", "startedBy": started_by, "stoppedReason": "It ended", **fields}


def test_reasons_of_its_own_tasks_alone(aws: FakeEcs) -> None:
    own = deployment(2, 2, status="ACTIVE", rolloutState="FAILED", rolloutStateReason="circuit breaker.")
    aws.looks = [[own, deployment(3, 1)]]
    killed = {"name": "app", "exitCode": 137, "reason": "OutOfMemoryError: killed, with canary-secret"}
    aws.stopped = [stopped(1, containers=[killed]), stopped(2, containers=[killed]), stopped(3, "ecs-svc/1")]
    aws.service["events"] = [
        {"id": "2", "createdAt": BEGAN, "message": "(service web) was unable to place a task."},
        {"id": "1", "createdAt": BEGAN.replace(year=2025), "message": "(service web) failed long ago."},
    ]
    error = failure(aws, containers=[NEW])
    assert error.code is ErrorCode.ROLLOUT_FAILED
    assert "2 tasks stopped: It ended; app: exit code 137, OutOfMemoryError: killed, with (hidden)" in error.message
    assert "and the service is on the way to web:1" in error.message
    assert "unable to place a task" in error.message
    assert "long ago" not in error.message
    assert "Raise memory" in error.hint
    assert len(error.values["stopped_tasks"]) == 2
    assert len(error.values["events"]) == 1
    assert error.values["rolled_back_to"] == f"{ARN}task-definition/web:1"


def test_reasons_are_in_later_pages_too(aws: FakeEcs) -> None:
    aws.looks = [[deployment(2, 2, rolloutState="FAILED", rolloutStateReason="circuit breaker.")]]
    aws.stopped = [*(stopped(number, "ecs-svc/1") for number in range(250)), stopped(250, stoppedReason="Its own")]
    error = failure(aws, containers=[NEW])
    assert "1 task stopped: Its own" in error.message
    assert aws.requests.count("list_tasks") == aws.requests.count("describe_tasks") == 3


def test_values_of_variables_are_masked_in_events_and_reasons(aws: FakeEcs) -> None:
    aws.looks = [[deployment(2, 2, rolloutState="FAILED", rolloutStateReason="canary-variable.")]]
    aws.stopped = [stopped(1, stoppedReason="It has canary-variable")]
    aws.service["events"] = [{"id": "1", "createdAt": BEGAN, "message": "(service web) failed: canary-variable."}]
    error = failure(aws, containers=[{**NEW, "environment": {"A": "canary-variable", "B": "failed"}}])
    assert "canary-variable" not in f"{error.message} {error.hint} {error.values}"
    assert error.message.count("(hidden)") >= 3


def test_a_word_of_an_event_that_is_a_value_decides_all_the_same(aws: FakeEcs) -> None:
    aws.looks = [[deployment(3, 1)]]
    text = "(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start."
    aws.service["events"] = [{"id": "1", "createdAt": BEGAN, "message": text}]
    error = failure(aws, containers=[{**NEW, "environment": {"A": "failed", "B": "ecs-svc/2"}}])
    assert "the deployment of web:2 failed" in error.message


@pytest.mark.parametrize(("desired", "fails"), [(2, 3), (6, 3), (8, 4), (500, 200)])
def test_without_a_circuit_breaker_its_threshold_counts(aws: FakeEcs, desired: int, fails: int) -> None:
    aws.service["deploymentConfiguration"] = {}
    going = {"rolloutState": "IN_PROGRESS", "desiredCount": desired, "runningCount": 0}
    aws.looks = [[deployment(2, 2, failedTasks=number, **going)] for number in range(fails + 1)]
    error = failure(aws, containers=[NEW], timeout=10_000)
    assert "keeps failing to start tasks" in error.message
    assert "set task_definition: web:1" in error.hint
    assert aws.requests.count("describe_services") == fails + 2


def test_a_service_with_a_circuit_breaker_is_left_to_it(aws: FakeEcs) -> None:
    going = deployment(2, 2, rolloutState="IN_PROGRESS", failedTasks=9)
    aws.looks = [[going], [going], [deployment(2, 2)]]
    assert update(aws, containers=[NEW])["changed"]


def test_another_deployment_is_a_failure(aws: FakeEcs) -> None:
    aws.looks = [[deployment(9, 5)]]
    assert "on the way to web:5" in failure(aws, containers=[NEW]).message


def test_a_failed_deployment_that_is_not_returned_any_more(aws: FakeEcs) -> None:
    aws.looks = [[deployment(3, 1)]]
    text = "(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start."
    aws.service["events"] = [{"id": "1", "createdAt": BEGAN, "message": text}]
    message = failure(aws, containers=[NEW]).message
    assert "the deployment of web:2 failed, and the service is on the way to web:1" in message


def test_reasons_that_cannot_be_read_do_not_hide_the_failure(aws: FakeEcs) -> None:
    aws.looks = [[deployment(2, 2, rolloutState="FAILED", rolloutStateReason="circuit breaker.")]]
    aws.errors["list_tasks"] = refusal("AccessDeniedException")
    error = failure(aws, containers=[NEW])
    assert error.code is ErrorCode.ROLLOUT_FAILED
    assert "the stopped tasks cannot be read" in error.message


def test_a_classic_load_balancer_has_no_rollout_state(aws: FakeEcs) -> None:
    own = deployment(2, 2)
    del own["rolloutState"]
    aws.looks = [[own, deployment(1, 1, status="ACTIVE")], [own]]
    assert update(aws, containers=[NEW])["changed"]
    assert aws.looks == [[own]]


@pytest.mark.parametrize("kind", ["CODE_DEPLOY", "EXTERNAL"])
def test_other_controllers_are_refused(aws: FakeEcs, kind: str) -> None:
    aws.service["deploymentController"] = {"type": kind}
    assert failure(aws, containers=[NEW]).code is ErrorCode.SERVICE_UNSUPPORTED
    assert aws.requests == ["describe_services"]


@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "LINEAR", "CANARY"])
def test_a_strategy_with_stages_is_not_waited_for(aws: FakeEcs, strategy: str) -> None:
    aws.service["deploymentConfiguration"] = {"strategy": strategy}
    error = failure(aws, containers=[NEW])
    assert error.code is ErrorCode.SERVICE_UNSUPPORTED
    assert strategy in error.message
    assert "wait: false" in error.hint
    assert aws.requests == ["describe_services"]
    assert update(aws, containers=[NEW], wait=False)["changed"]


@pytest.mark.parametrize(
    ("operation", "error", "code"),
    [
        ("describe_services", refusal("ClusterNotFoundException"), ErrorCode.CLUSTER_UNKNOWN),
        ("describe_task_definition", refusal("AccessDeniedException"), ErrorCode.ACCESS_DENIED),
        ("register_task_definition", refusal("ClientException", "No"), ErrorCode.AWS_REFUSED),
    ],
)
def test_errors_before_the_update(aws: FakeEcs, operation: str, error: Exception, code: ErrorCode) -> None:
    aws.errors[operation] = error
    found = failure(aws, containers=[NEW])
    assert found.code is code
    assert not found.values.get("changed")
    assert "update_service" not in aws.requests


def test_a_revision_that_was_registered_is_in_the_error(aws: FakeEcs) -> None:
    aws.errors["update_service"] = refusal("AccessDeniedException")
    error = failure(aws, containers=[NEW])
    assert error.values["changed"]
    assert error.values["task_definition"].endswith("web:2")


@pytest.mark.parametrize("service", [{}, {"status": "INACTIVE"}])
def test_no_service(aws: FakeEcs, service: dict[str, t.Any]) -> None:
    aws.service = service
    assert failure(aws).code is ErrorCode.SERVICE_UNKNOWN


def test_an_error_of_the_wait_names_the_deployment(aws: FakeEcs) -> None:
    going = [deployment(2, 2, rolloutState="IN_PROGRESS")]
    aws.looks = [going]

    class Ending(list[str]):
        def append(self, name: str) -> None:
            super().append(name)
            if len(self) > 8:
                aws.errors["describe_services"] = refusal("ExpiredTokenException")

    aws.requests = Ending()
    error = failure(aws, containers=[NEW])
    assert error.code is ErrorCode.SESSION_TOKEN_EXPIRED
    assert "the deployment ecs-svc/2 of web:2 is in progress" in error.message
    assert "continues in AWS" in error.hint
    assert error.values["changed"]
