# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock for everything that expires. Tests move it, so no other file may read the clock of the machine."""

from __future__ import annotations

import datetime

CLOCK_TOLERANCE = 300.0
"""Seconds by which the clocks of this machine and of AWS may differ. AWS rejects requests beyond it."""


def now() -> datetime.datetime:
    """Return the current time in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def in_utc(moment: datetime.datetime) -> datetime.datetime | None:
    """Convert a time to UTC. Return ``None`` if it is out of range."""
    try:
        return moment.astimezone(datetime.timezone.utc)
    except (OverflowError, ValueError):
        return None
