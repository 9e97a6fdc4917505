# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets Manager as the fake AWS has it."""

from __future__ import annotations

import threading
import time
import typing as t
import uuid

import pytest
from aws import Aws
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator, ValidationErrors
from failure import refused

NEXT = "OCTO_AWS_NEXT"
MARKED = "because it was marked for deletion"


def put(secrets: t.Any, value: str, name: str = "octo/a") -> str:
    version: str = secrets.put_secret_value(SecretId=name, SecretString=value, VersionStages=[NEXT])["VersionId"]
    return version


def move(secrets: t.Any, old: str | None, new: str) -> None:
    old_version = {"RemoveFromVersionId": old} if old else {}
    secrets.update_secret_version_stage(
        SecretId="octo/a", VersionStage="AWSCURRENT", MoveToVersionId=new, **old_version
    )


def labels(secrets: t.Any) -> dict[str, set[str]]:
    described = secrets.describe_secret(SecretId="octo/a")["VersionIdsToStages"]
    return {version: set(names) for version, names in described.items() if names}


def test_the_current_version_moves_for_all_who_read_and_write(secrets: t.Any) -> None:
    first = secrets.create_secret(Name="octo/a", SecretString="one")["VersionId"]
    second = put(secrets, "two")
    assert labels(secrets) == {first: {"AWSCURRENT"}, second: {NEXT}}
    assert secrets.get_secret_value(SecretId="octo/a")["SecretString"] == "one"

    move(secrets, first, second)
    assert labels(secrets) == {first: {"AWSPREVIOUS"}, second: {NEXT, "AWSCURRENT"}}
    assert secrets.get_secret_value(SecretId="octo/a", VersionStage="AWSCURRENT")["SecretString"] == "two"
    batch = secrets.batch_get_secret_value(SecretIdList=["octo/a"])["SecretValues"]
    assert [value["SecretString"] for value in batch] == ["two"]

    third = secrets.update_secret(SecretId="octo/a", SecretString="three")["VersionId"]
    assert labels(secrets) == {second: {NEXT, "AWSPREVIOUS"}, third: {"AWSCURRENT"}}
    fourth = put(secrets, "four")
    assert labels(secrets) == {second: {"AWSPREVIOUS"}, third: {"AWSCURRENT"}, fourth: {NEXT}}


def test_whoever_moves_from_another_version_changes_nothing(secrets: t.Any) -> None:
    first = secrets.create_secret(Name="octo/a", SecretString="one")["VersionId"]
    second = put(secrets, "two")
    move(secrets, first, second)
    third = put(secrets, "three")
    before = labels(secrets)
    message = (
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version "
        f"{second}, so you must explicitly reference that version in RemoveFromVersionId."
    )
    for old in (first, None):
        with refused("InvalidParameterException", message):
            move(secrets, old, third)
    with refused("InvalidParameterException", "isn't currently attached"):
        # Again, as a client does whose answer was lost.
        move(secrets, first, second)
    assert labels(secrets) == before


