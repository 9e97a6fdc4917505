# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: patterns of paths, such as C(site/**/*.html).

Ground: imports nothing of the collection. The language is small, and the same on every machine: C(*) and C(?) stand for
characters of one name, C([...]) for one of several, and C(**) for any number of folders. A name that starts with a dot
is like any other.
"""

from __future__ import annotations

import fnmatch
import typing as t

_ANY_FOLDERS = "**"


def has_wildcard(text: str) -> bool:
    """Whether it is a pattern, and not just a path."""
    return any(character in text for character in "*?[")


def split_pattern(path: str) -> tuple[str, str]:
    """The folder before the first wildcard, and the pattern below it."""
    segments = path.split("/")
    first = next(index for index, segment in enumerate(segments) if has_wildcard(segment))
    folder = "/".join(segments[:first])
    return folder or ("/" if first else ""), "/".join(segments[first:])


def matches(pattern: str, path: str) -> bool:
    """Whether RV(pattern) stands for this whole relative path."""
    segments = pattern.split("/")
    return len(segments) in _reached(segments, path)


def leads_below(pattern: str, folder: str) -> bool:
    """Whether RV(pattern) may stand for a file below this folder."""
    segments = pattern.split("/")
    return any(place < len(segments) for place in _reached(segments, folder))


def includes(pattern: str, path: str) -> bool:
    """Whether RV(pattern) stands for this relative path or for a folder above it.

    A pattern without a slash stands for a name at any depth. A slash at its start says that it does not, and does
    nothing else.
    """
    anchored = pattern.lstrip("/").rstrip("/") or _ANY_FOLDERS
    segments = anchored.split("/") if "/" in pattern else [_ANY_FOLDERS, anchored]
    names = path.split("/")
    return any(len(segments) in _reached(segments, "/".join(names[:depth])) for depth in range(1, len(names) + 1))


def _reached(segments: list[str], path: str) -> set[int]:
    """The places in the pattern where one may be after these names: many at once, so that no pattern is slow."""
    places = {0}
    for name in path.split("/"):
        after: set[int] = set()
        for place in _with_no_folder(segments, places):
            if segments[place] == _ANY_FOLDERS:
                after |= {place, place + 1}
            elif fnmatch.fnmatchcase(name, segments[place]):
                after.add(place + 1)
        places = after
    return places


def _with_no_folder(segments: list[str], places: set[int]) -> t.Iterator[int]:
    """The same places, and those behind a C(**) that stands for no folder. At the end it stands for a file at least."""
    for place in sorted(places):
        current = place
        while current < len(segments):
            yield current
            if segments[current] != _ANY_FOLDERS:
                break
            current += 1
