# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select account names by pattern. ``*``, ``?`` and ``[...]`` match as in the shell."""

from __future__ import annotations

import typing as t
from fnmatch import fnmatchcase

from ...module_utils._path_patterns import has_wildcard


def select(names: t.Iterable[str], patterns: t.Sequence[str] | None) -> list[str]:
    """Return the names that match a pattern, or all if ``patterns`` is ``None``."""
    return [name for name in names if patterns is None or any(_matches(pattern, name) for pattern in patterns)]


def missing(names: t.Iterable[str], patterns: t.Sequence[str] | None) -> list[str]:
    """Return the patterns that are plain names and not among ``names``."""
    return [pattern for pattern in patterns or () if not has_wildcard(pattern) and pattern not in names]


def _matches(pattern: str, name: str) -> bool:
    # A name can have characters that are special in a pattern.
    return name == pattern or fnmatchcase(name, pattern)
