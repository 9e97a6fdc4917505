# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stack sets: options, comparison, operations, and the wait in slices."""

from __future__ import annotations

import io
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._cloudformation import stack_set_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.console import stack_set_url
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_options import (
    STACK_SET_SPEC,
    check_stack_set,
    operation_preferences,
)
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_plan import grouped
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_template import (
    StackSetTemplate,
    parse_template_url,
)
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_sets import StackSetClient
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded
from botocore.exceptions import ClientError

ARN = "arn:aws:cloudformation:eu-central-1:123456789012:stackset/web:1"
OU, ROOT = "ou-ab12-34cd5678", "r-ab12"
HERE, THERE = "123456789012", "210987654321"
TEMPLATE = '{"Resources":{}}'
READS = ["describe_stack_set", "list_stack_set_operations", "list_stack_instances"]


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 409}}, "X")


def options_of(**given: t.Any) -> dict[str, t.Any]:
    defaults = {name: option.get("default") for name, option in STACK_SET_SPEC.items()}
    return {**defaults, "stack_set_name": "web", "template_body": TEMPLATE, **given}


def instance(account: str, region: str, status: str = "CURRENT", **values: t.Any) -> dict[str, t.Any]:
    return {"Account": account, "Region": region, "Status": status, **values}


class FakeAws:
    """A client for a CloudFormation with at most one stack set. Answers of operations are lists, used one by one."""

    class meta:
        endpoint_url = "https://cloudformation.example.org"

    def __init__(self, *instances: dict[str, t.Any], exists: bool = True, **settings: t.Any) -> None:
        self.stack_set = {
            "StackSetName": "web",
            "StackSetId": "web:1",
            "StackSetARN": ARN,
            "Status": "ACTIVE",
            "TemplateBody": TEMPLATE,
            **settings,
        }
        self.exists = exists
        self.instances = list(instances)
        self.running: list[str] = []
        self.statuses = ["SUCCEEDED"]
        self.results: list[dict[str, t.Any]] = []
        self.errors: dict[str, list[str]] = {}
        self.sent: list[tuple[str, dict[str, t.Any]]] = []

    def __getattr__(self, name: str) -> t.Callable[..., t.Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def answer(**parameters: t.Any) -> t.Any:
            self.sent.append((name, parameters))
            if self.errors.get(name):
                raise refusal(self.errors[name].pop(0))
            return getattr(self, f"_{name}", self._begin)(**parameters)

        return answer

    @property
    def operations(self) -> list[str]:
        return [name for name, _parameters in self.sent]

    @property
    def writes(self) -> list[tuple[str, dict[str, t.Any]]]:
        return [
            (name, {key: value for key, value in sent.items() if key not in ("StackSetName", "OperationId")})
            for name, sent in self.sent
            if name.startswith(("create", "update", "delete"))
        ]

    def _begin(self, **parameters: t.Any) -> dict[str, str]:
        return {"OperationId": parameters.get("OperationId", "")}

    def _create_stack_set(self, **_parameters: t.Any) -> dict[str, str]:
        self.exists = True
        return {"StackSetId": "web:1"}

    def _describe_stack_set(self, **_parameters: t.Any) -> t.Any:
        if not self.exists:
            raise refusal("StackSetNotFoundException")
        return {"StackSet": self.stack_set}

    def _list_stack_instances(self, **_parameters: t.Any) -> t.Any:
        return {"Summaries": self.instances}

    def _list_stack_set_operations(self, **_parameters: t.Any) -> t.Any:
        status = self.running.pop(0) if self.running else "SUCCEEDED"
        return {"Summaries": [{"OperationId": "other", "Action": "UPDATE", "Status": status}]}

    def _describe_stack_set_operation(self, **parameters: t.Any) -> t.Any:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        described = {"OperationId": parameters["OperationId"], "Action": "UPDATE", "Status": status}
        return {"StackSetOperation": described}

    def _list_stack_set_operation_results(self, **_parameters: t.Any) -> t.Any:
        return {"Summaries": self.results}

    def _get_template_summary(self, **_parameters: t.Any) -> t.Any:
        return {"Parameters": [{"ParameterKey": "Bucket", "DefaultValue": "www"}]}


def run(aws: FakeAws, work: SlicedWork | None = None, *, check_mode: bool = False, **given: t.Any) -> dict[str, t.Any]:
    options = options_of(**given)
    parameters = {name: str(value) for name, value in (options["parameters"] or {}).items()}
    client = StackSetClient(
        aws, [], options["timeout"], work, parameters, progress=True, name="web", call_as=options["call_as"]
    )
    template = StackSetTemplate(options, options["template_body"] or "", lambda: None, [], client.work.kept)
    state = stack_set_states.present if options["state"] == "present" else stack_set_states.absent
    with client.tracking_state():
        return state(client, options, template, check_mode=check_mode)


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(slices.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(slices.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))


def failed(aws: FakeAws, **given: t.Any) -> PartialFailure:
    with pytest.raises(PartialFailure) as caught:
        run(aws, **given)
    return caught.value


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"stack_set_name": "web_1"}, "option_invalid", "stack_set_name"),
        ({"template_body": None}, "option_conflict", "No template"),
        ({"accounts": ["1"], "regions": []}, "option_invalid", "accounts"),
        ({"accounts": [HERE]}, "option_conflict", "accounts needs regions"),
        ({"regions": ["eu-central-1"]}, "option_conflict", "regions needs accounts"),
        ({"accounts": [HERE, HERE], "regions": []}, "option_invalid", "accounts has an item twice"),
        ({"purge_instances": True}, "option_conflict", "purge_instances needs accounts and regions"),
        ({"organizational_unit_ids": [OU], "regions": []}, "option_conflict", "permission_model: SELF_MANAGED"),
        ({"auto_deployment": {"enabled": True}}, "option_conflict", "auto_deployment cannot be used"),
        ({"permission_model": "SERVICE_MANAGED", "accounts": [HERE]}, "option_conflict", "organizational_unit_ids"),
        ({"call_as": "DELEGATED_ADMIN"}, "option_conflict", "SERVICE_MANAGED"),
        ({"description": ""}, "option_invalid", "description is empty"),
        ({"execution_role_name": "a/b"}, "option_invalid", "execution_role_name"),
        ({"timeout": 0}, "option_invalid", "timeout"),
        ({"operation_preferences": {"failure_tolerance_percentage": 101}}, "option_invalid", "from 0 to 100"),
        ({"operation_preferences": {"max_concurrent_count": 0}}, "option_invalid", "max_concurrent_count"),
        (
            {"operation_preferences": {"max_concurrent_count": 1, "max_concurrent_percentage": 1}},
            "option_conflict",
            "mutually exclusive",
        ),
        ({"operation_preferences": {"region_order": ["eu central"]}}, "option_invalid", "region_order"),
    ],
)
def test_wrong_options(given: dict[str, t.Any], code: str, words: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_stack_set(options_of(**given), 1, 1)
    assert caught.value.code == code
    assert words in str(caught.value)


@pytest.mark.parametrize("given", [{"accounts": [HERE]}, {"parameters": {"a": "b"}}, {"wait": False}])
def test_options_that_a_deletion_does_not_have(given: dict[str, t.Any]) -> None:
    options = options_of(template_body=None, state="absent")
    check_stack_set(options, 0, 0)
    with pytest.raises(OctoAwsError, match="cannot be used with state: absent"):
        check_stack_set({**options, **given}, 0, 0)


def test_preferences_have_the_names_of_the_api() -> None:
    given = {"region_concurrency_type": "PARALLEL", "failure_tolerance_count": 0, "region_order": None}
    assert operation_preferences({"operation_preferences": given}) == {
        "OperationPreferences": {"RegionConcurrencyType": "PARALLEL", "FailureToleranceCount": 0}
    }
    assert operation_preferences({}) == {}


def test_places_are_grouped_without_others() -> None:
    places = [("1", "a"), ("1", "b"), ("2", "a"), ("3", "a"), ("3", "b")]
    assert grouped(places) == [(["1", "3"], ["a", "b"]), (["2"], ["a"])]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://b.s3.eu-central-1.amazonaws.com/a/t.yml", ("b", "a/t.yml", {})),
        ("https://s3.amazonaws.com/b/a%20b?versionId=3", ("b", "a b", {"VersionId": "3"})),
        ("https://a.b.s3-eu-west-1.amazonaws.com/t", ("a.b", "t", {})),
        ("https://b.s3.cn-north-1.amazonaws.com.cn/t", ("b", "t", {})),
    ],
)
def test_urls_of_templates(url: str, found: tuple[str, str, dict[str, str]]) -> None:
    assert parse_template_url(url) == found


