# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that are services: what they send, and what they say when AWS refuses it."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_context
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    SERVICES,
    ParameterFixture,
    SecretsManagerFixture,
    ServiceFixture,
    actions,
    failure,
    use_keys,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

SAVES = {"CreateSecret", "PutSecretValue", "PutParameter"}
READS = {"GetSecretValue", "BatchGetSecretValue", "GetParameter", "GetParameters"}


def test_what_an_administrator_sees_of_a_secret(aws: FakeAws, secrets_manager: SecretsManagerFixture) -> None:
    store_fixture = secrets_manager
    store = open_store(store_fixture.with_options(kms_key_id="alias/octo"), make_context())
    store.write(make_account("team a", description="For\n deployments"), None, None)
    shown = store_fixture.client.describe_secret(SecretId=f"{store_fixture.prefix}/team=20a")
    assert shown["Description"] == 'octo.aws account "team a" (access_key) For deployments'
    assert shown["KmsKeyId"] == "alias/octo"
    tags = {tag["Key"]: tag["Value"] for tag in shown["Tags"]}
    assert tags == {"managed-by": "octo.aws", "octo.aws:account": "team=20a"}
    stored = store.read("team a", fresh=True)
    assert stored
    for account, changes in (
        (make_account("team a", description="Other"), ["UpdateSecret", "PutSecretValue", "UpdateSecretVersionStage"]),
        (
            make_account("team a", description="Other", region="eu-west-1"),
            ["PutSecretValue", "UpdateSecretVersionStage"],
        ),
    ):
        aws.tell("reset")
        store.write(account, stored.revision, None)
        assert actions(aws) == changes
        stored = store.read("team a", fresh=True)
        assert stored
    assert store_fixture.client.describe_secret(SecretId=f"{store_fixture.prefix}/team=20a")["Description"].endswith(
        ") Other"
    )


