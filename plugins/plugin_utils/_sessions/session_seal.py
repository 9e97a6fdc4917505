# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: a session as it lies in the session cache, and the key that seals it.

Ground, above C(_credentials). AES-256-GCM (NIST SP 800-38D), from C(cryptography), with a random nonce; the key and the
file's name are derived with HMAC-SHA256 from the account's session key and from everything that made the session. So a
change of any of it is another file under another key.
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

if t.TYPE_CHECKING:
    from .._cache.seal import Kind

_CONTEXT = b"octo.aws session 1"
_NONCE_BYTES = 12


@dataclasses.dataclass(frozen=True)
class SessionSeal:
    """Seals what was made in one way; see :class:`._seal.Seal`.

    :param name: the name of its file, which tells nothing
    """

    name: str
    key: bytes = dataclasses.field(repr=False)

    @classmethod
    def of(cls, session_key: str, made_by: t.Any) -> SessionSeal:
        """The seal for what RV(made_by), plain data, describes.

        :param session_key: 64 hexadecimal digits
        """
        text = json.dumps(made_by, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        root = hmac.digest(bytes.fromhex(session_key), _CONTEXT + text.encode(), hashlib.sha256)
        name = hmac.digest(root, b"name", hashlib.sha256).hex()[:40]
        return cls(name, hmac.digest(root, b"key", hashlib.sha256))

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        """Plain data, sealed as what it is."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, json.dumps(value).encode(), kind.encode())

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        """What was sealed as this.

        :raises Damaged: it is something else
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return json.loads(AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kind.encode()))
        except (InvalidTag, ValueError):
            raise Damaged from None


def session_as_data(session: Credentials) -> dict[str, t.Any]:
    """A session with an end, as plain data."""
    data = {field.name: getattr(session, field.name) for field in dataclasses.fields(session)}
    moments = {name: data[name].timestamp() if data[name] else None for name in ("began", "expiration")}
    return {**data, **moments, "identity": session.identity._asdict() if session.identity else None}


def session_from_data(data: t.Any) -> Credentials:
    """What :func:`session_as_data` wrote; only what was sealed by it comes here."""
    moments = {name: _moment(data[name]) for name in ("began", "expiration")}
    identity = Identity(**data["identity"]) if data["identity"] else None
    return Credentials(**{**data, **moments, "identity": identity})


def _moment(timestamp: float | None) -> datetime.datetime | None:
    return None if timestamp is None else datetime.datetime.fromtimestamp(timestamp, datetime.timezone.utc)