def test_a_url_without_a_key() -> None:
    with pytest.raises(OctoAwsError, match="template_url"):
        parse_template_url("https://s3.amazonaws.com/b")


@pytest.mark.parametrize(
    ("body", "same"), [(TEMPLATE, True), ('{ "Resources": {} }\n', True), ("Resources: {}", False), ("[]", False)]
)
def test_templates_in_s3_are_compared(body: str, same: bool) -> None:
    class S3(FakeAws):
        def _get_object(self, **_parameters: t.Any) -> t.Any:
            return {"Body": io.BytesIO(body.encode())}

    options = options_of(template_body=None, template_url="https://b.s3.amazonaws.com/t")
    assert StackSetTemplate(options, "", S3, [], {}).is_same(TEMPLATE) is same
    assert StackSetTemplate(options, "", S3, [], {}).parameters() == {"TemplateURL": options["template_url"]}


def test_a_template_that_cannot_be_read() -> None:
    s3 = FakeAws()
    s3.errors = {"get_object": ["NoSuchKey"]}
    options = options_of(template_body=None, template_url="https://b.s3.amazonaws.com/t")
    with pytest.raises(OctoAwsError) as caught:
        StackSetTemplate(options, "", lambda: s3, [], {}).is_same(TEMPLATE)
    assert caught.value.code is ErrorCode.TEMPLATE_UNREADABLE


