# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs work in a process whose system calls strace watches, and has one of them fail or be its last."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import pickle
import re
import signal
import socket
import subprocess
import typing as t
from pathlib import Path

WRITING = (
    *("openat", "write", "pwrite64", "writev", "truncate", "ftruncate", "fallocate", "copy_file_range", "sendfile"),
    *("fsync", "fdatasync", "sync_file_range", "fchmod", "fchown", "utimensat", "setxattr", "fsetxattr"),
    *("mkdirat", "unlinkat", "renameat", "renameat2", "linkat", "symlinkat", "mknodat", "fchmodat", "fchownat"),
    # Not every processor has these.
    *(
        "?open",
        "?creat",
        "?mkdir",
        "?rmdir",
        "?unlink",
        "?rename",
        "?link",
        "?symlink",
        "?chmod",
        "?chown",
        "?truncate",
    ),
)
"""The system calls that change what is on the disk."""

KILLED = "signal=KILL"
"""The fault of a process that does not come to its next system call."""

FAULTS = (KILLED, "error=EIO", "error=ENOSPC", "error=EINTR")

_LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>.*)")
_PR_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)
_PATIENCE = 30.0


@dataclasses.dataclass(frozen=True)
class Call:
    """A system call that writes.

    :param number: among all of its name, from 1
    :param done: whether it succeeded
    """

    name: str
    number: int
    arguments: str
    done: bool

    def __str__(self) -> str:
        return f"{self.name} {self.number} ({self.arguments:.60})"


@dataclasses.dataclass(frozen=True)
class Run:
    """How work went.

    :param value: what it returned; ``None`` when it was killed
    :param calls: the system calls that wrote, up to the last
    """

    value: t.Any
    killed: bool
    calls: list[Call]


def traced(work: t.Callable[[], t.Any], trace: Path, call: Call | None = None, fault: str = "") -> Run:
    """Do work in a process of its own.

    :param work: returns something that can be pickled
    :param trace: where strace writes
    :param call: the system call that ``fault`` comes to, before it is carried out
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        _work_and_end(work, theirs)
    theirs.close()
    ours.settimeout(_PATIENCE)
    arguments = ["--attach", str(child), "--output", str(trace), "--string-limit", "300", "--trace", ",".join(WRITING)]
    if call:
        arguments += ["--inject", f"{call.name}:{fault}:when={call.number}"]
    with ours, subprocess.Popen(["strace", *arguments], stderr=subprocess.PIPE, text=True) as strace:
        try:
            attached = strace.stderr.readline() if strace.stderr else ""
            if "attached" not in attached:
                raise RuntimeError(f"strace does not work here: {attached}")
            ours.sendall(b"!")
            answer = b"".join(iter(lambda: ours.recv(65536), b""))
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            _child, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if killed != (fault == KILLED) or (not killed and not answer):
        raise RuntimeError(f"the process ended with status {status} after {call} and {fault or 'no fault'}")
    text = trace.read_text(encoding="utf-8", errors="replace")
    if call and not killed and "(INJECTED)" not in text:
        raise RuntimeError(f"the process never came to {call}")
    return Run(pickle.loads(answer) if answer else None, killed, list(_calls(text)))


def _work_and_end(work: t.Callable[[], t.Any], parent: socket.socket) -> t.NoReturn:
    try:
        # Where a process may be traced by those who started it alone, strace is none of them.
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
        parent.recv(1)
        parent.sendall(pickle.dumps(work()))
    finally:
        os._exit(0)


def _calls(text: str) -> t.Iterator[Call]:
    numbers: dict[str, int] = {}
    for line in text.splitlines():
        if not (found := _LINE.match(line)):
            continue
        name = found["name"]
        numbers[name] = numbers.get(name, 0) + 1
        # Opening a file writes where it makes one.
        if not name.startswith("open") or "O_CREAT" in line:
            yield Call(name, numbers[name], found["arguments"], not found["result"].startswith("-1"))
