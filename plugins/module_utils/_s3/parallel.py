# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Call a function for many items at the same time."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._errors import OctoAwsError

_THREADS = 8
"""Files that are compared or transferred at the same time."""

Item = t.TypeVar("Item")
Outcome = t.TypeVar("Outcome")


def in_parallel(
    function: t.Callable[[Item], Outcome | None], items: t.Sequence[Item], is_over: t.Callable[[], bool] = lambda: False
) -> tuple[list[Outcome | None], list[OctoAwsError]]:
    """Call a function for each item, in several threads. After an error, no new calls begin.

    :param function: returns ``None`` if it has to be called again
    :param is_over: whether to begin no more calls; the first ones begin anyway
    :returns: the results in the order of the items, with ``None`` for missing ones, and the errors in this order
    """
    failures: dict[int, OctoAwsError] = {}
    stop = threading.Event()

    def guarded(position: int) -> Outcome | None:
        if stop.is_set() or (position >= _THREADS and is_over()):
            return None
        try:
            return function(items[position])
        except OctoAwsError as error:
            failures[position] = error
            stop.set()
        return None

    with ThreadPoolExecutor(_THREADS) as pool:
        outcomes = list(pool.map(guarded, range(len(items))))
    return outcomes, [failures[position] for position in sorted(failures)]
