# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of an upload through the slices of its task."""

from __future__ import annotations

import dataclasses
import typing as t

from .bucket import StoredObject

if t.TYPE_CHECKING:
    from .._host.slices import SlicedWork

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


class Comparison(t.NamedTuple):
    """A file as it was compared with its object.

    :param sha256: the checksum of the content
    :param before: the existing object, or ``None``
    """

    size: int
    sha256: str
    before: StoredObject | None


class UploadProgress:
    """The files that were compared and uploaded, in this slice and in those before.

    :param place: where the files are uploaded to, for lines
    :param shown: whether the action shows lines
    """

    def __init__(self, work: SlicedWork, place: str, *, shown: bool = False) -> None:
        self.work = work
        self._place = place
        self._shown = shown
        self._compared: dict[str, t.Any] = work.kept.setdefault("compared", {})
        self._sent: dict[str, t.Any] = work.kept.setdefault("sent", {})
        self._parts: dict[str, dict[str, t.Any]] = work.kept.setdefault("parts", {})

    def comparison(self, key: str) -> Comparison | None:
        """Return the comparison of the file for a key, or ``None`` if there was none."""
        if key not in self._compared:
            return None
        size, sha256, before = self._compared[key]
        return Comparison(size, sha256, StoredObject(**before) if before else None)

    def note_comparison(self, key: str, comparison: Comparison) -> None:
        """Note that a file was compared."""
        before = comparison.before
        record = {**dataclasses.asdict(before), "metadata": dict(before.metadata)} if before else None
        self._compared[key] = (comparison.size, comparison.sha256, record)

    def sent(self, key: str) -> StoredObject | None:
        """Return the object that was uploaded for a key, or ``None``."""
        return StoredObject(*self._sent[key]) if key in self._sent else None

    def note_sent(self, key: str, after: StoredObject) -> None:
        """Note that a file was uploaded."""
        self._sent[key] = (after.etag, after.version_id)
        self._parts.pop(key, None)

    def parts(self, key: str) -> dict[str, t.Any]:
        """Return the parts of a file that were uploaded for a key, which the upload updates."""
        return self._parts.setdefault(key, {})

    def end_comparing(self, number: int) -> t.NoReturn:
        """End the slice before all files are compared.

        :param number: of files
        """
        self._end(f"{len(self._compared):,} of {number:,} files compared")

    def end_sending(self, sizes: t.Mapping[str, int]) -> t.NoReturn:
        """End the slice before all files are uploaded.

        :param sizes: of the files to upload, by key
        """
        self._end(self._sending(sizes))

    def finish(self, sizes: t.Mapping[str, int]) -> None:
        """Show the last line, if there were others."""
        if self._shown and self.work.kept.get("shown"):
            self.work.show(f"{self._place}: {self._sending(sizes)}")

    def _sending(self, sizes: t.Mapping[str, int]) -> str:
        sent = sum(sizes[key] for key in self._sent if key in sizes)
        sent += sum(parts.get("sent", 0) for parts in self._parts.values())
        files = f"{len(self._sent):,} of {len(sizes):,} files uploaded"
        return f"{files}, {in_bytes(sent)} of {in_bytes(sum(sizes.values()))}"

    def _end(self, line: str) -> t.NoReturn:
        if self._shown:
            self.work.kept["shown"] = True
            self.work.show(f"{self._place}: {line}")
        self.work.report["unfinished"] = {
            "subject": f"The upload to {self._place} is not finished, {line}",
            "hint": "Run the task again: files that are uploaded already are not uploaded again.",
            "values": {"changed": bool(self._sent)},
        }
        self.work.end_slice()


def in_bytes(number: float) -> str:
    """Format a number of bytes."""
    unit = 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number /= 1000
        unit += 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{int(number)} bytes"