def test_what_an_administrator_sees_of_a_parameter(parameters: ParameterFixture) -> None:
    store_fixture = parameters
    store = open_store(store_fixture.with_options(kms_key_id="alias/octo", tier="Advanced"), make_context())
    for region in ("eu-west-1", "eu-west-3"):
        stored = store.read("team.a")
        account = make_account("team.a", description="For deployments", region=region)
        store.write(account, stored.revision if stored else None, None)
    names = [{"Key": "Name", "Option": "BeginsWith", "Values": [store_fixture.prefix]}]
    [shown] = store_fixture.client.describe_parameters(ParameterFilters=names)["Parameters"]
    assert shown["Name"] == f"{store_fixture.prefix}/team.2Ea"
    assert shown["Description"] == 'octo.aws account "team.a" (access_key) For deployments'
    assert (shown["Type"], shown["KeyId"], shown["Tier"]) == ("SecureString", "alias/octo", "Advanced")
    tags = store_fixture.client.list_tags_for_resource(ResourceType="Parameter", ResourceId=shown["Name"])["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"managed-by": "octo.aws", "octo.aws:account": "team.2Ea"}


def test_a_long_description_is_cut(service: ServiceFixture) -> None:
    store, name = service.open(), "\N{GRINNING FACE}" * 200
    account = make_account(name, description="\N{GRINNING FACE}" * (200 if service.scheme == "ssm" else 1000))
    store.write(account, None, None)
    stored = service.open().read(name)
    assert stored
    assert stored.account == account
    assert store.names() == [name]


@pytest.mark.parametrize(
    ("scheme", "options", "most"),
    [
        ("secretsmanager", {}, 65_536),
        ("ssm", {}, 4_096),
        ("ssm", {"tier": "Advanced"}, 8_192),
        ("ssm", {"tier": "Intelligent-Tiering"}, 8_192),
    ],
)
def test_the_longest_record(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, scheme: str, options: dict[str, str], most: int
) -> None:
    use_keys(monkeypatch, aws.facts)
    store_fixture = SERVICES[scheme]()
    store: t.Any = open_store(store_fixture.with_options(**options), make_context())
    fields: dict[str, t.Any] = {"access_key": "ASIAIOSFODNN7EXAMPLE"}
    room = most - len(store.text_of(make_account(session_token="x", **fields)).encode())
    token = "x" + "\N{GRINNING FACE}" * (room // 4) + "x" * (room % 4)
    longest = make_account(session_token=token, **fields)
    assert len(store.text_of(longest).encode()) == most
    aws.tell("reset")
    error = failure(lambda: store.write(make_account(session_token=token + "x", **fields), None, None))
    assert error.code is ErrorCode.RECORD_TOO_LARGE
    assert f"too large: {most + 1:,} bytes" in str(error)
    assert f"is {most:,}." in str(error)
    assert ("tier=Advanced" in str(error)) is (most == 4_096)
    assert actions(aws) == []
    store.write(longest, None, None)
    stored = store_fixture.open().read("prod")
    assert stored
    assert stored.account == longest


def test_where_secrets_travel(aws: FakeAws, service: ServiceFixture) -> None:
    secrets = {"secret_key": "canary/secret", "session_key": "0123456789abcdef" * 4, "session_token": "canary-token"}
    account = make_account(access_key="ASIAIOSFODNN7EXAMPLE", **secrets, region="eu-west-1")
    store = service.open()
    for each in (account, dataclasses.replace(account, description="Other")):
        stored = store.read("prod", fresh=True)
        store.write(each, stored.revision if stored else None, None)
    store.names()
    list(store.read_many(["prod"]))
    store.delete("prod")
    travels = aws.travels(*secrets.values())
    assert {each["action"].partition(":")[2] for each in travels if each["request"]} <= SAVES
    assert {each["action"].partition(":")[2] for each in travels if each["answer"]} <= READS
    assert sum(bool(each["request"]) for each in travels) == 2


# What is refused


@pytest.mark.parametrize(("scheme", "action"), [("secretsmanager", "CreateSecret"), ("ssm", "PutParameter")])
def test_a_service_that_is_full(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, scheme: str, action: str) -> None:
    use_keys(monkeypatch, aws.facts)
    store_fixture = SERVICES[scheme]()
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    aws.tell("fault", action=f"{scheme}:{action}", kind="limit", times=100)
    error = failure(lambda: store_fixture.open().write(make_account(), None, None))
    assert error.code is ErrorCode.STORE_FULL
    assert "is full" in str(error)
    aws.tell("reset")
    assert store_fixture.open().names() == []


@pytest.mark.parametrize("kind", ["throttle", "internal"])
def test_what_passes_by_itself_is_waited_out(
    aws: FakeAws, service: ServiceFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    store = service.open()
    store.write(make_account(), None, None)
    read = {"secretsmanager": "GetSecretValue", "ssm": "GetParameter"}[service.scheme]
    aws.tell("fault", action=f"{service.scheme}:{read}", kind=kind, times=aws_client._ATTEMPTS - 1)
    assert store.read("prod", fresh=True)
    aws.tell("reset")
    aws.tell("fault", action=f"{service.scheme}:{read}", kind=kind, times=100)
    error = failure(lambda: store.read("prod", fresh=True))
    assert not isinstance(error, RecordError)
    assert error.code is {"throttle": ErrorCode.THROTTLED, "internal": ErrorCode.AWS_UNAVAILABLE}[kind]
    assert actions(aws) == [read] * aws_client._ATTEMPTS


def test_two_updates_at_once(aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_client.time, "sleep", lambda _seconds: None)
    store = parameters.open()
    aws.tell("fault", action="ssm:PutParameter", kind="too_many_updates", times=aws_client._ATTEMPTS - 1)
    store.write(make_account(), None, None)
    aws.tell("fault", action="ssm:PutParameter", kind="too_many_updates", times=100)
    error = failure(lambda: store.write(make_account("other"), None, None))
    assert error.aws_code == "TooManyUpdates"
    aws.tell("reset")
    assert store.names() == ["prod"]


DENIALS = [
    ("secretsmanager", "GetSecretValue", "read"),
    ("secretsmanager", "ListSecrets", "names"),
    ("secretsmanager", "CreateSecret", "make"),
    ("secretsmanager", "PutSecretValue", "change"),
    ("secretsmanager", "UpdateSecret", "describe"),
    ("secretsmanager", "UpdateSecretVersionStage", "change"),
    ("secretsmanager", "UpdateSecret", "delete"),
    ("secretsmanager", "DeleteSecret", "delete"),
    ("ssm", "GetParameter", "read"),
    ("ssm", "DescribeParameters", "names"),
    ("ssm", "PutParameter", "make"),
    ("ssm", "PutParameter", "change"),
    ("ssm", "GetParameter", "change"),
    ("ssm", "DeleteParameter", "delete"),
]


@pytest.mark.parametrize(("scheme", "action", "what"), DENIALS)
def test_a_denial_names_action_and_resource(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, scheme: str, action: str, what: str
) -> None:
    use_keys(monkeypatch, aws.facts)
    store_fixture = SERVICES[scheme]()
    store, warned = store_fixture.open_warning()
    store.write(make_account(), None, None)
    stored = store.read("prod", fresh=True)
    assert stored
    works: dict[str, t.Callable[[], object]] = {
        "read": lambda: store.read("prod", fresh=True),
        "names": store.names,
        "read_many": lambda: list(store.read_many(["prod"])),
        "make": lambda: store.write(make_account("new"), None, None),
        "change": lambda: store.write(make_account(region="eu-west-1"), stored.revision, None),
        "describe": lambda: store.write(make_account(description="Other"), stored.revision, None),
        "delete": lambda: store.delete("prod"),
    }
    aws.tell("fault", action=f"{scheme}:{action}", kind="denied", times=100)
    error = failure(works[what])
    assert error.code is ErrorCode.ACCESS_DENIED
    assert isinstance(error, RecordError) is (what == "read")
    assert f"AWS denied {scheme}:{action} " in str(error)
    # Whoever lists needs the right to list everything.
    assert what == "names" or store_fixture.prefix in error.message.partition(" on ")[2]
    assert error.aws_code == "AccessDeniedException"
    aws.tell("reset")
    now = store_fixture.open().read("prod", fresh=True)
    assert now
    assert now.account == stored.account
    assert store_fixture.open().names() == ["prod"]
    # A lock that nobody could give back is there until its lease ends.
    assert len(warned) == (action == "DeleteParameter")


def test_a_batch_that_is_denied_is_read_one_by_one(aws: FakeAws, secrets_manager: SecretsManagerFixture) -> None:
    store = secrets_manager.open()
    for name in ("prod", "test"):
        store.write(make_account(name), None, None)
    aws.tell("reset")
    aws.tell("fault", action="secretsmanager:BatchGetSecretValue", kind="denied", times=100)
    found = dict(store.read_many(["prod", "not there", "test"]))
    assert [name for name, stored in found.items() if stored] == ["prod", "test"]
    assert collections.Counter(actions(aws)) == {"BatchGetSecretValue": 1, "GetSecretValue": 3}


@pytest.mark.parametrize("kind", ["kms", "kms_denied"])
def test_a_key_that_does_not_open(aws: FakeAws, service: ServiceFixture, kind: str) -> None:
    store = service.open()
    for name in ("prod", "other"):
        store.write(make_account(name), None, None)
    action = {"secretsmanager": "GetSecretValue", "ssm": "GetParameter"}[service.scheme]
    aws.tell("fault", action=f"{service.scheme}:{action}", kind=kind, times=1)
    error = failure(lambda: store.read("prod", fresh=True))
    assert isinstance(error, RecordError)
    assert error.code is ErrorCode.KMS_KEY_REFUSED
    if service.scheme == "ssm":
        # One that cannot be opened fails the batch.
        aws.tell("fault", action="ssm:GetParameters", kind=kind, times=1)
        aws.tell("fault", action="ssm:GetParameter", kind=kind, times=1)
        found = dict(store.read_many(["prod", "other"]))
        assert isinstance(found["prod"], RecordError)
        assert found["other"]
        assert not isinstance(found["other"], RecordError)
