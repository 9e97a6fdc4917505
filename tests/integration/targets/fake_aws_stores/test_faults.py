# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on demand in the fake AWS, and what it tells of the requests."""

from __future__ import annotations

import json
import typing as t

import pytest
from aws import ATTEMPTS, Aws, Connect
from botocore.exceptions import ClientError, ConnectionClosedError
from failure import refused

SECRET_ERRORS = {
    "throttle": ("ThrottlingException", 400),
    "internal": ("InternalServiceError", 500),
    "kms": ("DecryptionFailure", 400),
    "kms_encrypt": ("EncryptionFailure", 400),
    "kms_denied": ("AccessDeniedException", 400),
    "limit": ("LimitExceededException", 400),
    "expired_token": ("ExpiredTokenException", 400),
    "region_disabled": ("UnrecognizedClientException", 400),
    "other": ("SerializationException", 400),
}
PARAMETER_ERRORS = {
    **SECRET_ERRORS,
    "internal": ("InternalServerError", 500),
    "kms": ("InvalidKeyId", 400),
    "limit": ("ParameterLimitExceeded", 400),
    "too_many_updates": ("TooManyUpdates", 400),
}
del PARAMETER_ERRORS["kms_encrypt"]
CASES = [
    *(("secretsmanager:GetSecretValue", kind, *error) for kind, error in SECRET_ERRORS.items()),
    *(("ssm:GetParameter", kind, *error) for kind, error in PARAMETER_ERRORS.items()),
]


def read(connect: Connect, service: str) -> None:
    """In one attempt."""
    if service == "ssm":
        connect("ssm", attempts=1).get_parameter(Name="/octo/a", WithDecryption=True)
    else:
        connect("secretsmanager", attempts=1).get_secret_value(SecretId="octo/a")


@pytest.mark.parametrize(("action", "kind", "code", "status"), CASES)
def test_errors_by_their_names(aws: Aws, connect: Connect, action: str, kind: str, code: str, status: int) -> None:
    aws.tell("fault", action=action, kind=kind)
    with pytest.raises(ClientError) as caught:
        read(connect, action.partition(":")[0])
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert aws.requests[0]["answered"] == status


def test_denied_in_the_words_of_aws(aws: Aws, secrets: t.Any, parameters: t.Any) -> None:
    arn = secrets.create_secret(Name="octo/a", SecretString="one")["ARN"]
    aws.tell("fault", action="secretsmanager:PutSecretValue", kind="denied")
    message = (
        f"User: {aws.facts['user_arn']} is not authorized to perform: secretsmanager:PutSecretValue on resource: "
        f"{arn} because no identity-based policy allows the secretsmanager:PutSecretValue action"
    )
    with refused("AccessDeniedException", message):
        secrets.put_secret_value(SecretId="octo/a", SecretString="two")
    aws.tell("fault", action="ssm:DescribeParameters", kind="denied")
    with refused("AccessDeniedException", "on resource: arn:aws:ssm:eu-central-1:123456789012:* because"):
        parameters.describe_parameters()


def test_keys_that_are_wrong(aws: Aws, connect: Connect) -> None:
    aws.facts["users"]["stranger"] = {"access_key": "AKIAI44QH8DHBEXAMPLE", "secret_key": "a"}
    with refused("UnrecognizedClientException"):
        connect("ssm", "stranger").describe_parameters()
    aws.facts["users"]["stranger"] = {**aws.facts["users"]["reader"], "secret_key": "a"}
    with refused("InvalidSignatureException"):
        connect("secretsmanager", "stranger").list_secrets()
    aws.tell("clock", offset=900)
    with refused("InvalidSignatureException", "Signature expired"):
        connect("secretsmanager").list_secrets()


def test_an_answer_that_is_lost(aws: Aws, secrets: t.Any) -> None:
    """The client tries again, and its token makes that the same version."""
    aws.tell("fault", kind="drop_after", services=["secretsmanager"], number=2)
    secrets.create_secret(Name="octo/a", SecretString="one")
    secrets.put_secret_value(SecretId="octo/a", SecretString="two", VersionStages=["OCTO_AWS_NEXT"])
    assert [request["answered"] for request in aws.requests] == [200, None, 200]
    assert len(secrets.describe_secret(SecretId="octo/a")["VersionIdsToStages"]) == 2


