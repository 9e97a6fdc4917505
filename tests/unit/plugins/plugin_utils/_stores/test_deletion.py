# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletion and recovery of accounts in Secrets Manager, and what others do to secrets and parameters by hand."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import AwsResponse, ErrorCode, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import secret_version, secretsmanager
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
    let_locks_be_old,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

KEYS = {"access_key": make_account().access_key, "secret_key": SECRET_KEY}
LONG = "\N{GRINNING FACE}" * 200


def account_of(store_fixture: ServiceFixture, name: str = "prod") -> Account | None:
    stored = store_fixture.open().read(name, fresh=True)
    return stored.account if stored else None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, {"RecoveryWindowInDays": 30}),
        ({"recovery_window_days": "7"}, {"RecoveryWindowInDays": 7}),
        ({"recovery_window_days": "0"}, {"ForceDeleteWithoutRecovery": True}),
    ],
)
def test_how_a_secret_is_deleted(
    aws: FakeAws, secrets_manager: SecretsManagerFixture, options: dict[str, str], sent: dict[str, t.Any]
) -> None:
    store = open_store(secrets_manager.with_options(**options), make_context())
    store.write(make_account(), None, None)
    aws.tell("reset")
    assert store.delete("prod")
    last = aws.requests[-1]
    assert last["action"] == "secretsmanager:DeleteSecret"
    assert last["parameters"] == {"SecretId": f"{secrets_manager.prefix}/prod", **sent}
    assert not store.delete("prod")
    assert store.names() == []
    store.write(make_account(region="eu-west-1"), None, None)
    assert account_of(secrets_manager) == make_account(region="eu-west-1")
    assert store.names() == ["prod"]


def test_a_save_restores_a_secret_but_nothing_of_the_account(secrets_manager: SecretsManagerFixture) -> None:
    accounts = make_accounts(secrets_manager.open())
    accounts.save("prod", {**KEYS, "region": "eu-west-1"}, vault_id=None, test=False)
    before = secrets_manager.client.describe_secret(SecretId=secrets_manager.item("prod"))
    assert accounts.delete("prod").changed
    assert accounts.save("prod", KEYS, vault_id=None, test=False).changed
    account = account_of(secrets_manager)
    assert account
    assert account.region == ""
    after = secrets_manager.client.describe_secret(SecretId=secrets_manager.item("prod"))
    assert (after["ARN"], after["Description"]) == (before["ARN"], before["Description"])
    assert "DeletedDate" not in after


def test_a_deleted_account_comes_back_by_hand(secrets_manager: SecretsManagerFixture) -> None:
    """With the commands of the page on team stores."""
    store, client, secret = secrets_manager.open(), secrets_manager.client, secrets_manager.item("prod")
    for region in ("eu-west-1", "eu-west-3"):
        found = store.read("prod", fresh=True)
        store.write(make_account(region=region), found.revision if found else None, None)
    store.delete("prod")
    client.restore_secret(SecretId=secret)
    # The note in the place of the record keeps it from being one.
    assert account_of(secrets_manager) is None
    assert dict(store.read_many(["prod"])) == {"prod": None}
    assert store.names() == []
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    holders = {stage: version for version, held in stages.items() for stage in held}
    client.update_secret_version_stage(
        SecretId=secret,
        VersionStage="AWSCURRENT",
        RemoveFromVersionId=holders["AWSCURRENT"],
        MoveToVersionId=holders["AWSPREVIOUS"],
    )
    assert account_of(secrets_manager) == make_account(region="eu-west-3")
    client.update_secret(SecretId=secret, Description='octo.aws account "prod"')
    assert store.names() == ["prod"]
    make_accounts(store).save("prod", {"region": "eu-west-2"}, vault_id=None, test=False)
    assert store.names() == ["prod"]


def test_a_restored_note_can_be_deleted_again_and_saved_over(
    secrets_manager: SecretsManagerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secretsmanager, "_LEASE", 1.0)
    store, client = secrets_manager.open(), secrets_manager.client
    store.write(make_account(), None, None)
    store.delete("prod")
    client.restore_secret(SecretId=secrets_manager.item("prod"))
    assert not store.delete("prod")
    assert "DeletedDate" in client.describe_secret(SecretId=secrets_manager.item("prod"))
    client.restore_secret(SecretId=secrets_manager.item("prod"))
    store.write(make_account(region="eu-west-1"), None, None)
    assert account_of(secrets_manager) == make_account(region="eu-west-1")
    assert store.names() == ["prod"]


