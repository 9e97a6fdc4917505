# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warn of a region that botocore does not know.

This is no error, because botocore can be older than the region. Its data is read without importing it, in less than a
millisecond.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import typing as t

from ..module_utils._errors import closest


def warn_of_region(region: str, warn: t.Callable[[str], None]) -> None:
    """Warn if botocore does not know a region, and suggest the closest match.

    :param warn: called with a user-facing warning message
    """
    known = _known_regions()
    if region and known and region not in known:
        hint = closest(region, known) or "Check its spelling."
        warn(f"Unknown region {region!r}. {hint} If the region is new, update botocore.")


@functools.cache
def _known_regions() -> frozenset[str]:
    """Return the regions of all partitions; empty if the data of botocore has another form."""
    try:
        spec = importlib.util.find_spec("botocore")
        folder = next(iter((spec and spec.submodule_search_locations) or [""]))
        with open(os.path.join(folder, "data", "partitions.json"), encoding="utf-8") as file:
            return frozenset(region for entry in json.load(file)["partitions"] for region in entry["regions"])
    except (KeyError, OSError, TypeError, ValueError):
        return frozenset()
