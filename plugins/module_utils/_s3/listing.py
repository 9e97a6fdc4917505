# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of an upload, as a list of the bucket shows them."""

from __future__ import annotations

import typing as t

from .bucket import ListedObject

if t.TYPE_CHECKING:
    from .bucket import Bucket

_FILES_OF_PAGE = 20
"""Files for which one more page of a list is requested. With fewer, a request for each of them is faster."""


class Listing:
    """The list of the objects under a prefix, as far as it is needed. It is plain data for the next slice.

    :param data: see :func:`list_objects`
    """

    def __init__(self, data: t.Mapping[str, t.Any]) -> None:
        self._data = data

    def object(self, key: str) -> ListedObject | None:
        """Return an object, or ``None`` if it is not in the list."""
        found = self._data["listed"].get(key)
        return ListedObject(*found) if found else None

    def decides(self, key: str) -> bool:
        """Whether an object that is not in the list does not exist."""
        end = self._data["end"]
        return end is None or key <= end

    def forget(self) -> None:
        """Drop the objects when all files are compared."""
        self._data["listed"].clear()


def list_objects(
    bucket: Bucket, prefix: str, keys: t.Container[str], count: int, is_stale: t.Callable[[str], bool] | None
) -> dict[str, t.Any]:
    """List objects.

    :param keys: of the files to upload
    :param count: the number of files
    :param is_stale: whether an object is to be deleted, by its key; ``None`` if none is
    :returns: plain data: the region of the bucket, the objects of files, the last key of a list that is not complete,
        and the keys of stale objects
    """
    listed: dict[str, ListedObject] = {}
    stale: list[str] = []
    last, ordered, region, end = "", True, "", None
    # The shortest of all keys with a prefix is the first in the list.
    few = {"MaxKeys": 1} if prefix in keys else {}
    for number, page in enumerate(bucket.pages(prefix, **few)):
        region = region or page.region
        for key, entry in page.objects:
            # Directory buckets have no order (Amazon S3 API, ListObjectsV2).
            ordered = ordered and last <= key
            last = key
            if key in keys:
                listed[key] = entry
            elif is_stale and is_stale(key):
                stale.append(key)
        if page.truncated and is_stale is None and (few or number >= count // _FILES_OF_PAGE):
            end = last if ordered else ""
            break
    return {"region": region, "listed": listed, "end": end, "stale": stale}
