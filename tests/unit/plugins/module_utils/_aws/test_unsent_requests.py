# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What botocore refuses before it sends a request is an error of the option, whose value no message quotes."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.botocore import isolated_session
from ansible_collections.octo.aws.plugins.module_utils._aws.errors import call, explain
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError

SECRET = "d0-not-sh0w"

STACK = {"StackName": "site"}
SESSION = {"RoleArn": "arn:aws:iam::123456789012:role/a", "RoleSessionName": "name"}
REQUESTS: list[tuple[str, str, dict[str, t.Any], str]] = [
    ("s3", "list_objects_v2", {"Bucket": "arn:aws:s3:::x"}, "bucket "),
    ("s3", "list_objects_v2", {"Bucket": "s3://x"}, "bucket "),
    ("s3", "list_objects_v2", {"Bucket": "a b"}, "bucket "),
    ("s3", "list_objects_v2", {"Bucket": ""}, "bucket "),
    ("s3", "list_objects_v2", {"Bucket": "arn:aws:s3:eu-central-1:123456789012:nothing/x"}, "bucket "),
    ("s3", "put_object", {"Bucket": "x", "Key": "a", "CacheControl": {SECRET: 1}}, "cache_control "),
    ("s3", "put_object", {"Bucket": "x", "Key": ""}, "key "),
    ("s3", "put_object", {"Bucket": "x", "Key": "a", "Metadata": {"a": "ü"}}, "metadata "),
    ("s3", "put_object", {"Bucket": "x", "Key": "a", "Tagging": {SECRET: SECRET}}, "tags "),
    ("s3", "put_object", {"Bucket": "x", "Key": "a", "SSEKMSKeyId": 12}, "kms_key_id "),
    ("s3", "put_object", {"Bucket": "x", "Key": "a", "NotAParameter": SECRET}, "not_aparameter|NotAParameter"),
    ("cloudformation", "create_stack", {**STACK, "RoleARN": "deploy"}, "role_arn must have at least 20 characters"),
    (
        "cloudformation",
        "create_stack",
        {**STACK, "Tags": [{"Key": "team", "Value": ""}]},
        "tags.team must have at least 1 char",
    ),
    ("cloudformation", "create_stack", {**STACK, "Tags": [{"Key": "", "Value": "a"}]}, "tags"),
    ("cloudformation", "create_stack", {**STACK, "TemplateURL": ""}, "template_url "),
    (
        "cloudformation",
        "create_stack",
        {**STACK, "Parameters": [{"ParameterKey": "A", "ParameterValue": {SECRET: 1}}]},
        r"parameters\.A ",
    ),
    ("cloudformation", "create_stack", {**STACK, "NotificationARNs": [12]}, "notification_arns, item 1,"),
    ("cloudformation", "create_stack", {**STACK, "StackPolicyBody": ""}, "stack_policy "),
    ("cloudformation", "create_stack", {**STACK, "Capabilities": SECRET}, "capabilities "),
    ("cloudformation", "create_change_set", {**STACK, "ChangeSetName": ""}, "change_set_name "),
    ("cloudformation", "create_stack", {}, "stack_name "),
    ("sts", "assume_role", {**SESSION, "RoleArn": "deploy"}, "role_arn "),
    ("sts", "assume_role", {**SESSION, "ExternalId": "a"}, "external_id "),
    ("sts", "assume_role", {**SESSION, "DurationSeconds": 1}, "duration_seconds must be at least 900"),
    ("sts", "assume_role", {**SESSION, "Policy": ""}, "policy "),
    ("sts", "assume_role", {**SESSION, "SerialNumber": "a"}, "mfa_serial "),
    ("sts", "assume_role", {**SESSION, "TokenCode": SECRET[:2]}, "mfa_token "),
    ("sts", "assume_role", {**SESSION, "Tags": [{"Key": "team", "Value": True}]}, r"tags\.team "),
    ("ssm", "get_parameter", {"Name": ""}, "name "),
    ("secretsmanager", "get_secret_value", {"SecretId": 1}, "secret_id "),
]
"""Service, operation and parameters, and how the message begins."""


@pytest.mark.parametrize(("service", "operation", "parameters", "begins"), REQUESTS)
def test_an_option_is_named(service: str, operation: str, parameters: dict[str, t.Any], begins: str) -> None:
    client = isolated_session().create_client(
        service,
        region_name="eu-central-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        endpoint_url=None if service == "s3" else "http://127.0.0.1:1",
    )
    with pytest.raises(OctoAwsError, match=f"^({begins})") as raised:
        call(client, operation, **parameters)
    assert raised.value.code is ErrorCode.OPTION_INVALID
    assert SECRET not in str(raised.value)
    assert "endpoint" not in str(raised.value)


def test_what_is_no_matter_of_an_option_stays_what_it_was() -> None:
    from botocore.parsers import ResponseParserError

    for error in (ResponseParserError("<html>"), KeyError("Error")):
        assert explain(error, endpoint="https://a", secrets=()).code is ErrorCode.AWS_ANSWER_INVALID
