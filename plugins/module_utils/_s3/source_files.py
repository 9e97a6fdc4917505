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
    """The files to upload, and the rules that selected them.

    :param single: whether ``src`` is a single file, not a folder or a pattern
    :param pattern: the pattern below the folder
    :param exclude: patterns of files to exclude
    """

    files: tuple[SourceFile, ...]
    single: bool = False
    pattern: str | None = None
    exclude: tuple[str, ...] = ()

    def covers(self, relative: str) -> bool:
        """Whether a file with this relative path would be selected."""
        return _wanted(relative, self.pattern, self.exclude)


def split_source(src: str) -> tuple[str, str | None]:
    """Split ``src`` into a file or folder, and the pattern below it. An existing path is not a pattern."""
    if not has_wildcard(src) or os.path.lexists(src):
        return src, None
    return split_pattern(src)


def select(path: str, pattern: str | None, exclude: t.Iterable[str]) -> Selection:
    """Select a file, the files of a folder, or those that match a pattern.

    :raises OctoAwsError: the path does not exist, or has something that cannot be uploaded
    """
    excluded = tuple(exclude)
    root = os.path.realpath(path)
    if pattern is None and os.path.isfile(root):
        name = os.path.basename(path)
        _check_name(name)
        found = () if _excluded(name, excluded) else (SourceFile(name, root),)
        return Selection(found, True, None, excluded)
    if not os.path.isdir(root):
        problem = "is neither a file nor a folder" if os.path.lexists(root) else "does not exist"
        raise source_invalid(f"{path} {problem}.", "Correct src.")
    below = sorted(_walk(root, "", pattern, excluded, (root,)), key=lambda file: file.relative)
    return Selection(tuple(below), False, pattern, excluded)


def selection_of_folder(folder: str, pattern: str | None, exclude: t.Iterable[str], single: bool) -> Selection:
    """Return a selection from a folder that has only the selected files."""
    files = select(folder, None, ()).files
    return Selection(files, single, pattern, tuple(exclude))


def _wanted(relative: str, pattern: str | None, exclude: t.Iterable[str]) -> bool:
    return not _excluded(relative, exclude) and (pattern is None or matches(pattern, relative))


def _excluded(relative: str, exclude: t.Iterable[str]) -> bool:
    return any(includes(pattern, relative) for pattern in exclude)


def _walk(
    root: str, below: str, pattern: str | None, exclude: tuple[str, ...], trail: tuple[str, ...]
) -> t.Iterator[SourceFile]:
    """Yield the files below a folder.

    :param trail: the resolved paths of the folders above
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
                raise source_invalid(f"{path} is a link to a folder above it.", "Add it to exclude.")
            yield from _walk(root, relative, pattern, exclude, (*trail, target))
        elif _wanted(relative, pattern, exclude):
            _check_name(relative)
            yield SourceFile(relative, _regular(_inside(root, path)))


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
