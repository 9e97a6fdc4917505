# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: which names a list of names and patterns stands for.

Ground. C(*), C(?) and C([...]) match as in the shell.
"""

from __future__ import annotations

import typing as t
from fnmatch import fnmatchcase

from ...module_utils._path_patterns import has_wildcard


def select(names: t.Iterable[str], patterns: t.Sequence[str] | None) -> list[str]:
    """Those of RV(names) that one of RV(patterns) stands for; all of them where there are no patterns."""
    return [name for name in names if patterns is None or any(_stands_for(pattern, name) for pattern in patterns)]


def missing(names: t.Iterable[str], patterns: t.Sequence[str] | None) -> list[str]:
    """Those of RV(patterns) that are plain names, and none of RV(names)."""
    return [pattern for pattern in patterns or () if not has_wildcard(pattern) and pattern not in names]


def _stands_for(pattern: str, name: str) -> bool:
    # A name may hold what means something in a pattern.
    return name == pattern or fnmatchcase(name, pattern)
