# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates in S3, kept parameters, rollback triggers and imports."""

from __future__ import annotations

import hashlib
import types
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import (
    LARGEST_STORED_TEMPLATE,
    LARGEST_TEMPLATE,
    api_parameters,
    check_options,
)
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.resource_imports import resources_to_import
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.template_store import TemplateStore
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from botocore import exceptions as aws

ALARM = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"
BUCKET = {"resource_type": "AWS::S3::Bucket", "logical_id": "Site", "identifier": {"BucketName": "www"}}


class FakeS3:
    """A bucket that has one answer for HEAD and one for PUT."""

    meta = types.SimpleNamespace(endpoint_url="https://s3.eu-central-1.amazonaws.com", region_name="eu-central-1")

    def __init__(self, head: t.Any, put: t.Any = None) -> None:
        self.answers = {"head_object": head, "put_object": put or {}}
        self.sent: list[tuple[str, dict[str, t.Any]]] = []

    def __getattr__(self, operation: str) -> t.Callable[..., t.Any]:
        def send(**parameters: t.Any) -> t.Any:
            self.sent.append((operation, parameters))
            answer = self.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return send


def refused_by_s3(code: str, operation: str) -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": code}}, operation)


def test_a_template_is_uploaded_once_under_its_hash() -> None:
    missing, there = FakeS3(refused_by_s3("404", "HeadObject")), FakeS3({"ContentLength": 2})
    name = hashlib.sha256("ä".encode()).hexdigest()
    for s3 in (missing, there):
        assert TemplateStore(s3, "b", "my templates/", ()).store("ä") == (
            f"https://s3.eu-central-1.amazonaws.com/b/my%20templates/{name}"
        )
    assert [operation for operation, _parameters in missing.sent] == ["head_object", "put_object"]
    assert missing.sent[1][1]["Body"] == "ä".encode()
    assert [operation for operation, _parameters in there.sent] == ["head_object"]


def test_an_object_of_another_size_is_replaced() -> None:
    s3 = FakeS3({"ContentLength": 1})
    TemplateStore(s3, "b", "", ()).store("ä")
    assert [operation for operation, _parameters in s3.sent] == ["head_object", "put_object"]


@pytest.mark.parametrize(
    ("head", "put", "code", "text"),
    [
        ("403", None, ErrorCode.ACCESS_DENIED, "s3:ListBucket"),
        ("404", "AccessDenied", ErrorCode.ACCESS_DENIED, "s3:PutObject"),
        ("404", "NoSuchBucket", ErrorCode.BUCKET_UNKNOWN, "template_bucket"),
        ("404", "InvalidRequest", ErrorCode.AWS_REFUSED, "s3://b/"),
    ],
)
def test_a_failed_upload_names_the_bucket(head: str, put: str | None, code: ErrorCode, text: str) -> None:
    s3 = FakeS3(refused_by_s3(head, "HeadObject"), refused_by_s3(put, "PutObject") if put else None)
    with pytest.raises(OctoAwsError) as raised:
        TemplateStore(s3, "b", "", ()).store("x")
    assert raised.value.code is code
    assert text in str(raised.value)


def test_a_bucket_allows_larger_templates() -> None:
    given = {"stack_name": "web", "template_bucket": "templates"}
    check_options({**given, "template_body": "x" * (LARGEST_TEMPLATE + 1)}, 1, 1)
    check_options({**given, "template_body": "x" * LARGEST_STORED_TEMPLATE}, 1, 1)
    with pytest.raises(OctoAwsError) as raised:
        check_options({**given, "template_body": "x" * (LARGEST_STORED_TEMPLATE + 1)}, 1, 1)
    assert raised.value.code is ErrorCode.TEMPLATE_TOO_LARGE


def test_a_kept_parameter_has_its_value_in_a_new_stack() -> None:
    options = {"parameters": {"A": "1", "B": None}, "use_previous_value": ["A", "C"]}
    assert api_parameters(options, update=False)["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "1"}]
    kept = api_parameters(options, update=True)["Parameters"]
    assert {item["ParameterKey"] for item in kept} == {"A", "B", "C"}
    assert all(item["UsePreviousValue"] is True and "ParameterValue" not in item for item in kept)


def test_omitted_rollback_triggers_stay_and_empty_ones_go() -> None:
    assert "RollbackConfiguration" not in api_parameters({}, update=True)
    triggers = [{"arn": ALARM, "type": "AWS::CloudWatch::Alarm"}]
    options = {"rollback_triggers": triggers, "monitoring_time": 0}
    assert api_parameters(options, update=True)["RollbackConfiguration"] == {
        "RollbackTriggers": [{"Arn": ALARM, "Type": "AWS::CloudWatch::Alarm"}],
        "MonitoringTimeInMinutes": 0,
    }
    assert api_parameters({"rollback_triggers": []}, update=True)["RollbackConfiguration"] == {"RollbackTriggers": []}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"rollback_triggers": [{"arn": ALARM, "type": "x"}] * 6}, ErrorCode.OPTION_INVALID),
        ({"rollback_triggers": [{"arn": "errors", "type": "x"}]}, ErrorCode.OPTION_INVALID),
        ({"monitoring_time": -1}, ErrorCode.OPTION_INVALID),
        ({"monitoring_time": 181}, ErrorCode.OPTION_INVALID),
        ({"template_bucket": "s3://templates"}, ErrorCode.OPTION_INVALID),
        ({"use_previous_value": [""]}, ErrorCode.OPTION_INVALID),
        ({"resources_to_import": [{**BUCKET, "resource_type": "Bucket"}]}, ErrorCode.OPTION_INVALID),
        ({"resources_to_import": [{**BUCKET, "logical_id": "a-b"}]}, ErrorCode.OPTION_INVALID),
        ({"resources_to_import": [{**BUCKET, "identifier": {}}]}, ErrorCode.OPTION_INVALID),
        ({"resources_to_import": [{**BUCKET, "identifier": {"BucketName": None}}]}, ErrorCode.OPTION_INVALID),
        ({"resources_to_import": [BUCKET] * 201}, ErrorCode.OPTION_INVALID),
        ({"wait": False, "retain_resources": ["Site"]}, ErrorCode.OPTION_CONFLICT),
        ({"wait": False, "detect_drift": True}, ErrorCode.OPTION_CONFLICT),
        ({"state": "absent", "detect_drift": True}, ErrorCode.OPTION_CONFLICT),
    ],
)
def test_refused_before_anything_is_sent(given: dict[str, t.Any], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as raised:
        check_options({"stack_name": "web", **given}, 0, 1)
    assert raised.value.code is code


def test_a_resource_of_the_stack_is_not_imported_again() -> None:
    options = {"resources_to_import": [BUCKET, {**BUCKET, "logical_id": "Other"}]}
    assert [item["LogicalResourceId"] for item in resources_to_import(options, ["Site"])] == ["Other"]
    assert resources_to_import(options, [])[0]["ResourceIdentifier"] == {"BucketName": "www"}
