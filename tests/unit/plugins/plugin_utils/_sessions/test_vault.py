# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts of type vault: one lease for all, renewed, and revoked in the end."""

from __future__ import annotations

import dataclasses
import sys
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils import _clock
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._hashi_vault import client
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._sources import vault as source
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.fake_vault.server import (
    JWT,
    JWT_ROLE,
    LEAST_TOKEN,
    ROLE_ID,
    ROOT_TOKEN,
    SECRET_ID,
    FakeVault,
    serve,
)
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of, lookup

if t.TYPE_CHECKING:
    from pathlib import Path

APPROLE = {"vault_auth_method": "approle", "vault_role_id": ROLE_ID, "vault_secret_id": SECRET_ID}


class Place(t.NamedTuple):
    vault: FakeVault
    url: str

    def made(self) -> list[str]:
        """The requests that made a lease."""
        return [request["path"] for request in self.vault.requests if request["path"].startswith("aws/")]

    @property
    def leases(self) -> dict[str, str]:
        assert self.vault.aws
        return self.vault.aws.leases


@pytest.fixture
def place(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(client.time, "sleep", lambda seconds: None)
    for name in ("VAULT_TOKEN", "VAULT_ADDR", "ANSIBLE_HASHI_VAULT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    vault = FakeVault(aws.facts)
    return Place(vault, f"http://127.0.0.1:{serve(vault).server_address[1]}")


def save(store: FileStore, place: Place, *, test: bool = False, **fields: t.Any) -> t.Any:
    account = {"type": "vault", "vault_url": place.url, "vault_role": "deploy", "region": "eu-central-1"}
    account |= fields if "vault_auth_method" in fields or "vault_token" in fields else {**APPROLE, **fields}
    return make_accounts(store, str(cache_of(store))).save("prod", account, vault_id=None, test=test)


def refusal(work: t.Callable[[], object]) -> str:
    """The message, the hint and the code of an error."""
    with pytest.raises((OctoAwsError, AnsibleError)) as caught:
        work()
    for secret in (SECRET_ID, ROOT_TOKEN, JWT, LEAST_TOKEN):
        assert secret not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "aws/sts/deploy"),
        ({"vault_credential_type": "iam_user", "vault_role": "user"}, "aws/creds/user"),
        ({"vault_credential_type": "federation_token", "vault_role": "federated"}, "aws/sts/federated"),
        ({"vault_credential_type": "static", "vault_role": "static"}, "aws/static-creds/static"),
    ],
)
def test_one_lease_for_all_processes(
    store: FileStore, place: Place, aws: FakeAws, fields: dict[str, str], path: str
) -> None:
    save(store, place, **fields)
    first = lookup(store, "prod")
    assert first["source"] == "vault"
    assert first["expiration"]
    assert bool(first["session_token"]) == path.startswith("aws/sts")
    for _process in range(3):
        assert as_a_new_process(store, "prod")["secret_key"] == first["secret_key"]
    assert place.made() == [path]


METHODS: dict[str, dict[str, str]] = {
    "token": {"vault_token": ROOT_TOKEN},
    "approle": APPROLE,
    "jwt": {"vault_auth_method": "jwt", "vault_role_id": JWT_ROLE, "vault_jwt": JWT},
    "kubernetes": {"vault_auth_method": "kubernetes", "vault_role_id": JWT_ROLE, "vault_jwt": JWT},
    "a mount": {**APPROLE, "vault_mount_point": "other"},
}


@pytest.mark.parametrize("method", METHODS)
def test_methods(store: FileStore, place: Place, method: str) -> None:
    save(store, place, test=True, **METHODS[method])
    assert place.made() == ["aws/sts/deploy"]
    # The test of the account stores its lease.
    assert lookup(store, "prod")
    assert place.made() == ["aws/sts/deploy"]


