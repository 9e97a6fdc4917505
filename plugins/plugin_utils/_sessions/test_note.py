# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an account was last tested on this machine: a sealed note beside its sessions, for lists of accounts."""

from __future__ import annotations

import typing as t

from ...module_utils._clock import now
from ...module_utils._model.identity import Identity
from .._cache.seal import SessionSeal

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .cache import SessionCache

_KEPT = 400 * 86_400.0
"""Seconds until a note is removed."""


class TestNote(t.NamedTuple):
    """The result of a test that succeeded.

    :param moment: a Unix time
    :param identity: the identity at the end of the chain
    :param key_created: the Unix time at which the access key was created; ``None`` if that is not known
    """

    moment: float
    identity: Identity
    key_created: float | None = None


def read_note(cache: SessionCache | None, account: Account) -> TestNote | None:
    """Return the note about an account as it is now, or ``None`` if it was not tested on this machine."""
    if not cache or not account.session_key:
        return None
    return cache.read_data(_seal(account), _parse)


def write_note(
    cache: SessionCache | None, account: Account, identity: Identity, key_created: float | None = None
) -> None:
    """Note that an account was tested now.

    :param key_created: ``None`` keeps that of the note before
    """
    if not cache or not account.session_key:
        return
    seal = _seal(account)
    with cache.locked(seal):
        before = cache.read_data(seal, _parse)
        moment = now().timestamp()
        data = {
            "moment": moment,
            "identity": identity._asdict(),
            "key_created": key_created or (before.key_created if before else None),
        }
        cache.write_data(seal, data, moment + _KEPT)


def _seal(account: Account) -> SessionSeal:
    return SessionSeal.of(account.session_key, "test")


def _parse(data: t.Any) -> TestNote:
    created = data["key_created"]
    return TestNote(float(data["moment"]), Identity(**data["identity"]), None if created is None else float(created))
