# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that renews credentials on a worker: when it brings which ones, and when it ends."""

from __future__ import annotations

import datetime
import os
import time
import types
import typing as t
from pathlib import Path

import pytest
from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._base import distant_renewal
from ansible_collections.octo.aws.plugins.plugin_utils._base.distant_renewal import _Renewal, renew_elsewhere
from ansible_collections.octo.aws.plugins.plugin_utils._base.resolved_account import ResolvedAccount


def session(number: int, left: float | None = 60) -> Handover:
    end = None if left is None else now() + datetime.timedelta(seconds=left)
    return Handover(credentials=Credentials(f"ASIA{number}", f"canary-{number}", expiration=end))


class Worker:
    """A worker, and a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, first: Handover) -> None:
        self.now = 0.0
        self.brought: list[tuple[float, str]] = []
        self.resolved: Handover | Exception = first
        self.answer: bool | Exception = True
        monkeypatch.setattr(distant_renewal, "time", types.SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(distant_renewal, "now", lambda: now() + datetime.timedelta(seconds=self.now))
        self.renewal = _Renewal(ResolvedAccount("prod", first, None, "worker1", self._renew), self._bring)

    def _renew(self) -> Handover:
        if isinstance(self.resolved, Exception):
            raise self.resolved
        return self.resolved

    def _bring(self, credentials: Credentials) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        self.brought.append((self.now, credentials.access_key))
        return self.answer

    def lasts(self, seconds: int) -> bool:
        for _half in range(seconds * 2):
            self.now += 0.5
            if not self.renewal.goes_on():
                return False
        return True


def test_new_credentials_are_brought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, session(1))
    assert worker.lasts(10)
    assert worker.brought == []
    worker.resolved = session(2, 600)
    assert worker.lasts(60)
    assert [key for _time, key in worker.brought] == ["ASIA2"]
    assert worker.brought[0][0] < 18


def test_keys_are_brought_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, session(1, None))
    assert worker.lasts(3600)
    assert 3 <= len(worker.brought) <= 4


@pytest.mark.parametrize("failure", [AnsibleConnectionFailure("Broken pipe"), None])
def test_what_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch, failure: Exception | None) -> None:
    worker = Worker(monkeypatch, session(1))
    if failure:
        worker.resolved, worker.answer = session(2, 600), failure
    else:
        worker.resolved = OctoAwsError(ErrorCode.THROTTLED, "Throttled.")
    assert worker.lasts(30)
    worker.resolved, worker.answer = session(2, 600), True
    assert worker.lasts(6)
    assert [key for _time, key in worker.brought] == ["ASIA2"]


def test_it_ends_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, session(1))
    worker.resolved = OctoAwsError(ErrorCode.ACCESS_DENIED, "Denied.")
    assert not worker.lasts(70)
    assert 60 <= worker.now < 67


def test_it_ends_with_the_process_on_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, session(1))
    worker.resolved, worker.answer = session(2, 600), False
    assert not worker.lasts(10)


def wait_until(condition: t.Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.05)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(distant_renewal, "_INTERVAL", 0.05)
    return tmp_path / "log"


def start(log: Path, *, needed: bool) -> tuple[Path, int]:
    """Start the process. It writes its number with each key that it brings."""

    def bring(credentials: Credentials) -> bool:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {credentials.access_key}\n")
        return needed

    account = ResolvedAccount("prod", session(1, 2), None, "worker1", lambda: session(2, 600))
    path = Path(renew_elsewhere(account, bring))
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    pid, key = log.read_text().split()
    assert key == "ASIA2"
    assert int(pid) != os.getpid()
    return path, int(pid)


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] == "Z"
    except OSError:
        return True


def test_it_ends_when_its_file_is_removed(log: Path) -> None:
    path, pid = start(log, needed=True)
    assert path.exists()
    assert not path.read_bytes()
    assert not ended(pid)
    path.unlink()
    wait_until(lambda: ended(pid))


def test_it_removes_its_file(log: Path) -> None:
    path, pid = start(log, needed=False)
    wait_until(lambda: ended(pid))
    assert not path.exists()
