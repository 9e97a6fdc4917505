# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for stacks in slices: how often AWS is asked, what is shown, and that nothing is done twice."""

from __future__ import annotations

import datetime
import types
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import change_set_states, stack_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.console import console_url
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stacks import CloudFormation
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded
from botocore.exceptions import ClientError

STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/web/1"
CHANGE_SET_ID = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/one/1"
OPTIONS = {
    "stack_name": "web",
    "change_set_name": None,
    "template_body": {"Resources": {}},
    "parameters": {"Password": "canary-password", "Site": "www.example.org"},
    "recreate_failed": False,
    "retain_resources": [],
}


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "X")


class FakeAws:
    """A client for a CloudFormation with one stack, and the clock that it goes by.

    :param seconds: how long each operation takes
    """

    class meta:
        endpoint_url = "https://cloudformation.example.org"

    def __init__(self, seconds: float, status: str = "", reason: str = "") -> None:
        self.now = 0.0
        self.requests: list[tuple[str, float]] = []
        self.events_denied = False
        self.unchanged = False
        self._seconds = seconds
        self._status = status
        self._ends = 0.0
        self._failure = reason
        self._operation = ""
        self._events: list[tuple[float, dict[str, t.Any]]] = []

    def __getattr__(self, name: str) -> t.Callable[..., t.Any]:
        def answer(**parameters: t.Any) -> t.Any:
            self.requests.append((name, self.now))
            return getattr(self, f"_{name}")(**parameters)

        if name.startswith("_"):
            raise AttributeError(name)
        return answer

    def count(self, name: str) -> int:
        return sum(request == name for request, _at in self.requests)

    def _begin(self, operation: str, token: str) -> dict[str, str]:
        self._operation, self._ends = operation, self.now + self._seconds
        end = "ROLLBACK_COMPLETE" if self._failure else f"{operation}_COMPLETE"
        resource = "CREATE_FAILED" if self._failure else "CREATE_COMPLETE"
        for at, name, status, reason in (
            (self.now, "web", f"{operation}_IN_PROGRESS", "User Initiated"),
            (self.now + self._seconds / 2, "Site", resource, self._failure),
            (self._ends, "web", end, ""),
        ):
            event = {
                "EventId": f"{name}-{len(self._events)}",
                "StackName": "web",
                "LogicalResourceId": name,
                "PhysicalResourceId": STACK_ID if name == "web" else "",
                "ResourceType": "AWS::CloudFormation::Stack" if name == "web" else "AWS::S3::Bucket",
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "Timestamp": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
                "ClientRequestToken": token,
            }
            self._events.append((at, event))
        return {"StackId": STACK_ID}

    def _state(self) -> str:
        if not self._operation:
            return self._status
        if self.now < self._ends:
            return f"{self._operation}_IN_PROGRESS"
        return "ROLLBACK_COMPLETE" if self._failure else f"{self._operation}_COMPLETE"

    def _create_stack(self, ClientRequestToken: str, **_parameters: t.Any) -> dict[str, str]:
        return self._begin("CREATE", ClientRequestToken)

    def _update_stack(self, ClientRequestToken: str, **_parameters: t.Any) -> dict[str, str]:
        if self.unchanged:
            raise refusal("ValidationError", "No updates are to be performed.")
        return self._begin("UPDATE", ClientRequestToken)

    def _delete_stack(self, ClientRequestToken: str, **_parameters: t.Any) -> dict[str, str]:
        self._begin("DELETE", ClientRequestToken)
        return {}

    def _describe_stacks(self, **_parameters: t.Any) -> dict[str, t.Any]:
        if not self._state():
            raise refusal("ValidationError", "Stack web does not exist")
        parameters = [
            {"ParameterKey": "Password", "ParameterValue": "****"},
            {"ParameterKey": "Site", "ParameterValue": "www.example.org"},
        ]
        stack = {"StackId": STACK_ID, "StackName": "web", "StackStatus": self._state(), "Parameters": parameters}
        return {"Stacks": [{**stack, "LastUpdatedTime": self._ends}]}

    def _describe_stack_events(self, **_parameters: t.Any) -> dict[str, t.Any]:
        if self.events_denied:
            raise refusal("AccessDenied", "no")
        return {"StackEvents": [event for at, event in self._events if at <= self.now][::-1]}

    def _create_change_set(self, **_parameters: t.Any) -> dict[str, str]:
        self._ready = self.now + self._seconds
        return {"Id": CHANGE_SET_ID, "StackId": STACK_ID}

    def _describe_change_set(self, ChangeSetName: str, **_parameters: t.Any) -> dict[str, t.Any]:
        done = self.now >= self._ready
        executed = self._operation and self.now >= self._ends
        return {
            "ChangeSetName": "one",
            "ChangeSetId": CHANGE_SET_ID,
            "StackId": STACK_ID,
            "StackName": "web",
            "Status": "CREATE_COMPLETE" if done else "CREATE_IN_PROGRESS",
            "ExecutionStatus": "EXECUTE_COMPLETE" if executed else "AVAILABLE",
        }

    def _execute_change_set(self, ClientRequestToken: str, **_parameters: t.Any) -> dict[str, t.Any]:
        self._begin("UPDATE", ClientRequestToken)
        return {}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., tuple[t.Any, list[str]]]:
    """Run work in slices, each after the delay that the one before reports. Starting one takes half a second."""

    def in_slices(
        aws: FakeAws, work: t.Callable[[CloudFormation], t.Any], timeout: int = 7200, *, progress: bool = True
    ) -> tuple[t.Any, list[str]]:
        def sleep(seconds: float) -> None:
            aws.now += seconds

        monkeypatch.setattr(slices, "time", types.SimpleNamespace(monotonic=lambda: aws.now, sleep=sleep))
        state, lines = "", []
        began = aws.now
        while True:
            sliced = SlicedWork(Slice(5.0 if state else 0.0, aws.now - began, state))
            parameters = OPTIONS["parameters"]
            cfn = CloudFormation(aws, [], timeout, sliced, t.cast("dict[str, str]", parameters), progress=progress)
            try:
                with cfn.tracking_state():
                    return work(cfn), lines
            except OctoAwsError as error:
                return error, lines
            except SliceEnded:
                state = sliced.report["state"]
            finally:
                lines += sliced.report["lines"]
            aws.now += sliced.report["delay"] + 0.5

    return in_slices


