# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of an upload, as a list of the bucket shows them."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .bucket import Bucket, ListedObject

_FILES_OF_PAGE = 20
"""Files for which one more page of a list is requested. With fewer, a request for each of them is faster."""
_WITHOUT_ORDER = ("--x-s3", "--xa-s3")
"""How names of directory buckets and of their access points end. Their lists have no order (Amazon S3 API,
ListObjectsV2)."""


class Listing:
    """The list of the objects under a prefix. It is read along with the files, since both have the same order.

    :param kept: plain data for the next slice, which it updates
    :param is_stale: whether an object is to be deleted, by its key; ``None`` if none is. All pages are read with it
    :param for_one: whether the prefix is the key of a single file: the first object in the list, if it exists
    """

    def __init__(
        self,
        bucket: Bucket,
        prefix: str,
        kept: dict[str, t.Any],
        is_stale: t.Callable[[str], bool] | None = None,
        *,
        for_one: bool = False,
    ) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._is_stale = is_stale
        self._limit = {"MaxKeys": 1} if for_one else {}
        # Without an order, the objects of all pages are kept, and only a request shows that there is none.
        self._ordered = not bucket.name.endswith(_WITHOUT_ORDER)
        self._objects: dict[str, ListedObject] = {}
        self._ahead = 0
        self._kept = kept
        kept.setdefault("region", "")
        kept.setdefault("stale", {})
        # The page that the slice before read last is read again: the next files may be in it.
        self._next: str | None = kept.setdefault("page", "")
        self._end: str = kept.setdefault("before_page", "")

    @property
    def region(self) -> str:
        """The region of the bucket; empty if it is not known."""
        return str(self._kept["region"])

    @property
    def stale(self) -> list[str]:
        """The keys of objects to delete, as far as the list was read."""
        return list(self._kept["stale"])

    def begin(self) -> None:
        """Read the first page, which shows whether the bucket exists.

        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        self._read_page()
        self._ahead = 1

    def read(self, keys: t.Sequence[str]) -> None:
        """Read the list as far as it is useful for some files.

        :param keys: of the files, in order
        :raises OctoAwsError: AWS denied access, among others
        """
        if self._ordered:
            self._objects = {key: entry for key, entry in self._objects.items() if key >= keys[0]}
        pages, self._ahead = 1 + len(keys) // _FILES_OF_PAGE - self._ahead, 0
        while pages > 0 and self._next is not None and not (self._ordered and self._end >= keys[-1]):
            self._read_page()
            pages -= 1

    def read_rest(self) -> None:
        """Read the rest of the list, if objects are to be deleted."""
        while self._is_stale and self._next is not None:
            self._read_page()

    def skip(self) -> None:
        """Read nothing: the bucket is new."""
        self._next = None

    def object(self, key: str) -> ListedObject | None:
        """Return an object, or ``None`` if it is not in the list."""
        return self._objects.get(key)

    def decides(self, key: str) -> bool:
        """Whether an object that is not in the list does not exist."""
        return self._ordered and (self._next is None or key <= self._end)

    def _read_page(self) -> None:
        token = self._next or ""
        page = self._bucket.page(self._prefix, token, **self._limit)
        self._kept.update(region=self.region or page.region, page=token, before_page=self._end)
        for key, entry in page.objects:
            self._objects[key] = entry
            self._ordered = self._ordered and self._end <= key
            self._end = key
            if self._is_stale and self._is_stale(key):
                self._kept["stale"][key] = None
        self._next = page.next
