# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent to CloudFormation, how its answers are read, and how long it is waited for."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import types
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import (
    change_set_states,
    change_sets,
    changes,
    failure_events,
    stack_states,
)
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import client as cloudformation_client
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import module as cloudformation_module
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import stacks as cloudformation_stacks
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import (
    LARGEST_TEMPLATE,
    api_parameters,
    check_options,
    parse_policy,
)
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack import Stack
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stacks import CloudFormation
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from botocore import exceptions as aws

STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/web/1"
NESTED_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/web-Network/2"
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
STACK_TYPE = "AWS::CloudFormation::Stack"


class FakeFormation:
    """Answers from lists: by operation, or for DescribeStackEvents by stack."""

    secrets: t.ClassVar[list[str]] = []

    def __init__(self, **answers: t.Any) -> None:
        self.answers = answers

    def pages(self, operation: str, _key: str, **parameters: t.Any) -> t.Iterator[t.Any]:
        yield from self.answers[operation][parameters["StackName"]]


def event(logical_id: str, status: str, reason: str = "", token: str = "ours", **more: t.Any) -> dict[str, t.Any]:
    return {
        "StackName": "web",
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": more.get("physical_id", ""),
        "ResourceType": more.get("kind", "AWS::SNS::Topic"),
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "Timestamp": START + datetime.timedelta(seconds=more.get("at", 0)),
        "ClientRequestToken": token,
    }


def own(status: str, reason: str = "", token: str = "ours") -> dict[str, t.Any]:
    return event("web", status, reason, token, physical_id=STACK_ID, kind=STACK_TYPE)


def describe(*newest_first: dict[str, t.Any], **nested: list[dict[str, t.Any]]) -> FakeFormation:
    return FakeFormation(describe_stack_events={STACK_ID: newest_first, NESTED_ID: nested.get("nested", [])})


def test_parameters_are_texts() -> None:
    given = {"A": "text", "B": 5, "C": True, "D": ["x", 1, False], "E": "", "F": None}
    expected = {"A": "text", "B": "5", "C": "true", "D": "x,1,false", "E": ""}
    created = api_parameters({"parameters": given}, update=False)["Parameters"]
    assert {item["ParameterKey"]: item["ParameterValue"] for item in created} == expected
    updated = api_parameters({"parameters": given}, update=True)["Parameters"]
    assert updated == [*created, {"ParameterKey": "F", "UsePreviousValue": True}]


def test_what_is_left_out_stays_and_what_is_empty_goes() -> None:
    assert api_parameters({"capabilities": [], "parameters": {}}, update=True) == {}
    emptied = api_parameters({"tags": {}, "notification_arns": []}, update=True)
    assert (emptied["Tags"], emptied["NotificationARNs"]) == ([], [])


