# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills what writes at every system call that writes, and has each of these calls fail.

strace, from Debian's package of this name, does both. Each operation is done once to learn its calls; then again and
again, from the same beginning, with one fault each time.
"""

from __future__ import annotations

import dataclasses
import time
import traceback
import typing as t
from functools import partial
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from harness.operations import OPERATIONS, Operation
from harness.promises import Case
from harness.store_state import StoreState, roles_answered
from harness.system_calls import FAULTS, KILLED, Call, Run, traced

PROMISES = {
    "killed_save": "After a save is killed at any system call, the store has the old record or the new one.",
    "killed_deletion": "After a deletion is killed at any system call, the account is either complete or deleted.",
    "killed_copy": "After a copy is killed at any system call, the target has the old record or the new one for each "
    "account.",
    "killed_cache": "After a process is killed while it shares a session, a record or a failure, the cache entry is "
    "complete or missing.",
    "failed_save": "If a system call of a save fails (EIO, ENOSPC, EINTR), the save succeeds or reports an error, and "
    "leaves no partial data.",
    "failed_deletion": "If a system call of a deletion fails, the deletion succeeds or reports an error, and leaves no "
    "partial data.",
    "failed_copy": "If a system call of a copy fails, the copy succeeds or names the accounts that were not copied, "
    "and leaves no partial data.",
    "failed_cache": "If a system call for a shared session or record fails, there is at most a warning, and the result "
    "is still returned.",
    "durable": "A save, a deletion and a copy are written to disk (fsync), in order, before they report success.",
    "next_run": "After each of these faults, the next run succeeds without waiting, and removes leftover files.",
}

_CODES = ("store_write_failed", "transfer_incomplete")
_FEWEST_CALLS = 3
_SECONDS = 30.0


def cases(folder: Path) -> t.Iterator[Case]:
    """Each fault at each system call of each operation."""
    with roles_answered():
        for number, operation in enumerate(OPERATIONS):
            yield from _Interruptions(operation, folder / str(number)).cases()


@dataclasses.dataclass(frozen=True)
class _Outcome:
    """What the process says of its work.

    :param code: of the error, if there is one; the traceback, if it has none
    """

    answer: t.Any
    code: str
    warnings: list[str]


class _Interruptions:
    """One operation, and what is known before and after it."""

    def __init__(self, operation: Operation, folder: Path) -> None:
        self._operation = operation
        self._folder = folder
        (folder / "state").mkdir(parents=True)
        state = StoreState(folder / "state")
        operation.prepare(state)
        state.keep(folder / "before")
        self._before = state.facts()
        # This also loads what is only loaded when it is needed.
        operation.perform(state)
        self._after = state.facts()

    def cases(self) -> t.Iterator[Case]:
        run = self._run(self._state())
        if len(run.calls) < _FEWEST_CALLS:
            raise RuntimeError(f"strace saw only {len(run.calls)} system calls of {self._operation.name}")
        if self._operation.promise != "cache":
            yield Case("durable", self._operation.name, _not_on_disk(run.calls))
        for call in run.calls:
            for fault in FAULTS:
                name = f"{self._operation.name}, {fault} at {call}"
                state = self._state()
                run = self._run(state, call, fault)
                kind = "killed" if fault == KILLED else "failed"
                yield Case(f"{kind}_{self._operation.promise}", name, _failure_of(partial(self._judge, state, run)))
                yield Case("next_run", name, _failure_of(partial(self._go_on, state)))

    def _state(self) -> StoreState:
        return StoreState.again(self._folder / "state", self._folder / "before")

    def _run(self, state: StoreState, *fault: t.Any) -> Run:
        return traced(partial(_work, self._operation, state), self._folder / "trace", *fault)

    def _judge(self, state: StoreState, run: Run) -> t.Iterator[str]:
        facts = state.facts()
        for name, fact in facts.items():
            if fact not in (self._before[name], self._after[name]):
                yield f"{name} is neither as before nor as after: {fact}"
        if run.killed:
            return
        outcome: _Outcome = run.value
        is_cache = self._operation.promise == "cache"
        if is_cache and (outcome.code or outcome.answer != self._operation.answer):
            yield f"the answer was {outcome.answer}, {outcome.code}"
        if outcome.code and outcome.code not in _CODES:
            yield f"the error was {outcome.code}"
        if not outcome.code and not is_cache and facts != self._after:
            yield f"it said that it succeeded, and left {facts}"
        if len(outcome.warnings) > 1:
            yield f"one warning is enough: {outcome.warnings}"
        if dirt := state.dirt():
            yield f"it left {dirt}"

    def _go_on(self, state: StoreState) -> t.Iterator[str]:
        begin = time.monotonic()
        outcome = _work(self._operation, state)
        if time.monotonic() - begin > _SECONDS:
            yield "it waited"
        if outcome.code or outcome.warnings or outcome.answer != self._operation.answer:
            yield f"it did not do its work: {outcome}"
        if (facts := state.facts()) != self._after:
            yield f"it left {facts}"
        if dirt := state.dirt() + state.empty_folders():
            yield f"it did not remove {dirt}"


def _work(operation: Operation, state: StoreState) -> _Outcome:
    state.warnings.clear()
    answer, code = None, ""
    try:
        answer = operation.perform(state)
    except OctoAwsError as error:
        code = error.code.value
    except Exception:
        code = traceback.format_exc()
    return _Outcome(answer, code, list(state.warnings))


def _not_on_disk(calls: list[Call]) -> str:
    """What a loss of power could have taken away. An fsync after a rename or a deletion is one of the folder."""
    waiting: set[str] = set()
    for call in calls:
        file = call.arguments.partition(",")[0]
        if call.name == "fsync":
            waiting -= {file, "a folder"}
        elif call.name.startswith("write"):
            waiting.add(file)
        elif call.name.startswith("rename") and waiting:
            return f"{call} came before what was written was on the disk"
        removed = call.name.startswith("unlink") and ".vault" in call.arguments
        if call.done and (removed or call.name.startswith("rename")):
            waiting.add("a folder")
    return f"it did not wait for {', '.join(sorted(waiting))} to be on the disk" if waiting else ""


def _failure_of(judge: t.Callable[[], t.Iterator[str]]) -> str:
    try:
        return "\n".join(judge())
    except Exception:
        return traceback.format_exc()
