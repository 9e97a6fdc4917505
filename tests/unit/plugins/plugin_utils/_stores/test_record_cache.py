# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that processes share for some seconds, where cache_seconds says so."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.plugin_utils._stores import record_cache, run_cache
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    ACCESS_KEY,
    SECRET_KEY,
    make_account,
    make_accounts,
    make_context,
    make_vault,
)
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import ServiceFixture, actions, failure, use_keys

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

FORK = multiprocessing.get_context("fork")
FETCHES = ("GetSecretValue", "GetParameter")


class Cache:
    """A store with one account, whose records are shared in a folder, as processes of one user have it."""

    def __init__(self, aws: FakeAws, service: ServiceFixture, folder: Path) -> None:
        self._aws = aws
        self.service = service
        self.folder = folder
        self.warnings: list[str] = []
        service.open().write(make_account(), None, None)
        aws.tell("reset")

    def store(self, seconds: str = "60", password: str = "default", **options: str) -> Store:
        refuse = make_context().credentials_of
        context = StoreContext(make_vault(password), str(self.folder), self.warnings.append, refuse)
        return open_store(self.service.with_options(cache_seconds=seconds, **options), context)

    def read(self, **options: str) -> Account | None:
        """What a process reads that has read nothing before."""
        run_cache._read.clear()
        stored = self.store(**options).read("prod")
        return stored.account if stored else None

    @property
    def fetches(self) -> int:
        return sum(action in FETCHES for action in actions(self._aws))

    @property
    def records(self) -> list[Path]:
        return sorted(self.folder.rglob("*.record"))


@pytest.fixture
def cache(aws: FakeAws, service: ServiceFixture, tmp_path: Path) -> Cache:
    return Cache(aws, service, tmp_path / "shared")


