# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the sessions of an account that processes share.

A part, above C(_shared_cache) and C(_sealed_session).
"""

from __future__ import annotations

import typing as t

from .._cache.shared_cache import SharedCache
from .session_seal import session_as_data, session_from_data

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._cache.seal import Kind, Seal


class SessionCache(SharedCache):
    """See :class:`._shared_cache.SharedCache`."""

    KIND: t.ClassVar[Kind] = "session"

    def read(self, seal: Seal) -> Credentials | None:
        """The session, ended or not, or V(None) where there is none that can be used."""
        return self.read_data(seal, session_from_data)

    def write(self, seal: Seal, session: Credentials) -> None:
        """Keep a session that has an end. The caller has the turn."""
        if session.expiration is not None:
            self.write_data(seal, session_as_data(session), session.expiration.timestamp())