def test_a_template_in_yaml_may_hold_a_date() -> None:
    body = {"AWSTemplateFormatVersion": datetime.date(2010, 9, 9), "Resources": {}}
    assert '"2010-09-09"' in api_parameters({"template_body": body}, update=False)["TemplateBody"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ErrorCode.OPTION_CONFLICT),
        ({"template": "a", "template_url": "https://b"}, ErrorCode.OPTION_CONFLICT),
        ({"template_body": "x" * (LARGEST_TEMPLATE + 1)}, ErrorCode.TEMPLATE_TOO_LARGE),
        ({"template_body": "ä" * (LARGEST_TEMPLATE // 2 + 1)}, ErrorCode.TEMPLATE_TOO_LARGE),
        ({"template_body": ["x"]}, ErrorCode.OPTION_INVALID),
        ({"template": "a", "timeout": 0}, ErrorCode.OPTION_INVALID),
        ({"template": "a", "parameters": {"A": [None]}}, ErrorCode.OPTION_INVALID),
        ({"template": "a", "tags": {"a": None}}, ErrorCode.OPTION_INVALID),
        ({"template": "a", "stack_policy": "[]"}, ErrorCode.OPTION_INVALID),
    ],
)
def test_refused_before_anything_is_sent(given: dict[str, t.Any], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as raised:
        check_options({"stack_name": "web", **given}, 1, 1)
    assert raised.value.code is code


def test_a_template_of_the_largest_size_is_taken() -> None:
    check_options({"stack_name": "web", "template_body": "x" * LARGEST_TEMPLATE}, 1, 1)


def test_policies_are_compared_by_what_they_say() -> None:
    assert parse_policy('{"a": 1, "b": 2}') == parse_policy('{ "b": 2, "a": 1 }')


def test_only_the_events_of_the_operation_count() -> None:
    ours, theirs = own("UPDATE_FAILED", "ours"), own("UPDATE_FAILED", "theirs", "theirs")
    late, old = own("UPDATE_IN_PROGRESS", "", "late"), own("CREATE_FAILED", "old", "ours")
    resource, stray = event("A", "UPDATE_FAILED", "no"), event("B", "UPDATE_FAILED", "stray", "stray")
    formation = describe(late, ours, stray, resource, theirs, old)
    assert failure_events.operation_events(formation, STACK_ID, "ours", "UPDATE") == [resource, ours]  # type: ignore[arg-type]


def test_what_was_cancelled_is_no_cause() -> None:
    events = [
        own("CREATE_IN_PROGRESS"),
        event("A", "CREATE_FAILED", "Resource creation cancelled"),
        event("B", "CREATE_FAILED", "Resource creation Cancelled"),
        event("C", "CREATE_FAILED", "no such thing"),
        event("C", "DELETE_COMPLETE"),
        own("ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [A, C]."),
    ]
    assert [found["LogicalResourceId"] for found in failure_events.select_failures(events, STACK_ID)] == ["C"]


def test_the_stack_explains_what_no_resource_does() -> None:
    events = [own("UPDATE_IN_PROGRESS", "User Initiated"), own("UPDATE_ROLLBACK_IN_PROGRESS", "An export is in use")]
    assert failure_events.select_failures(events, STACK_ID) == events[1:]
    assert failure_events.select_failures([], STACK_ID) == []


def test_nested_stacks_give_way_to_what_failed_inside() -> None:
    nested = event("Network", "UPDATE_FAILED", "was not updated", physical_id=NESTED_ID, kind=STACK_TYPE, at=9)
    inside = [
        event("Subnet", "UPDATE_FAILED", "The CIDR is invalid", None, at=8),  # type: ignore[arg-type]
        event("Former", "UPDATE_FAILED", "of an earlier update", None, at=-100),  # type: ignore[arg-type]
    ]
    events = [own("UPDATE_IN_PROGRESS"), nested]
    found = failure_events.find_causes(describe(nested=inside), STACK_ID, events)  # type: ignore[arg-type]
    assert [(failure["logical_id"], failure["reason"]) for failure in found] == [
        ("Network/Subnet", "The CIDR is invalid")
    ]
    # Nothing known of the inside: the nested stack itself.
    found = failure_events.find_causes(describe(), STACK_ID, events)  # type: ignore[arg-type]
    assert [failure["logical_id"] for failure in found] == ["Network"]


def test_a_long_list_of_failures_is_cut_in_the_message_only() -> None:
    failed = [event(f"R{number}", "CREATE_FAILED", f"reason {number}") for number in range(7)]
    stack = Stack(STACK_ID, "web", "ROLLBACK_COMPLETE")
    error = failure_events.operation_failure(describe(*failed[::-1]), stack, "ours", "CREATE", ["reason 1"])  # type: ignore[arg-type]
    assert "R4" in str(error)
    assert "R5" not in str(error)
    assert "and 2 more" in str(error)
    assert len(error.values["failures"]) == 7
    assert "reason 1" not in str(error) + str(error.values)


def test_a_change_says_what_is_replaced() -> None:
    told = {
        "Action": "Modify",
        "LogicalResourceId": "Site",
        "PhysicalResourceId": "www",
        "ResourceType": "AWS::S3::Bucket",
        "Replacement": "Conditional",
        "Details": [
            {"Target": {"Attribute": "Tags"}},
            {"Target": {"Attribute": "Properties", "Name": "BucketName"}},
            {"Target": {"Attribute": "Properties", "Name": "BucketName"}},
        ],
    }
    change = changes.to_change(told)
    assert change["details"] == ["Properties.BucketName", "Tags"]
    assert changes.replacements([change, {**change, "replacement": "False"}]) == ["Site"]
    added = changes.to_change({"Action": "Add", "LogicalResourceId": "New", "ResourceType": "T"})
    diff = changes.changes_diff("web", [change, added], ["stack_policy"])
    assert diff["before"] == "Site (AWS::S3::Bucket)\n"
    assert diff["after"].splitlines() == [
        "Site (AWS::S3::Bucket): Modify, replacement Conditional, Properties.BucketName, Tags",
        "New (T)",
        "stack_policy: changed",
    ]


def test_a_wait_adapts_to_the_operation() -> None:
    looks = [0.0]
    while looks[-1] < 3600:
        looks.append(looks[-1] + cloudformation_client.delay_after(looks[-1]))
    assert [at for at in looks if at <= 5] == [0, 1, 2, 3, 4, 5]
    assert all(after - before <= 2 for before, after in zip(looks, looks[1:]) if before <= 20)
    # Besides these: the stack before, the beginning of its operation, and its outputs.
    assert len(looks) <= 3600 / 30 - 3


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., CloudFormation]:
    """A Formation that sees states one after the other, the last one for ever, and waits for no time."""
    monkeypatch.setattr(cloudformation_client, "delay_after", lambda _waited: 0.001)

    def watch(*states: str | None, timeout: int = 60) -> CloudFormation:
        formation = CloudFormation(None, [], timeout)
        seen = itertools.chain(states, itertools.repeat(states[-1]))

        def describe(_name: str) -> Stack | None:
            state = next(seen)
            return Stack(STACK_ID, "web", state, version=state) if state else None

        monkeypatch.setattr(formation, "describe", describe)
        return formation

    return watch


def test_a_stack_that_still_looks_as_before_has_not_ended(watched: t.Callable[..., CloudFormation]) -> None:
    before = Stack(STACK_ID, "web", "UPDATE_COMPLETE", version="UPDATE_COMPLETE")
    formation = watched("UPDATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    assert formation.wait_for_operation(STACK_ID, before).status == "UPDATE_ROLLBACK_COMPLETE"


def test_a_stack_that_stays_as_before_is_not_waited_for_for_ever(
    watched: t.Callable[..., CloudFormation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloudformation_stacks, "_GRACE", 0.01)
    before = Stack(STACK_ID, "web", "REVIEW_IN_PROGRESS", version="REVIEW_IN_PROGRESS")
    assert watched("REVIEW_IN_PROGRESS").wait_for_operation(STACK_ID, before).status == "REVIEW_IN_PROGRESS"


def test_a_stack_that_is_gone_was_deleted(watched: t.Callable[..., CloudFormation]) -> None:
    before = Stack(STACK_ID, "web", "CREATE_COMPLETE")
    assert watched("DELETE_IN_PROGRESS", None).wait_for_operation(STACK_ID, before).status == "DELETE_COMPLETE"


def test_a_deletion_of_others_ends_in_nothing(watched: t.Callable[..., CloudFormation]) -> None:
    assert watched("DELETE_IN_PROGRESS", "DELETE_COMPLETE").wait_until_idle("web") is None


def test_the_wait_ends(watched: t.Callable[..., CloudFormation]) -> None:
    with pytest.raises(OctoAwsError) as raised:
        watched("CREATE_IN_PROGRESS", timeout=0).wait_for_operation(STACK_ID, None)
    assert raised.value.code is ErrorCode.STACK_TIMED_OUT


@pytest.mark.parametrize(
    ("state", "recreate", "code"),
    [
        ("CREATE_COMPLETE", False, None),
        ("UPDATE_ROLLBACK_COMPLETE", False, None),
        ("UPDATE_FAILED", False, None),
        ("ROLLBACK_COMPLETE", False, ErrorCode.STACK_NEVER_CAME_UP),
        ("CREATE_FAILED", False, ErrorCode.STACK_NEVER_CAME_UP),
        ("ROLLBACK_COMPLETE", True, None),
        ("CREATE_FAILED", True, None),
        ("ROLLBACK_FAILED", True, ErrorCode.STACK_STUCK),
        ("DELETE_FAILED", True, ErrorCode.STACK_STUCK),
        ("UPDATE_ROLLBACK_FAILED", True, ErrorCode.STACK_STUCK),
    ],
)
def test_which_states_can_be_worked_on(state: str, recreate: bool, code: ErrorCode | None) -> None:
    with contextlib.nullcontext() if code is None else pytest.raises(OctoAwsError) as raised:
        stack_states.check_updatable(Stack(STACK_ID, "web", state), recreate_failed=recreate)
    assert code is (raised.value.code if raised else None)


class FakeClient:
    """A client for CloudFormation whose answers are made by functions, by operation; the requests are kept."""

    class meta:
        endpoint_url = "https://cloudformation.example.org"

    def __init__(self, **answers: t.Callable[..., t.Any]) -> None:
        self.answers = answers
        self.requests: list[tuple[str, dict[str, t.Any]]] = []

    def __getattr__(self, operation: str) -> t.Callable[..., t.Any]:
        def answer(**parameters: t.Any) -> t.Any:
            self.requests.append((operation, parameters))
            return self.answers[operation](**parameters)

        return answer

    def asked(self, operation: str) -> list[dict[str, t.Any]]:
        return [parameters for name, parameters in self.requests if name == operation]


def raising(error: BaseException) -> t.Callable[..., t.Any]:
    def answer(**_parameters: t.Any) -> t.NoReturn:
        raise error

    return answer


def refusal(code: str, message: str = "", status: int = 400) -> aws.ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(answer, "X")


def described(status: str, **more: t.Any) -> dict[str, t.Any]:
    return {"Stacks": [{"StackId": STACK_ID, "StackName": "web", "StackStatus": status, **more}]}


LOST = aws.EndpointConnectionError(endpoint_url="https://x", error="x")
TEMPLATE = {"stack_name": "web", "template_body": {"Resources": {}}, "recreate_failed": False, "retain_resources": []}
ENDS = [
    (refusal("ExpiredToken"), "session_token_expired"),
    (refusal("AccessDenied", status=403), "access_denied"),
    (refusal("Throttling"), "throttled"),
    (refusal("InternalFailure", status=500), "aws_unavailable"),
    (refusal("Strange"), "aws_refused"),
    (LOST, "endpoint_unreachable"),
    (aws.ReadTimeoutError(endpoint_url="https://x"), "endpoint_unreachable"),
    (KeyError("a captive portal"), "aws_answer_invalid"),
    (KeyboardInterrupt(), "executor_failed"),
]


def failed(client: FakeClient, work: t.Callable[[CloudFormation], t.Any], timeout: int = 60) -> PartialFailure:
    formation = CloudFormation(client, [], timeout)
    with pytest.raises(PartialFailure) as raised, formation.tracking_state():
        work(formation)
    return raised.value


@pytest.mark.parametrize(("error", "code"), ENDS, ids=[f"{code}-{type(error).__name__}" for error, code in ENDS])
@pytest.mark.parametrize("operation", ["create_stack", "update_stack", "delete_stack"])
def test_a_failure_after_the_beginning_says_what_goes_on(
    monkeypatch: pytest.MonkeyPatch, operation: str, error: BaseException, code: str
) -> None:
    monkeypatch.setattr(slices.time, "sleep", lambda _seconds: None)
    doing = operation.partition("_")[0].upper()
    before = raising(refusal("ValidationError", "Stack web does not exist")) if doing == "CREATE" else None
    looks = iter([before or (lambda **_: described("CREATE_COMPLETE")), lambda **_: described(f"{doing}_IN_PROGRESS")])
    client = FakeClient(
        describe_stacks=lambda **_: next(looks, raising(error))(),
        **{operation: lambda **_: {"StackId": STACK_ID} if doing != "DELETE" else {}},
    )
    work = stack_states.absent if doing == "DELETE" else stack_states.present
    failure = failed(client, lambda formation: work(formation, TEMPLATE, check_mode=False, diff=False))
    assert failure.code.value == code
    assert failure.values["changed"] is True
    assert (failure.values["stack_name"], failure.values["stack_id"]) == ("web", STACK_ID)
    assert failure.values["status"] == f"{doing}_IN_PROGRESS"
    assert STACK_ID in str(failure)
    assert "continues in AWS" in str(failure)


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (LOST, False),
        (refusal("X", status=503), False),
        (KeyError("a captive portal"), False),
        (refusal("X"), True),
        (refusal("X", status=501), True),
        (aws.ParamValidationError(report="x"), True),
    ],
)
def test_a_request_whose_response_is_lost_may_have_begun(error: Exception, known: bool) -> None:
    client = FakeClient(
        describe_stacks=raising(refusal("ValidationError", "Stack web does not exist")), create_stack=raising(error)
    )
    failure = failed(client, lambda formation: stack_states.present(formation, TEMPLATE, check_mode=False, diff=False))
    assert failure.values.get("changed", False) is not known
    assert ("may have started in AWS" in str(failure)) is not known


def test_nothing_was_begun() -> None:
    client = FakeClient(describe_stacks=raising(refusal("ExpiredToken")))
    failure = failed(client, lambda formation: formation.wait_until_idle("web"))
    assert failure.values == {}
    assert "goes on" not in str(failure)


@pytest.mark.parametrize("found", [True, False])
def test_a_change_set_whose_response_is_lost_is_removed(found: bool) -> None:
    change_set = {
        "ChangeSetId": "arn:aws:x:changeSet/one/1",
        "ChangeSetName": "one",
        "StackId": STACK_ID,
        "StackName": "web",
    }
    client = FakeClient(
        create_change_set=raising(LOST),
        describe_change_set=(lambda **asked: {**change_set, "ChangeSetName": asked["ChangeSetName"]})
        if found
        else raising(refusal("ChangeSetNotFound")),
        delete_change_set=lambda **_: {},
        describe_stacks=lambda **_: described(
            "DELETE_COMPLETE" if client.asked("delete_stack") else "REVIEW_IN_PROGRESS"
        ),
        list_change_sets=lambda **_: {},
        list_stack_resources=lambda **_: {},
        delete_stack=lambda **_: {},
    )
    failure = failed(client, lambda formation: change_sets.preview(formation, TEMPLATE, None))
    assert failure.code is ErrorCode.ENDPOINT_UNREACHABLE
    assert len(client.asked("delete_change_set")) == len(client.asked("delete_stack")) == int(found)
    assert not failure.values.get("changed")
    assert client.asked("create_change_set")[0]["ClientToken"]


def test_what_cannot_be_cleaned_up_is_named() -> None:
    client = FakeClient(create_change_set=raising(LOST), describe_change_set=raising(LOST))
    failure = failed(client, lambda formation: change_sets.create_change_set(formation, TEMPLATE, None, "one"))
    assert failure.values["changed"] is True
    assert (failure.values["stack_name"], failure.values["change_set_name"]) == ("web", "one")
    assert "The change set one may still exist" in str(failure)


@pytest.mark.parametrize("value", ["*", "********", "***", "", "****x"])
def test_only_what_aws_hides_is_hidden(value: str) -> None:
    told = described("CREATE_COMPLETE", Parameters=[{"ParameterKey": "A", "ParameterValue": value}])
    assert Stack.from_response(told["Stacks"][0]).shown == ("A",)
    told["Stacks"][0]["Parameters"][0]["ParameterValue"] = "****"
    assert Stack.from_response(told["Stacks"][0]).shown == ()


def test_events_without_a_token_are_those_since_the_beginning() -> None:
    begin, ended = own("UPDATE_IN_PROGRESS", "", ""), own("UPDATE_ROLLBACK_COMPLETE", "", "")
    failure, old = event("A", "UPDATE_FAILED", "no", ""), event("A", "UPDATE_FAILED", "of an earlier update", "")
    formation = describe(ended, failure, begin, old, own("UPDATE_IN_PROGRESS", "", ""))
    read = failure_events.operation_events
    assert read(formation, STACK_ID, "ours", "UPDATE") == [begin, failure, ended]  # type: ignore[arg-type]
    # A token that AWS makes up itself says no more.
    others = [{**event, "ClientRequestToken": "Console-Update"} for event in (ended, failure, begin, old)]
    assert len(read(describe(*others), STACK_ID, "ours", "UPDATE")) == 3  # type: ignore[arg-type]
    # Of what began before all events that AWS has, nothing is known.
    assert read(describe(old), STACK_ID, "ours", "UPDATE") == []  # type: ignore[arg-type]


def test_an_execution_ends_when_aws_says_so(watched: t.Callable[..., CloudFormation]) -> None:
    before = Stack(STACK_ID, "web", "UPDATE_COMPLETE", version="UPDATE_COMPLETE")
    over = iter([False, False, True])
    formation = watched("UPDATE_COMPLETE")
    assert formation.wait_for_operation(STACK_ID, before, lambda: next(over)).status == "UPDATE_COMPLETE"
    assert next(over, None) is None
    # What was seen before the end does not count.
    over = iter([True])
    formation = watched("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    assert formation.wait_for_operation(STACK_ID, before, lambda: next(over)).status == "UPDATE_ROLLBACK_COMPLETE"


def test_a_new_stack_that_aws_does_not_show_yet(watched: t.Callable[..., CloudFormation]) -> None:
    assert watched(None, None, "CREATE_COMPLETE").wait_for_operation(STACK_ID, None).status == "CREATE_COMPLETE"


def test_the_parameters_of_a_stack_that_is_gone_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices.time, "sleep", lambda _seconds: None)
    no_echo = [{"ParameterKey": "Password", "ParameterValue": "****"}]
    gone = raising(refusal("ValidationError", "Stack web does not exist"))
    looks = iter([gone, lambda: described("CREATE_IN_PROGRESS", Parameters=no_echo)])
    events = [event("A", "CREATE_FAILED", "canary-password is weak"), own("CREATE_IN_PROGRESS")]
    tokens: list[str] = []

    def created(**request: t.Any) -> dict[str, str]:
        tokens.append(request["ClientRequestToken"])
        return {"StackId": STACK_ID}

    client = FakeClient(
        describe_stacks=lambda **_: next(looks, gone)(),
        create_stack=created,
        describe_stack_events=lambda **_: {"StackEvents": [{**one, "ClientRequestToken": tokens[0]} for one in events]},
    )
    given = {**TEMPLATE, "parameters": {"Password": "canary-password"}}
    failure = failed(client, lambda formation: stack_states.present(formation, given, check_mode=False, diff=False))
    assert failure.values["status"] == "DELETE_COMPLETE"
    assert "(hidden) is weak" in str(failure)
    assert "canary" not in f"{failure} {failure.values}"


def test_the_reason_of_a_change_set_quotes_no_value() -> None:
    change_set = {
        "ChangeSetId": "arn:aws:x:changeSet/one/1",
        "ChangeSetName": "one",
        "StackId": STACK_ID,
        "StackName": "web",
    }
    reason = "Value canary-value for parameter Password is not allowed"
    client = FakeClient(
        create_change_set=lambda **_: {"Id": change_set["ChangeSetId"], "StackId": STACK_ID},
        describe_change_set=lambda **_: {**change_set, "Status": "FAILED", "StatusReason": reason},
        delete_change_set=lambda **_: {},
    )
    stack = Stack(STACK_ID, "web", "CREATE_COMPLETE")
    given = {**TEMPLATE, "parameters": {"Password": "canary-value"}}
    failure = failed(client, lambda formation: change_sets.create_change_set(formation, given, stack))
    assert failure.code is ErrorCode.CHANGE_SET_FAILED
    assert "Value (hidden) for" in str(failure)
    assert "canary" not in f"{failure} {failure.values}"


def test_others_begin_to_work_on_a_stack_that_is_to_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices.time, "sleep", lambda _seconds: None)
    busy = refusal("ValidationError", f"Stack [{STACK_ID}] cannot be deleted while in status UPDATE_IN_PROGRESS")
    deletions = iter([raising(busy), dict])
    states = iter(["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"])
    client = FakeClient(describe_stacks=lambda **_: described(next(states)), delete_stack=lambda **_: next(deletions)())
    formation = CloudFormation(client, [], 60)
    assert stack_states.absent(formation, TEMPLATE, check_mode=False, diff=False)["changed"]
    assert len(client.asked("delete_stack")) == 2


