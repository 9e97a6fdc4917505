# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file store when writers are killed, when many write at once, and when the disk is full."""

from __future__ import annotations

import errno
import fcntl
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from ansible_collections.octo.aws.tests.unit.support.accounts import ACCESS_KEY, SECRET_KEY, make_account, make_accounts

FORK = multiprocessing.get_context("fork")
LONG = "\N{GRINNING FACE}" * 200
STEPS = ("open", "close", "mkdir", "fchmod", "write", "fsync", "rename", "unlink", "rmdir", "listdir")


def die_at(step: int, work: t.Callable[[], object]) -> None:
    """Do the work, and kill this process before its system call number ``step`` that concerns files."""
    calls = itertools.count()

    def guarded(real: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        def call(*arguments: t.Any, **options: t.Any) -> t.Any:
            if next(calls) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for name in STEPS:
        setattr(os, name, guarded(getattr(os, name)))
    fcntl.flock = guarded(fcntl.flock)
    work()


def killed_at_each_step(work: t.Callable[[], object]) -> t.Iterator[int]:
    """Run the work in a process of its own again and again, killed one step later each time, until it survives."""
    for step in itertools.count():
        process = FORK.Process(target=die_at, args=(step, work))
        process.start()
        process.join()
        yield step
        if process.exitcode != -signal.SIGKILL:
            assert process.exitcode == 0
            return


def replace(store: FileStore, name: str, **fields: t.Any) -> None:
    stored = store.read(name)
    store.write(make_account(name, **fields), stored.revision if stored else None, None)


def files(store: FileStore) -> list[str]:
    return [str(p.relative_to(store.url)) for p in Path(store.url).rglob("*") if p.is_file()]


@pytest.mark.parametrize("name", ["prod", LONG])
def test_a_killed_save_leaves_the_old_or_the_new(store: FileStore, name: str) -> None:
    replace(store, name, description="old")
    steps = []
    for step in killed_at_each_step(lambda: replace(store, name, description="new")):
        steps.append(step)
        stored = store.read(name)
        assert stored is not None
        assert stored.account.description in ("old", "new")
        replace(store, name, description="old")  # the next writer works, no lock stays
        assert sorted(files(store)) == sorted([".lock", "/".join(path_of(name))])
    assert len(steps) > 10


@pytest.mark.parametrize("name", ["prod", LONG])
def test_a_killed_first_save_leaves_nothing_or_all(store: FileStore, name: str) -> None:
    for _step in killed_at_each_step(lambda: replace(store, name)):
        stored = store.read(name)
        assert stored is None or stored.account == make_account(name)
        assert store.names() in ([], [name])
        store.delete(name)
        replace(store, "other")
        assert sorted(files(store)) == [".lock", "other.vault"]
        store.delete("other")


def test_a_killed_deletion_leaves_all_or_nothing(store: FileStore) -> None:
    for _step in killed_at_each_step(lambda: store.delete(LONG)):
        stored = store.read(LONG)
        assert stored is None or stored.account.name == LONG
        replace(store, LONG)


def test_a_new_folder_that_may_not_last_is_not_used(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    results = iter([None, OSError(errno.EIO, "Input/output error")])

    def fail_second(_file: int) -> None:
        if error := next(results):
            raise error

    monkeypatch.setattr(os, "fsync", fail_second)
    with pytest.raises(OctoAwsError, match="The previous record is unchanged") as caught:
        replace(store, LONG)
    assert caught.value.code is ErrorCode.STORE_WRITE_FAILED
    assert os.listdir(store.url) == [".lock"]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_deletion_removes_the_folders_of_one_that_was_killed(store: FileStore, depth: int) -> None:
    Path(store.url).joinpath(*path_of(LONG)[:depth]).mkdir(parents=True)
    assert not store.delete(LONG)
    assert os.listdir(store.url) == [".lock"]


def save_in_a_crowd(store: FileStore, number: int) -> None:
    accounts = make_accounts(store)
    fields: dict[str, t.Any] = {"region": "eu-central-1"} if number % 2 else {"description": f"number {number}"}
    accounts.save("shared", fields, vault_id=None, test=False)
    accounts.save(f"own-{number}", {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, vault_id=None, test=False)


def test_50_processes_at_once(store: FileStore) -> None:
    replace(store, "shared")
    processes = [FORK.Process(target=save_in_a_crowd, args=(store, number)) for number in range(50)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert store.read("shared") is not None  # a reader is never in the way, and sees whole records
    for process in processes:
        process.join()
        assert process.exitcode == 0
    stored = store.read("shared")
    assert stored is not None
    assert stored.account.region == "eu-central-1"  # nobody's change was lost
    assert stored.account.description.startswith("number ")
    assert store.names() == sorted(["shared", *(f"own-{number}" for number in range(50))])
    assert ".new" not in os.listdir(store.url)


def test_an_account_that_others_change_for_ever(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(store, "prod")
    write = store.write

    def write_late(*arguments: t.Any, **_options: t.Any) -> None:
        replace_now = make_account("prod", description=os.urandom(4).hex())
        stored = store.read("prod")
        assert stored is not None
        write(replace_now, stored.revision, None)
        write(*arguments)

    monkeypatch.setattr(store, "write", write_late)
    monkeypatch.setattr("ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager._PATIENCE", 0.2)
    with pytest.raises(OctoAwsError) as caught:
        make_accounts(store).save("prod", {"region": "eu-west-1"}, vault_id=None, test=False)
    assert caught.value.code is ErrorCode.STORE_BUSY


def run_with_mount(mount: str, script: str, folder: str) -> str:
    """What the script prints, run in a mount namespace of its own, which ends with it, where ``mount`` was done first.

    :param mount: a shell command in which ``$2`` is the folder
    """
    root = Path(__file__).resolve().parents[8]
    done = subprocess.run(
        [
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            f'{mount} && exec "$0" -c "$1" "$2"',
            sys.executable,
            script,
            folder,
        ],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FULL_DISK = """
import os, sys
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_vault, quiet_context

store = FileStore(sys.argv[1] + "/store", quiet_context(make_vault("default")))
store.write(make_account(), None, None)
old = store.read("prod")
with open(sys.argv[1] + "/filler", "wb", buffering=0) as filler:
    try:
        while True:
            filler.write(b"x" * 4096)
    except OSError:
        pass
for name, revision in (("prod", old.revision), ("other", None), ("\U0001f600" * 200, None)):
    try:
        store.write(make_account(name, description="x" * 900), revision, None)
        sys.exit("the disk was not full")
    except OctoAwsError as error:
        print(error)
assert store.read("prod") == old
assert store.names() == ["prod"]
assert sorted(os.listdir(store.url)) == [".lock", "prod.vault"], os.listdir(store.url)
assert store.delete("prod")
os.unlink(sys.argv[1] + "/filler")
store.write(make_account(), None, None)
"""


def test_a_full_disk(tmp_path: Path) -> None:
    said = run_with_mount('mount -t tmpfs -o size=64k tmpfs "$2"', FULL_DISK, str(tmp_path))
    assert said.count("No space left on device. The previous record is unchanged.") == 3
    assert said.count("(store_write_failed)") == 3


READ_ONLY = """
import sys
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_vault, quiet_context

store = FileStore(sys.argv[1], quiet_context(make_vault("default")))
stored = store.read("prod")
for work in (lambda: store.write(make_account("prod"), stored.revision, None), lambda: store.delete("prod")):
    try:
        work()
        sys.exit("it was written")
    except Exception as error:
        print(error)
assert store.names() == ["prod"]
"""


def test_a_read_only_store(store: FileStore) -> None:
    replace(store, "prod")
    mount = 'mount --bind -o ro "$2" "$2" && mount -o remount,bind,ro "$2"'
    said = run_with_mount(mount, READ_ONLY, store.url)
    assert said.count("Read-only file system") == 2
    assert said.count("(store_write_failed)") == 2
