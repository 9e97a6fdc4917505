# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: notices credentials that lead through themselves.

Ground, above ``_errors``. A profile can have a ``credential_process``, which can run this collection, which can need
credentials of the same profile. So a process that may start one leaves a mark in the environment for its children:
what is resolved, and by which way. A process that would go a way a second time stops with an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import typing as t

from ..module_utils._errors import ErrorCode, OctoAwsError
from ..module_utils._secrecy import without_password

VARIABLE = "OCTO_AWS_RESOLVING"
"""Holds a JSON list of pairs: what is resolved, and the way. Names of accounts, stores and profiles, and no secret."""

_DEEPEST = 8
"""Processes inside each other. A command that changes a name each time is no way twice, and goes on without end."""

_LEADS_THROUGH_ITSELF = "The way to these credentials leads through itself: "
_HINT = (
    "Let one step get its credentials elsewhere: name another profile for the store (profile=NAME in its URL, or "
    "AWS_PROFILE), another store for the account of the credential_process (--store), or a profile without one."
)
_WAY = re.compile(
    rf"{_LEADS_THROUGH_ITSELF}(?P<way>[^\n]{{1,4000}}?)\. {re.escape(_HINT)} \({ErrorCode.CREDENTIALS_CIRCLE.value}\)"
)


def account_in(name: str, store: str) -> str:
    """Names an account, as a way."""
    return f"account {name!r} in {store}"


def is_nested() -> bool:
    """Whether another process of the collection started this one to get credentials."""
    return VARIABLE in os.environ


@contextlib.contextmanager
def mark_resolving(what: str, way: str) -> t.Iterator[None]:
    """Mark, for processes that are started inside, that ``what`` is resolved by ``way``.

    :param what: for people, such as ``account 'prod'``
    :param way: that may not be gone a second time; empty for something that is only named in the error
    :raises OctoAwsError: see :func:`refuse_circle`
    """
    refuse_circle(what, way)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = json.dumps([*_steps(), _step(what, way)])
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def refuse_circle(what: str, way: str) -> None:
    """Refuse to go a way on which this process was started.

    :raises OctoAwsError: it leads through itself
    """
    steps, (what, way) = _steps(), _step(what, way)
    first = next((index for index, (_what, gone) in enumerate(steps) if way and gone == way), None)
    if first is not None:
        same = f"{what} again" if steps[first][0] == what else _named(what, way)
        raise _circle([*(_named(*step) for step in steps[first:]), same])
    if len(steps) >= _DEEPEST:
        raise _circle([_named(*step) for step in (*steps, (what, way))])


def circle_in(output: str) -> OctoAwsError | None:
    """The error of this kind that a program which was started inside printed, possibly of one that it started."""
    found = _WAY.search(output)
    return _circle(["".join(filter(str.isprintable, found["way"]))]) if found else None


def _step(what: str, way: str) -> tuple[str, str]:
    return without_password(what), without_password(way)


def _steps() -> list[tuple[str, str]]:
    try:
        return [(str(what), str(way)) for what, way in json.loads(os.environ.get(VARIABLE, "[]"))]
    except (TypeError, ValueError):
        return []


def _named(what: str, way: str) -> str:
    return what if way in what else f"{what} with {way}"


def _circle(steps: t.Iterable[str]) -> OctoAwsError:
    message = f"{_LEADS_THROUGH_ITSELF}{' -> '.join(steps)}."
    return OctoAwsError(ErrorCode.CREDENTIALS_CIRCLE, message, hint=_HINT)
