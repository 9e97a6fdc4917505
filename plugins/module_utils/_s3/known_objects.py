# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record of uploaded objects on this host, so that a list of the bucket shows that they are the same."""

from __future__ import annotations

import hashlib
import typing as t

from .bucket import StoredObject
from .local_record import LocalRecord
from .options import CONTENT_NAME, SETTINGS_NAME

if t.TYPE_CHECKING:
    from .bucket import ListedObject

_TABLE = """
CREATE TABLE IF NOT EXISTS objects (
    name BLOB PRIMARY KEY, etag TEXT, version_id TEXT, size INTEGER, content TEXT, settings TEXT,
    earliest REAL, latest REAL
) WITHOUT ROWID
"""


class KnownObjects:
    """The digests in the metadata of objects, by what a list shows about each: ETag, size and time of modification.

    Content, headers and metadata of an object change only with a new object, which has another time. Without an entry,
    an object is requested. The record is a file for each bucket; keys of objects are in it as checksums.

    :param folder: the folder for all records; empty for no record
    :param place: the endpoint and the bucket
    """

    def __init__(self, folder: str = "", *place: str) -> None:
        self._record = LocalRecord(folder, "\0".join(place), _TABLE)

    def find(self, key: str, listed: ListedObject) -> StoredObject | None:
        """Return a listed object with the metadata of the collection, or ``None`` if it has to be requested."""
        rows = self._record.rows(
            "SELECT version_id, content, settings FROM objects"
            " WHERE name = ? AND etag = ? AND size = ? AND ? BETWEEN earliest AND latest",
            *(_name(key), listed.etag, listed.size, listed.modified),
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
            self._record.rows("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def save(self) -> None:
        """Save what was noted."""
        self._record.save()


def _name(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8")).digest()
