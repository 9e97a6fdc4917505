# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Encrypt and decrypt text with the vault passwords of the Ansible run. The only file that uses Ansible's vault API."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.parsing.vault import (
    PromptVaultSecret,
    VaultLib,
    VaultSecretsContext,
    get_file_vault_secret,
    match_encrypt_secret,
)
from ansible.utils.display import Display

from ..module_utils._errors import ErrorCode, OctoAwsError, RecordError

# The exact output of format_vaulttext_envelope() in ansible-core. Vault authenticates the content, but neither the
# header nor the encoding of the content (hexadecimal digits of both cases decode alike), so a damaged file could still
# be decrypted. Only the exact form is accepted.
_ENVELOPE = re.compile(
    rb"\$ANSIBLE_VAULT;(?:1\.1;AES256|1\.2;AES256;(?P<vault_id>[^;\n]+))\n"
    rb"(?P<body>(?:[0-9a-f]{80}\n)*[0-9a-f]{1,80}\n)"
)
# Salt, HMAC and ciphertext, each in hexadecimal digits.
_BODY = re.compile(rb"[0-9a-f]+\n[0-9a-f]{64}\n[0-9a-f]+")

# A vault ID that the header can hold: its fields are separated by semicolons, trimmed, and read as ASCII.
_VAULT_ID = r"[!-:<-~](?:[ -:<-~]*[!-:<-~])?"

_SALT_BYTES = 32
"""The length that ansible-core uses."""

_LOAD_HINT = "Add --ask-vault-pass or --vault-password-file FILE to the command, or set ANSIBLE_VAULT_PASSWORD_FILE."

_RESTORE_HINT = "Restore it from a backup, or delete the account and save it again."

_UNNAMED = "default"
"""The vault ID that ansible-core omits from the first line."""


if t.TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader

display = Display()


class Opened(t.NamedTuple):
    """An opened text, with the vault ID and the fingerprint of its password."""

    text: str
    vault_id: str
    fingerprint: bytes