def test_of_many_who_move_at_once_one_wins(secrets: t.Any) -> None:
    first = secrets.create_secret(Name="octo/a", SecretString="one")["VersionId"]
    versions = [put(secrets, str(number)) for number in range(8)]
    won = []

    def race(version: str) -> None:
        try:
            move(secrets, first, version)
            won.append(version)
        except secrets.exceptions.InvalidParameterException:
            pass

    threads = [threading.Thread(target=race, args=[version]) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert secrets.get_secret_value(SecretId="octo/a")["VersionId"] == won[0]


def test_a_token_is_one_version(secrets: t.Any) -> None:
    token = str(uuid.uuid4())
    for _attempt in range(2):
        created = secrets.create_secret(Name="octo/a", SecretString="one", ClientRequestToken=token)
        assert created["VersionId"] == token
    with refused("ResourceExistsException"):
        secrets.create_secret(Name="octo/a", SecretString="other", ClientRequestToken=token)
    with refused("ResourceExistsException", "the secret octo/a already exists"):
        secrets.create_secret(Name="octo/a", SecretString="one")
    another = str(uuid.uuid4())
    for _attempt in range(2):
        secrets.put_secret_value(
            SecretId="octo/a", SecretString="two", VersionStages=[NEXT], ClientRequestToken=another
        )
    assert labels(secrets) == {token: {"AWSCURRENT"}, another: {NEXT}}


def test_a_description_changes_alone(secrets: t.Any) -> None:
    first = secrets.create_secret(Name="octo/a", SecretString="one", Description="a", Tags=[{"Key": "a", "Value": "b"}])
    secrets.update_secret(SecretId="octo/a", Description="b")
    found = secrets.list_secrets()["SecretList"][0]
    assert (found["Description"], found["Tags"]) == ("b", [{"Key": "a", "Value": "b"}])
    assert labels(secrets) == {first["VersionId"]: {"AWSCURRENT"}}
    secrets.update_secret(SecretId="octo/a", Description="")
    assert not secrets.describe_secret(SecretId="octo/a").get("Description")


def test_a_secret_that_is_scheduled_for_deletion(secrets: t.Any) -> None:
    first = secrets.create_secret(Name="octo/a", SecretString="one")["VersionId"]
    second = put(secrets, "two")
    secrets.delete_secret(SecretId="octo/a", RecoveryWindowInDays=7)
    with refused("InvalidRequestException", "a secret with this name is already scheduled for deletion."):
        secrets.create_secret(Name="octo/a", SecretString="one")
    for request in (
        lambda: secrets.get_secret_value(SecretId="octo/a"),
        lambda: put(secrets, "three"),
        lambda: secrets.update_secret(SecretId="octo/a", Description="b"),
        lambda: move(secrets, first, second),
    ):
        with refused("InvalidRequestException", MARKED):
            request()
    with refused("InvalidRequestException", "already scheduled for deletion"):
        secrets.delete_secret(SecretId="octo/a", RecoveryWindowInDays=7)
    errors = secrets.batch_get_secret_value(SecretIdList=["octo/a", "octo/b"])["Errors"]
    assert [error["ErrorCode"] for error in errors] == ["InvalidRequestException", "ResourceNotFoundException"]
    assert secrets.list_secrets()["SecretList"] == []
    assert secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"][0]["DeletedDate"]

    secrets.restore_secret(SecretId="octo/a")
    assert secrets.get_secret_value(SecretId="octo/a")["SecretString"] == "one"
    secrets.delete_secret(SecretId="octo/a", RecoveryWindowInDays=7)
    secrets.delete_secret(SecretId="octo/a", ForceDeleteWithoutRecovery=True)
    with refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId="octo/a")
    secrets.create_secret(Name="octo/a", SecretString="one")


@pytest.mark.parametrize("name", ["a b", "a:b", "ä", "a*", "a\n"])
def test_names_that_aws_does_not_take(secrets: t.Any, name: str) -> None:
    with refused("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters"):
        secrets.create_secret(Name=name, SecretString="one")


def test_limits(secrets: t.Any) -> None:
    secrets.create_secret(Name="n" * 512, SecretString="v" * 65536)
    with refused("ValidationException", "length less than or equal to 512"):
        secrets.create_secret(Name="n" * 513, SecretString="one")
    for value in ("v" * 65537, "ä" * 32769):
        with refused("ValidationException", "length less than or equal to 65536"):
            secrets.create_secret(Name="octo/a", SecretString=value)
        with refused("ValidationException", "length less than or equal to 65536"):
            put(secrets, value, "n" * 512)
        with refused("ValidationException", "length less than or equal to 65536"):
            secrets.update_secret(SecretId="n" * 512, SecretString=value)
    with refused("ValidationException", "length less than or equal to 20"):
        secrets.batch_get_secret_value(SecretIdList=[f"octo/{number}" for number in range(21)])
    with refused("ValidationException", "less than or equal to 100"):
        secrets.list_secrets(MaxResults=101)