def stack_called(name: str) -> dict[str, t.Any]:
    return {"StackId": STACK_ID.replace("web", name), "StackName": name, "StackStatus": "CREATE_COMPLETE"}


GIVEN = {
    "stack_name": "web",
    "template_body": "{}",
    "recreate_failed": False,
    "change_set_name": "release",
    "retain_resources": [],
}


@pytest.mark.parametrize("stacks", [["other"], ["web", "other"]])
@pytest.mark.parametrize(
    "work",
    [
        lambda formation: stack_states.absent(formation, GIVEN, check_mode=False, diff=False),
        lambda formation: stack_states.present(formation, GIVEN, check_mode=False, diff=False),
        lambda formation: change_set_states.absent(formation, GIVEN, check_mode=False),
        lambda formation: change_set_states.executed(formation, {**GIVEN, "template_body": None}, check_mode=False),
    ],
    ids=["stack absent", "stack present", "change set absent", "change set executed"],
)
def test_nothing_is_done_with_another_stack(work: t.Callable[[CloudFormation], object], stacks: list[str]) -> None:
    """Such as the first of all stacks, which AWS describes where it gets no name."""
    client = FakeClient(describe_stacks=lambda **_: {"Stacks": [stack_called(name) for name in stacks]})
    with pytest.raises(OctoAwsError) as raised:
        work(CloudFormation(client, [], 60))
    assert raised.value.code is ErrorCode.AWS_ANSWER_INVALID
    assert [operation for operation, _parameters in client.requests] == ["describe_stacks"]


@pytest.mark.parametrize(
    ("name", "stack"), [("other", "web"), ("release", "other")], ids=["another name", "another stack"]
)
def test_nothing_is_done_with_another_change_set(name: str, stack: str) -> None:
    told = {"ChangeSetName": name, "ChangeSetId": "arn:x", "StackName": stack, "StackId": f"arn:{stack}"}
    with pytest.raises(OctoAwsError) as raised:
        change_sets.find_change_set(
            CloudFormation(FakeClient(describe_change_set=lambda **_: told), [], 60), "release", "arn:web"
        )
    assert raised.value.code is ErrorCode.AWS_ANSWER_INVALID


@pytest.mark.parametrize("wrong", ["", " ", "web_1", None])
def test_a_host_checks_names_again(monkeypatch: pytest.MonkeyPatch, wrong: str | None) -> None:
    """Before it has a client."""
    monkeypatch.setattr(cloudformation_module, "service_client", None)
    module: t.Any = types.SimpleNamespace(params={**GIVEN, "stack_name": wrong})
    with pytest.raises(OctoAwsError) as raised:
        cloudformation_module.CloudFormationModule.cloudformation(module)
    assert raised.value.code is ErrorCode.OPTION_INVALID
