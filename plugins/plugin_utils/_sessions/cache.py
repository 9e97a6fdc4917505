# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session cache: sealed sessions that processes share.

Sessions are sealed with AES-256-GCM (NIST SP 800-38D, from ``cryptography``) and a random nonce. The key and the file
name are derived with HMAC-SHA256 from the account's session key and from everything that made the session, so that any
change leads to another file and another key.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import json
import os
import typing as t

from ...module_utils._model.credentials import Credentials
from ...module_utils._model.identity import Identity
from .._cache.seal import Damaged
from .._cache.shared_cache import SharedCache

if t.TYPE_CHECKING:
    from .._cache.seal import Kind, Seal

_CONTEXT = b"octo.aws session 1"
_NONCE_BYTES = 12


@dataclasses.dataclass(frozen=True)
class SessionSeal:
    """Seals one session. Implements :class:`.seal.Seal`.

    :param name: the name of its file, a digest
    """

    name: str
    key: bytes = dataclasses.field(repr=False)

    @classmethod
    def of(cls, session_key: str, made_by: t.Any) -> SessionSeal:
        """Derive the seal of a session.

        :param session_key: of the account, 64 hexadecimal digits
        :param made_by: plain data, everything that shapes the session
        """
        text = json.dumps(made_by, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        root = hmac.digest(bytes.fromhex(session_key), _CONTEXT + text.encode(), hashlib.sha256)
        name = hmac.digest(root, b"name", hashlib.sha256).hex()[:40]
        return cls(name, hmac.digest(root, b"key", hashlib.sha256))

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        """Encrypt plain data, bound to its kind."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, json.dumps(value).encode(), kind.encode())

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        """Decrypt data of this kind.

        :raises Damaged: it is of another kind or key, or was changed
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return json.loads(AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kind.encode()))
        except (InvalidTag, ValueError):
            raise Damaged from None


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
