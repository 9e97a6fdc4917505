# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process of its own that serves credentials for several tasks. It has them in memory only."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .control import controlled
from .credential_server import serve
from .pointer import Pointer
from .renewal import HeldCredentials

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials
    from .control import Handler

_LONGEST = 24 * 3600.0
"""Seconds after which it ends in any case."""
_INTERVAL = 0.5
"""Seconds between two checks whether it is needed."""


def start_detached(function: t.Callable[[t.Callable[[str], None]], None]) -> str:
    """Start a process that outlives this one and has nothing of it open.

    :param function: runs there; calls its argument once, with the text to return here
    :raises OctoAwsError: it could not be started
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        # The second fork leaves a process that nothing has to wait for.
        with _last_of_process():
            os.setsid()
            if not os.fork():
                _detach(writing)
                function(lambda text: _send(writing, text))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        started = pipe.read()
    os.waitpid(child, 0)
    if not started:
        raise OctoAwsError(
            ErrorCode.EXECUTOR_FAILED,
            "The process that serves the credentials could not be started.",
            hint="Check that the folder for temporary files has space and can be written.",
        )
    return started


def serve_detached(
    credentials: t.Callable[[], Credentials],
    is_needed: t.Callable[[], bool],
    folder: str | None = None,
    control: Handler | None = None,
) -> Pointer:
    """Start the process. It ends when the config file of the pointer is removed, or when it is not needed any more.

    :param credentials: returns the credentials for a response
    :param is_needed: called again and again
    :param folder: for the private folder with the files of the pointer; ``None`` for the default
    :param control: answers requests of other processes of this user; see :mod:`.control`
    :raises OctoAwsError: it could not be started
    """
    started = start_detached(lambda started: _serve(credentials, is_needed, folder, control, started))
    return Pointer(**json.loads(started))


def serve_until_expired(credentials: Credentials) -> Pointer:
    """Start the process with credentials that only the controller can renew. It ends when they expire.

    :raises OctoAwsError: it could not be started
    """
    held = HeldCredentials(credentials)
    return serve_detached(held, held.are_valid, control=held.refilled)


class ObservedProcess:
    """Another process of this machine, which may end.

    :param pid: of a process that is alive
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._start = self._status()[1]

    def is_alive(self) -> bool:
        """Whether it has not ended. A later process with its number is another one."""
        state, start = self._status()
        return start == self._start and state not in "ZX"

    def _status(self) -> tuple[str, str]:
        try:
            with open(f"/proc/{self._pid}/stat", encoding="utf-8", errors="replace") as file:
                # The name before the last parenthesis may have any characters.
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return "X", ""
        return fields[0], fields[19]


@contextlib.contextmanager
def _last_of_process() -> t.Iterator[None]:
    """End this process after the ``with`` block, whatever happens there, without the code of the parent process."""
    try:
        yield
    finally:
        os._exit(0)


def _detach(kept: int) -> None:
    """Give up the terminal and the files of the parent process, but for one.

    Objects of the parent process may still use, or close, the numbers of its files: so these stay taken.
    """
    signal.signal(signal.SIGTERM, _end)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (0, 1, 2, kept):
            with contextlib.suppress(OSError):
                os.dup2(nothing, int(name), inheritable=False)


def _send(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8") as pipe:
        pipe.write(text)


def _end(number: int, frame: t.Any) -> t.NoReturn:
    raise SystemExit


def _serve(
    credentials: t.Callable[[], Credentials],
    is_needed: t.Callable[[], bool],
    folder: str | None,
    control: Handler | None,
    started: t.Callable[[str], None],
) -> None:
    end = time.monotonic() + _LONGEST

    def is_going_on() -> bool:
        return os.path.exists(pointer.config_file) and is_needed() and time.monotonic() < end

    def credentials_if_needed() -> Credentials:
        if not is_going_on():
            raise OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The tasks with these credentials have ended.")
        return credentials()

    os.chdir("/")
    with serve(credentials_if_needed, folder) as pointer, contextlib.ExitStack() as stack:
        if control:
            stack.enter_context(controlled(pointer, control))
        started(json.dumps(pointer._asdict()))
        while is_going_on():
            time.sleep(_INTERVAL)
