# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detect circular credentials.

A profile can have a ``credential_process``, which can run this collection, which can need credentials of the same
profile. So before a process may start another one, it lists its steps in an environment variable: the subject
that is resolved, and the source of its credentials. A process that would use a source a second time fails.
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
"""A JSON list of steps, each a pair of subject and source: names of accounts, stores and profiles, without secrets."""

_DEEPEST = 8
"""Maximum number of nested processes, for commands that change a name each time and so never repeat a source."""

_CIRCULAR = "Circular credentials: "
_HINT = (
    "Change the credentials of one step: use another profile for the store (profile=NAME in its URL, or AWS_PROFILE), "
    "another store for the account of the credential_process (--store), or a profile without one."
)
_MESSAGE = re.compile(
    rf"{_CIRCULAR}(?P<steps>[^\n]{{1,4000}}?)\. {re.escape(_HINT)} \({ErrorCode.CREDENTIALS_CIRCLE.value}\)"
)


def account_in(name: str, store: str) -> str:
    """Describe an account as a source."""
    return f"account {name!r} in {store}"


def is_nested() -> bool:
    """Whether another process of the collection started this one to get credentials."""
    return VARIABLE in os.environ


@contextlib.contextmanager
def mark_resolving(subject: str, source: str) -> t.Iterator[None]:
    """Record a step for the processes that are started inside.

    :param subject: resolved with the source, such as ``account 'prod'``
    :param source: of its credentials, which must not be used a second time; empty for a subject without one
    :raises OctoAwsError: see :func:`refuse_circle`
    """
    refuse_circle(subject, source)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = json.dumps([*_steps(), _step(subject, source)])
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def refuse_circle(subject: str, source: str) -> None:
    """Check that no parent of this process uses the same source.

    :raises OctoAwsError: the credentials are circular
    """
    steps, (subject, source) = _steps(), _step(subject, source)
    first = next((index for index, (_subject, used) in enumerate(steps) if source and used == source), None)
    if first is not None:
        same = f"{subject} again" if steps[first][0] == subject else _named(subject, source)
        raise _circle([*(_named(*step) for step in steps[first:]), same])
    if len(steps) >= _DEEPEST:
        raise _circle([_named(*step) for step in (*steps, (subject, source))])


def circle_in(output: str) -> OctoAwsError | None:
    """Find the error of a nested process in the output of a program."""
    match = _MESSAGE.search(output)
    return _circle(["".join(filter(str.isprintable, match["steps"]))]) if match else None


def _step(subject: str, source: str) -> tuple[str, str]:
    return without_password(subject), without_password(source)


def _steps() -> list[tuple[str, str]]:
    try:
        return [(str(subject), str(source)) for subject, source in json.loads(os.environ.get(VARIABLE, "[]"))]
    except (TypeError, ValueError):
        return []


def _named(subject: str, source: str) -> str:
    return subject if source in subject else f"{subject} with {source}"


def _circle(steps: t.Iterable[str]) -> OctoAwsError:
    message = f"{_CIRCULAR}{' -> '.join(steps)}."
    return OctoAwsError(ErrorCode.CREDENTIALS_CIRCLE, message, hint=_HINT)
