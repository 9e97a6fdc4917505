# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in slices: short runs of a module, each with fresh credentials, which the action starts one after the other."""

from __future__ import annotations

import base64
import json
import time
import typing as t
import uuid
import zlib

Value = t.TypeVar("Value")

_SHOWN_AFTER = 2.0
"""Seconds of a slice after which it ends as soon as there are lines to show."""


class Slice(t.NamedTuple):
    """The values that the action passes to one run of the module.

    :param seconds: how long the run may wait; 0 for the first one, so that the action can show at once what has begun
    :param elapsed: seconds since the first run began
    :param state: of the run before; empty for the first one
    """

    seconds: float = 0.0
    elapsed: float = 0.0
    state: str = ""


class SliceEnded(Exception):
    """The slice is over, and the work is not. It is not an error."""


class SlicedWork:
    """Work that goes through the slices of a task, or through one run without an end.

    Each slice runs the work from its start. A step that is finished returns its recorded value instead of running
    again, so that a request that changes something is sent only once.

    :param task_slice: ``None`` for work in one run
    """

    def __init__(self, task_slice: Slice | None = None) -> None:
        self._slice = task_slice
        self._began = time.monotonic()
        state = _unpack(task_slice.state) if task_slice and task_slice.state else {}
        self._recorded: list[t.Any] = state.get("recorded", [])
        self._position = 0
        self.in_step = False
        """Whether a step runs that does not end the slice."""
        self.kept: dict[str, t.Any] = state.get("kept", {})
        """Plain data for the next slice, besides the values of steps."""
        self.report: dict[str, t.Any] = {"lines": []}
        """For the action, in the result of a slice: lines to show, and what the next slice needs."""

    @property
    def sliced(self) -> bool:
        """Whether the work runs in slices."""
        return self._slice is not None

    @property
    def elapsed(self) -> float:
        """Seconds since the first slice began."""
        return self._ran + (self._slice.elapsed if self._slice else 0.0)

    def step(self, function: t.Callable[[], Value], *, may_wait: bool = False) -> Value:
        """Run a part of the work once in all slices.

        :param function: returns plain data
        :param may_wait: whether :meth:`pause` can end the slice inside, so that the next one runs the step again
        """
        if self.in_step:
            return function()
        if self._position < len(self._recorded):
            self._position += 1
            return t.cast("Value", self._recorded[self._position - 1])
        self.in_step = not may_wait
        try:
            value = function()
        finally:
            self.in_step = False
        self._recorded.append(value)
        self._position += 1
        return value

    def token(self) -> str:
        """Return a name for the request of the next step: the same one if a lost slice runs again."""
        seed = self.kept.setdefault("seed", str(uuid.uuid4()))
        return str(uuid.uuid5(uuid.UUID(seed), str(self._position)))

    def show(self, line: str) -> None:
        """Let the action show a line."""
        self.report["lines"].append(line)

    def show_state(self, line: str, url: str) -> None:
        """Let the action show a state, if there is an action that shows it now, and it differs from the one shown last.

        :param url: the address in the console, shown the first time; empty if it is not known
        """
        if not self.sliced or self.kept.get("shown") == line:
            return
        first = "shown" not in self.kept
        self.kept["shown"] = line
        self.show(f"{line}, {url}" if first and url else line)

    def report_unfinished(self, subject: str, hint: str, values: t.Mapping[str, t.Any]) -> None:
        """Report the error message for a next slice that cannot run.

        :param subject: names the object of the work and its state
        :param values: for the result
        """
        self.report["unfinished"] = {"subject": subject, "hint": hint, "values": values}

    def restart(self) -> None:
        """Forget the steps: the work starts again."""
        self._recorded.clear()
        self.kept.pop("seed", None)
        self._position = 0

    def pause(self, delay: float) -> None:
        """Wait, or end the slice if it is shorter.

        :raises SliceEnded: the action waits, and starts the next slice
        """
        left = self._slice.seconds - self._ran if self._slice else delay
        if self.report["lines"] and self._ran >= _SHOWN_AFTER:
            left = 0.0
        if self.in_step or delay <= left:
            time.sleep(delay)
        else:
            self.end_slice(delay)

    @property
    def is_over(self) -> bool:
        """Whether the slice is over, for work that does not wait."""
        return self._slice is not None and self._ran >= self._slice.seconds

    def end_slice(self, delay: float = 0.0) -> t.NoReturn:
        """End the slice.

        :param delay: seconds until the next one
        """
        state = {"recorded": self._recorded, "kept": self.kept}
        self.report.update(state=_pack(state), delay=delay)
        raise SliceEnded

    @property
    def _ran(self) -> float:
        return time.monotonic() - self._began


def _pack(state: t.Mapping[str, t.Any]) -> str:
    """Return the state as one word, in which ansible-core finds no value to mask."""
    return base64.b64encode(zlib.compress(json.dumps(state).encode())).decode("ascii")


def _unpack(text: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", json.loads(zlib.decompress(base64.b64decode(text))))