def test_a_secret_that_was_deleted_in_the_console(
    secrets_manager: SecretsManagerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_locks_be_old(monkeypatch)
    store = secrets_manager.open()
    store.write(make_account(region="eu-west-1"), None, None)
    stale = store.read("prod", fresh=True)
    assert stale
    secrets_manager.client.delete_secret(SecretId=secrets_manager.item("prod"))
    assert account_of(secrets_manager) is None
    assert dict(store.read_many(["prod"])) == {"prod": None}
    assert store.names() == []
    assert not store.delete("prod")
    make_accounts(store).save("prod", KEYS, vault_id=None, test=False)
    account = account_of(secrets_manager)
    assert account
    assert account.region == ""


def test_a_binary_secret(secrets_manager: SecretsManagerFixture) -> None:
    store, secret = secrets_manager.open(), secrets_manager.item("prod")
    store.write(make_account("other"), None, None)
    secrets_manager.client.create_secret(Name=secret, SecretBinary=b"\0")
    error = failure(lambda: store.read("prod", fresh=True))
    assert isinstance(error, RecordError)
    assert error.code is ErrorCode.RECORD_DAMAGED
    found = dict(store.read_many(["prod", "other"]))
    assert isinstance(found["prod"], RecordError)
    assert found["other"]
    assert store.names() == ["other", "prod"]
    assert store.delete("prod")
    assert store.names() == ["other"]


def test_a_deletion_that_aws_has_not_finished(
    aws: FakeAws, secrets_manager: SecretsManagerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS deletes for good in the background, and takes no secret of this name until then."""
    store = secrets_manager.open()
    monkeypatch.setattr(secretsmanager.time, "sleep", lambda _seconds: None)
    ask, refused = store.client.call, iter(range(2))  # type: ignore[attr-defined]

    def deleting(operation: str, resource: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        if operation == "create_secret" and next(refused, None) is not None:
            raise secretsmanager.OctoAwsError(ErrorCode.AWS_REFUSED, "AWS refused the request.").with_response(
                AwsResponse(
                    400,
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is already scheduled for deletion.",
                )
            )
        answer: dict[str, t.Any] = ask(operation, resource, **parameters)
        return answer

    monkeypatch.setattr(store, "client", store.client)  # type: ignore[attr-defined]
    monkeypatch.setattr(store.client, "call", deleting)  # type: ignore[attr-defined]
    store.write(make_account(), None, None)
    assert account_of(secrets_manager) == make_account()
    monkeypatch.setattr(secretsmanager, "_PATIENCE", -1.0)
    refused = iter(range(100))
    error = failure(lambda: store.write(make_account("other"), None, None))
    assert error.code is ErrorCode.STORE_BUSY
    assert "still being deleted" in str(error)
    assert "Nothing was changed" in str(error)


def test_an_account_whose_description_others_changed(service: ServiceFixture) -> None:
    """A name that is cut is in the description, and in the record."""
    store = service.open()
    store.write(make_account(LONG), None, None)
    item = service.item(LONG)
    if isinstance(service, ParameterFixture):
        text = store.text_of(make_account(LONG))  # type: ignore[attr-defined]
        service.client.put_parameter(
            Name=item, Value=text, Type="SecureString", Overwrite=True, Description="octo.aws account x"
        )
        service.client.put_parameter(Name=item[:-1] + "0", Value="x", Type="String")
    else:
        service.client.update_secret(SecretId=item, Description="Ours")
        service.client.create_secret(Name=item[:-1] + "0", SecretBinary=b"x")
    assert service.open().names() == [LONG]
    assert account_of(service, LONG) == make_account(LONG)


def test_a_prefix_that_sounds_like_a_deletion(aws: FakeAws, secrets_manager: SecretsManagerFixture) -> None:
    secrets_manager.prefix = f"deleted/{secrets_manager.prefix}"
    store = open_store(secrets_manager.with_options(), make_context())
    store.write(make_account(), None, None)
    assert store.names() == ["prod"]
    error = secretsmanager.OctoAwsError(
        ErrorCode.AWS_REFUSED,
        "The store secretsmanager:deleted, deleted/x: AWS refused the request.",
    ).with_response(AwsResponse(400, "InvalidRequestException", "The secret is managed by another service"))
    assert not secret_version.is_gone(error)
    assert actions(aws)[-1] == "ListSecrets"