def test_unchanged_is_reads_only() -> None:
    aws = FakeAws(instance(HERE, "a"), Description="Text", Tags=[{"Key": "a", "Value": "1"}])
    result = run(aws, accounts=[HERE], regions=["a"], tags={"a": 1}, description="Text")
    assert (result["changed"], result["settings"], result["changes"]) == (False, [], [])
    assert aws.operations == READS


def test_check_mode_is_reads_only() -> None:
    aws = FakeAws(instance(HERE, "a"))
    assert run(aws, check_mode=True, accounts=[THERE], regions=["a"], purge_instances=True, tags={"a": "b"})["changed"]
    assert run(aws, check_mode=True, template_body=None, state="absent")["changed"]
    assert aws.operations == [*READS, *READS]


def test_an_update_repeats_what_aws_would_reset() -> None:
    role = "arn:aws:iam::123456789012:role/admin"
    aws = FakeAws(Description="Text", AdministrationRoleARN=role, ExecutionRoleName="own")
    assert run(aws, tags={"a": "b"})["settings"] == ["tags"]
    assert aws.writes == [
        (
            "update_stack_set",
            {
                "Tags": [{"Key": "a", "Value": "b"}],
                "Description": "Text",
                "AdministrationRoleARN": role,
                "ExecutionRoleName": "own",
                "UsePreviousTemplate": True,
            },
        )
    ]


def test_default_roles_are_not_sent() -> None:
    role = "arn:aws:iam::123456789012:role/AWSCloudFormationStackSetAdministrationRole"
    aws = FakeAws(AdministrationRoleARN=role, ExecutionRoleName="AWSCloudFormationStackSetExecutionRole")
    run(aws, template_body="{}")
    assert aws.writes == [("update_stack_set", {"TemplateBody": "{}"})]


@pytest.mark.parametrize(
    ("present", "given", "differing"),
    [
        ({"Bucket": "www"}, {}, []),
        ({"Bucket": "other"}, {}, ["parameters.Bucket"]),
        ({"Bucket": "other"}, {"parameters": {"Bucket": "other"}}, []),
        ({"Bucket": "other"}, {"parameters": {"Bucket": None}}, []),
        ({"Password": "****"}, {"parameters": {"Password": "canary"}}, ["parameters.Password"]),
        ({"Password": "****"}, {"parameters": {"Password": "canary"}, "use_previous_value": ["Password"]}, []),
        ({}, {"parameters": {"New": 1}}, ["parameters.New"]),
    ],
)
def test_parameters_are_compared(present: dict[str, str], given: dict[str, t.Any], differing: list[str]) -> None:
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in present.items()]
    result = run(FakeAws(Parameters=parameters), check_mode=True, **given)
    assert result["settings"] == differing
    assert "canary" not in str(result)


