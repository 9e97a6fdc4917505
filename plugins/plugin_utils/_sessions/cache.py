# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session cache: sealed sessions that processes share."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ...module_utils._model.credentials import Credentials
from ...module_utils._model.identity import Identity
from .._cache.shared_cache import SharedCache

if t.TYPE_CHECKING:
    from .._cache.seal import Kind, Seal


class SessionCache(SharedCache):
    """The sessions of one account."""

    KIND: t.ClassVar[Kind] = "session"

    def read(self, seal: Seal) -> Credentials | None:
        """Return the session, expired or not, or ``None`` if there is none that can be used."""
        return self.read_data(seal, _from_data)

    def write(self, seal: Seal, session: Credentials) -> None:
        """Store a session that expires. The caller must hold the lock."""
        if session.expiration is not None:
            self.write_data(seal, _as_data(session), session.expiration.timestamp())


def _as_data(session: Credentials) -> dict[str, t.Any]:
    """Return a session as plain data."""
    data = {field.name: getattr(session, field.name) for field in dataclasses.fields(session)}
    moments = {name: data[name].timestamp() if data[name] else None for name in ("began", "expiration")}
    return {**data, **moments, "identity": session.identity._asdict() if session.identity else None}


def _from_data(data: t.Any) -> Credentials:
    """Reverse :func:`_as_data`. The data is trusted: it was sealed."""
    moments = {name: _moment(data[name]) for name in ("began", "expiration")}
    identity = Identity(**data["identity"]) if data["identity"] else None
    return Credentials(**{**data, **moments, "identity": identity})


def _moment(timestamp: float | None) -> datetime.datetime | None:
    return None if timestamp is None else datetime.datetime.fromtimestamp(timestamp, datetime.timezone.utc)
