# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills rotations of access keys, and looks at the accounts and at IAM.

First at each system call that writes, then at random moments, 200 times. Where the time is short, half of it is for
some of these calls.
"""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
import typing as t
from functools import cache
from pathlib import Path
from unittest import mock

import botocore.session
from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._service.key_rotation import KeyRotation
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from harness.aws_process import REGION, clean_environment
from harness.local_aws import LocalAws
from harness.promises import SECONDS, Case
from harness.system_calls import KILLED, Call, traced

PROMISES = {
    "killed_rotation": "After a rotation of an access key is killed at any moment, each account of the store has a key "
    "that works.",
    "finished_rotation": "The next rotation finishes an interrupted one. The IAM user then has one key, which all "
    "accounts have, and no key that is missing in the store.",
}

_KILLS = 200
_USER = "rotator"
_NAMES = ("a", "b")
_DAYS = 90

_Item = t.TypeVar("_Item")


def cases(folder: Path) -> t.Iterator[Case]:
    """Kill one rotation after the other, until the time is over."""
    # Each session reads the descriptions of services, which takes longer than all requests of a rotation.
    load_once = mock.patch.object(botocore.session, "create_loader", cache(botocore.session.create_loader))
    with LocalAws(folder) as aws, clean_environment(AWS_ENDPOINT_URL=aws.facts["url"], NO_PROXY="*"), load_once:
        rotations = _Rotations(folder / "store", aws)
        rotations.prepare()
        yield Case("finished_rotation", "without a kill", rotations.finish())
        rotations.prepare()
        begin = time.monotonic()
        yield Case("finished_rotation", "without a kill, again", rotations.finish())
        longest = time.monotonic() - begin
        for call in _until(begin + SECONDS / 2, rotations.calls(folder / "trace")):
            rotations.rotate_traced(folder / "trace", call)
            yield from rotations.judged(f"kill at {call}")
        for number in _until(begin + SECONDS, range(_KILLS)):
            rotations.prepare()
            seconds = random.uniform(0, 1.3 * longest)
            rotations.rotate_killed(seconds)
            yield from rotations.judged(f"kill {number}, after {seconds:.3f} s")


def _until(end: float, items: t.Iterable[_Item]) -> t.Iterator[_Item]:
    """Yield items until the time is over."""
    for item in items:
        if time.monotonic() > end:
            return
        yield item


class _Rotations:
    """Two accounts of a store with one key, and its user at IAM."""

    def __init__(self, folder: Path, aws: LocalAws) -> None:
        self._aws = aws
        vault = Vault([("default", VaultSecret(b"vault-password"))])
        self._store = FileStore(str(folder), StoreContext(vault, "", _warn, _refuse))
        self._settings = Settings(self._store.url)

    def prepare(self) -> None:
        """Give the user one old key, and save it."""
        self._aws.tell("reset")
        self._aws.tell("keys", user=_USER, age=_DAYS + 10, late=2)
        self._aws.tell("policy", user=_USER, policy={"Statement": [_allow("iam:*"), _allow("sts:*")]})
        [key] = self._keys()
        fields = {"access_key": key["access_key"], "secret_key": key["secret_key"], "region": REGION}
        accounts = AccountManager(self._store, self._settings, dry_run=False, options=SessionOptions(), warn=_warn)
        for name in _NAMES:
            if self._store.read(name):
                accounts.delete(name)
            accounts.save(name, fields, vault_id=None, test=False)

    def rotate(self) -> None:
        """Rotate as the playbook does: each account that is due."""
        for name in _NAMES:
            rotation = KeyRotation(self._store, self._settings, dry_run=False, warn=_warn, pause=_pause)
            rotation.rotate(name, after_days=_DAYS, keep_old="delete")

    def calls(self, trace: Path) -> list[Call]:
        """The system calls of a rotation that write, in random order."""
        calls = self.rotate_traced(trace)
        return random.sample(calls, len(calls))

    def rotate_traced(self, trace: Path, call: Call | None = None) -> list[Call]:
        """Rotate in a process, which is killed at a system call. Return the calls up to there."""
        self.prepare()
        return traced(self.rotate, trace, call, KILLED if call else "").calls

    def judged(self, name: str) -> t.Iterator[Case]:
        """Look at what a killed rotation left, and go on."""
        name = f"{name}, in the step {self.step or 'none'}"
        yield Case("killed_rotation", name, self.locked_out())
        yield Case("finished_rotation", name, self.finish())

    def finish(self) -> str:
        """Rotate, and return what is wrong then."""
        try:
            self.rotate()
        except Exception:
            return traceback.format_exc()
        return self.unfinished()

    def rotate_killed(self, seconds: float) -> None:
        """Rotate in a process that is killed after some time."""
        process = os.fork()
        if not process:
            try:
                self.rotate()
            finally:
                os._exit(0)
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

    @property
    def step(self) -> str:
        """The step that was reached."""
        rotations = [stored.account.rotation for name in _NAMES if (stored := self._store.read(name))]
        return next((rotation.step for rotation in rotations if rotation), "")

    def locked_out(self) -> str:
        """The accounts whose key does not work."""
        right = {(key["access_key"], key["secret_key"]) for key in self._keys() if key["status"] == "Active"}
        wrong = [name for name in _NAMES if self._pair(name) not in right]
        return f"the key of {', '.join(wrong)} does not work" if wrong else ""

    def unfinished(self) -> str:
        """The difference between the accounts and IAM."""
        keys = self._keys()
        if len(keys) != 1:
            return f"the user has {len(keys)} keys"
        if self.step:
            return f"the step {self.step} is left"
        if {self._pair(name) for name in _NAMES} != {(keys[0]["access_key"], keys[0]["secret_key"])}:
            return "an account has another key"
        return ""

    def _pair(self, name: str) -> tuple[str, str]:
        stored = self._store.read(name)
        return (stored.account.access_key, stored.account.secret_key) if stored else ("", "")

    def _keys(self) -> list[dict[str, str]]:
        keys: list[dict[str, str]] = self._aws.tell("keys", list=_USER)
        return keys


def _allow(action: str) -> dict[str, str]:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def _pause(seconds: float) -> None:
    # A killed run needs no half minute here, and a new key is late by requests, not by time.
    time.sleep(seconds / 200)


def _warn(text: str) -> None:
    """A warning."""


def _refuse(name: str, url: str) -> t.NoReturn:
    raise AssertionError((name, url))