def test_a_secret_without_a_value(secrets: t.Any) -> None:
    created = secrets.create_secret(Name="octo/a", Description="Made by Terraform")
    assert "VersionId" not in created
    message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    for more in ({}, {"VersionStage": "AWSCURRENT"}):
        with refused("ResourceNotFoundException", message):
            secrets.get_secret_value(SecretId="octo/a", **more)
    answer = secrets.batch_get_secret_value(SecretIdList=["octo/a", "octo/b"])
    assert [(error["ErrorCode"], error["Message"]) for error in answer["Errors"]] == [
        ("ResourceNotFoundException", message),
        ("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    ]
    assert [secret["Name"] for secret in secrets.list_secrets()["SecretList"]] == ["octo/a"]
    with refused("ResourceExistsException"):
        secrets.create_secret(Name="octo/a", SecretString="one")
    first = secrets.put_secret_value(SecretId="octo/a", SecretString="one", VersionStages=[NEXT])
    assert set(first["VersionStages"]) == {NEXT, "AWSCURRENT"}
    second = secrets.put_secret_value(SecretId="octo/a", SecretString="two", VersionStages=[NEXT])
    assert second["VersionStages"] == [NEXT]
    with refused("InvalidParameterException", "The parameter RemoveFromVersionId can't be empty."):
        move(secrets, None, second["VersionId"])
    assert secrets.get_secret_value(SecretId="octo/a")["SecretString"] == "one"


def test_a_secret_without_a_value_is_deleted_and_restored(secrets: t.Any) -> None:
    secrets.create_secret(Name="octo/a")
    secrets.delete_secret(SecretId="octo/a", RecoveryWindowInDays=7)
    with refused("InvalidRequestException", MARKED):
        secrets.get_secret_value(SecretId="octo/a")
    with refused("InvalidRequestException", MARKED):
        put(secrets, "one")
    secrets.restore_secret(SecretId="octo/a")
    with refused("ResourceNotFoundException", "for staging label: AWSCURRENT"):
        secrets.get_secret_value(SecretId="octo/a")


@pytest.mark.parametrize("operation", ["put_secret_value", "update_secret"])
def test_a_token_takes_no_other_value(secrets: t.Any, operation: str) -> None:
    token = str(uuid.uuid4())
    secrets.create_secret(Name="octo/a", SecretString="one")
    for _attempt in range(2):
        getattr(secrets, operation)(SecretId="octo/a", SecretString="two", ClientRequestToken=token)
    with refused("ResourceExistsException"):
        getattr(secrets, operation)(SecretId="octo/a", SecretString="three", ClientRequestToken=token)


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        ("create_secret", {"Name": "octo/a", "Description": "d" * 2049}, "ValidationException", "to 2048"),
        ("create_secret", {"Name": "octo/a", "ClientRequestToken": "short"}, "ValidationException", "to 32"),
        ("create_secret", {"Name": "octo/a", "SecretString": ""}, "ValidationException", "to 1"),
        ("create_secret", {"Name": "octo/a", "Tags": [{"Key": "k" * 129, "Value": ""}]}, "ValidationException", "128"),
        (
            "create_secret",
            {"Name": "octo/a", "Tags": [{"Key": "a", "Value": "b" * 257}]},
            "ValidationException",
            "to 256",
        ),
        (
            "create_secret",
            {"Name": "octo/a", "Tags": [{"Key": str(number), "Value": ""} for number in range(51)]},
            "InvalidParameterException",
            "more than 50 tags",
        ),
        ("create_secret", {"Name": "octo/a", "Tags": [{"Key": "aws:a", "Value": ""}]}, "InvalidParameterException", ""),
        ("create_secret", {"Name": "octo/a", "Tags": [{"Key": "a*", "Value": ""}]}, "InvalidParameterException", ""),
        (
            "create_secret",
            {"Name": "octo/a", "SecretString": "a", "SecretBinary": b"a"},
            "InvalidParameterException",
            "both a binary secret value and a string",
        ),
        ("put_secret_value", {"SecretId": "octo/b"}, "InvalidRequestException", "You must provide either"),
        ("put_secret_value", {"SecretId": "octo/b", "SecretString": ""}, "ValidationException", "to 1"),
        (
            "put_secret_value",
            {"SecretId": "octo/b", "SecretString": "a", "VersionStages": []},
            "ValidationException",
            "to 1",
        ),
        (
            "update_secret_version_stage",
            {"SecretId": "octo/b", "VersionStage": "AWSCURRENT", "MoveToVersionId": "short"},
            "ValidationException",
            "to 32",
        ),
        ("batch_get_secret_value", {}, "InvalidParameterException", "not both"),
        ("batch_get_secret_value", {"SecretIdList": []}, "ValidationException", "to 1"),
        ("batch_get_secret_value", {"SecretIdList": ["a"], "MaxResults": 5}, "InvalidParameterException", "Filters"),
        (
            "batch_get_secret_value",
            {"SecretIdList": ["a"], "Filters": [{"Key": "name", "Values": ["a"]}]},
            "InvalidParameterException",
            "not both",
        ),
        ("list_secrets", {"MaxResults": 0}, "ValidationException", "greater than or equal to 1"),
        ("list_secrets", {"Filters": [{"Key": "name", "Values": ["a*"]}]}, "ValidationException", "pattern"),
        ("delete_secret", {"SecretId": "octo/b", "RecoveryWindowInDays": 6}, "InvalidParameterException", "7 and 30"),
        (
            "delete_secret",
            {"SecretId": "octo/b", "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True},
            "InvalidParameterException",
            "in conjunction",
        ),
    ],
)
def test_what_aws_does_not_take(
    secrets: t.Any,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    parameters: dict[str, t.Any],
    code: str,
    message: str,
) -> None:
    secrets.create_secret(Name="octo/b", SecretString="one")
    # Not even what botocore looks at.
    monkeypatch.setattr(ParamValidator, "validate", lambda *_arguments: ValidationErrors())
    with refused(code, message):
        getattr(secrets, operation)(**parameters)


def test_a_value_that_is_refused_is_not_quoted(secrets: t.Any) -> None:
    with pytest.raises(ClientError) as caught:
        secrets.create_secret(Name="octo/a", SecretString="canary" * 11_000)
    assert "canary" not in str(caught.value)


def test_a_page_may_be_empty_and_not_the_last(secrets: t.Any) -> None:
    for name in ("octo/a", "octo/b"):
        secrets.create_secret(Name=name, SecretString="one")
    filters = [{"Key": "name", "Values": ["octo/"]}]
    first = secrets.list_secrets(Filters=filters)
    assert first["SecretList"] == []
    second = secrets.list_secrets(Filters=filters, NextToken=first["NextToken"])
    assert [secret["Name"] for secret in second["SecretList"]] == ["octo/a", "octo/b"]


def test_a_list_is_late(aws: Aws, secrets: t.Any) -> None:
    secrets.create_secret(Name="octo/a", SecretString="one")
    aws.tell("late", lists=2)
    secrets.create_secret(Name="octo/b", SecretString="one")
    secrets.delete_secret(SecretId="octo/a", ForceDeleteWithoutRecovery=True)
    for names in (["octo/a"], ["octo/a"], ["octo/b"]):
        assert [secret["Name"] for secret in secrets.list_secrets()["SecretList"]] == names


def test_a_deletion_for_good_is_late(aws: Aws, secrets: t.Any) -> None:
    secrets.create_secret(Name="octo/a", SecretString="one")
    secrets.delete_secret(SecretId="octo/a", ForceDeleteWithoutRecovery=True)
    aws.tell("late", deleted=1)
    with refused("InvalidRequestException", "already scheduled for deletion"):
        secrets.create_secret(Name="octo/a", SecretString="one")
    secrets.create_secret(Name="octo/a", SecretString="one")


def test_by_name_and_arn(secrets: t.Any) -> None:
    arn = secrets.create_secret(Name="octo/a", SecretString="one")["ARN"]
    other = secrets.create_secret(Name="octo/a-abcdef", SecretString="two")["ARN"]
    for secret_id, value in (("octo/a", "one"), (arn, "one"), (arn[:-7], "one"), (other, "two"), (other[:-7], "two")):
        assert secrets.get_secret_value(SecretId=secret_id)["SecretString"] == value
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    secrets.create_secret(Name="octo/a", SecretString="one")
    with refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=arn)


def test_ten_thousand_secrets(aws: Aws, secrets: t.Any) -> None:
    aws.tell("fill", count=10000, service="secretsmanager", parameters={"Name": "octo/{}", "SecretString": "one"})
    secrets.create_secret(Name="other", SecretString="one")
    began = time.monotonic()
    pages = secrets.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": ["octo/"]}], PaginationConfig={"PageSize": 100}
    )
    names = [secret["Name"] for page in pages for secret in page["SecretList"]]
    assert len(set(names)) == len(names) == 10000
    secrets.batch_get_secret_value(SecretIdList=names[-20:])
    assert time.monotonic() - began < 30
