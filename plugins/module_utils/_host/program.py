# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program, and return its output.

Apart from ``script``: asyncio takes 20 ms to import, and the action on the controller needs the options only.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import json
import math
import os
import signal
import time
import typing as t

from .._clock import now
from .._errors import ErrorCode, OctoAwsError
from .._secrecy import redact

_LAST_LINES = 3
_LAST_CHARACTERS = 500

_GRACE = 5
"""Seconds for a program to exit after a signal."""

_INTERVAL = 0.5
"""Seconds between two checks whether a program has to stop."""


@dataclasses.dataclass(frozen=True)
class CompletedScript:
    """A program that has exited, and its output."""

    rc: int
    stdout: str
    stderr: str
    start: datetime.datetime
    end: datetime.datetime
    timed_out: bool

    def masked(self, secrets: t.Iterable[str]) -> CompletedScript:
        """Mask secrets in the output. ansible-core may mask them only on display."""
        return dataclasses.replace(self, stdout=redact(self.stdout, secrets), stderr=redact(self.stderr, secrets))

    def as_data(self) -> dict[str, t.Any]:
        """Return plain data, for another process."""
        return {**dataclasses.asdict(self), "start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def of_data(cls, data: t.Mapping[str, t.Any]) -> CompletedScript:
        """Return the program of :meth:`as_data`."""
        moments = {name: datetime.datetime.fromisoformat(data[name]) for name in ("start", "end")}
        return cls(**{**data, **moments})

    def last_output(self) -> str:
        """Return the last lines of standard error, or of standard output if that is empty, for a message."""
        lines = [line.strip() for line in (self.stderr.strip() or self.stdout.strip()).splitlines() if line.strip()]
        return " / ".join(lines[-_LAST_LINES:])[-_LAST_CHARACTERS:]

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
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
        """Return standard output if it is a mapping or a list in JSON, otherwise ``None``."""
        try:
            parsed = json.loads(self.stdout)
        except (ValueError, RecursionError):
            return None
        # A line of text such as 123 or true is JSON by chance.
        return parsed if isinstance(parsed, (dict, list)) else None


def run(
    command: list[str],
    *,
    chdir: str | None,
    environment: dict[str, str],
    stdin: str | None,
    timeout: int | None,
    must_stop: t.Callable[[], bool] | None = None,
    pass_fds: t.Sequence[int] = (),
) -> CompletedScript:
    """Run a program in its own process group until it exits.

    As in a shell, its background processes keep running; their later output is lost.

    :param timeout: seconds after which the whole group is killed, or ``None`` for no limit
    :param must_stop: called again and again; if it returns true, the whole group is killed as well
    :param pass_fds: descriptors that the program inherits
    :raises OctoAwsError: the program could not be started
    """
    start = now()
    data = None if stdin is None else stdin.encode("utf-8", "surrogateescape")
    try:
        with contextlib.closing(_run(command, chdir, environment, data, timeout, must_stop, pass_fds)) as running:
            rc, stdout, stderr, timed_out = asyncio.run(running)
    except OSError as error:
        raise _not_started(command, chdir, error) from None
    return CompletedScript(rc, _text(stdout), _text(stderr), start, now(), timed_out)


def _not_started(command: list[str], chdir: str | None, error: OSError | ValueError) -> OctoAwsError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return OctoAwsError(
        ErrorCode.SCRIPT_FAILED,
        f"Cannot start {command[0]}{f' in {chdir}' if chdir else ''}: {reason}.",
        hint="Check that the program is installed on this host and is executable, and that chdir exists.",
    )


async def _run(
    command: list[str],
    chdir: str | None,
    environment: dict[str, str],
    data: bytes | None,
    timeout: int | None,
    must_stop: t.Callable[[], bool] | None,
    pass_fds: t.Sequence[int],
) -> tuple[int, bytes, bytes, bool]:
    """Return the exit code, standard output, standard error, and whether the program was stopped."""
    # Not the pipes of asyncio, which waits for every process with an open one.
    async with _Pipes(data) as pipes:
        try:
            pipes.open()
            process = await asyncio.create_subprocess_exec(
                *command, cwd=chdir, env=environment, start_new_session=True, pass_fds=pass_fds, **pipes.ends
            )
        except (OSError, ValueError) as error:
            raise _not_started(command, chdir, error) from None
        try:
            await pipes.connect()
            timed_out = await _wait(process, pipes, timeout, must_stop)
            await pipes.drain()
        finally:
            if process.returncode is None:
                _signal(process, signal.SIGKILL)
        rc = -signal.SIGKILL if process.returncode is None else process.returncode
        return rc, bytes(pipes.stdout.data), bytes(pipes.stderr.data), timed_out


async def _wait(
    process: asyncio.subprocess.Process, pipes: _Pipes, timeout: int | None, must_stop: t.Callable[[], bool] | None
) -> bool:
    """Wait until a program exits. After the timeout, end its group with SIGTERM, then with SIGKILL.

    :returns: whether the program was stopped
    """
    end = asyncio.ensure_future(process.wait())
    if must_stop is None:
        await asyncio.wait([end], timeout=timeout)
    else:
        until = math.inf if timeout is None else time.monotonic() + timeout
        while not end.done() and not must_stop() and (left := until - time.monotonic()) > 0:
            await asyncio.wait([end], timeout=min(left, _INTERVAL))
    if end.done():
        return False
    # Processes with open pipes are in the group, and must exit, too.
    everything = asyncio.gather(end, pipes.stdout.closed, pipes.stderr.closed)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, number)
        await asyncio.wait([everything], timeout=_GRACE)
        if everything.done():
            break
    _signal(process, signal.SIGKILL)
    return True


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class _Pipe(asyncio.Protocol):
    """One pipe of a program, and its data."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when no process has the other end open."""

    def factory(self) -> _Pipe:
        """Return itself, for asyncio."""
        return self

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


