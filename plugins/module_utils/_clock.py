# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what time it is, for everything that ends.

Ground: imports nothing of the collection. Tests move this clock; nothing else may ask the machine's.
"""

from __future__ import annotations

import datetime

CLOCK_TOLERANCE = 300.0
"""Seconds by which clocks of this machine and of AWS may differ (AWS refuses requests beyond it)."""


def now() -> datetime.datetime:
    """This moment, in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def in_utc(moment: datetime.datetime) -> datetime.datetime | None:
    """The same moment, or V(None) where it is outside of what can be counted."""
    try:
        return moment.astimezone(datetime.timezone.utc)
    except (OverflowError, ValueError):
        return None
