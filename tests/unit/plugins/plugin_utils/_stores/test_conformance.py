# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conformance suite of stores: it runs for every store in ``FIXTURES``.

The promise of revisions: a write is rejected if the account was changed, or deleted and created again, since it was
read, unless the record is byte for byte the one that was read.
"""

from __future__ import annotations

import base64
import dataclasses
import threading
import typing as t
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account_types import TYPES
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.rotation import PENDING, Rotation
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find
from ansible_collections.octo.aws.plugins.plugin_utils._sources.registry import SOURCES
from ansible_collections.octo.aws.plugins.plugin_utils._stores import registry
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import EmptyRecordError, RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from ansible_collections.octo.aws.tests.unit.plugins.plugin_utils._stores.test_file import NAMES, printable
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    ACCESS_KEY,
    SECRET_KEY,
    make_account,
    make_accounts,
    make_context,
    make_verified,
)
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    FIXTURES,
    SEALING,
    StoreFixture,
    use_keys,
)
from hypothesis import HealthCheck, Phase, given, settings

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

ROLE = "arn:aws:iam::123456789012:role/deploy"
KEY = "0123456789abcdef" * 4
KEYS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
ALL_FIELDS: dict[str, t.Any] = {
    "description": 'Für {{ alle }}: "quoted" \\ \N{GRINNING FACE}',
    "region": "eu-central-1",
    "account_id": "123456789012",
    "endpoint_url": "https://sts.example.org",
    "validate_certs": False,
    "ca_bundle": "/etc/ssl/ca.pem",
    "session_key": KEY,
    "assume_role": (
        Hop(
            ROLE,
            role_session_name="octo",
            external_id="canary-id",
            duration_seconds=900,
            policy='{"Version":"2012-10-17","Statement":[]}',
            policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
            tags=(("team", "ops"),),
            tags_from_job=True,
            transitive_tag_keys=("team",),
            source_identity="deployer",
        ),
        Hop(ROLE),
    ),
}
ANYWHERE = "arn:aws:rolesanywhere:eu-central-1:123456789012:{}/00000000-0000-4000-8000-000000000001"
OF_TYPES: dict[str, dict[str, t.Any]] = {
    "access_key": {
        "temporary": True,
        "mfa_serial": "arn:aws:iam::123456789012:mfa/me",
        "mfa_process": ("code", "--for me"),
        "key_created": "2026-11-29T12:00:00+00:00",
        "rotation": Rotation(
            step=PENDING,
            run="0" * 32,
            old_key=ACCESS_KEY,
            keep_old="delete",
            known=(ACCESS_KEY,),
            attempts=("2026-11-29T12:00:00+00:00",),
            access_key="AKIAIOSFODNN7EXAMPL2",
            secret_key="canary-of-a-new-key",
            created="2026-11-29T12:00:01+00:00",
        ),
        "verified": make_verified(),
    },
    "session": {"access_key": "ASIAIOSFODNN7EXAMPLE", "session_token": "canary-token"},
    "instance_role": {},
    "web_identity": {
        "role_arn": ROLE,
        "web_identity_token_file": "/var/run/token",
        "web_identity_audience": "sts.amazonaws.com",
        "policy": '{"Version":"2012-10-17","Statement":[]}',
        "policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",),
        "duration_seconds": 1800,
    },
    "token of a command": {
        "type": "web_identity",
        "role_arn": ROLE,
        "web_identity_token_source": "command",
        "web_identity_token_command": ("/usr/bin/token", "--for", "Für {{ alle }}"),
    },
    "token of a job": {
        "type": "web_identity",
        "role_arn": ROLE,
        "web_identity_token_source": "azure_pipelines",
        "web_identity_service_connection": "5a9b4ecc-2f1e-4f8f-9d4e-6d2c2a2d0c11",
    },
    "token of a variable": {
        "type": "web_identity",
        "role_arn": ROLE,
        "web_identity_token_source": "gitlab",
        "web_identity_token_variable": "AWS_TOKEN",
    },
    "profile": {"profile": "some profile"},
    "sso": {
        "sso_start_url": "https://d-1234567890.awsapps.com/start",
        "sso_region": "eu-central-1",
        "sso_account_id": "123456789012",
        "sso_role_name": "Deployer",
    },
    "roles_anywhere": {
        "role_arn": ROLE,
        "trust_anchor_arn": ANYWHERE.format("trust-anchor"),
        "profile_arn": ANYWHERE.format("profile"),
        "certificate": "/etc/pki/controller.pem",
        "private_key": "-----BEGIN PRIVATE KEY-----\ncanary+of+a+key\n-----END PRIVATE KEY-----",
        "private_key_passphrase": "canary of a passphrase",
        "role_session_name": "controller",
        "duration_seconds": 900,
    },
    "vault": {
        "vault_url": "https://vault.example.org:8200",
        "vault_namespace": "team-a",
        "vault_role": "deploy",
        "vault_credential_type": "iam_user",
        "vault_auth_method": "approle",
        "vault_role_id": "octo",
        "vault_secret_id": "canary-secret-id",
    },
}
"""The fields of each type besides those that all have, and of an access key in both forms."""


def test_every_type_has_fields_a_source_and_an_account() -> None:
    assert set(TYPES) == set(SOURCES)
    assert set(TYPES) == {fields.get("type", name) for name, fields in OF_TYPES.items()} - {"session"}


@pytest.fixture(params=FIXTURES)
def store_fixture(
    request: pytest.FixtureRequest, aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> StoreFixture:
    use_keys(monkeypatch, aws.facts)
    return FIXTURES[request.param].make(tmp_path, monkeypatch)


def account_of(store: Store, name: str = "prod") -> Account | None:
    """As it is stored at this moment."""
    stored = store.read(name, fresh=True)
    return stored.account if stored else None


def revision_of(store: Store, name: str = "prod") -> str:
    stored = store.read(name, fresh=True)
    assert stored
    return stored.revision


def save(store: Store, name: str = "prod", **fields: t.Any) -> None:
    stored = store.read(name, fresh=True)
    store.write(make_account(name, **fields), stored.revision if stored else None, None)


def test_a_store_that_has_nothing(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    assert store.names() == []
    assert store.read("prod") is None
    assert store.read("prod", fresh=True) is None
    assert list(store.read_many([])) == []
    assert list(store.read_many(["prod"])) == [("prod", None)]
    assert not store.delete("prod")
    assert store.names() == []


def test_an_empty_place_and_one_that_does_not_exist(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    nothing = store.exists()
    says = "does not exist" if nothing is False else "has no accounts under this prefix"
    assert nothing is not True
    with pytest.raises(OctoAwsError, match=f"There is no account 'prod' in the store .*, which {says}"):
        find(store, "prod")
    save(store)
    assert store.exists() in (True, None)
    store.delete("prod")
    assert store.exists() in (True, None)
    with pytest.raises(OctoAwsError, match=r"which is empty|which has no accounts under this prefix"):
        find(store, "prod")


def test_an_account_of_every_type_with_every_field(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    accounts = []
    for kind, fields in OF_TYPES.items():
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY} if kind in ("access_key", "session") else {}
        of_type = "access_key" if kind == "session" else kind
        accounts.append(Account(**{"name": kind, "type": of_type, **keys, **ALL_FIELDS, **fields}))
    for account in (*accounts, Account(name="bare", type="instance_role")):
        store.write(account, None, None)
        assert account_of(store_fixture.open(), account.name) == account
        bare = dataclasses.replace(make_account(account.name), description="Another one.")
        store.write(bare, revision_of(store, account.name), None)
        assert account_of(store_fixture.open(), account.name) == bare
    assert store.names() == sorted([*OF_TYPES, "bare"])


def test_a_store_says_whether_it_seals(store_fixture: StoreFixture, request: pytest.FixtureRequest) -> None:
    assert store_fixture.open().seals_with_vault == (request.node.callspec.params["store_fixture"] in SEALING)


@pytest.mark.parametrize("store_fixture", SEALING, indirect=True)
def test_a_store_that_seals_keeps_no_secret_in_plain_text(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    save(store)
    assert store_fixture.stored()
    for secret in (SECRET_KEY.encode(), SECRET_KEY.encode().hex().encode(), base64.b64encode(SECRET_KEY.encode())):
        assert secret not in store_fixture.stored()
    stored = store.read("prod", fresh=True)
    assert stored
    assert stored.vault_id == "default"


@pytest.mark.parametrize("store_fixture", SEALING, indirect=True)
def test_a_store_that_seals_refuses_a_mistyped_password(store_fixture: StoreFixture) -> None:
    save(store_fixture.open())
    mistyped = make_context(Vault([("default", VaultSecret(b"mistyped"))]))
    for dry_run in (True, False):
        with pytest.raises(OctoAwsError) as caught:
            registry.open_store(store_fixture.url, mistyped).write(make_account("new"), None, None, dry_run=dry_run)
        assert caught.value.code is ErrorCode.VAULT_PASSWORD_WRONG
    assert store_fixture.open().names() == ["prod"]


def test_names_stay_apart(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    for name in NAMES:
        store.write(make_account(name, description=f"{len(name)} {name[:9]}"), None, None)
    assert store_fixture.open().names() == sorted(NAMES)
    found = list(store_fixture.open().read_many(NAMES))
    assert [name for name, _stored in found] == NAMES
    for name, stored in found:
        assert stored
        assert not isinstance(stored, RecordError)
        assert stored.account == make_account(name, description=f"{len(name)} {name[:9]}")
        assert store.read(name) == stored
    for name in NAMES[::2]:
        assert store.delete(name)
    assert store_fixture.open().names() == sorted(NAMES[1::2])


def test_any_name(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()

    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(printable)
    def whole(name: str) -> None:
        store.write(make_account(name), None, None)
        assert account_of(store, name) == make_account(name)
        assert store.names() == [name]
        assert store.delete(name)

    whole()


def test_what_is_read_again_is_the_same(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    save(store)
    first = store.read("prod")
    assert first == store.read("prod") == store.read("prod", fresh=True) == store_fixture.open().read("prod")
    assert list(store.read_many(["prod", "prod"])) == [("prod", first), ("prod", first)]


def test_a_write_over_what_was_not_read_is_refused(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    with pytest.raises(RevisionConflict):
        store.write(make_account(), "nothing-was-read", None)
    assert store.names() == []
    save(store)
    old = revision_of(store)
    save(store, region="eu-west-1")
    now = store.read("prod", fresh=True)
    assert now
    assert now.revision != old
    save(store, "other")
    for revision in (old, None, revision_of(store, "other")):
        with pytest.raises(RevisionConflict):
            store_fixture.open().write(make_account(region="eu-central-1"), revision, None)
        assert store.read("prod", fresh=True) == now
    save(store, region="eu-west-3")
    assert account_of(store) == make_account(region="eu-west-3")


def test_what_was_deleted_is_gone_until_it_is_made_anew(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    save(store, region="eu-west-1")
    save(store, "other")
    old = revision_of(store)
    assert store.delete("prod")
    assert not store_fixture.open().delete("prod")
    for found in (store.read("prod"), store.read("prod", fresh=True), store_fixture.open().read("prod")):
        assert found is None
    assert store.names() == ["other"]
    with pytest.raises(RevisionConflict):
        store.write(make_account(), old, None)
    assert account_of(store) is None
    store.write(make_account(), None, None)
    assert account_of(store) == make_account()
    assert store.names() == ["other", "prod"]
    with pytest.raises(RevisionConflict):
        store.write(make_account(description="The old one."), old, None)
    assert account_of(store) == make_account()


def test_an_account_that_was_made_anew_as_it_was(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    save(store)
    old = revision_of(store)
    store.delete("prod")
    save(store)
    try:
        store.write(make_account(description="Changed"), old, None)
    except RevisionConflict:
        assert account_of(store) == make_account()
    else:
        assert account_of(store) == make_account(description="Changed")


def test_a_dry_run_writes_nothing(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    store.write(make_account(), None, None, dry_run=True)
    assert (account_of(store), store.names()) == (None, [])
    save(store)
    stored = store.read("prod", fresh=True)
    assert stored
    store.write(make_account(region="eu-west-1"), stored.revision, None, dry_run=True)
    assert store.read("prod", fresh=True) == stored


SPOILT = {
    "no record": "not a record",
    "another name": '{"version": 1, "name": "other", "type": "instance_role"}',
    "a later version": '{"version": 2, "name": "prod", "type": "instance_role"}',
    "another shape": '["canary/secret+key"]',
    "an unknown field": '{"version": 1, "name": "prod", "type": "instance_role", "x": "canary/secret+key"}',
}


def test_a_damaged_record_is_a_matter_of_its_own_account(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    names = ["prod", "good", "better"]
    for name in names:
        save(store, name)
    for text in SPOILT.values():
        store_fixture.put("prod", text)
        for fresh in (True, False):
            with pytest.raises(RecordError) as caught:
                store_fixture.open().read("prod", fresh=fresh) if fresh else make_accounts(store_fixture.open()).test(
                    "prod"
                )
            assert SECRET_KEY not in str(caught.value)
        found = dict(store.read_many(["good", "absent", "prod", "better"]))
        assert list(found) == ["good", "absent", "prod", "better"]
        assert isinstance(found["prod"], RecordError)
        assert found["absent"] is None
        assert found["good"]
        assert found["better"]
        assert store.names() == sorted(names)
    assert make_accounts(store).delete("prod").changed
    assert store.names() == ["better", "good"]
    save(store)
    assert account_of(store) == make_account()


def test_an_item_without_content_is_there_and_no_account(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    for name in ("prod", "later"):
        store_fixture.put_empty(name)
    save(store, "good")
    assert store.names() == ["good", "later", "prod"]
    for _time in range(2):
        for fresh in (True, False):
            with pytest.raises(EmptyRecordError) as caught:
                store.read("prod", fresh=fresh)
            assert caught.value.code is ErrorCode.RECORD_EMPTY
            assert "account 'prod'" in str(caught.value)
            assert "is empty" in str(caught.value)
    found = dict(store.read_many(["prod", "good", "absent", "later"]))
    assert isinstance(found["prod"], EmptyRecordError)
    assert isinstance(found["later"], EmptyRecordError)
    assert found["good"]
    assert found["absent"] is None
    with pytest.raises(EmptyRecordError):
        find(store, "prod")


def test_a_save_fills_an_item_without_content(store_fixture: StoreFixture) -> None:
    store_fixture.put_empty("prod")
    store = store_fixture.open()
    dry = AccountManager(store, Settings(store.url), dry_run=True, options=SessionOptions(), warn=lambda text: None)
    assert dry.save("prod", KEYS, vault_id=None, test=False).before == {}
    with pytest.raises(EmptyRecordError):
        store.read("prod", fresh=True)
    with pytest.raises(RevisionConflict):
        store.write(make_account(), None, None)
    outcome = make_accounts(store).save("prod", KEYS, vault_id=None, test=False)
    assert outcome.changed
    assert outcome.before == {}
    account = account_of(store_fixture.open())
    assert account
    assert (account.secret_key, store.names()) == (SECRET_KEY, ["prod"])
    # From here on, it is an account as any other.
    assert not make_accounts(store).save("prod", KEYS, vault_id=None, test=False).changed
    save(store, region="eu-west-1")
    assert account_of(store) == make_account(region="eu-west-1")
    assert store.delete("prod")
    assert (account_of(store), store.names()) == (None, [])


def test_a_deletion_deletes_an_item_without_content(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    for name in ("prod", "other"):
        store_fixture.put_empty(name)
    dry = AccountManager(store, Settings(store.url), dry_run=True, options=SessionOptions(), warn=lambda text: None)
    assert dry.delete("prod").changed
    assert store.names() == ["other", "prod"]
    assert make_accounts(store).delete("prod").changed
    assert store.names() == ["other"]
    assert account_of(store) is None
    assert not store.delete("prod")
    save(store)
    assert account_of(store) == make_account()


def test_a_record_that_was_emptied(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    save(store)
    old = revision_of(store)
    store_fixture.put("prod", " \n")
    with pytest.raises(EmptyRecordError):
        store.read("prod", fresh=True)
    with pytest.raises(RevisionConflict):
        store.write(make_account(region="eu-west-1"), old, None)
    make_accounts(store).save("prod", KEYS, vault_id=None, test=False)
    assert account_of(store_fixture.open())


def test_two_who_fill_one_item_at_once(store_fixture: StoreFixture) -> None:
    store_fixture.put_empty("prod")
    with pytest.raises(EmptyRecordError) as caught:
        store_fixture.open().read("prod", fresh=True)
    outcomes: list[str] = []

    def fill(number: int) -> None:
        try:
            store_fixture.open().write(make_account(description=str(number)), caught.value.revision, None)
            outcomes.append(str(number))
        except RevisionConflict:
            outcomes.append("conflict")

    in_threads(*(lambda number=number: fill(number) for number in range(3)))
    assert sorted(outcomes)[1:] == ["conflict", "conflict"]
    account = account_of(store_fixture.open())
    assert account
    assert account.description == sorted(outcomes)[0]


def test_saves_that_fill_one_item_at_once_are_merged(store_fixture: StoreFixture) -> None:
    store_fixture.put_empty("prod")
    fields = {"region": "eu-west-1", "description": "Changed", "account_id": "123456789012"}

    def fill(field: str) -> None:
        accounts = make_accounts(store_fixture.open())
        accounts.save("prod", {**KEYS, field: fields[field]}, vault_id=None, test=False)

    in_threads(*(lambda field=field: fill(field) for field in fields))
    account = account_of(store_fixture.open())
    assert account
    assert {field: getattr(account, field) for field in fields} == fields


def test_what_lies_beside_is_no_account(store_fixture: StoreFixture) -> None:
    store = store_fixture.open()
    store_fixture.add_foreign()
    assert store.names() == []
    save(store)
    assert store_fixture.open().names() == ["prod"]


def test_two_who_make_one_account_at_once(store_fixture: StoreFixture) -> None:
    save(store_fixture.open(), "other")
    outcomes: list[str] = []

    def make(number: int) -> None:
        try:
            store_fixture.open().write(make_account(description=str(number)), None, None)
            outcomes.append(str(number))
        except RevisionConflict:
            outcomes.append("conflict")

    in_threads(*(lambda number=number: make(number) for number in range(3)))
    assert sorted(outcomes)[1:] == ["conflict", "conflict"]
    account = account_of(store_fixture.open())
    assert account
    assert account.description == sorted(outcomes)[0]


def test_no_save_is_lost_and_no_record_is_mixed(store_fixture: StoreFixture) -> None:
    fields: dict[str, t.Any] = {
        "region": "eu-west-1",
        "description": "Changed",
        "account_id": "123456789012",
        "ca_bundle": "/ca.pem",
    }
    save(store_fixture.open())
    seen: list[Account | None] = []
    done = threading.Event()

    def change(field: str) -> None:
        make_accounts(store_fixture.open()).save("prod", {field: fields[field]}, vault_id=None, test=False)

    def look() -> None:
        store = store_fixture.open()
        while not done.is_set():
            seen.append(account_of(store))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        in_threads(*(lambda field=field: change(field) for field in fields))
    finally:
        done.set()
        reader.join()
    account = account_of(store_fixture.open())
    assert account
    assert {field: getattr(account, field) for field in fields} == fields
    # Each that was seen is the work of some of the writers, and its key of sessions that of one of them.
    assert seen
    assert all(account and account.secret_key == SECRET_KEY for account in seen)
    states = {dataclasses.replace(account, session_key="") for account in seen if account}
    keys = {account.session_key for account in seen if account}
    assert len(states) == len(keys) <= len(fields) + 1


def test_a_save_that_comes_between_is_merged(store_fixture: StoreFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = store_fixture.open(), store_fixture.open()
    save(store)
    write, between = store.write, iter(["eu-west-1", "eu-west-3"])

    def write_late(*arguments: t.Any, **options: t.Any) -> None:
        for region in between:
            save(other, region=region)
            break
        write(*arguments, **options)

    monkeypatch.setattr(store, "write", write_late)
    make_accounts(store).save("prod", {"description": "Changed"}, vault_id=None, test=False)
    account = account_of(other)
    assert account
    assert (account.description, account.region) == ("Changed", "eu-west-3")


def in_threads(*works: t.Callable[[], object]) -> None:
    """Do all of it at once, and fail as any of it fails."""
    failures: list[BaseException] = []

    def run(work: t.Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
