# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record of uploaded objects on this host, so that a list of the bucket shows that they are the same."""

from __future__ import annotations

import contextlib
import hashlib
import os
import typing as t

from .bucket import StoredObject
from .options import CONTENT_NAME, SETTINGS_NAME

try:
    import sqlite3
except ImportError:  # Python can be built without it.
    HAS_SQLITE = False
else:
    HAS_SQLITE = True

if t.TYPE_CHECKING:
    from .bucket import ListedObject

_SECONDS = 5.0
"""The wait for another upload that writes the record."""
_TABLE = """
CREATE TABLE IF NOT EXISTS objects (
    name BLOB PRIMARY KEY, etag TEXT, version_id TEXT, size INTEGER, content TEXT, settings TEXT,
    earliest REAL, latest REAL
) WITHOUT ROWID
"""


class KnownObjects:
    """The digests in the metadata of objects, by what a list shows about each: ETag, size and time of modification.

    Content, headers and metadata of an object change only with a new object, which has another time. The record is not
    needed: without an entry, an object is requested. It is a file for each bucket, which only this user can read; keys
    of objects are in it as checksums.

    :param folder: the folder for all records; empty for no record
    :param place: the endpoint and the bucket
    """

    def __init__(self, folder: str = "", *place: str) -> None:
        self._database: sqlite3.Connection | None = None
        if folder and HAS_SQLITE:
            with contextlib.suppress(OSError, sqlite3.Error):
                self._database = _open(folder, hashlib.sha256("\0".join(place).encode()).hexdigest())

    def find(self, key: str, listed: ListedObject) -> StoredObject | None:
        """Return a listed object with the metadata of the collection, or ``None`` if it has to be requested."""
        rows = self._run(
            "SELECT version_id, content, settings FROM objects"
            " WHERE name = ? AND etag = ? AND size = ? AND ? BETWEEN earliest AND latest",
            (_name(key), listed.etag, listed.size, listed.modified),
        )
        for version_id, content, settings in rows:
            metadata = {CONTENT_NAME: content, SETTINGS_NAME: settings}
            return StoredObject(listed.etag, version_id, listed.size, metadata)
        return None

    def note(self, key: str, stored: StoredObject) -> None:
        """Note an object that was uploaded or requested."""
        digests = [stored.metadata.get(name) for name in (CONTENT_NAME, SETTINGS_NAME)]
        if stored.modified and all(digests):
            row = (_name(key), stored.etag, stored.version_id, stored.size, *digests, *stored.modified)
            self._run("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def save(self) -> None:
        """Save what was noted."""
        if self._database:
            try:
                self._database.commit()
            except sqlite3.Error:
                self._database = None

    def _run(self, statement: str, values: t.Sequence[t.Any]) -> list[t.Any]:
        """Run a statement. A record that is damaged or locked is no record."""
        if not self._database:
            return []
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error:
            self._database = None
            return []


def record_folder(environment: t.Mapping[str, str]) -> str:
    """Return the folder of the user for records; empty without a home folder."""
    folder = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(folder, "octo-aws", "uploads") if os.path.isabs(folder) else ""


def _open(folder: str, name: str) -> sqlite3.Connection:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    state = os.lstat(folder)
    if state.st_uid != os.geteuid() or state.st_mode & 0o077:
        raise PermissionError(folder)
    path = os.path.join(folder, f"{name}.sqlite")
    # SQLite gives its journal the mode of the file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    database = sqlite3.connect(path, timeout=_SECONDS)
    try:
        database.execute(_TABLE)
    except sqlite3.DatabaseError as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        # A damaged file would be of no use for good.
        os.unlink(path)
        raise
    return database


def _name(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8")).digest()
