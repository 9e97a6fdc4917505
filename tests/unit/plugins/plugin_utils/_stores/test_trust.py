# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of accounts that the wrong users may write to, and a store that is not there."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import candidates_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    make_account,
    make_accounts,
    make_vault,
    quiet_context,
)
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure

LONG = "\N{GRINNING FACE}" * 100
ME, FRIEND, OTHER = 1001, 1002, 1003


@pytest.fixture(name="warnings")
def _warnings() -> list[str]:
    return []


@pytest.fixture(name="store")
def _store(tmp_path: Path, warnings: list[str]) -> FileStore:
    store = FileStore(str(tmp_path / "store"), quiet_context(make_vault("default"), warnings.append))
    for name in ("prod", LONG):
        store.write(make_account(name), None, None)
    return store


@pytest.fixture(name="owners")
def _owners(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """User IDs of owners, by the end of a path. This user is ME, who owns all else, whoever runs the tests."""
    owners: dict[str, int] = {}
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        owner = next((owner for end, owner in owners.items() if path.endswith(end)), ME)
        values = list(real(descriptor))
        values[4] = owner
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", fstat)
    monkeypatch.setattr(os, "geteuid", lambda: ME)
    return owners


def record(store: FileStore, name: str) -> Path:
    return Path(store.url, *path_of(name))


def works(store: FileStore, name: str = "prod") -> None:
    assert find(store, name).account.name == name
    assert store.names() == ["prod", LONG]


def refuses(store: FileStore, name: str, *says: str) -> None:
    error = failure(lambda: store.read(name))
    assert isinstance(error, RecordError)
    assert error.code is ErrorCode.RECORD_UNREADABLE
    for text in says:
        assert text in str(error)


def test_a_folder_that_any_user_may_write(store: FileStore) -> None:
    Path(store.url).chmod(0o707)
    uses: list[t.Callable[[], object]] = [
        store.names,
        store.exists,
        lambda: store.read("prod"),
        lambda: list(store.read_many(["prod"])),
        lambda: store.write(make_account("new"), None, None),
        lambda: store.delete("prod"),
    ]
    for use in uses:
        error = failure(use)
        assert error.code is ErrorCode.STORE_UNAVAILABLE
        assert f"chmod -R o-w {store.url}" in str(error)
    Path(store.url).chmod(0o1777)  # only owners exchange files, as in /tmp
    works(store)
    Path(store.url).chmod(0o775)
    works(store)


def test_a_record_that_any_user_may_write(store: FileStore) -> None:
    record(store, "prod").chmod(0o606)
    refuses(store, "prod", "every user", "chmod o-w")
    works(store, LONG)
    assert not make_accounts(store).delete("other").changed
    assert make_accounts(store).delete("prod").changed


def test_a_folder_inside_that_any_user_may_write(store: FileStore) -> None:
    record(store, LONG).parent.chmod(0o703)
    refuses(store, LONG, "every user")
    works(store)


def test_a_store_of_another_user(store: FileStore, owners: dict[str, int], warnings: list[str]) -> None:
    owners["/store"] = owners[".vault"] = FRIEND
    for _time in range(2):
        works(store)
    [warning] = warnings
    assert f"the user with the ID {FRIEND}, who could replace its records" in warning
    owners[".vault"] = ME  # what this user saved there
    works(store)
    owners[".vault"] = OTHER
    refuses(store, "prod", f"ID {OTHER}", f"ID {FRIEND}", "chown")


def test_a_record_of_another_user(store: FileStore, owners: dict[str, int], warnings: list[str]) -> None:
    for root in (ME, 0):
        owners["/store"] = root
        owners["prod.vault"] = 0
        works(store)
        owners["prod.vault"] = OTHER
        refuses(store, "prod", f"ID {OTHER}")
    owners[record(store, LONG).parent.name] = OTHER
    refuses(store, LONG, f"ID {OTHER}")
    assert not warnings


def test_a_folder_that_a_group_shares(store: FileStore, owners: dict[str, int], warnings: list[str]) -> None:
    owners["/store"] = FRIEND
    owners["prod.vault"] = OTHER
    Path(store.url).chmod(0o2770)
    works(store)
    assert not warnings
    record(store, "prod").chmod(0o660)
    works(store)
    record(store, "prod").chmod(0o666)
    refuses(store, "prod", "every user")


def test_a_store_that_does_not_exist(tmp_path: Path) -> None:
    warnings: list[str] = []
    store = FileStore(str(tmp_path / "not-there"), quiet_context(make_vault("default")))
    accounts = make_accounts(store)
    accounts._warn = warnings.append
    assert store.exists() is False
    error = failure(lambda: find(store, "prod"))
    assert error.code is ErrorCode.ACCOUNT_UNKNOWN
    assert f"in the store {store.url}, which does not exist" in str(error)
    assert not accounts.delete("prod").changed
    [warning] = warnings
    assert f"the store {store.url} does not exist" in warning
    error = failure(lambda: candidates_of(store, None))
    assert error.code is ErrorCode.STORE_UNAVAILABLE
    assert "source_store" in str(error)
    assert not Path(store.url).exists()
    Path(store.url).mkdir()
    assert store.exists() is True
    assert "which is empty" in str(failure(lambda: find(store, "prod")))
    assert candidates_of(store, None) == []
