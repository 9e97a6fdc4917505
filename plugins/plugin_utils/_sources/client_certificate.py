# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the certificate of an account, its chain and its private key: PEM text, PEM files, or a PKCS#12 file."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import typing as t

from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .._accounts.roles_anywhere_fields import PEM

if t.TYPE_CHECKING:
    from .._accounts.account import Account

_LARGEST = 256 * 1024
"""Bytes of a file with a certificate, its chain and a key."""

_KEY_BLOCK = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.*?-----END (?:[A-Z]+ )?PRIVATE KEY-----", re.DOTALL)

_PASSPHRASE_HINT = "Correct private_key_passphrase. An empty string removes it."


class ClientCertificate(t.NamedTuple):
    """A certificate with its private key, in objects of ``cryptography``.

    :param chain: the certificates between this one and the trust anchor
    """

    certificate: t.Any
    chain: tuple[t.Any, ...]
    key: t.Any

    def __repr__(self) -> str:
        return "ClientCertificate()"


def digest_of(account: Account) -> str:
    """Return the digest of the certificate of an account; empty for a file that cannot be read."""
    try:
        data = _content(account.certificate, "certificate", ErrorCode.CERTIFICATE_UNREADABLE)
    except OctoAwsError:
        return ""  # a new session needs the file, a cached one does not
    return hashlib.sha256(_KEY_BLOCK.sub(b"", data)).hexdigest()


def client_certificate(account: Account) -> ClientCertificate:
    """Return the certificate of an account.

    :raises OctoAwsError: it cannot be read, is not valid now, or does not belong to the private key
    """
    register(account.secrets)
    data = _content(account.certificate, "certificate", ErrorCode.CERTIFICATE_UNREADABLE)
    key, certificates = _open(data, account)
    if account.private_key or account.private_key_file:
        text = account.private_key or account.private_key_file
        key = _load_key(
            _content(text, "private_key_file", ErrorCode.PRIVATE_KEY_UNREADABLE),
            account.private_key_passphrase,
            "private_key" if account.private_key else f"The private key {text}",
        )
    if key is None:
        raise OctoAwsError(
            ErrorCode.PRIVATE_KEY_UNREADABLE,
            f"There is no private key: {_label(account)} contains none, and no private_key or private_key_file is set.",
            hint="Set private_key_file, or use a PKCS#12 file.",
        )
    return _matched(certificates, key, _label(account))


def _label(account: Account) -> str:
    return "the certificate in the account" if account.certificate.startswith(PEM) else account.certificate


def _content(value: str, field: str, code: ErrorCode) -> bytes:
    """Return PEM text, or the content of the file with this path."""
    if value.startswith(PEM):
        return value.encode()
    try:
        # Without O_NONBLOCK, a named pipe without a writer would never open.
        descriptor = os.open(value, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                problem = "it is not a file"
            else:
                data = file.read(_LARGEST + 1)
                problem = "" if 0 < len(data) <= _LARGEST else "it is empty" if not data else "it is too large"
    except OSError as error:
        problem = str(error.strerror)
    except ValueError:
        problem = "it is not a path"
    if problem:
        raise OctoAwsError(
            code,
            f"Cannot read {value}: {problem}.",
            hint=f"Correct {field}, and check that this user may read the file on the controller.",
        )
    return data


def _open(data: bytes, account: Account) -> tuple[t.Any, list[t.Any]]:
    """Return the private key, if there is one, and all certificates."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import pkcs12

    label, passphrase = _label(account), account.private_key_passphrase
    if PEM.encode() in data:
        try:
            certificates = x509.load_pem_x509_certificates(data)
        except ValueError:
            raise _no_certificate(label) from None
        block = None if account.private_key or account.private_key_file else _KEY_BLOCK.search(data)
        return _load_key(block[0], passphrase, f"The private key in {label}") if block else None, certificates
    try:
        return None, [x509.load_der_x509_certificate(data)]
    except ValueError:
        pass
    if not data.startswith(b"\x30"):
        raise _no_certificate(label)
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    except (ValueError, TypeError):
        raise OctoAwsError(
            ErrorCode.PRIVATE_KEY_PASSPHRASE_WRONG,
            f"Cannot open {label} with "
            f"{'this private_key_passphrase' if passphrase else 'no passphrase'}, or it is no PKCS#12 file.",
            hint="Correct private_key_passphrase, or create the file again with `openssl pkcs12 -export`.",
        ) from None
    return key, [*([certificate] if certificate else []), *others]


def _no_certificate(label: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.CERTIFICATE_UNREADABLE,
        f"{label[0].upper()}{label[1:]} contains no valid certificate.",
        hint="Use certificates in PEM format, that of the controller and those of its chain, or a PKCS#12 file.",
    )


def _load_key(data: bytes, passphrase: str, label: str) -> t.Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    encrypted = b"ENCRYPTED" in data
    problem = ""
    if encrypted and not passphrase:
        problem = "is encrypted, and private_key_passphrase is not set"
    elif passphrase and not encrypted:
        problem = "is not encrypted, but private_key_passphrase is set"
    if not problem:
        try:
            block = _KEY_BLOCK.search(data)
            return serialization.load_pem_private_key(block[0] if block else data, passphrase.encode() or None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            problem = "cannot be opened with this private_key_passphrase" if encrypted else ""
    if problem:
        raise OctoAwsError(
            ErrorCode.PRIVATE_KEY_PASSPHRASE_WRONG, f"{label} {problem}.", hint=_PASSPHRASE_HINT
        ) from None
    raise OctoAwsError(
        ErrorCode.PRIVATE_KEY_UNREADABLE,
        f"{label} is not a private key in PEM format.",
        hint="Use a file or text that starts with -----BEGIN PRIVATE KEY-----.",
    ) from None


def _matched(certificates: list[t.Any], key: t.Any, label: str) -> ClientCertificate:
    """Return the certificate of the key, with the others as its chain."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise OctoAwsError(
            ErrorCode.PRIVATE_KEY_UNREADABLE,
            "The private key is neither an RSA key nor an EC key, which IAM Roles Anywhere needs.",
            hint="Request a certificate for a key of one of these kinds.",
        )
    if not certificates:
        raise _no_certificate(label)
    own = next((certificate for certificate in certificates if _has_key(certificate, key)), None)
    if own is None:
        raise OctoAwsError(
            ErrorCode.PRIVATE_KEY_MISMATCH,
            f"The private key does not belong to {label}.",
            hint="Use the key that the certificate was requested for, or request a new certificate.",
        )
    moment = now()
    for code, words, end, over in (
        (ErrorCode.CERTIFICATE_EXPIRED, "expired on", own.not_valid_after_utc, own.not_valid_after_utc < moment),
        (
            ErrorCode.CERTIFICATE_NOT_YET_VALID,
            "is not valid before",
            own.not_valid_before_utc,
            own.not_valid_before_utc > moment,
        ),
    ):
        if over:
            raise OctoAwsError(
                code,
                f"{label[0].upper()}{label[1:]} {words} {end:%Y-%m-%d %H:%M:%S} UTC.",
                hint="Renew the certificate, and check the clock of this machine.",
            )
    # AWS has the trust anchor, and the header of the chain is limited: no certificate that signs itself is sent.
    chain = (other for other in certificates if other is not own and other.issuer != other.subject)
    return ClientCertificate(own, tuple(chain), key)


def _has_key(certificate: t.Any, key: t.Any) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return bool(certificate.public_key() == key.public_key())
    except (ValueError, UnsupportedAlgorithm):
        return False
