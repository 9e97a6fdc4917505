# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: refuse to seal a record of a file store with a mistyped vault password.

A part, above ``file_folder``. Only a save with a password that has opened no record of the store yet loads this.
"""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .file_names import path_of

if t.TYPE_CHECKING:
    from .._vault import Password
    from .file_reading import Folder

_MOST_TRIES = 20
"""Records that a password is tried on. Each try derives a key, which takes about 10 milliseconds."""


def opens_known_record(folder: Folder, password: Password, apart_from: str, label: str) -> bool:
    """Whether the password opens a record of the store; ``False`` if it would be the first of its vault id.

    One record that opens is enough, since some may have been sealed with another password on purpose. Records that are
    damaged or cannot be read do not count.

    :param apart_from: the account to save
    :param what: names its record in errors
    :raises OctoAwsError: there are other records with this vault id, and the password opens none of them
    """
    refused = []
    for name, sealed in _records(folder, apart_from):
        opens = password.opens(sealed)
        if opens:
            return True
        if opens is False:
            refused.append(name)
        if len(refused) == _MOST_TRIES:
            break
    if not refused:
        return False
    others = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    raise OctoAwsError(
        ErrorCode.VAULT_PASSWORD_WRONG,
        f"{label} is not sealed: the password loaded under the vault id {password.vault_id!r} does not open the records "
        f"sealed under it before ({refused[0]!r:.80}{others}).",
        hint="Nothing was written. If the password is mistyped, type it again. If it is a new one, seal the other "
        "records with it first (ansible-vault rekey), or load it under another vault id.",
    )


def confirm(password: Password, ask: t.Callable[[str], str], label: str) -> None:
    """Ask for a typed password once more, as ``ansible-vault create`` does.

    :param ask: returns what was typed, or an empty string if there is no answer
    :param what: names the record in errors
    :raises OctoAwsError: another one was typed, or none
    """
    typed = ask(password.vault_id)
    if not password.is_same_as(typed):
        why = "two different passwords were typed" if typed else "it was not typed a second time"
        raise OctoAwsError(
            ErrorCode.VAULT_PASSWORD_WRONG,
            f"{label} is not sealed. It would be the first one with the vault id {password.vault_id!r}, whose password "
            f"is therefore typed twice, and {why}.",
            hint="Nothing was written. Repeat it at a terminal, or give the password in a file "
            "(--vault-password-file, --vault-id ID@FILE).",
        )


def _records(folder: Folder, apart_from: str) -> t.Iterator[tuple[str, bytes]]:
    """Names and sealed contents of the other records of the store."""
    with folder.opened() as root:
        for name in folder.names():
            try:
                sealed = folder.read(root, path_of(name), "") if name != apart_from else None
            except RecordError:
                continue
            if sealed is not None:
                yield name, sealed
