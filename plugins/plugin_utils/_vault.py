# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: seals and opens text with the vault passwords that the Ansible run was given.

Ground, above C(_errors). The only file that touches Ansible's vault API.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.parsing.vault import PromptVaultSecret, VaultLib, VaultSecretsContext, match_encrypt_secret

from ..module_utils._errors import ErrorCode, OctoAwsError, RecordError

# What format_vaulttext_envelope() of ansible-core writes, to the letter. Vault authenticates the content but neither
# the header nor the way the content is spelled (hexadecimal digits of either case decode alike), so a damaged file
# could still open. Nothing but the exact form is taken.
_ENVELOPE = re.compile(
    rb"\$ANSIBLE_VAULT;(?:1\.1;AES256|1\.2;AES256;(?P<vault_id>[^;\n]+))\n"
    rb"(?P<body>(?:[0-9a-f]{80}\n)*[0-9a-f]{1,80}\n)"
)
# Salt, HMAC and ciphertext, each in hexadecimal digits.
_BODY = re.compile(rb"[0-9a-f]+\n[0-9a-f]{64}\n[0-9a-f]+")

# What survives the header: its fields are separated by semicolons, trimmed, and read as ASCII.
_VAULT_ID = r"[!-:<-~](?:[ -:<-~]*[!-:<-~])?"

_SALT_BYTES = 32
"""As many as ansible-core takes by itself."""

_HOW_TO_LOAD = "Give one with --vault-password-file, --vault-id or ANSIBLE_VAULT_PASSWORD_FILE."


_UNNAMED = "default"
"""The vault id that ansible-core does not write into the first line."""


class Opened(t.NamedTuple):
    """A text that was sealed, with the vault id and the fingerprint of the password that opened it."""

    text: str
    vault_id: str
    fingerprint: bytes


class Password(t.NamedTuple):
    """One of the vault passwords of the run."""

    vault_id: str
    secret: t.Any

    @property
    def fingerprint(self) -> bytes:
        """Equal for equal passwords under the same vault id. It does not leave the process."""
        return _fingerprint(self.vault_id, self.secret)

    @property
    def is_typed(self) -> bool:
        """Whether it was typed at a prompt (``--ask-vault-pass``, ``--vault-id x@prompt``)."""
        return isinstance(self.secret, PromptVaultSecret)

    @property
    def first_line(self) -> bytes:
        """The first line of what it seals."""
        named = self.vault_id not in ("", _UNNAMED)
        return f"$ANSIBLE_VAULT;1.2;AES256;{self.vault_id}\n".encode() if named else b"$ANSIBLE_VAULT;1.1;AES256\n"

    def is_same_as(self, typed: str) -> bool:
        """Whether a text is this password. Like Ansible, ignore whitespace around it."""
        return hmac.compare_digest(typed.encode("utf-8", "surrogateescape").strip(), self.secret.bytes)

    def opens(self, sealed: bytes) -> bool | None:
        """Whether it opens ``sealed``, or ``None`` if the first line names another vault id, or the form is damaged.

        This derives a key, which takes milliseconds.
        """
        if not sealed.startswith(self.first_line) or _form_of(sealed) is None:
            return None
        try:
            VaultLib([(self.vault_id, self.secret)]).decrypt(sealed)
        except AnsibleError:
            return False
        return True


_opened: dict[bytes, Opened] = {}
"""What this process has opened, by digest of sealed text and password: deriving a key takes milliseconds, on purpose,
and a template may ask for the same account hundreds of times."""


