# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What time it is for the fake AWS; tests move it."""

from __future__ import annotations

import datetime
import time

from moto.sts import models

_offset = 0.0


def move(offset: float) -> None:
    """Be so many seconds ahead of the machine."""
    global _offset
    _offset = offset


def now() -> float:
    return time.time() + _offset


def utcnow() -> datetime.datetime:
    """The time in UTC, without a time zone, as moto has it."""
    return datetime.datetime.fromtimestamp(now(), datetime.timezone.utc).replace(tzinfo=None)


# moto dates the sessions of roles by this function.
models.utcnow = utcnow
