# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be seen from outside while Ansible runs: arguments and environments of processes, and files that come and
go."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import time
import typing as t
from pathlib import Path

_EVERY = 0.06
"""Seconds."""

_LARGEST = 4_000_000


@dataclasses.dataclass(frozen=True)
class Process:
    """What ``/proc`` shows of a process at one moment."""

    arguments: bytes
    environment: bytes


class Watch:
    """Looks again and again until its block ends, at every process of a run that began meanwhile and at folders.

    :param run: the folder of the run, which the environment of each of its processes names; processes of others on
        this machine, another run of the tests above all, are not looked at
    :param folders: whose files are copied
    :param copies: where to
    """

    def __init__(self, run: Path, folders: t.Sequence[Path], copies: Path) -> None:
        self._run = os.fsencode(run)
        self.processes: set[Process] = set()
        self.copies: dict[Path, Path] = {}
        """Where a file was, by its copy."""
        self._folders = folders
        self.folder = copies
        self._known = _numbers()
        self._seen: set[tuple[str, int, int]] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> t.Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            begin = time.monotonic()
            for number in _numbers() - self._known:
                # It may be another one by now, or gone.
                with contextlib.suppress(OSError):
                    folder = Path("/proc", number)
                    process = Process((folder / "cmdline").read_bytes(), (folder / "environ").read_bytes())
                    if self._run in process.environment or _descends(number, os.getpid()):
                        self.processes.add(process)
            for folder in self._folders:
                for place, _folders, names in os.walk(folder):
                    for name in names:
                        with contextlib.suppress(OSError):
                            self._copy(Path(place, name))
            # Looking takes no more than a part of the time that it looks at.
            self._ended.wait(max(_EVERY, 5 * (time.monotonic() - begin)))

    def _copy(self, path: Path) -> None:
        status = path.lstat()
        what = (str(path), status.st_size, status.st_mtime_ns)
        if what not in self._seen and status.st_size <= _LARGEST and path.is_file() and not path.is_symlink():
            self._seen.add(what)
            copy = self.folder / f"{len(self._seen)}"
            copy.write_bytes(path.read_bytes())
            self.copies[copy] = path


def _descends(number: str, ancestor: int) -> bool:
    """Whether a process was started by another one, or by one that it started."""
    while number not in ("0", "1"):
        if number == str(ancestor):
            return True
        status = Path("/proc", number, "stat").read_text(encoding="utf-8", errors="replace")
        number = status.rpartition(")")[2].split()[1]
    return False


def _numbers() -> set[str]:
    return {name for name in os.listdir("/proc") if name.isdecimal()}
