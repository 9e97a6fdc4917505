# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets and parameters without content, as Terraform makes them, and what AWS shows late of secrets and parameters.

What every store does with them is in the tests of conformance."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find
from ansible_collections.octo.aws.plugins.plugin_utils._stores import secretsmanager
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import EmptyRecordError
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    SECRET_KEY,
    make_account,
    make_accounts,
    make_context,
)
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    ParameterFixture,
    SecretsManagerFixture,
    ServiceFixture,
    actions,
    failure,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

KEYS = {"access_key": make_account().access_key, "secret_key": SECRET_KEY}


def save(store: Store, name: str = "prod", **options: str) -> None:
    make_accounts(store).save(name, {**KEYS, **options}, vault_id=None, test=False)


def account_of(store: Store) -> Account | None:
    found = store.read("prod", fresh=True)
    return found.account if found else None


def test_a_save_of_an_empty_item_takes_few_requests(aws: FakeAws, service: ServiceFixture) -> None:
    service.put_empty("prod")
    aws.tell("reset")
    save(service.open())
    assert (
        actions(aws)
        == {
            "secretsmanager": ["GetSecretValue", "UpdateSecret", "PutSecretValue"],
            "ssm": ["GetParameter", "PutParameter", "GetParameter", "PutParameter", "DeleteParameter"],
        }[service.scheme]
    )


def test_what_an_administrator_made_of_a_secret_stays(secrets_manager: SecretsManagerFixture) -> None:
    client, secret = secrets_manager.client, secrets_manager.item("prod")
    client.create_secret(Name=secret, KmsKeyId="alias/team", Tags=[{"Key": "owner", "Value": "terraform"}])
    arn = client.describe_secret(SecretId=secret)["ARN"]
    save(secrets_manager.open())
    found = client.describe_secret(SecretId=secret)
    assert (found["ARN"], found["KmsKeyId"]) == (arn, "alias/team")
    assert found["Tags"] == [{"Key": "owner", "Value": "terraform"}]
    assert found["Description"] == 'octo.aws account "prod" (access_key)'


@pytest.mark.parametrize(
    ("options", "sent"),
    [({}, {"RecoveryWindowInDays": 30}), ({"recovery_window_days": "0"}, {"ForceDeleteWithoutRecovery": True})],
)
def test_how_a_secret_without_a_value_is_deleted(
    aws: FakeAws, secrets_manager: SecretsManagerFixture, options: dict[str, str], sent: dict[str, t.Any]
) -> None:
    store = open_store(secrets_manager.with_options(**options), make_context())
    secrets_manager.put_empty("prod")
    aws.tell("reset")
    assert store.delete("prod")
    assert [request["parameters"] for request in aws.requests[1:]] == [
        {"SecretId": secrets_manager.item("prod"), **sent}
    ]
    assert not store.delete("prod")
    assert store.names() == []


def test_a_secret_without_a_value_that_is_scheduled_for_deletion(secrets_manager: SecretsManagerFixture) -> None:
    secrets_manager.put_empty("prod")
    secrets_manager.client.delete_secret(SecretId=secrets_manager.item("prod"), RecoveryWindowInDays=30)
    store = secrets_manager.open()
    assert (store.names(), account_of(store), store.delete("prod")) == ([], None, False)
    assert dict(store.read_many(["prod"])) == {"prod": None}
    save(store)
    assert account_of(store)
    assert store.names() == ["prod"]


def test_a_deletion_that_is_denied_leaves_the_secret_as_it_is(
    aws: FakeAws, secrets_manager: SecretsManagerFixture
) -> None:
    secrets_manager.put_empty("prod")
    aws.tell("fault", action="secretsmanager:DeleteSecret", kind="denied")
    store = secrets_manager.open()
    assert failure(lambda: store.delete("prod")).code is ErrorCode.ACCESS_DENIED
    with pytest.raises(EmptyRecordError):
        store.read("prod", fresh=True)
    found = secrets_manager.client.describe_secret(SecretId=secrets_manager.item("prod"))
    assert (found["Description"], found.get("VersionIdsToStages", {})) == ("Made by Terraform", {})


@pytest.mark.parametrize("action", ["UpdateSecret", "PutSecretValue"])
def test_a_save_that_is_denied_fills_nothing(aws: FakeAws, secrets_manager: SecretsManagerFixture, action: str) -> None:
    secrets_manager.put_empty("prod")
    aws.tell("fault", action=f"secretsmanager:{action}", kind="denied")
    store = secrets_manager.open()
    assert failure(lambda: save(store)).code is ErrorCode.ACCESS_DENIED
    with pytest.raises(EmptyRecordError):
        store.read("prod", fresh=True)