@pytest.mark.parametrize(("kind", "there"), [("drop_after", True), ("drop_before", False)])
def test_more_answers_are_lost_than_a_client_has_attempts(
    aws: Aws, secrets: t.Any, parameters: t.Any, kind: str, there: bool
) -> None:
    aws.tell("fault", kind=kind, services=["secretsmanager", "ssm"], number=2, times=2 * ATTEMPTS)
    secrets.create_secret(Name="octo/a", SecretString="one")
    with pytest.raises(ConnectionClosedError):
        secrets.create_secret(Name="octo/b", SecretString="one")
    with pytest.raises(ConnectionClosedError):
        parameters.put_parameter(Name="/octo/b", Value="one", Type="String")
    assert [request["answered"] for request in aws.requests] == [200, *[None] * 2 * ATTEMPTS]
    assert ("octo/b" in [secret["Name"] for secret in secrets.list_secrets()["SecretList"]]) is there
    assert bool(parameters.describe_parameters()["Parameters"]) is there


def test_whoever_asked_is_gone(aws: Aws, secrets: t.Any, parameters: t.Any) -> None:
    aws.tell("fault", kind="gone_after", services=["secretsmanager"], number=2)
    secrets.create_secret(Name="octo/a", SecretString="one")
    for name in ("octo/b", "octo/c"):
        with pytest.raises(ConnectionClosedError):
            secrets.create_secret(Name=name, SecretString="one")
    assert parameters.describe_parameters()["Parameters"] == []
    aws.tell("reset")
    assert [secret["Name"] for secret in secrets.list_secrets()["SecretList"]] == ["octo/a", "octo/b"]


def test_faults_end_with_a_reset(aws: Aws, secrets: t.Any) -> None:
    aws.tell("fault", kind="drop_before", services=["secretsmanager"], times=1000)
    aws.tell("reset")
    secrets.list_secrets()


def test_a_captive_portal(aws: Aws, secrets: t.Any) -> None:
    """The client takes it for an answer in which there is nothing."""
    aws.tell("fault", action="secretsmanager:GetSecretValue", kind="not_aws")
    assert set(secrets.get_secret_value(SecretId="octo/a")) == {"ResponseMetadata"}


def test_what_was_asked_for(aws: Aws, secrets: t.Any, parameters: t.Any) -> None:
    secrets.create_secret(Name="octo/a", SecretString='{"a": "canary"}', ClientRequestToken="t" * 32)
    parameters.get_parameters(Names=["/octo/a"], WithDecryption=True)
    assert [(request["action"], request["parameters"]) for request in aws.requests] == [
        (
            "secretsmanager:CreateSecret",
            {"Name": "octo/a", "SecretString": '{"a": "canary"}', "ClientRequestToken": "t" * 32},
        ),
        ("ssm:GetParameters", {"Names": ["/octo/a"], "WithDecryption": True}),
    ]


def test_where_a_value_travelled(aws: Aws, secrets: t.Any) -> None:
    value = 'canary "ä" / \n'
    secrets.create_secret(Name="octo/a", SecretString=json.dumps({"a": value}), Description="marble")
    secrets.list_secrets()
    secrets.batch_get_secret_value(SecretIdList=["octo/a"])
    with pytest.raises(ClientError):
        secrets.get_secret_value(SecretId="octo/b")
    assert aws.tell("travels", values=[value, "marble", "nowhere"]) == [
        {"action": "secretsmanager:CreateSecret", "answered": 200, "request": [value, "marble"], "answer": []},
        {"action": "secretsmanager:ListSecrets", "answered": 200, "request": [], "answer": ["marble"]},
        {"action": "secretsmanager:BatchGetSecretValue", "answered": 200, "request": [], "answer": [value]},
        {"action": "secretsmanager:GetSecretValue", "answered": 400, "request": [], "answer": []},
    ]