def test_removals_are_before_updates_and_creations() -> None:
    aws = FakeAws(instance(HERE, "a", "OUTDATED"), instance(HERE, "b", "OUTDATED"))
    result = run(aws, accounts=[HERE, THERE], regions=["a"], purge_instances=True, retain_stacks=True)
    assert [(item["action"], item["target"], item["region"]) for item in result["changes"]] == [
        ("Remove", HERE, "b"),
        ("Modify", HERE, "a"),
        ("Add", THERE, "a"),
    ]
    assert aws.writes == [
        ("delete_stack_instances", {"Accounts": [HERE], "Regions": ["b"], "RetainStacks": True}),
        ("update_stack_set", {"UsePreviousTemplate": True}),
        ("create_stack_instances", {"Accounts": [THERE], "Regions": ["a"]}),
    ]


def test_a_suspended_account_is_not_deployed_again() -> None:
    state = {"DetailedStatus": "SKIPPED_SUSPENDED_ACCOUNT"}
    assert not run(FakeAws(instance(HERE, "a", "OUTDATED", StackInstanceStatus=state)))["changed"]


def test_service_managed_ones_have_units() -> None:
    aws = FakeAws(
        instance(HERE, "a", OrganizationalUnitId=OU),
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
        OrganizationalUnitIds=[OU],
        Regions=["a"],
    )
    managed = {"permission_model": "SERVICE_MANAGED", "call_as": "DELEGATED_ADMIN"}
    deployment = {"enabled": True, "retain_stacks_on_account_removal": False}
    run(aws, organizational_unit_ids=[OU, ROOT], regions=["a"], auto_deployment=deployment, **managed)
    as_delegated = {"CallAs": "DELEGATED_ADMIN"}
    assert aws.writes == [
        (
            "update_stack_set",
            {
                "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
                "UsePreviousTemplate": True,
                **as_delegated,
            },
        ),
        (
            "create_stack_instances",
            {"DeploymentTargets": {"OrganizationalUnitIds": [ROOT]}, "Regions": ["a"], **as_delegated},
        ),
    ]
    aws.sent.clear()
    run(aws, template_body=None, state="absent", call_as="DELEGATED_ADMIN")
    assert aws.writes[0][1]["DeploymentTargets"] == {"OrganizationalUnitIds": [OU]}
    assert aws.writes[1] == ("delete_stack_set", as_delegated)


def test_a_unit_without_accounts_is_not_deployed_again() -> None:
    aws = FakeAws(PermissionModel="SERVICE_MANAGED", OrganizationalUnitIds=[OU], Regions=["a"])
    given = {"permission_model": "SERVICE_MANAGED", "organizational_unit_ids": [OU], "regions": ["a"]}
    assert not run(aws, **given)["changed"]


def test_the_permission_model_stays() -> None:
    error = failed(FakeAws(), permission_model="SERVICE_MANAGED")
    assert error.code is ErrorCode.OPTION_CONFLICT


def test_an_inoperable_instance() -> None:
    aws = FakeAws(instance(HERE, "a", "INOPERABLE"))
    error = failed(aws, tags={"a": "b"})
    assert error.code is ErrorCode.STACK_INSTANCE_INOPERABLE
    assert aws.operations == READS
    assert run(aws, accounts=[], regions=[], purge_instances=True, retain_stacks=True)["changed"]


def test_a_failure_names_instances_without_secrets() -> None:
    aws = FakeAws(exists=False, Parameters=[{"ParameterKey": "Password", "ParameterValue": "****"}])
    aws.statuses = ["RUNNING", "FAILED"]
    aws.results = [{"Account": str(number), "Region": "a", "Status": "FAILED"} for number in range(7)]
    aws.results[0]["StatusReason"] = "canary-password is too weak"
    aws.results[1]["AccountGateResult"] = {"Status": "FAILED", "StatusReason": "The gate is closed"}
    error = failed(aws, accounts=[HERE], regions=["a"], parameters={"Password": "canary-password"})
    assert error.code is ErrorCode.STACK_SET_FAILED
    assert "0 in a: " in error.message
    assert "1 in a: The gate is closed" in error.message
    assert "and 2 more" in error.message
    assert len(error.values["failures"]) == 7
    assert error.values["changed"] is True
    assert "canary" not in str(error) + str(error.values)
    assert "/stacksets/web%3A1/" in error.hint


