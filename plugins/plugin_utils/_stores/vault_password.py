# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detect a mistyped vault password before it seals a record of a store.

Loaded only to save with a password that has not opened a record of the store yet.
"""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

if t.TYPE_CHECKING:
    from .._vault import Password

_MAX_TRIES = 20
"""Records to try a password on. Each try derives a key, which takes about 10 milliseconds."""


def check_new(
    password: Password,
    others: t.Iterable[tuple[str, bytes]],
    ask: t.Callable[[str], str],
    label: str,
    *,
    dry_run: bool,
) -> bool:
    """Check a password that has not opened a record of the store yet.

    It must open another record with its vault ID. If there is none, a password that was typed must be typed once more;
    one that was read from a file is taken as it is.

    :param others: the names and sealed texts of the other accounts; read only as far as needed
    :param ask: prompts for the password of a vault ID; returns an empty string if there is no terminal
    :param label: the record to save, for messages
    :param dry_run: do not prompt
    :returns: whether the password is known now
    :raises OctoAwsError: the password is mistyped
    """
    if not _opens_known_record(others, password, label) and password.is_typed:
        if dry_run:
            return False
        _confirm(password, ask, label)
    return True


def _opens_known_record(records: t.Iterable[tuple[str, bytes]], password: Password, label: str) -> bool:
    """Whether the password opens a record of the store. ``False`` if no record has its vault ID.

    One record is enough: the passwords of the store may differ on purpose. Damaged and unreadable records are skipped.

    :param records: the names and sealed texts of the other accounts; read only as far as needed
    :param label: the record to save, for messages
    :raises OctoAwsError: the store has records with this vault ID, and the password opens none of them
    """
    rejected = []
    for name, sealed in records:
        opens = password.opens(sealed)
        if opens:
            return True
        if opens is False:
            rejected.append(name)
        if len(rejected) == _MAX_TRIES:
            break
    if not rejected:
        return False
    more = f" and {len(rejected) - 1} more" if len(rejected) > 1 else ""
    raise OctoAwsError(
        ErrorCode.VAULT_PASSWORD_WRONG,
        f"{label} cannot be encrypted: the password of the vault ID {password.vault_id!r} does not decrypt the "
        f"existing records with this vault ID ({rejected[0]!r:.80}{more}).",
        hint="Nothing was written. If the password is mistyped, type it again. If it is a new one, change the password "
        "of the other records first (`ansible-vault rekey FILE`), or load it under another vault ID.",
    )


def _confirm(password: Password, ask: t.Callable[[str], str], label: str) -> None:
    """Prompt for a typed password once more, as ``ansible-vault create`` does.

    :param ask: prompts for the password of a vault ID; returns an empty string if there is no terminal
    :param label: the record, for messages
    :raises OctoAwsError: the passwords differ, or none was typed
    """
    typed = ask(password.vault_id)
    if not password.is_same_as(typed):
        reason = "the two passwords differ" if typed else "it was not typed a second time"
        raise OctoAwsError(
            ErrorCode.VAULT_PASSWORD_WRONG,
            f"{label} cannot be encrypted: the password of the vault ID {password.vault_id!r}, new in this store, "
            f"must be typed twice, and {reason}.",
            hint="Nothing was written. Repeat it at a terminal, or load the password from a file "
            "(--vault-password-file FILE, --vault-id ID@FILE).",
        )
