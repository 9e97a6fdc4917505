# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Path patterns such as ``site/**/*.html``, the same on every machine.

``*`` and ``?`` match characters of one name, ``[...]`` matches one of several characters, and ``**`` matches any number
of folders. Names that start with a dot are not special.
"""

from __future__ import annotations

import fnmatch
import typing as t

_ANY_FOLDERS = "**"


def has_wildcard(text: str) -> bool:
    """Whether ``text`` is a pattern, not just a path."""
    return any(character in text for character in "*?[")


def split_pattern(path: str) -> tuple[str, str]:
    """Return the folder before the first wildcard, and the pattern below it."""
    segments = path.split("/")
    first = next(index for index, segment in enumerate(segments) if has_wildcard(segment))
    folder = "/".join(segments[:first])
    return folder or ("/" if first else ""), "/".join(segments[first:])


def matches(pattern: str, path: str) -> bool:
    """Whether ``pattern`` matches this whole relative path."""
    segments = pattern.split("/")
    return len(segments) in _positions(segments, path)


def may_match_below(pattern: str, folder: str) -> bool:
    """Whether ``pattern`` may match a file below this folder."""
    segments = pattern.split("/")
    return any(position < len(segments) for position in _positions(segments, folder))


def includes(pattern: str, path: str) -> bool:
    """Whether ``pattern`` matches this relative path or a folder above it.

    A pattern without a slash matches a name at any depth, unless it starts with a slash.
    """
    anchored = pattern.lstrip("/").rstrip("/") or _ANY_FOLDERS
    segments = anchored.split("/") if "/" in pattern else [_ANY_FOLDERS, anchored]
    names = path.split("/")
    return any(len(segments) in _positions(segments, "/".join(names[:depth])) for depth in range(1, len(names) + 1))


def _positions(segments: list[str], path: str) -> set[int]:
    """Return the possible positions in the pattern after these names. Without backtracking, no pattern is slow."""
    positions = {0}
    for name in path.split("/"):
        following: set[int] = set()
        for position in _skip_empty_folders(segments, positions):
            if segments[position] == _ANY_FOLDERS:
                following |= {position, position + 1}
            elif fnmatch.fnmatchcase(name, segments[position]):
                following.add(position + 1)
        positions = following
    return positions


def _skip_empty_folders(segments: list[str], positions: set[int]) -> t.Iterator[int]:
    """Yield the positions, and those after each ``**`` that matches no folder. At the end, ``**`` matches a file."""
    for position in sorted(positions):
        current = position
        while current < len(segments):
            yield current
            if segments[current] != _ANY_FOLDERS:
                break
            current += 1
