# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of a transfer through the slices of its task."""

from __future__ import annotations

import contextlib
import os
import typing as t

from .bucket import StoredObject
from .outcomes import Outcomes

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


class FileComparison(t.NamedTuple):
    """An object as it was compared with its file.

    :param size: of the file; ``None`` if there was none
    :param unchanged: whether the file had the content of the object
    """

    size: int | None
    unchanged: bool


class FileTotal(t.NamedTuple):
    """All files of a transfer.

    :param size: their bytes
    """

    files: int
    size: int


class TransferProgress:
    """The files that were compared and transferred, in this slice and in those before. They come in batches.

    :param place: the place in S3, for lines
    :param shown: whether the action shows lines
    """

    DONE: t.ClassVar[str]
    """The word for a transferred file."""
    SUBJECT: t.ClassVar[str]
    """The transfer, before its place."""

    def __init__(self, work: SlicedWork, place: str, *, shown: bool = False) -> None:
        self.work = work
        self.outcomes = Outcomes(work.kept.setdefault("outcomes", {}))
        self._place = place
        self._shown = shown
        self._total = FileTotal(0, 0)
        self._done: dict[str, None] = work.kept.setdefault("done", {})
        # Only of files of which a part is transferred.
        self._compared: dict[str, t.Any] = work.kept.setdefault("compared", {})
        self._parts: dict[str, dict[str, t.Any]] = work.kept.setdefault("parts", {})

    @property
    def changed(self) -> bool:
        """Whether files were transferred or deleted."""
        return self.outcomes.changed

    def expect(self, total: FileTotal) -> None:
        """Set the number and the size of all files."""
        self._total = total

    @property
    def position(self) -> str:
        """Where the batches that are finished end; empty in the first one."""
        return str(self.work.kept.get("position", ""))

    def is_done(self, key: str) -> bool:
        """Whether a file of this batch is finished."""
        return key in self._done

    def note_done(self, key: str) -> None:
        """Note that a file of this batch is finished."""
        self._done[key] = None
        self._parts.pop(key, None)
        self._compared.pop(key, None)

    def finish_batch(self, position: str) -> None:
        """Note that a batch is finished.

        :param position: where it ends
        """
        self.work.kept["position"] = position
        self._done.clear()

    def parts(self, key: str) -> dict[str, t.Any]:
        """Return the parts of an object that were transferred, which the transfer updates."""
        return self._parts.setdefault(key, {})

    def end(self) -> t.NoReturn:
        """End the slice before all files are finished."""
        line = self._line()
        if self._shown:
            self.work.kept["shown"] = True
            self.work.show(f"{self._place}: {line}")
        self.work.report_unfinished(
            f"{self.SUBJECT} {self._place} is not finished, {line}",
            f"Run the task again: files that are {self.DONE} already are not {self.DONE} again.",
            {"changed": self.changed},
        )
        self.work.end_slice()

    def finish(self) -> None:
        """Show the last line, if there were others."""
        if self._shown and self.work.kept.get("shown"):
            self.work.show(f"{self._place}: {self._line()}")

    def _line(self) -> str:
        counts, total = self.outcomes.counts, self._total
        done = counts["bytes"] + sum(parts.get("sent", 0) for parts in self._parts.values())
        return (
            f"{counts['files']:,} of {total.files:,} files, {in_bytes(done)} of {in_bytes(total.size)}, "
            f"{counts['changed']:,} {self.DONE}"
        )


class UploadProgress(TransferProgress):
    """The progress of an upload."""

    DONE = "uploaded"
    SUBJECT = "The upload to"

    def __init__(self, work: SlicedWork, place: str, *, shown: bool = False) -> None:
        super().__init__(work, place, shown=shown)
        self.listing: dict[str, t.Any] = work.kept.setdefault("listing", {})
        """The list of the bucket, see :class:`.listing.Listing`."""

    @property
    def changed(self) -> bool:
        """Whether files were uploaded or deleted, or the bucket was created."""
        return super().changed or self.created

    @property
    def created(self) -> bool:
        """Whether the bucket was created, or would be in check mode."""
        return bool(self.work.kept.get("created"))

    def note_created(self) -> None:
        """Note that the bucket was created, or would be in check mode."""
        self.work.kept["created"] = True

    def comparison(self, key: str) -> Comparison | None:
        """Return the comparison of a file of which parts are uploaded, or ``None``."""
        if key not in self._compared:
            return None
        size, sha256, before = self._compared[key]
        return Comparison(size, sha256, StoredObject(**before) if before else None)

    def note_comparison(self, key: str, comparison: Comparison) -> None:
        """Note the comparison of a file of which parts are uploaded."""
        before = comparison.before
        record: dict[str, t.Any] | None = None
        if before:
            record = {"etag": before.etag, "version_id": before.version_id, "size": before.size}
            record["metadata"] = dict(before.metadata)
        self._compared[key] = (comparison.size, comparison.sha256, record)


class DownloadProgress(TransferProgress):
    """The progress of a download."""

    DONE = "downloaded"
    SUBJECT = "The download from"

    def comparison(self, key: str) -> FileComparison | None:
        """Return the comparison of a file of which parts are downloaded, or ``None``."""
        return FileComparison(*self._compared[key]) if key in self._compared else None

    def note_comparison(self, key: str, comparison: FileComparison) -> None:
        """Note the comparison of a file of which parts are downloaded."""
        self._compared[key] = comparison

    def abandon(self) -> None:
        """Delete the files of downloads that are not finished."""
        for parts in self._parts.values():
            if "path" in parts:
                with contextlib.suppress(OSError):
                    os.unlink(parts["path"])
        self._parts.clear()


def in_bytes(number: float) -> str:
    """Format a number of bytes."""
    unit = 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number /= 1000
        unit += 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{int(number)} bytes"
