# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: runs a program, and says what came of it.

Ground, above C(_clock), C(_errors) and C(_secrecy).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import shlex
import signal
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
}

DEFAULT_EXECUTABLE = "/bin/sh"

_LAST_LINES = 3
_LAST_CHARACTERS = 500

_GRACE = 5
"""Seconds that a program has to end after it was told to."""


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
        try:
            parsed = json.loads(self.stdout)
        except (ValueError, RecursionError):
            return result
        # A line of text such as 123 or true is JSON by chance.
        return {**result, "json": parsed} if isinstance(parsed, (dict, list)) else result


def command_of(script_file: str | None, params: t.Mapping[str, t.Any]) -> list[str]:
    """The program and its arguments.

    :param script_file: holds RV(script), so that it is in no list of processes
    :raises OctoAwsError: quotes in it do not match
    """
    if params["argv"]:
        return [str(word) for word in params["argv"]]
    try:
        if script_file:
            return [*shlex.split(params["executable"] or DEFAULT_EXECUTABLE), script_file]
        return shlex.split(params["cmd"])
    except ValueError:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID, "The quotes in cmd or executable do not match.", hint="Use argv."
        ) from None


def run(
    command: list[str], *, chdir: str | None, environment: dict[str, str], stdin: str | None, timeout: int | None
) -> Ended:
    """Run a program in a process group of its own, which ends with it when its time is over.

    :param timeout: seconds, or V(None) for as long as it takes
    :raises OctoAwsError: it could not be started
    """
    start = now()
    data = None if stdin is None else stdin.encode("utf-8", "surrogateescape")
    try:
        rc, out, err, timed_out = asyncio.run(_run(command, chdir, environment, data, timeout))
    except (OSError, ValueError) as error:
        raise OctoAwsError(
            ErrorCode.SCRIPT_FAILED,
            f"{command[0]} could not be started{f' in {chdir}' if chdir else ''}: "
            f"{getattr(error, 'strerror', None) or type(error).__name__}.",
            hint="Check that it is installed on this host and can be executed, and that chdir exists.",
        ) from None
    return Ended(rc, _text(out), _text(err), start, now(), timed_out)


async def _run(
    command: list[str], chdir: str | None, environment: dict[str, str], data: bytes | None, timeout: int | None
) -> tuple[int, bytes, bytes, bool]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=chdir,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL if data is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    reading = asyncio.ensure_future(process.communicate(data))
    done, _pending = await asyncio.wait({reading}, timeout=timeout)
    timed_out = not done
    # The process group is ended politely, then for sure.
    for sent in (signal.SIGTERM, signal.SIGKILL):
        if not done:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sent)
            done, _pending = await asyncio.wait({reading}, timeout=_GRACE)
    if not done:
        # Something left the group and holds the pipes.
        reading.cancel()
    out, err = reading.result() if done else (b"", b"")
    rc = process.returncode
    return -signal.SIGKILL if rc is None else rc, out, err, timed_out


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
