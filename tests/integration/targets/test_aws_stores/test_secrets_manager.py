# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets Manager as the test AWS has it."""

from __future__ import annotations

import threading
import time
import typing as t
import uuid

import pytest
from aws import Aws
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