Run = t.Callable[..., tuple[t.Any, list[str]]]


def create(cfn: CloudFormation) -> t.Any:
    return stack_states.present(cfn, OPTIONS, check_mode=False, diff=False)


@pytest.mark.parametrize("progress", [True, False])
def test_an_hour_costs_no_more_requests_than_one_every_thirty_seconds(run: Run, progress: bool) -> None:
    aws = FakeAws(3600)
    result, _lines = run(aws, create, progress=progress)
    assert result["status"] == "CREATE_COMPLETE"
    assert aws.count("create_stack") == 1
    assert len(aws.requests) <= 3600 / 30


@pytest.mark.parametrize("seconds", [0, 1, 2, 5, 10, 15, 20])
@pytest.mark.parametrize("progress", [True, False])
def test_the_end_of_a_short_operation_is_seen_within_two_seconds(run: Run, seconds: float, progress: bool) -> None:
    aws = FakeAws(seconds)
    result, _lines = run(aws, create, progress=progress)
    assert result["status"] == "CREATE_COMPLETE"
    # The start of a slice can come between.
    assert aws.now <= seconds + 2.5


@pytest.mark.parametrize("operation", ["CREATE", "UPDATE", "DELETE"])
def test_each_event_is_shown_once(run: Run, operation: str) -> None:
    aws = FakeAws(60, "" if operation == "CREATE" else "CREATE_COMPLETE")
    work = stack_states.absent if operation == "DELETE" else stack_states.present
    result, lines = run(aws, lambda cfn: work(cfn, OPTIONS, check_mode=False, diff=False))
    assert result["changed"]
    assert aws.count(f"{operation.lower()}_stack") == 1
    assert lines == [
        f"stack web is {operation}_IN_PROGRESS, {console_url(STACK_ID)}",
        f"web: web (AWS::CloudFormation::Stack) {operation}_IN_PROGRESS: User Initiated",
        "web: Site (AWS::S3::Bucket) CREATE_COMPLETE",
        f"web: web (AWS::CloudFormation::Stack) {operation}_COMPLETE",
    ]


