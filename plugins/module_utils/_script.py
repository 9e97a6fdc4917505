# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: runs a program, and says what came of it.

Ground, above C(_clock), C(_errors) and C(_secrecy).
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import shlex
import signal
import subprocess
import time
import typing as t

from ._clock import now
from ._errors import ErrorCode, OctoAwsError
from ._secrecy import redact

if t.TYPE_CHECKING:
    import datetime

SCRIPT_SPEC: dict[str, t.Any] = {
    "script": {"type": "str"},
    "executable": {"type": "str"},
    "cmd": {"type": "str"},
    "argv": {"type": "list", "elements": "str"},
    "chdir": {"type": "path"},
    "environment": {"type": "dict"},
    "stdin": {"type": "str"},
    "creates": {"type": "path"},
    "removes": {"type": "path"},
    "timeout": {"type": "int"},
    "expect_json": {"type": "bool", "default": False},
}

DEFAULT_EXECUTABLE = "/bin/sh"

_LAST_LINES = 3
_LAST_CHARACTERS = 500

_GRACE = 5
"""Seconds that a program has to end after a signal."""
_BLOCK = 65_536
_SHORTEST_WAIT, _LONGEST_WAIT = 0.001, 0.05
"""Seconds between two looks whether a program has ended."""


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a program ended."""

    rc: int
    stdout: str
    stderr: str
    start: datetime.datetime
    end: datetime.datetime
    timed_out: bool

    def without(self, secrets: t.Iterable[str]) -> Ended:
        """The same, with what the program printed of these masked. A core may mask them where they are shown only."""
        shown, said = redact(self.stdout, secrets), redact(self.stderr, secrets)
        return dataclasses.replace(self, stdout=shown, stderr=said)

    def last_words(self) -> str:
        """The end of what it wrote, for a message: of standard error, or of standard output where that is empty."""
        lines = [line.strip() for line in (self.stderr.strip() or self.stdout.strip()).splitlines() if line.strip()]
        return " / ".join(lines[-_LAST_LINES:])[-_LAST_CHARACTERS:]

    def as_result(self) -> dict[str, t.Any]:
        """The values of a task's result."""
        result: dict[str, t.Any] = {
            "rc": self.rc,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "stdout_lines": self.stdout.splitlines(),
            "stderr_lines": self.stderr.splitlines(),
            "start": str(self.start),
            "end": str(self.end),
            "delta": str(self.end - self.start),
        }
        parsed = self.parsed()
        result["outputs"] = parsed if isinstance(parsed, dict) else {}
        return result if parsed is None else {**result, "json": parsed}

    def parsed(self) -> dict[str, t.Any] | list[t.Any] | None:
        """Standard output, if it is a mapping or a list in JSON."""
        try:
            parsed = json.loads(self.stdout)
        except (ValueError, RecursionError):
            return None
        # A line of text such as 123 or true is JSON by chance.
        return parsed if isinstance(parsed, (dict, list)) else None


def command_of(script_file: str | None, params: t.Mapping[str, t.Any]) -> list[str]:
    """The program and its arguments.

    :param script_file: holds RV(script), so that it is in no list of processes
    :raises OctoAwsError: quotes in it do not match
    """
    if params["argv"]:
        return [str(word) for word in params["argv"]]
    try:
        if script_file:
            named = shlex.split(params["executable"] or "")
            return [*(named or _interpreter_of(params["script"])), script_file]
        return shlex.split(params["cmd"])
    except ValueError:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID, "The quotes in cmd or executable do not match.", hint="Use argv."
        ) from None


def _interpreter_of(script: str) -> list[str]:
    """The program that the first line of a script names after ``#!``, or ``/bin/sh``.

    The line is read as Linux reads it: a path, and the rest as one argument.
    """
    first = script.partition("\n")[0].rstrip()
    return (first[2:].split(None, 1) if first.startswith("#!") else []) or [DEFAULT_EXECUTABLE]