class Password(t.NamedTuple):
    """A vault password of the run."""

    vault_id: str
    secret: t.Any

    @property
    def fingerprint(self) -> bytes:
        """A digest of the vault ID and the password. It does not leave the process."""
        return _fingerprint(self.vault_id, self.secret)

    @property
    def is_typed(self) -> bool:
        """Whether it was typed at a prompt (``--ask-vault-pass``, ``--vault-id x@prompt``)."""
        return isinstance(self.secret, PromptVaultSecret)

    @property
    def first_line(self) -> bytes:
        """The first line of a text that it seals."""
        named = self.vault_id not in ("", _UNNAMED)
        return f"$ANSIBLE_VAULT;1.2;AES256;{self.vault_id}\n".encode() if named else b"$ANSIBLE_VAULT;1.1;AES256\n"

    def is_same_as(self, typed: str) -> bool:
        """Whether a typed text is this password. Like Ansible, ignore whitespace around it."""
        return hmac.compare_digest(typed.encode("utf-8", "surrogateescape").strip(), self.secret.bytes)

    def opens(self, sealed: bytes) -> bool | None:
        """Whether it opens a sealed text. ``None`` if the first line has another vault ID or the form is damaged.

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
"""Texts that this process has decrypted, by a digest of the sealed text and the passwords. Deriving a key takes
milliseconds, by design, and a template may look up the same account hundreds of times."""


class Vault:
    """The vault passwords of the run.

    :param secrets: pairs of vault ID and secret, as loaded by ansible-core
    """

    def __init__(self, secrets: t.Sequence[tuple[str, t.Any]]) -> None:
        self._secrets = list(secrets)

    @classmethod
    def of_this_run(cls) -> Vault:
        """Return the vault passwords that ansible-core has loaded."""
        context = VaultSecretsContext.current(optional=True)
        return cls(context.secrets if context else [])

    def require_password(self, label: str) -> None:
        """Check that a vault password is loaded.

        :param label: the text to seal, for messages
        :raises OctoAwsError: no password is loaded
        """
        if not self._secrets:
            raise OctoAwsError(
                ErrorCode.VAULT_PASSWORD_MISSING,
                f"{label} cannot be encrypted: no vault password is loaded.",
                hint=_LOAD_HINT,
            )

    def password_for(self, vault_id: str | None, label: str) -> Password:
        """Choose the password that seals a text.

        :param vault_id: of the password; by default, chosen like the encrypt identity of ansible-core
        :param label: the text, for messages
        :raises OctoAwsError: no password is loaded, or none of this vault ID
        """
        self.require_password(label)
        vault_id = vault_id or C.DEFAULT_VAULT_ENCRYPT_IDENTITY
        if vault_id and vault_id not in self._ids():
            raise OctoAwsError(
                ErrorCode.VAULT_ID_UNKNOWN,
                f"{label} cannot be encrypted: {self._not_loaded(vault_id)}",
                hint=_load_id_hint(vault_id),
            )
        found_id, secret = match_encrypt_secret(self._secrets, encrypt_vault_id=vault_id)
        if not re.fullmatch(_VAULT_ID, found_id):
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"{label} cannot be encrypted: the vault ID {found_id!r} is not valid in the first line of a file.",
                hint="Use a vault ID of printable ASCII characters without a semicolon.",
            )
        return Password(found_id, secret)

    def seal(self, text: str, vault_id: str | None, label: str) -> bytes:
        """Seal a text in the format that ``ansible-vault`` reads; see :meth:`password_for`.

        :raises OctoAwsError: no password is loaded, or none of this vault ID
        """
        found_id, secret = self.password_for(vault_id, label)
        # Always a random salt. ansible-core uses VAULT_ENCRYPT_SALT if it is set, but two records with the same salt
        # and password have the same key stream: together, they can be decrypted without the password.
        salt = os.urandom(_SALT_BYTES)
        sealed: bytes = VaultLib(self._secrets).encrypt(text, secret=secret, vault_id=found_id, salt=salt)
        return sealed

    def open(self, sealed: bytes, label: str) -> Opened:
        """Open a sealed text.

        A text with a vault ID opens only with the password of this vault ID. The header is not authenticated, so this
        keeps a changed header from selecting another password, and saves the key derivation for wrong passwords.

        :raises RecordError: the text is damaged, or the loaded passwords do not open it
        """
        vault_id = _vault_id_of(sealed, label)
        if not self._secrets:
            raise RecordError(
                ErrorCode.VAULT_PASSWORD_MISSING,
                f"{label} cannot be decrypted: no vault password is loaded.",
                hint=_LOAD_HINT,
            )
        candidates = [pair for pair in self._secrets if vault_id in (None, pair[0])]
        if not candidates:
            raise RecordError(
                ErrorCode.VAULT_ID_UNKNOWN,
                f"{label} cannot be decrypted: {self._not_loaded(str(vault_id))}",
                hint=_load_id_hint(str(vault_id)),
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
            # Vault cannot distinguish the two, and its message would quote the sealed text.
            raise RecordError(
                ErrorCode.VAULT_PASSWORD_WRONG,
                f"{label} cannot be decrypted with the vault passwords loaded ({', '.join(self._ids())}).",
                hint="The password is wrong or the file is damaged. Load the right password, restore the file from a "
                "backup, or delete the account and save it again.",
            ) from None

    def _ids(self) -> list[str]:
        return list(dict.fromkeys(vault_id for vault_id, _secret in self._secrets))

    def _not_loaded(self, vault_id: str) -> str:
        loaded = ", ".join(map(repr, self._ids())) or "none"
        return f"no password is loaded for the vault ID {vault_id!r}. Loaded vault IDs: {loaded}."


def load_passwords(loader: DataLoader, vault_ids: t.Iterable[str], files: t.Iterable[str], *, ask: bool) -> None:
    """Load the vault passwords of the run as ``ansible-playbook`` does, without its command line, which takes 30 ms to
    import.

    :param loader: runs scripts, and reads encrypted password files
    :param vault_ids: in the form ``[NAME@](FILE | prompt)``, in addition to the configured ones
    :param files: password files, in addition to the configured one
    :param ask: prompt for the password without a vault ID
    :raises AnsibleError: a prompt failed, or no password could be loaded
    """
    configured = [C.DEFAULT_VAULT_PASSWORD_FILE] if C.DEFAULT_VAULT_PASSWORD_FILE else []
    sources = [_source_of(slug) for slug in (*C.DEFAULT_VAULT_IDENTITY_LIST, *vault_ids)]
    sources += [(C.DEFAULT_VAULT_IDENTITY, str(file)) for file in (*files, *configured)]
    prompts = {"prompt": "Vault password (%(vault_id)s): ", "prompt_ask_vault_pass": "Vault password: "}
    if ask:
        sources.append((C.DEFAULT_VAULT_IDENTITY, "prompt_ask_vault_pass"))
    secrets: list[tuple[str, t.Any]] = []
    failure: AnsibleError | None = None
    for vault_id, place in sources:
        try:
            if place in prompts:
                secret = PromptVaultSecret(prompt_formats=[prompts[place]], vault_id=vault_id)
            else:
                secret = get_file_vault_secret(filename=place, vault_id=vault_id, loader=loader)
            secret.load()
        except AnsibleError as error:
            if place in prompts:
                raise
            display.warning(f"Error getting vault password file ({vault_id}): {error.message}")
            failure = error
            continue
        secrets.append((vault_id, secret))
        # A later file can be encrypted with an earlier password.
        loader.set_vault_secrets(secrets)
    if failure and not secrets:
        raise failure
    if context := VaultSecretsContext.current(optional=True):
        context.secrets = secrets
    else:
        VaultSecretsContext.initialize(VaultSecretsContext(secrets))


def _source_of(slug: str) -> tuple[str, str]:
    vault_id, at, place = slug.partition("@")
    return (vault_id or C.DEFAULT_VAULT_IDENTITY, place) if at else (C.DEFAULT_VAULT_IDENTITY, slug)


def _load_id_hint(vault_id: str) -> str:
    return f"Add its password to the command: --vault-id {vault_id}@prompt, or --vault-id {vault_id}@FILE."


def _vault_id_of(sealed: bytes, label: str) -> str | None:
    """Return the vault ID in the header of a sealed text, or ``None`` if there is none.

    :raises RecordError: the form is not exactly that of Ansible Vault
    """
    envelope = _form_of(sealed)
    if envelope is None:
        raise RecordError(
            ErrorCode.RECORD_DAMAGED,
            f"{label} is damaged, or was not encrypted by Ansible Vault.",
            hint=_RESTORE_HINT,
        )
    try:
        return envelope["vault_id"].decode("utf-8") if envelope["vault_id"] else None
    except UnicodeDecodeError:
        raise RecordError(
            ErrorCode.RECORD_DAMAGED,
            f"{label} has a damaged vault ID in its first line.",
            hint=_RESTORE_HINT,
        ) from None


def _form_of(sealed: bytes) -> re.Match[bytes] | None:
    """Return the parts of a sealed text, or ``None`` if its form is damaged."""
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


def typed_password() -> bytes | None:
    """Return the vault password that was typed at a prompt; ``None`` if there was no prompt."""
    context = VaultSecretsContext.current(optional=True)
    typed = (
        [secret.bytes for _vault_id, secret in context.secrets if isinstance(secret, PromptVaultSecret)]
        if context
        else []
    )
    return typed[-1] if typed else None