def test_only_values_that_aws_shows_are_shown(run: Run) -> None:
    aws = FakeAws(60, reason="canary-password is not the password of www.example.org")
    error, lines = run(aws, create)
    assert error.code is ErrorCode.STACK_FAILED
    failed = "Site (AWS::S3::Bucket) CREATE_FAILED: (hidden) is not the password of www.example.org"
    assert f"web: {failed}" in lines
    assert lines[-1] == f"stack web is ROLLBACK_COMPLETE, {console_url(STACK_ID)}"
    assert failed in str(error)
    assert "canary" not in f"{error} {error.values} {lines}"


def test_without_access_to_events_states_are_shown(run: Run) -> None:
    aws = FakeAws(60)
    aws.events_denied = True
    result, lines = run(aws, create)
    assert result["status"] == "CREATE_COMPLETE"
    assert aws.count("describe_stack_events") == 1
    assert [line.partition(", ")[0] for line in lines] == [
        "stack web is CREATE_IN_PROGRESS",
        "web: no events",
        "stack web is CREATE_COMPLETE",
    ]


def test_nothing_is_shown_without_progress(run: Run) -> None:
    aws = FakeAws(60)
    _result, lines = run(aws, create, progress=False)
    assert (lines, aws.count("describe_stack_events")) == ([], 0)


def test_a_change_set_is_created_and_executed_once(run: Run) -> None:
    aws = FakeAws(60, "CREATE_COMPLETE")
    result, lines = run(aws, lambda cfn: change_set_states.executed(cfn, OPTIONS, check_mode=False))
    assert result["status"] == "UPDATE_COMPLETE"
    assert (aws.count("create_change_set"), aws.count("execute_change_set")) == (1, 1)
    assert lines[0] == f"stack web, change set one is CREATE_IN_PROGRESS, {console_url(STACK_ID)}"
    assert lines[1] == f"stack web is UPDATE_IN_PROGRESS, {console_url(STACK_ID)}"


def test_a_timeout_counts_all_slices(run: Run) -> None:
    aws = FakeAws(3600)
    error, lines = run(aws, create, timeout=100)
    assert error.code is ErrorCode.STACK_TIMED_OUT
    assert 100 <= aws.now < 102
    assert str(error).count(console_url(STACK_ID)) == 1
    assert error.values["changed"]
    assert lines[-1] == lines[0]
    # A second run takes up the wait.
    aws.unchanged = True
    result, lines = run(aws, create)
    assert (result["changed"], result["status"]) == (False, "CREATE_COMPLETE")
    assert lines[0].startswith("stack web is CREATE_IN_PROGRESS, https://")


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:cloudformation:eu-central-1:1:stack/web/1", "https://eu-central-1.console.aws.amazon.com/"),
        ("arn:aws-cn:cloudformation:cn-north-1:1:stack/web/1", "https://cn-north-1.console.amazonaws.cn/"),
        (
            "arn:aws-us-gov:cloudformation:us-gov-west-1:1:stack/web/1",
            "https://us-gov-west-1.console.amazonaws-us-gov.com/",
        ),
        ("arn:aws-iso:cloudformation:us-iso-east-1:1:stack/web/1", ""),
        ("web", ""),
        ("", ""),
    ],
)
def test_the_console_of_a_partition(arn: str, expected: str) -> None:
    url = console_url(arn)
    assert url.startswith(expected)
    assert bool(url) == bool(expected)
    assert not url or url.endswith("stack%2Fweb%2F1")