def test_results_that_are_denied() -> None:
    aws = FakeAws()
    aws.statuses = ["FAILED"]
    aws.errors = {"list_stack_set_operation_results": ["AccessDenied"] * 3}
    assert "AWS returned no reason" in failed(aws, tags={"a": "b"}).message


@pytest.mark.parametrize("code", ["OperationInProgressException", "StaleRequestException"])
def test_another_operation_is_waited_for(code: str) -> None:
    aws = FakeAws()
    aws.errors = {"update_stack_set": [code]}
    aws.running = ["SUCCEEDED", "RUNNING", "STOPPING"]
    assert run(aws, tags={"a": "b"})["changed"]
    assert aws.operations.count("update_stack_set") == 2
    assert aws.operations.count("list_stack_set_operations") == 4


def test_a_request_that_was_received_twice() -> None:
    aws = FakeAws()
    aws.errors = {"update_stack_set": ["OperationIdAlreadyExistsException"]}
    assert run(aws, tags={"a": "b"})["operation_id"].startswith("octo-aws-")


def test_a_new_operation_may_be_missing_for_a_moment() -> None:
    aws = FakeAws()
    aws.errors = {"describe_stack_set_operation": ["OperationNotFoundException"]}
    assert run(aws, tags={"a": "b"})["operation_status"] == "SUCCEEDED"


def test_a_timeout_says_how_to_go_on() -> None:
    aws = FakeAws()
    aws.statuses = ["RUNNING"]
    error = failed(aws, tags={"a": "b"}, timeout=5)
    assert error.code is ErrorCode.STACK_SET_TIMED_OUT
    assert "is in the state RUNNING after 5 seconds" in error.message
    assert "Run the task again" in error.hint
    assert "Console: https://" in error.hint
    assert error.values["operation_status"] == "RUNNING"


def test_without_wait_the_last_operation_goes_on() -> None:
    aws = FakeAws(instance(HERE, "a"))
    result = run(aws, tags={"a": "b"}, accounts=[THERE], regions=["a"], wait=False)
    assert result["operation_status"] == "RUNNING"
    assert aws.operations.count("describe_stack_set_operation") == 1


def test_in_slices_nothing_is_sent_twice() -> None:
    aws = FakeAws()
    aws.statuses = ["RUNNING", "RUNNING", "SUCCEEDED"]
    aws.results = [{"Account": HERE, "Region": "a", "Status": "RUNNING"}]
    lines: list[str] = []
    state, number, result = "", 0, None
    while result is None:
        work = SlicedWork(Slice(0.0, 0.0, state))
        try:
            result = run(aws, work, tags={"a": "b"}, accounts=[HERE], regions=["a"])
        except SliceEnded:
            state, number = work.report["state"], number + 1
        lines += work.report["lines"]
    assert number == 2
    assert [name for name, _parameters in aws.writes] == ["update_stack_set", "create_stack_instances"]
    assert aws.operations.count("list_stack_set_operations") == 1
    assert lines[0] == (
        f"stack set web: UPDATE is RUNNING, 0 of 1 instances done, {stack_set_url(ARN, service_managed=False)}"
    )
    assert lines[1] == "stack set web: UPDATE is SUCCEEDED, 0 of 1 instances done"


def test_urls_in_the_console() -> None:
    assert stack_set_url(ARN, service_managed=True) == (
        "https://eu-central-1.console.aws.amazon.com/cloudformation/home?region=eu-central-1#/stacksets/web%3A1/info"
        "?permissions=service"
    )
    assert stack_set_url("", service_managed=False) == ""


def test_absent_is_gone() -> None:
    aws = FakeAws(exists=False)
    assert not run(aws, template_body=None, state="absent")["changed"]
    assert aws.operations == ["describe_stack_set"]
