# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set the clock of each Python program four minutes ahead: of modules, boto3 and both versions of the AWS CLI.

libfaketime cannot do it: ``time.sleep`` fails with it since Python 3.11.
"""

from __future__ import annotations

import datetime
import time

_AHEAD = 240

_time = time.time


class _Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _Shifted:
        return super().now(tz) + datetime.timedelta(seconds=_AHEAD)

    @classmethod
    def utcnow(cls) -> _Shifted:
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)


time.time = lambda: _time() + _AHEAD
datetime.datetime = _Shifted  # type: ignore[misc]
