# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The protocol for sealing shared files, and the representation of errors in them."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import os
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

Kind = t.Literal["session", "record", "sign_in", "failure"]
"""The kind of content, sealed with it: a file that is copied over one of another kind does not open."""

LOCK = ".lock"
"""The suffix of lock files; see :mod:`.request_lock`."""

_CONTEXT = b"octo.aws session 1"
_NONCE_BYTES = 12

LARGEST = 2 * 1024 * 1024
"""Maximum size of a sealed file, in bytes."""


class Damaged(Exception):
    """The content was sealed with another key, or changed since."""


class Seal(t.Protocol):
    """Encrypts and authenticates the content of one shared file."""

    @property
    def name(self) -> str:
        """The name of the file: a digest of 40 hexadecimal digits."""

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        """Seal a value as this kind."""

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        """Return the sealed value.

        :raises Damaged: it is damaged, or of another kind
        """


@dataclasses.dataclass(frozen=True)
class SessionSeal:
    """Seals one session or sign-in. Implements :class:`Seal`.

    It uses AES-256-GCM (NIST SP 800-38D, from ``cryptography``) and a random nonce. The key and the file name are
    derived with HMAC-SHA256 from the session key of the account, or from the key of this machine for sign-ins, and from
    everything that made the session, so that any change leads to another file and another key.

    :param name: the name of its file, a digest
    """

    name: str
    key: bytes = dataclasses.field(repr=False)

    @classmethod
    def of(cls, session_key: str, made_by: t.Any) -> SessionSeal:
        """Derive the seal of a session.

        :param session_key: of the account or the machine, 64 hexadecimal digits
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


def failure_as_data(error: OctoAwsError) -> dict[str, t.Any]:
    """Convert an error to plain data, for the processes that waited for the same response."""
    return {"message": error.message, **error.as_result()}


def failure_from_data(data: t.Any) -> OctoAwsError:
    """Convert the data of :func:`failure_as_data` back to an error.

    :raises Damaged: the data comes from another version of the collection, with an unknown code
    """
    try:
        code = ErrorCode(data["code"])
        more = {name: data[name] for name in ("hint", "aws_code", "request_id")}
        return OctoAwsError(code, data["message"], **more)
    except (KeyError, TypeError, ValueError):
        raise Damaged from None
