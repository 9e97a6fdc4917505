# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the files to upload, on the machine that has them."""

from __future__ import annotations

import dataclasses
import os
import stat
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._path_patterns import has_wildcard, includes, matches, may_match_below, split_pattern


@dataclasses.dataclass(frozen=True)
class SourceFile:
    """A file to upload.

    :param relative: its path below the folder, or below the fixed part of the pattern; the name of a single file
    :param path: its absolute path
    """

    relative: str
    path: str


@dataclasses.dataclass(frozen=True)
class Selection:
    """The files to upload, and the rules that select them. They are read again each time, so that none are kept.

    :param root: the folder without links, or the only file
    :param single: the name of the only file; empty if ``src`` is a folder or a pattern
    :param pattern: the pattern below the folder
    :param exclude: patterns of files to exclude
    """

    root: str
    single: str = ""
    pattern: str | None = None
    exclude: tuple[str, ...] = ()

    def files(self, after: str = "") -> t.Iterator[SourceFile]:
        """Yield the files in the order of their relative paths, which is that of keys in S3.

        :param after: the relative path after which to begin; empty for all files
        :raises OctoAwsError: something in the folder cannot be uploaded
        """
        if not self.single:
            yield from self._below("", after, (self.root,))
        elif not _excluded(self.single, self.exclude) and self.single > after:
            yield SourceFile(self.single, self.root)

    def covers(self, relative: str) -> bool:
        """Whether a file with this relative path would be selected."""
        return not _excluded(relative, self.exclude) and (self.pattern is None or matches(self.pattern, relative))

    def has(self, relative: str) -> bool:
        """Whether there is a selected file with this relative path."""
        if self.single:
            return relative == self.single and self.covers(relative)
        return self.covers(relative) and os.path.isfile(os.path.join(self.root, relative))

    def _below(self, folder: str, after: str, trail: tuple[str, ...]) -> t.Iterator[SourceFile]:
        """Yield the files below a folder.

        :param trail: the resolved paths of the folders above
        """
        for relative in _names(self.root, folder):
            path = os.path.join(self.root, relative)
            if relative.endswith("/"):
                below, path = relative[:-1], path[:-1]
                if not (after < relative or after.startswith(relative)) or _excluded(below, self.exclude):
                    continue
                if self.pattern and not may_match_below(self.pattern, below):
                    continue
                target = _inside(self.root, path)
                if target in trail:
                    raise source_invalid(f"{path} is a link to a folder above it.", "Add it to exclude.")
                yield from self._below(relative, after, (*trail, target))
            elif relative > after and self.covers(relative):
                _check_name(relative)
                # Without a link, it is where its folder is.
                yield SourceFile(relative, _regular(_inside(self.root, path) if os.path.islink(path) else path))


def split_source(src: str) -> tuple[str, str | None]:
    """Split ``src`` into a file or folder, and the pattern below it. An existing path is not a pattern."""
    if not has_wildcard(src) or os.path.lexists(src):
        return src, None
    return split_pattern(src)


def select(path: str, pattern: str | None, exclude: t.Iterable[str]) -> Selection:
    """Select a file, the files of a folder, or those that match a pattern.

    :raises OctoAwsError: the path does not exist
    """
    root = os.path.realpath(path)
    if pattern is None and os.path.isfile(root):
        name = os.path.basename(path)
        _check_name(name)
        return Selection(root, name, None, tuple(exclude))
    if not os.path.isdir(root):
        problem = "is neither a file nor a folder" if os.path.lexists(root) else "does not exist"
        raise source_invalid(f"{path} {problem}.", "Correct src.")
    return Selection(root, "", pattern, tuple(exclude))


def _excluded(relative: str, exclude: t.Iterable[str]) -> bool:
    return any(includes(pattern, relative) for pattern in exclude)


def _names(root: str, folder: str) -> list[str]:
    """Return the relative paths in a folder, in the order of the files below. Those of folders end with a slash."""
    try:
        with os.scandir(os.path.join(root, folder)) as found:
            return sorted(f"{folder}{entry.name}{'/' if entry.is_dir() else ''}" for entry in found)
    except OSError as error:
        raise unreadable(os.path.join(root, folder), error) from None


def _inside(root: str, path: str) -> str:
    """Resolve a path, which must be below the uploaded folder."""
    target = os.path.realpath(path)
    if not target.startswith(root.rstrip("/") + "/") and target != root:
        raise source_invalid(
            f"{path} is a link to a path outside of {root}.", "Replace the link with a copy, or add it to exclude."
        )
    return target


def _regular(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise unreadable(path, error) from None
    if not stat.S_ISREG(mode):
        raise source_invalid(f"{path} is a device, a pipe or a socket, not a file.", "Add it to exclude.")
    return path


def _check_name(relative: str) -> None:
    """Reject a file name that cannot be a key: keys are text, file names are bytes."""
    try:
        relative.encode("utf-8")
    except UnicodeEncodeError:
        shown = relative.encode("utf-8", "backslashreplace").decode("utf-8")
        raise source_invalid(
            f"The file name {shown} is not valid UTF-8, and cannot be a key.", "Rename the file, or add it to exclude."
        ) from None


def unreadable(path: str, error: OSError) -> OctoAwsError:
    """Return the error of an unreadable file or folder."""
    return source_invalid(
        f"Cannot read {path}: {error.strerror or type(error).__name__}.", "Correct its owner or mode."
    )


def source_invalid(message: str, hint: str) -> OctoAwsError:
    """Return the error of a ``src`` that cannot be uploaded."""
    return OctoAwsError(ErrorCode.UPLOAD_SOURCE_INVALID, message, hint=hint)
