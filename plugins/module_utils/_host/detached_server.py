# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process of its own that serves credentials for several tasks. It has them in memory only."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import time
import typing as t

from .._clock import now
from .._errors import ErrorCode, OctoAwsError
from .credential_server import serve
from .pointer import Pointer

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

_LONGEST = 24 * 3600.0
"""Seconds after which it ends in any case."""
_LONGEST_OF_KEYS = datetime.timedelta(hours=1)
"""How long keys that do not expire are served by a process that cannot notice the end of Ansible."""
_INTERVAL = 0.5
"""Seconds between two checks whether it is needed."""


def serve_detached(
    credentials: t.Callable[[], Credentials], is_needed: t.Callable[[], bool], folder: str | None = None
) -> Pointer:
    """Start the process. It ends when the config file of the pointer is removed, or when it is not needed any more.

    :param credentials: returns the credentials for a response
    :param is_needed: called again and again
    :param folder: for the private folder with the files of the pointer; ``None`` for the default
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
                _serve(credentials, is_needed, folder, writing)
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
    return Pointer(**json.loads(started))


def serve_until_expired(credentials: Credentials) -> Pointer:
    """Start the process with credentials that it cannot renew. It ends when they expire.

    :raises OctoAwsError: it could not be started
    """
    end = credentials.expiration or now() + _LONGEST_OF_KEYS
    return serve_detached(lambda: credentials, lambda: now() < end)


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
    """Give up the terminal and the files of the parent process, but for one."""
    os.chdir("/")
    signal.signal(signal.SIGTERM, _end)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (0, 1, 2, kept):
            with contextlib.suppress(OSError):
                os.close(int(name))


def _end(number: int, frame: t.Any) -> t.NoReturn:
    raise SystemExit


def _serve(
    credentials: t.Callable[[], Credentials], is_needed: t.Callable[[], bool], folder: str | None, started: int
) -> None:
    end = time.monotonic() + _LONGEST

    def is_going_on() -> bool:
        return os.path.exists(pointer.config_file) and is_needed() and time.monotonic() < end

    def credentials_if_needed() -> Credentials:
        if not is_going_on():
            raise OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The tasks with these credentials have ended.")
        return credentials()

    with serve(credentials_if_needed, folder) as pointer:
        os.write(started, json.dumps(pointer._asdict()).encode())
        os.close(started)
        while is_going_on():
            time.sleep(_INTERVAL)
