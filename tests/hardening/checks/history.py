# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many processes at once: whether what they saw is what a single process could have seen.

The fork of a process that is killed is followed by another one. Only in the file store are processes killed: the
others share within an Ansible run what they read, and a process that is killed tells nobody what it changed.
"""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
import typing as t
from pathlib import Path

from harness.aws_process import REGION, fake_aws
from harness.linearizability import Operation, contradiction
from harness.promises import SECONDS, Case
from harness.worker import NAMES, SharedStore, Worker, operation_of, read_log

PROMISES = {
    "history": "Eight processes that save, read and delete accounts at the same time see a history that one process "
    "could have seen: no save is lost, nothing deleted comes back, and no old value is read.",
    "credentials": "Returned credentials, including those of shared sessions, belong to the account as it was at a "
    "moment between request and response.",
    "killed": "After a process is killed at any moment, other processes neither fail nor wait because of it.",
    "proof": "The check detects faults: it rejects histories with a lost update, an old value, an undone deletion, or "
    "credentials of a deleted account.",
}

_PROCESSES = 8
_SHARES = {"file": 0.6, "secretsmanager": 0.2, "ssm": 0.2}
"""Of the time."""
_STOPPED = "stopped"
_LONGEST = 60.0
"""Seconds that something may take, with seven others at work and two CPUs."""


def cases(folder: Path) -> t.Iterator[Case]:
    """Let processes work at each store, one store after the other."""
    yield from _proof()
    with fake_aws(folder) as facts:
        keys = {
            "access_key": facts["access_key"],
            "secret_key": facts["secret_key"],
            "role_arn": facts["roles"]["deploy"],
        }
        urls = {
            "file": f"file:{folder}/store",
            "secretsmanager": f"secretsmanager:history?region={REGION}&recovery_window_days=7",
            "ssm": f"ssm:/history?region={REGION}",
        }
        # A deletion from a store that does not exist yet is a warning, and a warning counts as a failure.
        (folder / "store").mkdir(mode=0o700)
        for name, url in urls.items():
            shared = SharedStore(name, url, folder / name, keys)
            shared.folder.mkdir()
            deaths = _work(shared, time.monotonic() + SECONDS * _SHARES[name], kills=name == "file")
            yield from _judged(shared, deaths)
        left = [path.name for path in (folder / "store").rglob("*") if path.name.endswith(".new")]
        yield Case("killed", "what is left in the folder of the store in the end", ", ".join(left))


def _work(shared: SharedStore, until: float, *, kills: bool) -> dict[int, int | None]:
    """Have processes work, and kill one now and then; when each was gone that was killed, by its number."""
    deaths: dict[int, int | None] = {}
    running: dict[int, int] = {}
    while time.monotonic() < until:
        while len(running) < _PROCESSES:
            number = len(deaths)
            deaths[number] = None
            running[_forked(shared, number, until)] = number
        time.sleep(min(random.uniform(0.05, 0.4), max(0.0, until - time.monotonic())))
        if kills and time.monotonic() < until:
            process = random.choice(list(running))
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            deaths[running.pop(process)] = time.monotonic_ns()
    for process in running:
        _process, status = os.waitpid(process, 0)
        if status:
            raise RuntimeError(f"a process ended with {status}")
    return deaths


def _forked(shared: SharedStore, number: int, until: float) -> int:
    process = os.fork()
    if process:
        return process
    try:
        Worker(shared, number).work(until)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _judged(shared: SharedStore, deaths: dict[int, int | None]) -> t.Iterator[Case]:
    done: list[tuple[str, str, Operation]] = []
    failures: list[str] = []
    for number, death in deaths.items():
        if (log := shared.folder / f"{number}.log").exists():
            of_process, failed = read_log(log, death)
            done += of_process
            failures += failed
    for account in NAMES:
        history = [operation for name, kind, operation in done if name == account and kind != "resolve"]
        what = f"{shared.name}, account {account}, {len(history)} operations"
        broken = contradiction(history) if history else "nothing was done"
        yield Case("history", what, broken)
        resolved = [operation for name, kind, operation in done if name == account]
        what = f"{shared.name}, account {account}, {len(resolved) - len(history)} lookups"
        yield Case("credentials", what, broken or contradiction(resolved))
    yield Case("history", f"{shared.name}, no process failed", "\n".join(failures[:10]))
    longest = max((operation.end - operation.begin for _name, _kind, operation in done), default=0) / 1e9
    late = f"something took {longest:.1f} s" if longest > _LONGEST or not done else ""
    for number, death in deaths.items():
        if death:
            yield Case("killed", f"{shared.name}, process {number}", late)


def _proof() -> t.Iterator[Case]:
    """Histories that this check has to refuse, and one that it must not."""
    one, both = ("1", "", ""), ("1", "eu-west-1", "")
    first = ("save", "description", "1", one)
    second = ("save", "region", "eu-west-1", both)
    stopped = ("save", "region", "eu-west-1", _STOPPED)
    lost = ("save", "region", "eu-west-1", ("", "eu-west-1", ""))
    overwritten = ("save", "region", "us-east-1", ("1", "us-east-1", ""))
    gone = ("delete", "", "", True)
    read_one, read_both = ("read", "", "", one), ("read", "", "", both)
    resolved = ("resolve", "", "", ("", ""))
    histories: dict[str, tuple[bool, list[tuple[t.Any, ...]]]] = {
        "a stopped save that is seen": (True, [first, stopped, read_both]),
        "a stopped save that is not seen": (True, [first, stopped, read_one]),
        "a stopped save that is seen, and then not": (False, [first, stopped, read_both, read_one]),
        "an old value": (False, [first, second, read_one]),
        "a value that comes and goes": (False, [first, read_both, second]),
        "a lost update": (False, [first, lost]),
        "an update that is lost later": (False, [first, second, overwritten, read_both]),
        "an account that comes back after its deletion": (False, [first, gone, read_one]),
        "two deletions of one account": (False, [first, gone, gone]),
        "credentials of what is there": (True, [first, resolved]),
        "credentials of what was deleted": (False, [first, gone, resolved]),
        "credentials of what was there before": (False, [first, second, resolved]),
    }
    for what, (good, told) in histories.items():
        history = [_told(2 * step, *facts) for step, facts in enumerate(told)]
        yield _proven(what, history, good)
    yield _proven("two that overlap", [_told(0, *first), _told(2, *second), _told(1, *read_one, end=9)], good=True)
    yield _proven("one that is too late", [_told(0, *first), _told(2, *second), _told(4, *read_one, end=9)], good=False)


def _told(begin: int, kind: str, field: str, value: str, seen: t.Any, end: int = 0) -> Operation:
    begun = {"kind": kind, "field": field, "value": value, "begin": begin}
    return operation_of(begun, seen, end or begin + 1, killed=seen == _STOPPED)


def _proven(what: str, history: list[Operation], good: bool) -> Case:
    refused = bool(contradiction(history))
    return Case("proof", what, "" if refused is not good else f"it was {'refused' if refused else 'taken'}")
