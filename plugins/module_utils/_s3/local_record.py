# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of uploads on this host, which save requests and reading. They are not needed: each can be deleted."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import typing as t

try:
    import sqlite3
except ImportError:  # Python can be built without it.
    HAS_SQLITE = False
else:
    HAS_SQLITE = True

_SECONDS = 5.0
"""The wait for another upload that writes the record."""


class LocalRecord:
    """A table in a file that only this user can read. Without a folder or SQLite, it is empty and stays so.

    :param folder: the folder for all records; empty for no record
    :param name: the subject of the record
    :param table: the statement that creates the table
    """

    def __init__(self, folder: str, name: str, table: str) -> None:
        self._database: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        if folder and HAS_SQLITE:
            with contextlib.suppress(OSError, sqlite3.Error):
                self._database = _open(folder, hashlib.sha256(name.encode()).hexdigest(), table)

    def rows(self, statement: str, *values: t.Any) -> list[t.Any]:
        """Run a statement. A record that is damaged or locked has no rows."""
        with self._lock:
            if self._database:
                try:
                    return self._database.execute(statement, values).fetchall()
                except sqlite3.Error:
                    self._database = None
        return []

    def save(self) -> None:
        """Save the changes."""
        with self._lock:
            if self._database:
                try:
                    self._database.commit()
                except sqlite3.Error:
                    self._database = None


def record_folder(environment: t.Mapping[str, str]) -> str:
    """Return the folder of the user for records; empty without a home folder."""
    folder = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(folder, "octo-aws", "uploads") if os.path.isabs(folder) else ""


def _open(folder: str, name: str, table: str) -> sqlite3.Connection:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    state = os.lstat(folder)
    if state.st_uid != os.geteuid() or state.st_mode & 0o077:
        raise PermissionError(folder)
    path = os.path.join(folder, f"{name}.sqlite")
    # SQLite gives its journal the mode of the file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    database = sqlite3.connect(path, timeout=_SECONDS, check_same_thread=False)
    try:
        database.execute(table)
    except sqlite3.DatabaseError as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        # A damaged file would be of no use for good.
        os.unlink(path)
        raise
    return database
