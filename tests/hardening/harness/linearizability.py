# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a history of operations is one that a single process could have had (Herlihy and Wing, 1990).

The history of one account is enough: operations on different accounts have nothing in common. An account is a register
that holds a state, or ``None`` while there is none. The search is Lowe's just-in-time linearization (Testing for
linearizability, 2017): it goes along the history and keeps all that the register can hold, with the operations under
way that have taken effect. An operation must have taken effect when it ends.
"""

from __future__ import annotations

import dataclasses
import typing as t

State = tuple[str, ...] | None


@dataclasses.dataclass(frozen=True)
class Operation:
    """What somebody did to an account, and what came of it.

    :param what: for people
    :param begin: when it was asked for, by a clock that all share
    :param end: when it was done with
    :param effect: what it makes of a state; of one that it cannot have met, ``IMPOSSIBLE``
    :param may_be_lost: whether it was stopped, so that it may have had no effect
    """

    what: str
    begin: int
    end: int
    effect: t.Callable[[State], State | Impossible] = dataclasses.field(compare=False, repr=False)
    may_be_lost: bool = False


class Impossible:
    """No state."""


IMPOSSIBLE = Impossible()

_Configuration = tuple[State, frozenset[int]]
"""What the register can hold, and which of the operations under way have taken effect by then."""


def contradiction(history: t.Sequence[Operation]) -> str:
    """What no single process could have seen; empty when one could have had this history. It begins without a state."""
    events = [(operation.begin, 0, index) for index, operation in enumerate(history)]
    events += [(operation.end, 1, index) for index, operation in enumerate(history)]
    possible: set[_Configuration] = {(None, frozenset())}
    under_way: set[int] = set()
    for _moment, ends, index in sorted(events):
        if not ends:
            under_way.add(index)
            continue
        reachable = _reachable(possible, under_way, history)
        lost_too = history[index].may_be_lost
        remaining = {(state, effective - {index}) for state, effective in reachable if lost_too or index in effective}
        if not remaining:
            return _story(history, index, possible)
        possible = remaining
        under_way.remove(index)
    return ""


def _reachable(
    possible: set[_Configuration], under_way: set[int], history: t.Sequence[Operation]
) -> set[_Configuration]:
    """All that can come about while these operations are under way."""
    found = set(possible)
    rest = list(possible)
    while rest:
        state, effective = rest.pop()
        for index in under_way - effective:
            after = history[index].effect(state)
            if isinstance(after, Impossible):
                continue
            new = (after, effective | {index})
            if new not in found:
                found.add(new)
                rest.append(new)
    return found


def _story(history: t.Sequence[Operation], index: int, possible: set[_Configuration]) -> str:
    """What cannot be, with all that happened at the same time, and what was known before it ended."""
    wrong = history[index]
    around = sorted(
        (other for other in history if other.end >= wrong.begin and other.begin <= wrong.end),
        key=lambda other: other.begin,
    )
    states = ", ".join(sorted({str(state) for state, _effective in possible}))
    lines = [f"{other.begin - wrong.begin:>12} to {other.end - wrong.begin:>12} ns: {other.what}" for other in around]
    return "\n".join([f"It cannot be that {wrong.what}; the account was one of: {states}. At that time:", *lines])
