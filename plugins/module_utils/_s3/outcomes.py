# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a transfer: numbers of all files, and the first files themselves."""

from __future__ import annotations

import typing as t

MOST_LISTED = 2_000
"""Files in a result. Those of a large folder would fill the memory of Ansible."""


class Outcomes:
    """The outcomes of a transfer so far.

    :param kept: plain data for the next slice, which it updates
    """

    def __init__(self, kept: dict[str, t.Any]) -> None:
        self._kept = kept
        kept.setdefault("counts", {"files": 0, "changed": 0, "deleted": 0, "bytes": 0})
        for name in ("changed", "unchanged", "deleted", "before", "after"):
            kept.setdefault(name, [])

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of files, of those that changed and that were deleted, and the bytes of all files."""
        return t.cast("dict[str, int]", self._kept["counts"])

    @property
    def changed(self) -> bool:
        """Whether anything changed."""
        return bool(self.counts["changed"] or self.counts["deleted"])

    def add(self, item: t.Mapping[str, t.Any], before: str = "", after: str = "") -> None:
        """Add a file.

        :param item: plain data with ``changed`` and ``size``
        :param before: its line in a diff; empty if it did not exist
        """
        self.counts["files"] += 1
        self.counts["changed"] += item["changed"]
        self.counts["bytes"] += item["size"]
        self._keep("changed" if item["changed"] else "unchanged", item)
        if item["changed"]:
            self._add_lines(before, after)

    def add_deleted(self, name: str, before: str) -> None:
        """Add the name of something that was deleted."""
        self.counts["deleted"] += 1
        self._keep("deleted", name)
        self._add_lines(before, "")

    def files(self, order: str) -> list[dict[str, t.Any]]:
        """Return the files, with those that changed first if there are too many.

        :param order: the name of the value by which they are sorted
        """
        changed, unchanged = self._kept["changed"], self._kept["unchanged"]
        listed = [*changed, *unchanged][:MOST_LISTED]
        return sorted(listed, key=lambda item: str(item[order]))

    @property
    def deleted(self) -> list[str]:
        """The names that were deleted, except for those that are too many."""
        return list(self._kept["deleted"])

    def diff(self, header: str) -> dict[str, str]:
        """Return a diff with one line for each file that changed, as far as they are listed."""
        texts = {side: "".join(sorted(filter(None, self._kept[side]))) for side in ("before", "after")}
        return {"before_header": header, "after_header": header, **texts}

    def _add_lines(self, before: str, after: str) -> None:
        self._keep("before", before)
        self._keep("after", after)

    def _keep(self, name: str, value: t.Any) -> None:
        if len(self._kept[name]) < MOST_LISTED:
            self._kept[name].append(value)
