# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: which files are uploaded, on the machine that has them.

Ground, above ``_errors`` and ``_patterns``.
"""

from __future__ import annotations

import dataclasses
import os
import stat
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._path_patterns import has_wildcard, includes, may_match_below, matches, split_pattern


@dataclasses.dataclass(frozen=True)
class SourceFile:
    """A file to upload.

    :param relative: its path below the folder or the fixed part of the pattern, with slashes; the name of a single file
    :param path: where it is
    """

    relative: str
    path: str


@dataclasses.dataclass(frozen=True)
class Selection:
    """The files to upload, and which others could be among them.

    :param single: whether one file was named, and neither a folder nor a pattern
    :param pattern: what the files matched, below the folder before it
    :param exclude: patterns of what is left out
    """

    files: tuple[SourceFile, ...]
    single: bool = False
    pattern: str | None = None
    exclude: tuple[str, ...] = ()

    def covers(self, relative: str) -> bool:
        """Whether a file of this relative path would be uploaded if it were there."""
        return _wanted(relative, self.pattern, self.exclude)


def split_source(src: str) -> tuple[str, str | None]:
    """The file or folder that is meant, and the pattern below it. What exists is meant as it is written."""
    if not has_wildcard(src) or os.path.lexists(src):
        return src, None
    return split_pattern(src)


def select(path: str, pattern: str | None, exclude: t.Iterable[str]) -> Selection:
    """The files of a file, of a folder, or of those in a folder that match a pattern.

    :raises OctoAwsError: there is nothing, or something that cannot be uploaded
    """
    left_out = tuple(exclude)
    root = os.path.realpath(path)
    if pattern is None and os.path.isfile(root):
        name = os.path.basename(path)
        _check_name(name)
        found = () if _excluded(name, left_out) else (SourceFile(name, root),)
        return Selection(found, True, None, left_out)
    if not os.path.isdir(root):
        why = "is neither a file nor a folder" if os.path.lexists(root) else "does not exist"
        raise source_invalid(f"{path} {why}.", "Correct src.")
    below = sorted(_walk(root, "", pattern, left_out, (root,)), key=lambda file: file.relative)
    return Selection(tuple(below), False, pattern, left_out)


def selection_of_folder(folder: str, pattern: str | None, exclude: t.Iterable[str], single: bool) -> Selection:
    """A selection whose files were put into a folder of their own."""
    files = select(folder, None, ()).files
    return Selection(files, single, pattern, tuple(exclude))


def _wanted(relative: str, pattern: str | None, exclude: t.Iterable[str]) -> bool:
    return not _excluded(relative, exclude) and (pattern is None or matches(pattern, relative))


def _excluded(relative: str, exclude: t.Iterable[str]) -> bool:
    return any(includes(pattern, relative) for pattern in exclude)


def _walk(
    root: str, below: str, pattern: str | None, exclude: tuple[str, ...], trail: tuple[str, ...]
) -> t.Iterator[SourceFile]:
    """The files in one folder and below.

    :param trail: the folders on the way here, links resolved
    """
    try:
        names = os.listdir(os.path.join(root, below))
    except OSError as error:
        raise unreadable(os.path.join(root, below), error) from None
    for name in names:
        relative = f"{below}/{name}" if below else name
        path = os.path.join(root, relative)
        if os.path.isdir(path):
            if _excluded(relative, exclude) or (pattern and not may_match_below(pattern, relative)):
                continue
            target = _inside(root, path)
            if target in trail:
                raise source_invalid(
                    f"{path} is a link that leads back to a folder above it.", "Leave it out with exclude."
                )
            yield from _walk(root, relative, pattern, exclude, (*trail, target))
        elif _wanted(relative, pattern, exclude):
            _check_name(relative)
            yield SourceFile(relative, _regular(_inside(root, path)))


def _inside(root: str, path: str) -> str:
    """Where a path leads to, which must be below the folder that is uploaded."""
    target = os.path.realpath(path)
    if not target.startswith(root.rstrip("/") + "/") and target != root:
        raise source_invalid(
            f"{path} is a link that leads out of {root}.", "Put a copy in its place, or leave it out with exclude."
        )
    return target


def _regular(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise unreadable(path, error) from None
    if not stat.S_ISREG(mode):
        raise source_invalid(f"{path} is not a file but a device, a pipe or a socket.", "Leave it out with exclude.")
    return path


def _check_name(relative: str) -> None:
    """A key is text; a name on disk can be anything."""
    try:
        relative.encode("utf-8")
    except UnicodeEncodeError:
        shown = relative.encode("utf-8", "backslashreplace").decode("utf-8")
        raise source_invalid(
            f"The name {shown} is not valid UTF-8, and cannot be a key.", "Give it another name."
        ) from None


def unreadable(path: str, error: OSError) -> OctoAwsError:
    """The error of a file or a folder that cannot be read."""
    return source_invalid(
        f"{path} cannot be read: {error.strerror or type(error).__name__}.", "Correct its owner or mode."
    )


def source_invalid(message: str, hint: str) -> OctoAwsError:
    """The error of a src that cannot be uploaded."""
    return OctoAwsError(ErrorCode.UPLOAD_SOURCE_INVALID, message, hint=hint)
