# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module in slices, so that the work can outlive its credentials."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible.errors import AnsibleConnectionFailure

from ...module_utils._clock import now
from ...module_utils._errors import OctoAwsError, PartialFailure
from ...module_utils._host.slices import Slice
from .action import error_of_result

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .resolved_account import ResolvedAccount

_SECONDS_WITH_HOPS = 30.0
"""Seconds of a slice, at least, with hops from the role of the host, which each slice assumes."""
_PAUSE = 5.0
"""Seconds before a lost connection is tried again."""
_RECONNECT = 300.0
"""Seconds during which a lost connection is tried again."""
_LEAST_LEFT = 60.0
"""Seconds that credentials need for a slice, if they cannot be renewed."""


class SlicedRun:
    """The slices of one task.

    :param run: runs the module; called with the account and a :class:`Slice`
    :param seconds: the length of a slice, by its number
    :param show: called with a line about the task
    """

    def __init__(
        self,
        account: ResolvedAccount,
        run: t.Callable[..., dict[str, t.Any]],
        seconds: t.Callable[[int], float],
        show: t.Callable[[str], None],
    ) -> None:
        self._account = account
        self._run = run
        self._began = time.monotonic()
        self._seconds = seconds
        self._show_line = show
        self._number = 0
        self._state = ""
        self._delay = 0.0
        self._lost_since: float | None = None
        self._unfinished: dict[str, t.Any] = {}

    def result(self) -> dict[str, t.Any]:
        """Run slices until the work is finished, and return the result of the last one.

        :raises OctoAwsError: the work cannot go on; the error names its last known state
        """
        try:
            while True:
                result = self._run_slice()
                if result is not None:
                    return result
                time.sleep(self._delay)
                self._renew()
        except OctoAwsError as error:
            if not self._state:
                raise
            values = self._unfinished
            raise PartialFailure.after(error.about(values["subject"]), values["hint"], **values["values"]) from None
        except BaseException:
            # Such as the timeout of the task, or a host that cannot be reached.
            if self._state:
                self._show(f"{self._unfinished['subject']}. {self._unfinished['hint']}")
            raise

    def _run_slice(self) -> dict[str, t.Any] | None:
        """Run the next slice.

        :returns: the result of the task; ``None`` if there has to be another slice
        """
        task_slice = Slice(self._next_seconds(), time.monotonic() - self._began, self._state)
        try:
            result = self._run(self._account, task_slice=task_slice)
        except AnsibleConnectionFailure as error:
            self._lost_since = self._lost_since or time.monotonic()
            if not self._state or time.monotonic() - self._lost_since > _RECONNECT:
                raise
            self._show(f"The connection is lost, and tried again: {error}")
            self._delay = max(self._delay, _PAUSE)
            return None
        self._lost_since = None
        report = result.pop("slice", None)
        if report is None:
            if self._state:
                raise error_of_result(result)
            return result
        for line in report["lines"]:
            self._show(line)
        if "state" not in report:
            return result
        self._state, self._delay, self._unfinished = report["state"], report["delay"], report["unfinished"]
        self._number += 1
        return None

    def _next_seconds(self) -> float:
        """Return the length of the next slice: at most half of what is left of its credentials."""
        seconds = self._seconds(self._number)
        credentials = self._account.handover.credentials
        if credentials is None:
            return max(seconds, _SECONDS_WITH_HOPS) if self._number and self._account.handover.hops else seconds
        left = _seconds_left(credentials)
        return seconds if left is None else min(seconds, left / 2)

    def _renew(self) -> None:
        """Get fresh credentials. If that fails, use the old ones as long as they last."""
        credentials = self._account.handover.credentials
        if credentials is None:
            return
        try:
            self._account = dataclasses.replace(self._account, handover=self._account.renew())
        except OctoAwsError:
            left = _seconds_left(credentials)
            if left is not None and left < _LEAST_LEFT:
                raise

    def _show(self, line: str) -> None:
        self._show_line(f"{self._account.executor}: {line}")


def _seconds_left(credentials: Credentials) -> float | None:
    return (credentials.expiration - now()).total_seconds() if credentials.expiration else None
