# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: has Python keep the compiled code of the private files, as it does outside of collections.

Ground. ansible-core forks a process for each task of each host, and its loader of collections compiles every file anew
in each of them. For a lookup, that would take longer than all the rest. Python's own loader, which ansible-core itself
takes for the files of plugins, keeps what it compiled in C(__pycache__), where it may write there.
"""

from __future__ import annotations

import sys
import typing as t
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

if t.TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_OURS = __name__.rpartition(".plugin_utils.")[0] + "."


class _Finder(MetaPathFinder):
    """Finds the private files of this collection, and nothing else."""

    def find_spec(self, fullname: str, path: t.Sequence[str] | None, target: t.Any = None) -> ModuleSpec | None:
        if not path or not fullname.startswith(_OURS):
            return None
        spec = _in_folder(path[0]).find_spec(fullname, target)
        # Folders without a file of their own are packages in a way of ansible-core's.
        return spec if spec and spec.loader else None


@cache
def _in_folder(folder: str) -> FileFinder:
    return FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))


def keep_compiled_code() -> None:
    """Do so for all files that are imported from here on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