def test_a_secret_without_a_value_that_may_not_be_read(aws: FakeAws, secrets_manager: SecretsManagerFixture) -> None:
    """It is there, and more is not known: a deletion puts its note there."""
    secrets_manager.put_empty("prod")
    aws.tell("fault", action="secretsmanager:GetSecretValue", kind="denied", times=1)
    store = secrets_manager.open()
    assert store.delete("prod")
    assert (store.names(), account_of(store)) == ([], None)


def test_a_batch_that_is_refused_as_a_whole_is_read_one_by_one(
    secrets_manager: SecretsManagerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other services with the interface of AWS do so."""
    store: t.Any = secrets_manager.open()
    secrets_manager.put_empty("prod")
    save(store, "other")
    pages = store.client.pages

    def refuse_batches(operation: str, resource: str, /, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        if operation == "batch_get_secret_value":
            operation, parameters = "get_secret_value", {"SecretId": parameters["SecretIdList"][0]}
        yield from pages(operation, resource, **parameters)

    monkeypatch.setattr(store.client, "pages", refuse_batches)
    found = dict(store.read_many(["prod", "other", "absent"]))
    assert isinstance(found["prod"], EmptyRecordError)
    assert found["other"]
    assert found["absent"] is None


def test_binary_data_in_a_batch_is_damage(secrets_manager: SecretsManagerFixture) -> None:
    secrets_manager.client.create_secret(Name=secrets_manager.item("prod"), SecretBinary=b"\0")
    [(_name, found)] = secrets_manager.open().read_many(["prod"])
    assert isinstance(found, RecordError)
    assert found.code is ErrorCode.RECORD_DAMAGED


@pytest.mark.parametrize("text", ["{}", "null", '""', "changeme"])
def test_a_placeholder_is_content(service: ServiceFixture, text: str) -> None:
    store = service.open()
    service.put_empty("prod")
    service.put("prod", text)
    error = failure(lambda: store.read("prod", fresh=True))
    assert error.code is ErrorCode.RECORD_INVALID
    assert failure(lambda: save(store)).code is ErrorCode.RECORD_INVALID
    assert store.delete("prod")


def test_an_empty_item_is_neither_remembered_nor_shared(aws: FakeAws, service: ServiceFixture, tmp_path: Path) -> None:
    url = service.with_options(cache_seconds="600")
    store = open_store(url, make_context(shared_folder=str(tmp_path)))
    service.put_empty("prod")
    with pytest.raises(EmptyRecordError):
        store.read("prod")
    # Another machine fills it.
    save(service.open())
    assert store.read("prod")
    aws.tell("reset")
    assert store.read("prod")
    assert actions(aws) == []


@pytest.mark.parametrize("kind", ["String", "StringList"])
def test_an_empty_parameter_of_another_type_becomes_a_secure_string(parameters: ParameterFixture, kind: str) -> None:
    name = parameters.item("prod")
    parameters.client.put_parameter(Name=name, Value=" ", Type=kind)
    store = parameters.open()
    save(store)
    assert account_of(store)
    assert parameters.client.get_parameter(Name=name)["Parameter"]["Type"] == "SecureString"


def test_a_record_in_a_string_is_not_overwritten(parameters: ParameterFixture) -> None:
    store: t.Any = parameters.open()
    text = store.text_of(make_account())
    parameters.client.put_parameter(Name=parameters.item("prod"), Value=text, Type="String")
    assert account_of(store) == make_account()
    error = failure(lambda: save(store, region="eu-west-1"))
    assert error.code is ErrorCode.AWS_REFUSED
    assert "Delete the account and save it again" in str(error)
    assert account_of(store) == make_account()
    assert store.delete("prod")
    save(store, region="eu-west-1")
    assert parameters.client.get_parameter(Name=parameters.item("prod"))["Parameter"]["Type"] == "SecureString"


# What is shown late


def test_a_list_that_is_late(aws: FakeAws, service: ServiceFixture) -> None:
    """It names what was deleted, and not what was made. What is there is asked for by name."""
    store = service.open()
    save(store)
    aws.tell("late", lists=100)
    save(store, "new")
    assert store.delete("prod")
    assert store.names() == ["prod"]
    assert [found for _name, found in store.read_many(store.names())] == [None]
    with pytest.raises(OctoAwsError) as caught:
        find(store, "prod")
    assert caught.value.code is ErrorCode.ACCOUNT_UNKNOWN
    assert "Did you mean" not in str(caught.value)
    assert find(store, "new")


def test_a_deletion_that_is_late(aws: FakeAws, service: ServiceFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a while, AWS says that the name is taken, of a record and of a lock."""
    monkeypatch.setattr(secretsmanager.time, "sleep", lambda _seconds: None)
    options = {"recovery_window_days": "0"} if service.scheme == "secretsmanager" else {}
    store = open_store(service.with_options(**options), make_context())
    save(store)
    assert store.delete("prod")
    aws.tell("reset")
    aws.tell("late", deleted=4)
    save(store, region="eu-west-1")
    found = account_of(store)
    assert found
    assert found.region == "eu-west-1"
    assert len(actions(aws)) < 20
