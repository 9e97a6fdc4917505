# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: runs a program, and keeps its output.

Ground, above C(_clock), C(_errors) and C(_secrecy). Apart from C(_script), since asyncio takes 20 ms to import, and the
action on the controller needs the options alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import time
import typing as t

from ._clock import now
from ._errors import ErrorCode, OctoAwsError
from ._secrecy import redact

if t.TYPE_CHECKING:
    import datetime

_LAST_LINES = 3
_LAST_CHARACTERS = 500

_GRACE = 5
"""Seconds that a program has to end after a signal."""


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


def run(
    command: list[str], *, chdir: str | None, environment: dict[str, str], stdin: str | None, timeout: int | None
) -> Ended:
    """Run a program in a process group of its own until it ends, as a shell does: processes that it leaves in the
    background go on, and what they print from then on is lost.

    :param timeout: seconds after which the whole group is ended, or ``None`` for as long as it takes
    :raises OctoAwsError: it could not be started
    """
    start = now()
    data = None if stdin is None else stdin.encode("utf-8", "surrogateescape")
    try:
        rc, stdout, stderr, timed_out = asyncio.run(_run(command, chdir, environment, data, timeout))
    except _NotStartedError as error:
        raise OctoAwsError(
            ErrorCode.SCRIPT_FAILED,
            f"{command[0]} could not be started{f' in {chdir}' if chdir else ''}: {error}.",
            hint="Check that it is installed on this host and can be executed, and that chdir exists.",
        ) from None
    return Ended(rc, _text(stdout), _text(stderr), start, now(), timed_out)


class _NotStartedError(Exception):
    """A program could not be started."""


async def _run(
    command: list[str], chdir: str | None, environment: dict[str, str], data: bytes | None, timeout: int | None
) -> tuple[int, bytes, bytes, bool]:
    """The exit code, standard output, standard error, and whether the time was over."""
    # The pipes are not those of asyncio, which waits for every process that holds one.
    async with _Pipes(data) as pipes:
        try:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=chdir, env=environment, start_new_session=True, **pipes.ends
            )
        except (OSError, ValueError) as error:
            raise _NotStartedError(getattr(error, "strerror", None) or type(error).__name__) from None
        try:
            await pipes.connect()
            timed_out = await _wait(process, pipes, timeout)
            await pipes.drain()
        finally:
            if process.returncode is None:
                _signal(process, signal.SIGKILL)
        rc = -signal.SIGKILL if process.returncode is None else process.returncode
        return rc, bytes(pipes.stdout.data), bytes(pipes.stderr.data), timed_out


async def _wait(process: asyncio.subprocess.Process, pipes: _Pipes, timeout: int | None) -> bool:
    """Wait for the end of a program.

    :returns: whether its time was over, and its group was ended: politely, then for sure
    """
    end = asyncio.ensure_future(process.wait())
    await asyncio.wait([end], timeout=timeout)
    if end.done():
        return False
    # What holds the pipes is of the group and has to end, too.
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
    """One pipe of a program, and what came through it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when no process has the other end any more."""

    def factory(self) -> _Pipe:
        """Itself: asyncio calls for a protocol."""
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
        """What the program is given."""

    async def __aenter__(self) -> _Pipes:
        for name in ("stdout", "stderr"):
            reading, self.ends[name] = os.pipe()
            self._ours.append(os.fdopen(reading, "rb", 0))
        if self._data is not None:
            self.ends["stdin"], writing = os.pipe()
            self._ours.append(os.fdopen(writing, "wb", 0))
        return self

    async def connect(self) -> None:
        """Read and write once the program has its ends."""
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
        """Take what an ended program has printed, and do not wait for background processes."""
        until, size = time.monotonic() + 1, -1
        while size != self._size and time.monotonic() < until:
            size = self._size
            # One turn of the loop sees that there is something, the next one reads it.
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
