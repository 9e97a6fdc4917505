# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what in the fake AWS, by policies with resources."""

from __future__ import annotations

import typing as t
import urllib.error

import pytest
from aws import Aws, Connect
from failure import refused

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"
PARAMETER = "arn:aws:ssm:eu-central-1:123456789012:parameter/"
TAGS = [{"Key": "a", "Value": "b"}]
DENIED = "AccessDeniedException"


def allow(*actions: str, on: str = "*", effect: str = "Allow") -> dict[str, t.Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": on}


def give(aws: Aws, *statements: dict[str, t.Any], user: str = "reader") -> None:
    aws.tell("policy", user=user, policy={"Statement": statements})


def test_a_user_is_allowed_nothing_at_first(aws: Aws, connect: Connect) -> None:
    reader = connect("secretsmanager", "reader")
    user = aws.facts["users"]["reader"]["user_arn"]
    with refused(
        DENIED,
        f"User: {user} is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy "
        "allows the secretsmanager:ListSecrets action",
    ):
        reader.list_secrets()
    give(aws, allow("secretsmanager:List*"))
    reader.list_secrets()
    aws.tell("reset")
    with refused(DENIED):
        reader.list_secrets()


def test_secrets_by_their_arn(aws: Aws, connect: Connect, secrets: t.Any) -> None:
    arns = {name: secrets.create_secret(Name=name, SecretString="one")["ARN"] for name in ("octo/a", "other/a")}
    reader = connect("secretsmanager", "reader")
    give(aws, allow("secretsmanager:GetSecretValue", on=f"{SECRET}octo/*"))
    for secret_id in ("octo/a", arns["octo/a"]):
        reader.get_secret_value(SecretId=secret_id)
    for secret_id in ("other/a", arns["other/a"]):
        with refused(DENIED, f"on resource: {arns['other/a']} because no identity-based policy allows"):
            reader.get_secret_value(SecretId=secret_id)
    with refused("ResourceNotFoundException"):
        reader.get_secret_value(SecretId="octo/b")
    with refused(DENIED, "on resource: other/b because"):
        reader.get_secret_value(SecretId="other/b")
    with refused(DENIED, "secretsmanager:PutSecretValue"):
        reader.put_secret_value(SecretId="octo/a", SecretString="two")

    give(aws, allow("secretsmanager:getsecretvalue", on=f"{SECRET}octo/a-??????"))
    reader.get_secret_value(SecretId="octo/a")
    give(aws, allow("secretsmanager:*"), allow("secretsmanager:GetSecretValue", on=arns["octo/a"], effect="Deny"))
    reader.get_secret_value(SecretId="other/a")
    with refused(DENIED, "with an explicit deny in an identity-based policy"):
        reader.get_secret_value(SecretId="octo/a")


def test_many_secrets_take_each(aws: Aws, connect: Connect, secrets: t.Any) -> None:
    for name in ("octo/a", "other/a"):
        secrets.create_secret(Name=name, SecretString="one")
    reader = connect("secretsmanager", "reader")
    get = allow("secretsmanager:GetSecretValue", on=f"{SECRET}octo/*")
    give(aws, get)
    with refused(DENIED, "secretsmanager:BatchGetSecretValue"):
        reader.batch_get_secret_value(SecretIdList=["octo/a"])
    give(aws, get, allow("secretsmanager:BatchGetSecretValue", on=f"{SECRET}*"))
    with refused(DENIED, "secretsmanager:BatchGetSecretValue"):
        reader.batch_get_secret_value(SecretIdList=["octo/a"])
    give(aws, get, allow("secretsmanager:BatchGetSecretValue"))
    answer = reader.batch_get_secret_value(SecretIdList=["octo/a", "other/a", "octo/b", "other/b"])
    assert [value["Name"] for value in answer["SecretValues"]] == ["octo/a"]
    assert {error["SecretId"]: error["ErrorCode"] for error in answer["Errors"]} == {
        "other/a": DENIED,
        "octo/b": "ResourceNotFoundException",
        "other/b": DENIED,
    }


def test_whoever_tags_a_secret_must_be_allowed_to(aws: Aws, connect: Connect) -> None:
    writer = connect("secretsmanager", "writer")
    create = allow("secretsmanager:CreateSecret", on=f"{SECRET}octo/*")
    give(aws, create, user="writer")
    writer.create_secret(Name="octo/a", SecretString="one")
    with refused(DENIED, "secretsmanager:TagResource on resource: octo/b because"):
        writer.create_secret(Name="octo/b", SecretString="one", Tags=TAGS)
    with refused(DENIED, "secretsmanager:CreateSecret on resource: other/a because"):
        writer.create_secret(Name="other/a", SecretString="one")
    give(aws, create, allow("secretsmanager:TagResource", on=f"{SECRET}octo/*"), user="writer")
    writer.create_secret(Name="octo/b", SecretString="one", Tags=TAGS)


def test_parameters_by_their_arn(aws: Aws, connect: Connect, parameters: t.Any) -> None:
    for name in ("/octo/a", "/other/a", "octo"):
        parameters.put_parameter(Name=name, Value="one", Type="SecureString")
    reader = connect("ssm", "reader")
    give(aws, allow("ssm:GetParameter", "ssm:GetParameters", "ssm:DescribeParameters", on=f"{PARAMETER}octo*"))
    for name in ("/octo/a", "octo"):
        reader.get_parameter(Name=name, WithDecryption=True)
    reader.get_parameters(Names=["/octo/a", "/octo/b"], WithDecryption=True)
    with refused("ParameterNotFound"):
        reader.get_parameter(Name="/octo/b")
    with refused(DENIED, f"on resource: {PARAMETER}other/a because"):
        reader.get_parameter(Name="/other/a")
    with refused(DENIED, f"on resource: {PARAMETER}other/a because"):
        reader.get_parameters(Names=["/octo/a", "/other/a"])
    with refused(DENIED, "on resource: arn:aws:ssm:eu-central-1:123456789012:* because"):
        reader.describe_parameters()
    give(aws, allow("ssm:DescribeParameters"))
    pages = reader.get_paginator("describe_parameters").paginate()
    assert sum(len(page["Parameters"]) for page in pages) == 3


def test_whoever_tags_a_parameter_must_be_allowed_to(aws: Aws, connect: Connect) -> None:
    writer = connect("ssm", "writer")
    put = allow("ssm:PutParameter", on=f"{PARAMETER}octo/*")
    give(aws, put, user="writer")
    writer.put_parameter(Name="/octo/a", Value="one", Type="String")
    with refused(DENIED, "ssm:AddTagsToResource"):
        writer.put_parameter(Name="/octo/b", Value="one", Type="String", Tags=TAGS)
    give(aws, put, allow("ssm:AddTagsToResource", on=f"{PARAMETER}octo/*"), user="writer")
    writer.put_parameter(Name="/octo/b", Value="one", Type="String", Tags=TAGS)


def test_sessions_of_roles_have_what_the_role_has(aws: Aws, connect: Connect) -> None:
    role = aws.facts["roles"]["deploy"]
    keys = connect("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    aws.facts["users"]["session"] = {
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "session_token": keys["SessionToken"],
    }
    session = connect("secretsmanager", "session")
    session.create_secret(Name="octo/a", SecretString="one", Tags=TAGS)
    policy = {"Statement": [allow("secretsmanager:GetSecretValue", on=f"{SECRET}octo/*")]}
    aws.tell("policy", role="deploy", policy=policy)
    session.get_secret_value(SecretId="octo/a")
    with refused(DENIED, "User: arn:aws:sts::123456789012:assumed-role/deploy/tests is not authorized"):
        session.list_secrets()
    aws.tell("reset")
    session.list_secrets()


def test_a_policy_that_is_not_understood(aws: Aws, connect: Connect) -> None:
    with pytest.raises(urllib.error.HTTPError):
        give(aws, {**allow("secretsmanager:*"), "Condition": {"StringEquals": {"aws:RequestTag/a": "b"}}})
    with refused(DENIED):
        connect("secretsmanager", "reader").list_secrets()