def test_the_keys_of_the_controller_log_in(
    store: FileStore, place: Place, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.facts["access_key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", aws.facts["secret_key"])
    save(store, place, vault_auth_method="aws_iam", vault_role_id="octo")
    assert lookup(store, "prod")
    assert place.vault.requests[0]["path"] == "auth/aws/login"


@pytest.mark.parametrize("where", ["file", "variable", "home"])
def test_a_token_from_elsewhere(
    store: FileStore, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    fields = {"vault_auth_method": "token"}
    monkeypatch.setenv("HOME", str(tmp_path))
    if where == "variable":
        monkeypatch.setenv("VAULT_TOKEN", ROOT_TOKEN)
    else:
        (tmp_path / ".vault-token").write_text(f"{ROOT_TOKEN}\n")
    if where == "file":
        fields["vault_token_file"] = str(tmp_path / ".vault-token")
    save(store, place, **fields)
    assert lookup(store, "prod")


def test_without_a_token(store: FileStore, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    save(store, place, vault_auth_method="token")
    error = refusal(lambda: lookup(store, "prod"))
    assert ErrorCode.VAULT_AUTH_FAILED.value in error
    assert "Run `vault login`" in error
    save(store, place, vault_auth_method="token", vault_token_file=str(tmp_path / "absent"))
    assert "No such file" in refusal(lambda: lookup(store, "prod"))


def test_a_lease_is_revoked_with_the_account(store: FileStore, place: Place) -> None:
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    lookup(store, "prod")
    assert len(place.leases) == 1
    make_accounts(store, str(cache_of(store))).delete("prod")
    assert not place.leases


def test_a_change_revokes_the_leases_of_before(store: FileStore, place: Place) -> None:
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    lookup(store, "prod")
    save(store, place, vault_credential_type="assumed_role", vault_role="deploy")
    assert not place.leases


def test_a_lease_that_cannot_be_revoked_is_a_warning(store: FileStore, place: Place) -> None:
    save(store, place)
    lookup(store, "prod")
    place.vault.plan("sealed")
    with pytest.raises(AssertionError, match="was not revoked, and ends by itself"):  # a warning, for the test
        make_accounts(store, str(cache_of(store))).delete("prod")


def test_a_lease_is_renewed(store: FileStore, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    first = lookup(store, "prod")
    assert lookup(store, "prod", min_ttl=60)["expiration"] == first["expiration"]
    _let_pass(3000, monkeypatch)
    renewed = as_a_new_process(store, "prod")
    assert renewed["secret_key"] == first["secret_key"]
    assert renewed["expiration"] > first["expiration"]
    assert place.vault.aws
    assert place.vault.aws.renewed == list(place.leases)
    assert place.made() == ["aws/creds/user"]


def test_a_session_is_not_renewed(store: FileStore, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, place)
    lookup(store, "prod")
    _let_pass(3000, monkeypatch)
    as_a_new_process(store, "prod")
    assert place.made() == ["aws/sts/deploy"] * 2


def _let_pass(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    later = datetime.timedelta(seconds=seconds)
    now = _clock.now
    for module in (session_reuse, source):
        monkeypatch.setattr(module, "now", lambda: now() + later)


def test_new_keys_are_used_once_aws_accepts_them(
    store: FileStore, place: Place, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    from ansible_collections.octo.aws.plugins.module_utils._aws import sts

    ask = sts.caller_identity

    def late(credentials: t.Any, endpoint: t.Any) -> t.Any:
        asked.append(credentials.access_key)
        if len(asked) < 4:
            raise OctoAwsError(ErrorCode.ACCESS_KEY_UNKNOWN, "AWS does not know it.")
        return ask(credentials, endpoint)

    monkeypatch.setattr(sts, "caller_identity", late)
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    assert lookup(store, "prod")["access_key"] == asked[-1]
    assert asked == [asked[0]] * 4


def test_keys_that_aws_never_accepts(
    store: FileStore, place: Place, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.octo.aws.plugins.module_utils._aws import sts

    def never(credentials: t.Any, endpoint: t.Any) -> t.Any:
        raise OctoAwsError(ErrorCode.ACCESS_KEY_UNKNOWN, "AWS does not know it.")

    monkeypatch.setattr(sts, "caller_identity", never)
    monkeypatch.setattr(source, "_PATIENCE", 1.0)
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    error = refusal(lambda: lookup(store, "prod"))
    assert ErrorCode.ACCESS_KEY_UNKNOWN.value in error
    assert "The new keys from Vault" in error
    assert not place.leases


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"vault_secret_id": "wrong-canary"}, ErrorCode.VAULT_AUTH_FAILED, "auth_method approle"),
        ({"vault_auth_method": "token", "vault_token": LEAST_TOKEN}, ErrorCode.VAULT_DENIED, "policies"),
        ({"vault_role": "absent"}, ErrorCode.VAULT_REFUSED, "Role 'absent' not found"),
        ({"vault_mount": "absent"}, ErrorCode.VAULT_REFUSED, "no handler for route"),
        ({"vault_namespace": "absent"}, ErrorCode.VAULT_REFUSED, "no handler for route"),
        ({"vault_url": "http://127.0.0.1:1"}, ErrorCode.VAULT_UNAVAILABLE, "no response from http://127.0.0.1:1"),
        ({"vault_url": "https://127.0.0.1:1"}, ErrorCode.VAULT_UNAVAILABLE, "no response"),
        ({"vault_credential_type": "iam_user", "vault_role": "absent"}, ErrorCode.VAULT_REFUSED, "not found"),
        ({"vault_ca_cert": "/absent.pem", "vault_url": "https://127.0.0.1:1"}, ErrorCode.VAULT_ANSWER_INVALID, "files"),
    ],
)
def test_refusals(store: FileStore, place: Place, fields: dict[str, str], code: ErrorCode, says: str) -> None:
    save(store, place, **fields)
    error = refusal(lambda: lookup(store, "prod"))
    assert f"({code.value})" in error
    assert says in error


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("sealed", ErrorCode.VAULT_SEALED),
        ("limited", ErrorCode.VAULT_UNAVAILABLE),
        ("cut", ErrorCode.VAULT_UNAVAILABLE),
        ("html", ErrorCode.VAULT_ANSWER_INVALID),
        ("redirect", ErrorCode.VAULT_ANSWER_INVALID),
        ("large", ErrorCode.VAULT_ANSWER_INVALID),
        ("quoting", ErrorCode.VAULT_REFUSED),
    ],
)
def test_a_service_that_does_not_behave(store: FileStore, place: Place, mode: str, code: ErrorCode) -> None:
    save(store, place, vault_auth_method="token", vault_token=ROOT_TOKEN)
    place.vault.plan(mode)
    error = refusal(lambda: lookup(store, "prod"))
    assert f"({code.value})" in error
    assert "\x1b" not in error


def test_a_lease_is_not_requested_twice(store: FileStore, place: Place) -> None:
    save(store, place, vault_auth_method="token", vault_token=ROOT_TOKEN)
    place.vault.plan("lost", times=1)
    assert ErrorCode.VAULT_UNAVAILABLE.value in refusal(lambda: lookup(store, "prod"))
    assert place.made() == ["aws/sts/deploy"]


def test_a_limit_passes(store: FileStore, place: Place) -> None:
    save(store, place, vault_auth_method="token", vault_token=ROOT_TOKEN)
    place.vault.plan("limited", times=2)
    assert lookup(store, "prod")


def test_the_duration_is_the_ttl(store: FileStore, place: Place) -> None:
    save(store, place)
    assert lookup(store, "prod", duration_seconds=900)
    save(store, place, vault_credential_type="iam_user", vault_role="user")
    assert ErrorCode.OPTION_CONFLICT.value in refusal(lambda: lookup(store, "prod", duration_seconds=900))


def test_without_hvac(store: FileStore, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hvac", None)
    save(store, place)
    error = refusal(lambda: lookup(store, "prod"))
    assert ErrorCode.HVAC_MISSING.value in error
    assert f"{sys.executable} -m pip install hvac" in error


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"vault_auth_method": "approle"}, "vault_auth_method approle needs vault_role_id"),
        ({"vault_auth_method": "cert"}, "vault_auth_method cert needs vault_cert_auth_public_key"),
        ({"vault_auth_method": "ldap"}, "vault_auth_method cannot be 'ldap'"),
        ({"vault_credential_type": "user"}, "vault_credential_type cannot be 'user'"),
        ({"vault_url": "vault:8200"}, "vault_url is not an address of Vault"),
        ({"vault_url": "https://me:canary@vault"}, "vault_url is not an address of Vault"),
        ({"vault_mount": "../sys"}, "vault_mount cannot be"),
        ({"vault_role": "a?b"}, "vault_role cannot be"),
        ({"vault_secret_id": "two words"}, "vault_secret_id contains spaces"),
    ],
)
def test_values(store: FileStore, place: Place, fields: dict[str, str], says: str) -> None:
    token = {"vault_auth_method": "token", "vault_token": ROOT_TOKEN}
    error = refusal(lambda: save(store, place, **{**token, **fields}))
    assert error.endswith(("(option_invalid)", "(option_conflict)"))
    assert says in error
    assert "canary" not in error


def test_a_dry_run_leaves_no_lease(store: FileStore, place: Place) -> None:
    save(store, place)
    manager = make_accounts(store, str(cache_of(store)))
    manager._dry_run = True
    manager.save("prod", {"description": "Changed"}, vault_id=None, test=True)
    assert not place.leases


def test_a_chain_that_fails_leaves_no_lease(store: FileStore, place: Place, aws: FakeAws) -> None:
    save(store, place)
    refusal(lambda: lookup(store, "prod", assume_role=aws.hops("closed")))
    assert place.made() == ["aws/sts/deploy"]
    assert not place.leases


def test_secrets_are_not_shown(store: FileStore, place: Place) -> None:
    outcome = save(store, place)
    assert outcome.account
    assert SECRET_ID in outcome.account.secrets
    assert SECRET_ID not in repr(outcome)
    assert dataclasses.replace(outcome.account, vault_secret_id="") != outcome.account