def run(
    command: list[str], *, chdir: str | None, environment: dict[str, str], stdin: str | None, timeout: int | None
) -> Ended:
    """Run a program in a process group of its own until it ends, as a shell does: processes that it leaves in the
    background go on, and what they print from then on is lost.

    :param timeout: seconds after which the whole group is ended, or ``None`` for as long as it takes
    :raises OctoAwsError: it could not be started
    """
    start = now()
    data = b"" if stdin is None else stdin.encode("utf-8", "surrogateescape")
    try:
        process = subprocess.Popen(
            command,
            cwd=chdir,
            env=environment,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise OctoAwsError(
            ErrorCode.SCRIPT_FAILED,
            f"{command[0]} could not be started{f' in {chdir}' if chdir else ''}: "
            f"{getattr(error, 'strerror', None) or type(error).__name__}.",
            hint="Check that it is installed on this host and can be executed, and that chdir exists.",
        ) from None
    pipes = _Pipes(process, data)
    try:
        timed_out = _wait(process, pipes, timeout)
        pipes.drain()
    finally:
        if process.poll() is None:
            _signal(process, signal.SIGKILL)
        pipes.close()
    rc = -signal.SIGKILL if process.returncode is None else process.returncode
    return Ended(rc, _text(pipes.read(process.stdout)), _text(pipes.read(process.stderr)), start, now(), timed_out)


def _wait(process: subprocess.Popen[bytes], pipes: _Pipes, timeout: int | None) -> bool:
    """Wait for the end of a program.

    :returns: whether its time was over, and its group was ended: politely, then for sure
    """
    wait = _SHORTEST_WAIT
    until = None if timeout is None else time.monotonic() + timeout
    signals = [signal.SIGKILL, signal.SIGTERM]
    timed_out = False
    # Once the time is over, what holds the pipes is of the group and has to end, too.
    while process.poll() is None or (timed_out and pipes.are_open):
        if until is not None and time.monotonic() >= until:
            timed_out = True
            if not signals:
                break  # something left the group
            _signal(process, signals.pop())
            until = time.monotonic() + _GRACE
        wait = _SHORTEST_WAIT if pipes.transfer(wait) else min(2 * wait, _LONGEST_WAIT)
    if timed_out:
        _signal(process, signal.SIGKILL)
    return timed_out


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class _Pipes:
    """What goes to a program, and what comes from it, without waiting for either."""

    def __init__(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        self._selector = selectors.DefaultSelector()
        self._left = memoryview(data)
        self._read: dict[t.Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
        for pipe in self._read:
            self._register(pipe, selectors.EVENT_READ)
        if process.stdin:
            self._register(process.stdin, selectors.EVENT_WRITE)

    def _register(self, pipe: t.Any, event: int) -> None:
        os.set_blocking(pipe.fileno(), False)
        self._selector.register(pipe, event)

    @property
    def are_open(self) -> bool:
        """Whether some process can still print."""
        return any(key.events == selectors.EVENT_READ for key in self._selector.get_map().values())

    def read(self, pipe: t.Any) -> bytes:
        """What came through a pipe."""
        return bytes(self._read[pipe])

    def transfer(self, wait: float) -> bool:
        """Transfer what can be transferred, and say whether it was anything.

        :param wait: seconds, if nothing can be at once
        """
        ready = self._selector.select(wait)
        for key, _events in ready:
            pipe: t.Any = key.fileobj
            try:
                ended = self._write(pipe) if key.events == selectors.EVENT_WRITE else self._take(pipe)
            except BlockingIOError:
                continue
            except OSError:
                ended = True
            if ended:
                self._selector.unregister(pipe)
                pipe.close()
        return bool(ready)

    def _write(self, pipe: t.Any) -> bool:
        if self._left:
            written = os.write(pipe.fileno(), self._left[:_BLOCK])
            self._left = self._left[written:]
        return not self._left

    def _take(self, pipe: t.Any) -> bool:
        data = os.read(pipe.fileno(), _BLOCK)
        self._read[pipe] += data
        return not data

    def drain(self) -> None:
        """Take what an ended program has printed, and wait for nobody else who can print."""
        until = time.monotonic() + 1
        while self.are_open and time.monotonic() < until and self.transfer(0):
            pass

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            pipe: t.Any = key.fileobj
            pipe.close()
        self._selector.close()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