class _Pipes:
    """The three pipes of a program."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data
        self.stdin, self.stdout, self.stderr = _Pipe(), _Pipe(), _Pipe()
        self._ours: list[t.Any] = []
        self._transports: list[tuple[_Pipe, t.Any]] = []
        self.ends: dict[str, t.Any] = {"stdin": asyncio.subprocess.DEVNULL}
        """The ends for the program."""

    async def __aenter__(self) -> _Pipes:
        return self

    def open(self) -> None:
        """Open the pipes.

        :raises OSError: the process has too many open files
        """
        for name in ("stdout", "stderr"):
            reading, self.ends[name] = os.pipe()
            self._ours.append(os.fdopen(reading, "rb", 0))
        if self._data is not None:
            self.ends["stdin"], writing = os.pipe()
            self._ours.append(os.fdopen(writing, "wb", 0))

    async def connect(self) -> None:
        """Start to read and write, after the program has started with its ends."""
        self._close_ends()
        loop = asyncio.get_running_loop()
        for file, pipe in zip(self._ours, (self.stdout, self.stderr)):
            reader, _protocol = await loop.connect_read_pipe(pipe.factory, file)
            self._transports.append((pipe, reader))
        if self._data is not None:
            writer, _protocol = await loop.connect_write_pipe(self.stdin.factory, self._ours[-1])
            self._transports.append((self.stdin, writer))
            writer.write(self._data)
            writer.write_eof()

    async def drain(self) -> None:
        """Read the remaining output of an exited program, without waiting for background processes."""
        until, size = time.monotonic() + 1, -1
        while size != self._size and time.monotonic() < until:
            size = self._size
            # One iteration of the loop detects data, the next one reads it.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    @property
    def _size(self) -> int:
        return len(self.stdout.data) + len(self.stderr.data)

    def _close_ends(self) -> None:
        for end in self.ends.values():
            if end != asyncio.subprocess.DEVNULL:
                os.close(end)
        self.ends = {}

    async def __aexit__(self, *failure: object) -> None:
        self._close_ends()
        for pipe, transport in self._transports:
            if not pipe.closed.done():
                getattr(transport, "abort", transport.close)()
        for file in self._ours:
            file.close()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
