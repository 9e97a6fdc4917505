# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that serves credentials for several tasks: when it ends, and what it has of its parent."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import detached_server, renewal
from ansible_collections.octo.aws.plugins.module_utils._host.detached_server import (
    ObservedProcess,
    serve_detached,
    serve_until_expired,
)
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials

PAST = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "canary-secret")


def ask(pointer: Pointer) -> bytes:
    headers = {"Authorization": Path(pointer.token_file).read_text(encoding="ascii")}
    with urllib.request.urlopen(urllib.request.Request(pointer.url, headers=headers), timeout=20) as answer:
        found: bytes = answer.read()
        return found


def server_of(pointer: Pointer) -> int:
    """The process that has the socket."""
    port = f":{int(pointer.url.split(':')[2].split('/')[0]):04X}"
    table = Path("/proc/net/tcp").read_text().splitlines()
    [inode] = [line.split()[9] for line in table if line.split()[1].endswith(port) and " 0A " in line]
    [process] = [path for path in Path("/proc").glob("[0-9]*") if f"socket:[{inode}]" in files_of(path)]
    return int(process.name)


def files_of(process: Path) -> list[str]:
    found = []
    with contextlib.suppress(OSError):
        found += [os.readlink(path) for path in (process / "fd").iterdir()]
    return found


def wait_for_end(pointer: Pointer) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", int(pointer.url.split(":")[2].split("/")[0]))).close()
        except ConnectionRefusedError:
            if not Path(pointer.token_file).parent.exists():
                return
        time.sleep(0.05)
    raise AssertionError("it has not ended, or left its files")


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """A file that is there as long as the server is needed."""
    (tmp_path / "needed").touch()
    return tmp_path / "needed"


@pytest.fixture
def pointer(tmp_path: Path, flag: Path) -> t.Iterator[Pointer]:
    folder = tmp_path / "folder"
    folder.mkdir()
    pointer = serve_detached(lambda: KEYS, flag.exists, str(folder))
    yield pointer
    flag.unlink(missing_ok=True)
    wait_for_end(pointer)


def test_it_serves(pointer: Pointer) -> None:
    assert b"canary-secret" in ask(pointer)
    assert b"canary-secret" in ask(pointer)


def test_it_ends_when_the_config_file_is_removed(pointer: Pointer) -> None:
    Path(pointer.config_file).unlink()
    # At once, and not only with the next check.
    with pytest.raises(urllib.error.URLError) as caught:
        ask(pointer)
    if isinstance(caught.value, urllib.error.HTTPError):
        assert b"executor_failed" in caught.value.read()
    wait_for_end(pointer)


def test_it_ends_when_it_is_not_needed(pointer: Pointer, flag: Path) -> None:
    flag.unlink()
    wait_for_end(pointer)


def test_it_ends_in_any_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detached_server, "_LONGEST", 0.1)
    wait_for_end(serve_detached(lambda: KEYS, lambda: True, str(tmp_path)))


@pytest.mark.parametrize("credentials", [KEYS, dataclasses.replace(KEYS, expiration=PAST)])
def test_without_a_renewal_it_ends_with_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, credentials: Credentials
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    # Keys do not expire, but nothing tells this process when they are not needed any more.
    monkeypatch.setattr(renewal, "_LONGEST_OF_KEYS", datetime.timedelta(seconds=0.1))
    wait_for_end(serve_until_expired(credentials))


def test_it_cleans_up_when_it_is_ended(pointer: Pointer) -> None:
    os.kill(server_of(pointer), signal.SIGTERM)
    wait_for_end(pointer)


def test_it_has_nothing_of_its_parent(pointer: Pointer) -> None:
    process = Path(f"/proc/{server_of(pointer)}")
    descriptors = files_of(process)
    assert {name for name in descriptors if not name.startswith("socket:")} <= {"/dev/null", "anon_inode:[eventpoll]"}
    assert len([name for name in descriptors if name.startswith("socket:")]) == 1
    assert os.getsid(int(process.name)) != os.getsid(0)
    assert "canary" not in (process / "cmdline").read_text() + (process / "environ").read_text()


def test_it_leaves_no_child_to_wait_for(pointer: Pointer) -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OctoAwsError) as caught:
        serve_detached(lambda: KEYS, lambda: True, str(tmp_path / "not there"))
    assert caught.value.code is ErrorCode.EXECUTOR_FAILED


def test_a_process_is_observed_until_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        observed = ObservedProcess(process.pid)
        assert observed.is_alive()
        process.kill()
        until = time.monotonic() + 20
        # Nothing has waited for it yet.
        while observed.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert not observed.is_alive()
    assert not observed.is_alive()


def test_another_process_with_its_number_is_not_it() -> None:
    observed = ObservedProcess(os.getpid())
    observed._start = "1"
    assert not observed.is_alive()
