# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process on a worker that runs a program of a task for longer than its session, or a connection, lasts.

It serves the credentials to the program on loopback, and keeps the result. The controller brings new credentials and
collects the result, in short runs of the module. If it does not come in time, the program is stopped.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .control import controlled, request, socket_of
from .credential_server import serve
from .detached_server import start_detached
from .program import CompletedScript
from .renewal import HeldCredentials, refill

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials
    from .pointer import Pointer

    Program = t.Callable[[Pointer, t.Callable[[], bool]], CompletedScript]

_INTERVAL = 0.2
"""Seconds between two checks whether the process is needed."""
_KEPT = 600.0
"""Seconds for which the result is kept, longer than the controller tries a lost connection again."""


def start_agent(credentials: Credentials, program: Program) -> str:
    """Start the process.

    :param program: runs the program, with the pointer to its credentials, and with a function that returns whether to
        stop it
    :returns: its private folder, which it removes at its end
    :raises OctoAwsError: it could not be started
    """
    return start_detached(lambda started: _Agent(credentials, program).run(started))


def wait_for_agent(folder: str, credentials: Credentials, seconds: float) -> CompletedScript | None:
    """Bring credentials to the process, and wait until its program has ended.

    :param folder: that of the process
    :param seconds: how long to wait at most
    :returns: the result; ``None`` if the program has not ended
    :raises OctoAwsError: the program could not be started, or the process has ended
    """
    response = request(folder, {"credentials": refill(credentials), "wait": seconds}, seconds)
    if "error" in response:
        error = response["error"]
        raise OctoAwsError(ErrorCode(error["code"]), error["message"], hint=error["hint"])
    return CompletedScript.of_data(response["completed"]) if "completed" in response else None


def end_agent(folder: str) -> None:
    """Let the process stop its program, and end."""
    with contextlib.suppress(OSError):
        os.unlink(socket_of(folder))


class _Agent:
    """The process."""

    def __init__(self, credentials: Credentials, program: Program) -> None:
        self._credentials = HeldCredentials(credentials)
        self._program = program
        self._changed = threading.Condition()
        self._outcome: dict[str, t.Any] = {}
        """Empty until the program has ended."""
        self._kept_until = 0.0
        self._has_to_end = False
        self._is_stopped = False
        self._socket = ""

    def run(self, started: t.Callable[[str], None]) -> None:
        """Run the program, and keep its result until it is collected."""
        with serve(self._credentials) as pointer, controlled(pointer, self._respond):
            folder = os.path.dirname(pointer.token_file)
            self._socket = socket_of(folder)
            running = threading.Thread(target=self._run_program, args=(pointer,), daemon=True)
            running.start()
            try:
                started(folder)
                while self._is_needed():
                    time.sleep(_INTERVAL)
            finally:
                self._has_to_end = True
                running.join()

    def _is_needed(self) -> bool:
        # The socket is removed when the controller has the result.
        if self._has_to_end or self._is_stopped or not os.path.exists(self._socket):
            return False
        return time.monotonic() < self._kept_until if self._outcome else self._credentials.are_valid()

    def _must_stop(self) -> bool:
        self._is_stopped = self._is_stopped or not self._is_needed()
        return self._is_stopped

    def _run_program(self, pointer: Pointer) -> None:
        error = OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The program could not be run.")
        outcome: dict[str, t.Any] = {}
        try:
            completed = self._program(pointer, self._must_stop)
            if self._is_stopped:
                raise OctoAwsError(
                    ErrorCode.SESSION_TOKEN_EXPIRED,
                    "The program was stopped: its session has expired, and the controller has not renewed it.",
                )
            outcome["completed"] = completed.masked(tuple(self._credentials.secrets)).as_data()
        except OctoAwsError as raised:
            error = raised
        finally:
            outcome = outcome or {"error": {"code": error.code.value, "message": error.message, "hint": error.hint}}
            with self._changed:
                self._credentials.forget()
                self._kept_until = time.monotonic() + _KEPT
                self._outcome = outcome
                self._changed.notify_all()

    def _respond(self, content: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
        with self._changed:
            if not self._outcome:
                self._credentials.refilled(content["credentials"])
            self._changed.wait_for(lambda: bool(self._outcome), float(content["wait"]))
            return self._outcome