class Vault:
    """The vault passwords of the run.

    :param secrets: pairs of vault id and secret, as ansible-core loads them
    """

    def __init__(self, secrets: t.Sequence[tuple[str, t.Any]]) -> None:
        self._secrets = list(secrets)

    @classmethod
    def of_this_run(cls) -> Vault:
        """The passwords that Ansible itself was given; it has no other source."""
        context = VaultSecretsContext.current(optional=True)
        return cls(context.secrets if context else [])

    def require_password(self, label: str) -> None:
        """Refuse what could not be sealed.

        :param what: names it in the error
        :raises OctoAwsError: no password is loaded
        """
        if not self._secrets:
            raise OctoAwsError(
                ErrorCode.VAULT_PASSWORD_MISSING,
                f"{label} cannot be sealed: no vault password is loaded, and it is never stored in clear.",
                hint=_HOW_TO_LOAD,
            )

    def password_for(self, vault_id: str | None, label: str) -> Password:
        """Choose the password that seals a text.

        :param vault_id: of the password; without one, as ansible-core picks its encrypt identity
        :param what: names the text in errors
        :raises OctoAwsError: no password is loaded, or none of this vault id
        """
        self.require_password(label)
        vault_id = vault_id or C.DEFAULT_VAULT_ENCRYPT_IDENTITY
        if vault_id and vault_id not in self._ids():
            raise OctoAwsError(ErrorCode.VAULT_ID_UNKNOWN, f"{label} cannot be sealed: {self._not_loaded(vault_id)}")
        label, secret = match_encrypt_secret(self._secrets, encrypt_vault_id=vault_id)
        if not re.fullmatch(_VAULT_ID, label):
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"{label} cannot be sealed: the first line of a sealed file cannot hold the vault id {label!r}.",
                hint="A vault id for octo.aws has printable ASCII characters, and no semicolon.",
            )
        return Password(label, secret)

    def seal(self, text: str, vault_id: str | None, label: str) -> bytes:
        """Seal a text in the format that ``ansible-vault`` reads; see :meth:`password_for`.

        :raises OctoAwsError: no password is loaded, or none of this vault id
        """
        label, secret = self.password_for(vault_id, label)
        # Always a salt of its own. ansible-core takes VAULT_ENCRYPT_SALT where it is set, and two records with one salt
        # and one password are sealed with the same key stream: side by side, they open without the password.
        salt = os.urandom(_SALT_BYTES)
        sealed: bytes = VaultLib(self._secrets).encrypt(text, secret=secret, vault_id=label, salt=salt)
        return sealed

    def open(self, sealed: bytes, label: str) -> Opened:
        """The text that was sealed.

        A text that names its vault id opens only with that id's password, so that an unauthenticated header
        cannot pass one account's password off as another's, and so that a wrong password costs no key derivation.

        :raises RecordError: damaged, or no password that opens it is loaded
        """
        label = _vault_id_of(sealed, label)
        if not self._secrets:
            raise RecordError(
                ErrorCode.VAULT_PASSWORD_MISSING,
                f"{label} cannot be opened: no vault password is loaded.",
                hint=_HOW_TO_LOAD,
            )
        candidates = [pair for pair in self._secrets if label in (None, pair[0])]
        if not candidates:
            raise RecordError(
                ErrorCode.VAULT_ID_UNKNOWN,
                f"{label} cannot be opened: {self._not_loaded(str(label))}",
                hint=f"Give its password with --vault-id {label}@FILE.",
            )
        key = _cache_key(sealed, candidates)
        if key not in _opened:
            _opened[key] = self._decrypt(sealed, candidates, label)
        return _opened[key]

    def _decrypt(self, sealed: bytes, candidates: list[tuple[str, t.Any]], label: str) -> Opened:
        try:
            text, vault_id, secret = VaultLib(candidates).decrypt_and_get_vault_id(sealed)
            return Opened(str(text, "utf-8"), str(vault_id), _fingerprint(str(vault_id), secret))
        except (AnsibleError, UnicodeDecodeError):
            # Vault cannot tell the two apart, and its own message would quote the sealed text.
            raise RecordError(
                ErrorCode.VAULT_PASSWORD_WRONG,
                f"{label} cannot be opened with the vault passwords loaded ({', '.join(self._ids())}).",
                hint="The password is another one, or the file is damaged. Load the right password, or restore the "
                "file from a backup, or save the account anew after deleting it.",
            ) from None

    def _ids(self) -> list[str]:
        return list(dict.fromkeys(vault_id for vault_id, _secret in self._secrets))

    def _not_loaded(self, vault_id: str) -> str:
        return (
            f"its vault id is {vault_id!r}, and the vault ids loaded are {', '.join(map(repr, self._ids())) or 'none'}."
        )


def _vault_id_of(sealed: bytes, label: str) -> str | None:
    """The vault id in the header of RV(sealed), or V(None) where it has none.

    :raises RecordError: this is not, to the letter, what Ansible Vault writes
    """
    envelope = _form_of(sealed)
    if envelope is None:
        raise RecordError(
            ErrorCode.RECORD_DAMAGED,
            f"{label} is not, or no longer, a file that Ansible Vault sealed.",
            hint="Restore it from a backup, or delete the account and save it anew.",
        )
    try:
        return envelope["vault_id"].decode("utf-8") if envelope["vault_id"] else None
    except UnicodeDecodeError:
        raise RecordError(ErrorCode.RECORD_DAMAGED, f"{label} has a damaged vault id in its first line.") from None


def _form_of(sealed: bytes) -> re.Match[bytes] | None:
    """Return the parts of what Ansible Vault wrote, or ``None`` if its form is damaged."""
    envelope = _ENVELOPE.fullmatch(sealed)
    digits = envelope["body"].replace(b"\n", b"") if envelope else b""
    if len(digits) % 2 or not _BODY.fullmatch(bytes.fromhex(digits.decode("ascii"))):
        return None
    return envelope


def _fingerprint(vault_id: str, secret: t.Any) -> bytes:
    return hashlib.sha256(vault_id.encode()).digest() + hashlib.sha256(secret.bytes).digest()


def _cache_key(sealed: bytes, secrets: t.Iterable[tuple[str, t.Any]]) -> bytes:
    digest = hashlib.sha256(sealed)
    for vault_id, secret in secrets:
        digest.update(_fingerprint(vault_id, secret))
    return digest.digest()
