# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of accounts that are brought into a store: what is there stays, and what fails keeps nobody else out."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.plugin_utils._service import account_manager
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import (
    Report,
    candidates_of,
    result_of,
    transfer,
)
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    make_account,
    make_accounts,
    make_vault,
    make_verified,
    quiet_context,
)

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account

OTHER_KEY = "AKIAI44QH8DHBEXAMPLE"
WRONG = OctoAwsError(ErrorCode.SECRET_KEY_WRONG, "The secret key is wrong.")


@pytest.fixture
def source(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "source"), quiet_context(make_vault("old")))


@pytest.fixture
def target(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "target"), quiet_context(make_vault("new", "other")))


def save(store: FileStore, *accounts: Account) -> None:
    for account in accounts:
        stored = store.read(account.name)
        store.write(account, stored.revision if stored else None, None)


def move(
    source: FileStore,
    target: FileStore,
    *patterns: str,
    dry_run: bool = False,
    overwrite: bool = False,
    vault_id: str | None = None,
    test: bool = False,
) -> Report:
    accounts = make_accounts(target)
    accounts._dry_run = dry_run
    candidates = candidates_of(source, patterns or None)
    return transfer(candidates, accounts, overwrite=overwrite, vault_id=vault_id, test=test)


def stored(store: FileStore, name: str) -> Account:
    found = store.read(name)
    assert found
    return found.account


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the accounts that are tested, without asking anybody; the one called wrong is refused."""
    names: list[str] = []

    def verify(_self: AccountManager, account: Account) -> tuple[t.Any, None]:
        names.append(account.name)
        if account.name == "wrong":
            raise WRONG
        return make_verified(account.access_key).identity, None

    monkeypatch.setattr(AccountManager, "_verify", verify)
    return names


def test_all_are_copied_once_each_with_a_session_key_of_its_own(source: FileStore, target: FileStore) -> None:
    save(source, *(make_account(name, session_key="1" * 64, verified=make_verified()) for name in ("a", "b")))
    assert move(source, target) == Report(saved=["a", "b"])
    assert all(stored(target, name).is_like(stored(source, name)) for name in ("a", "b"))
    assert stored(target, "a").verified == make_verified()
    keys = {stored(store, name).session_key for store in (source, target) for name in ("a", "b")}
    assert len(keys) == 3
    before = stored(target, "a")
    assert move(source, target, overwrite=True) == Report(unchanged=["a", "b"])
    assert stored(target, "a") == before


def test_those_are_copied_whose_name_matches(source: FileStore, target: FileStore) -> None:
    save(source, *(make_account(name) for name in ("web-1", "web-2", "db", "x[1]")))
    assert move(source, target, "web-*", "x[1]").saved == ["web-1", "web-2", "x[1]"]
    assert target.names() == ["web-1", "web-2", "x[1]"]
    assert move(source, target, "nothing-*") == Report()


def test_a_name_that_is_not_there_is_an_error_before_anything_is_written(source: FileStore, target: FileStore) -> None:
    save(source, make_account("prod"))
    with pytest.raises(OctoAwsError, match="Did you mean 'prod'") as caught:
        move(source, target, "prod", "prdo")
    assert caught.value.code is ErrorCode.ACCOUNT_UNKNOWN
    assert target.names() == []


def test_another_account_is_left_as_it_is_unless_it_is_to_be_overwritten(source: FileStore, target: FileStore) -> None:
    save(source, make_account(), make_account("new"))
    other = make_account(access_key=OTHER_KEY, session_key="2" * 64)
    save(target, other)
    assert move(source, target) == Report(saved=["new"], kept=["prod"])
    assert stored(target, "prod") == other
    assert move(source, target, overwrite=True) == Report(saved=["prod"], unchanged=["new"])
    assert stored(target, "prod").is_like(make_account())
    assert stored(target, "prod").session_key not in ("", other.session_key)


def test_a_dry_run_says_the_same_and_writes_nothing(source: FileStore, target: FileStore) -> None:
    save(source, make_account(), make_account("new"))
    save(target, make_account(access_key=OTHER_KEY))
    assert move(source, target, dry_run=True, overwrite=True) == Report(saved=["new", "prod"])
    assert target.names() == ["prod"]
    assert stored(target, "prod").access_key == OTHER_KEY
    assert [code for _name, code in left_of(move(source, target, dry_run=True, vault_id="nobody"))] == [
        ErrorCode.VAULT_ID_UNKNOWN
    ]


def left_of(report: Report) -> list[tuple[str, ErrorCode]]:
    return [(name, error.code) for name, error in report.left]


def test_a_copy_is_sealed_as_it_is_told(source: FileStore, target: FileStore) -> None:
    save(source, make_account("a"), make_account("b"))
    move(source, target, "a")
    move(source, target, vault_id="other")
    sealed = {name: found.vault_id for name in ("a", "b") if (found := target.read(name))}
    assert sealed == {"a": "new", "b": "other"}


def test_what_is_tested_is_told_who_it_is(source: FileStore, target: FileStore, tested: list[str]) -> None:
    save(source, *(make_account(name) for name in ("a", "kept", "same", "wrong")))
    save(target, make_account("kept", access_key=OTHER_KEY), make_account("same"))
    report = move(source, target, test=True)
    assert (report.saved, report.unchanged, report.kept) == (["a"], ["same"], ["kept"])
    assert left_of(report) == [("wrong", ErrorCode.SECRET_KEY_WRONG)]
    assert tested == ["a", "same", "wrong"]
    assert target.names() == ["a", "kept", "same"]
    assert stored(target, "a").verified == make_verified()


def test_nobody_is_asked_unless_it_is_to_be_tested(source: FileStore, target: FileStore, tested: list[str]) -> None:
    save(source, make_account("wrong"))
    assert move(source, target).saved == ["wrong"]
    assert tested == []


def test_what_cannot_be_read_is_left_and_all_others_are_copied(
    source: FileStore, target: FileStore, tmp_path: Path
) -> None:
    save(source, make_account("a"), make_account("c"))
    save(FileStore(source.url, quiet_context(make_vault("elsewhere"))), make_account("b"))
    (tmp_path / "source" / "damaged.vault").write_text("nothing")
    save(target, make_account("c", access_key=OTHER_KEY))
    (tmp_path / "target" / "c.vault").write_text("nothing")
    report = move(source, target, overwrite=True)
    assert report.saved == ["a"]
    assert left_of(report) == [
        ("b", ErrorCode.VAULT_ID_UNKNOWN),
        ("c", ErrorCode.RECORD_DAMAGED),
        ("damaged", ErrorCode.RECORD_DAMAGED),
    ]


def test_an_account_without_content_is_left_in_the_source_and_filled_in_the_target(
    source: FileStore, target: FileStore, tmp_path: Path
) -> None:
    for store in (source, target):
        save(store, make_account("a"), make_account("b"))
    (tmp_path / "source" / "a.vault").write_text("")
    (tmp_path / "target" / "b.vault").write_text("")
    report = move(source, target)
    assert (report.saved, left_of(report)) == (["b"], [("a", ErrorCode.RECORD_EMPTY)])
    assert stored(target, "b").is_like(make_account("b"))


class Busy(FileStore):
    """Somebody else writes before each of the first writes."""

    def __init__(self, store: FileStore, *others: Account) -> None:
        super().__init__(store.url, quiet_context(store._sealer._vault))
        self.others = list(others)

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        if self.others:
            save(FileStore(self.url, quiet_context(self._sealer._vault)), self.others.pop(0))
        super().write(account, replaces, vault_id, dry_run=dry_run)


def test_who_is_faster_is_looked_at_again(source: FileStore, target: FileStore, tested: list[str]) -> None:
    save(source, make_account())
    other = make_account(access_key=OTHER_KEY)
    assert move(source, Busy(target, other)) == Report(kept=["prod"])
    assert stored(target, "prod") == other
    again = dataclasses.replace(other, region="eu-west-1")
    assert move(source, Busy(target, again), overwrite=True, test=True) == Report(saved=["prod"])
    assert stored(target, "prod").is_like(make_account())
    assert tested == ["prod"]  # what was tested is not asked again


def test_it_does_not_try_for_ever(source: FileStore, target: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class AlwaysBusy(FileStore):
        def write(self, *_arguments: t.Any, **_options: t.Any) -> None:
            raise RevisionConflict

    monkeypatch.setattr(account_manager, "_PATIENCE", -1.0)
    save(source, make_account())
    assert left_of(move(source, AlwaysBusy(target.url, quiet_context(target._sealer._vault)))) == [
        ("prod", ErrorCode.STORE_BUSY)
    ]


def test_a_task_succeeds_where_nothing_is_left() -> None:
    assert result_of(Report(saved=["a"], kept=["b"]), "copied", remarks=[]) == {
        "changed": True,
        "copied": ["a"],
        "unchanged": [],
        "kept": ["b"],
        "left": [],
        "remarks": [],
    }


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (1, "1 account could not be copied: 'a0' (secret_key_wrong)."),
        (
            7,
            "7 accounts could not be copied: "
            + "".join(f"'a{n}' (secret_key_wrong), " for n in range(5))
            + "and 2 more.",
        ),
    ],
)
def test_a_task_fails_with_all_that_it_did_where_something_is_left(count: int, message: str) -> None:
    with pytest.raises(PartialFailure) as caught:
        result_of(Report(saved=["b"], left=[(f"a{number}", WRONG) for number in range(count)]), "copied")
    assert (caught.value.code, caught.value.message) == (ErrorCode.TRANSFER_INCOMPLETE, message)
    assert caught.value.values["changed"] is True
    assert caught.value.values["copied"] == ["b"]
    assert caught.value.values["left"][0] == {"name": "a0", "msg": str(WRONG), "error": WRONG.as_result()}