def in_processes(count: int, work: t.Callable[[], object]) -> None:
    processes = [FORK.Process(target=work) for _number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0


def test_one_fetch_for_many_processes_at_once(cache: Cache) -> None:
    def read() -> None:
        assert cache.read() == make_account()

    in_processes(6, read)
    assert cache.fetches == 1
    in_processes(2, read)
    assert cache.fetches == 1
    assert cache.store().read("prod", fresh=True)
    assert cache.fetches == 2
    assert cache.warnings == []


def test_what_is_not_there_is_not_shared(cache: Cache) -> None:
    for _time in range(2):
        assert cache.store().read("absent") is None
    assert cache.fetches == 2
    assert cache.records == []


def test_it_ends_after_its_seconds(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    for after, fetches in ((0, 1), (59, 1), (61, 2), (-1, 3)):
        # A clock that was set back ends it, too.
        monkeypatch.setattr(record_cache.time, "time", lambda after=after: began + after)
        assert cache.read() == make_account()
        assert cache.fetches == fetches
    assert cache.read(seconds="30") == make_account()
    assert cache.warnings == []


def test_it_is_sealed_with_the_vault_password_alone(cache: Cache, tmp_path: Path) -> None:
    assert cache.read() == make_account()
    [record] = cache.records
    for path in filter(Path.is_file, cache.folder.rglob("*")):
        data = path.read_bytes()
        assert not any(value.encode() in data for value in (SECRET_KEY, ACCESS_KEY, "prod"))
        assert path.stat().st_mode & 0o077 == 0
    view = [str(Path(sys.executable).parent / "ansible-vault"), "view", "--vault-password-file"]
    for password, opens in (("default", True), ("another", False)):
        (tmp_path / password).write_text(password)
        done = subprocess.run([*view, tmp_path / password, record], capture_output=True, check=False)
        assert (done.returncode == 0) is opens
        assert (SECRET_KEY.encode() in done.stdout) is opens


@pytest.mark.parametrize(
    ("password", "folder", "code", "says"),
    [
        (False, True, ErrorCode.VAULT_PASSWORD_MISSING, "cannot be encrypted"),
        (True, False, ErrorCode.OPTION_CONFLICT, "session_cache is none"),
    ],
)
def test_it_is_refused_where_nothing_can_be_shared(
    aws: FakeAws, service: ServiceFixture, tmp_path: Path, password: bool, folder: bool, code: ErrorCode, says: str
) -> None:
    vault = make_vault("default") if password else make_vault()
    context = make_context(vault, str(tmp_path) if folder else "")
    error = failure(lambda: open_store(service.with_options(cache_seconds="60"), context))
    assert error.code is code
    assert says in str(error)
    assert "cache_seconds" in str(error)
    assert actions(aws) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", ["save", "delete", "write"])
def test_what_changes_on_this_machine_ends_it_at_once(cache: Cache, change: str) -> None:
    assert cache.read() == make_account()

    def do() -> None:
        store = cache.store()
        if change == "save":
            make_accounts(store, str(cache.folder)).save("prod", {"region": "eu-west-1"}, vault_id=None, test=False)
        elif change == "write":
            stored = store.read("prod")
            assert stored
            store.write(make_account(region="eu-west-1"), stored.revision, None)
        else:
            store.delete("prod")

    in_processes(1, do)
    account = cache.read()
    assert (account.region if account else None) == (None if change == "delete" else "eu-west-1")


def test_a_stale_record_does_no_harm_to_a_save(cache: Cache) -> None:
    """Another machine saved the account meanwhile."""
    assert cache.read() == make_account()
    cache.service.open().delete("prod")
    cache.service.open().write(make_account(region="eu-west-3"), None, None)
    assert cache.read() == make_account()
    make_accounts(cache.store(), str(cache.folder)).save("prod", {"description": "x"}, vault_id=None, test=False)
    account = cache.read()
    assert account
    assert (account.region, account.description) == ("eu-west-3", "x")


def test_who_asks_otherwise_shares_nothing(aws: FakeAws, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL alone does not say whose AWS account is asked."""
    assert cache.read() == make_account()
    assert cache.read(kms_key_id="alias/octo") == make_account()
    assert cache.fetches == 2
    use_keys(monkeypatch, aws.facts["users"]["reader"])
    assert failure(cache.read).code is ErrorCode.ACCESS_DENIED
    use_keys(monkeypatch, aws.facts)
    fetches = cache.fetches
    assert cache.read() == make_account()
    assert cache.fetches == fetches


def damaged(cache: Cache, record: Path) -> None:
    record.write_bytes(record.read_bytes()[:-20])


def emptied(cache: Cache, record: Path) -> None:
    record.write_bytes(b"")


def of_another_password(cache: Cache, record: Path) -> None:
    record.write_bytes(make_vault("another").seal("{}", None, "It"))


def of_another_account(cache: Cache, record: Path) -> None:
    store = cache.store()
    store.write(make_account("other"), None, None)
    store.read("other")
    [other] = [path for path in cache.records if path != record]
    record.write_bytes(other.read_bytes())


@pytest.mark.parametrize("spoil", [damaged, emptied, of_another_password, of_another_account])
def test_what_cannot_be_used_is_fetched(cache: Cache, spoil: t.Callable[[Cache, Path], None]) -> None:
    assert cache.read() == make_account()
    [record] = cache.records
    spoil(cache, record)
    before = cache.fetches
    assert cache.read() == make_account()
    assert cache.fetches == before + 1
    assert all("damaged or replaced" in warning and SECRET_KEY not in warning for warning in cache.warnings)
    assert len(cache.warnings) == 1
    assert cache.read() == make_account()
    assert cache.fetches == before + 1


def test_another_password_is_a_miss(cache: Cache) -> None:
    assert cache.read() == make_account()
    assert cache.read(password="another") == make_account()
    assert cache.fetches == 2


def test_a_failure_is_told_to_those_who_wait(aws: FakeAws, cache: Cache) -> None:
    action = {"secretsmanager": "GetSecretValue", "ssm": "GetParameter"}[cache.service.scheme]
    aws.tell("fault", action=f"{cache.service.scheme}:{action}", kind="denied", times=100)

    def read() -> None:
        assert failure(cache.read).code is ErrorCode.ACCESS_DENIED

    read()
    in_processes(3, read)
    assert cache.records == []
    aws.tell("reset")
    assert cache.read() == make_account()
