# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Secrets Manager and Parameter Store show late: lists, and that something was deleted."""

from __future__ import annotations

import copy
import dataclasses
import typing as t


@dataclasses.dataclass
class Play:
    """How late it is shown.

    :param lists: of how many requests the lists are those of the moment at which the play began
    :param deleted: how many requests to make something are refused for what was deleted
    """

    lists: int = 0
    deleted: int = 0


_play = Play()
_lists: dict[int, dict[str, t.Any]] = {}


def plan(value: dict[str, t.Any], *backends: t.Any) -> None:
    """The body of ``POST /_test/late``: fields of :class:`Play`.

    :param backends: that have lists
    """
    global _play
    _play = Play(**value)
    _lists.clear()
    if _play.lists:
        _lists.update({id(backend): copy.deepcopy(dict(_items(backend))) for backend in backends})


def reset() -> None:
    """Everything is shown at once."""
    plan({})


def listed(backend: t.Any) -> dict[str, t.Any]:
    """What a list shows, by name."""
    if _play.lists and id(backend) in _lists:
        _play.lists -= 1
        return _lists[id(backend)]
    return dict(_items(backend))


def is_still_there() -> bool:
    """Whether what was deleted is in the way of something new."""
    _play.deleted -= 1
    return _play.deleted >= 0


def page(items: t.Sequence[t.Any], size: int, token: str | None) -> tuple[t.Sequence[t.Any], str | None]:
    """A page, and the token of the next one. Of a list that has more than one item, the first page is empty."""
    if token is None and len(items) > 1:
        return [], "0"
    start = int(token or 0)
    return items[start : start + size], str(start + size) if start + size < len(items) else None


def _items(backend: t.Any) -> t.Any:
    return backend.secrets if hasattr(backend, "secrets") else backend._parameters
