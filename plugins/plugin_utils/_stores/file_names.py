# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Map account names to file paths, one to one, and back.

The mapping does not depend on the file system. File names are lower-case ASCII, so that names which differ in case or
Unicode form stay apart on every file system. Long names are split into folders.
"""

from __future__ import annotations

import re

SUFFIX = ".vault"
"""The suffix of a record's file."""

FOLDER_SUFFIX = "+"
"""The suffix of a folder that holds the rest of a long name."""

_CHUNK = 200
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")
_PLAIN_INSIDE = _PLAIN | frozenset(b"-.")
_QUOTED = rb"%([0-9a-f]{2})"


def path_of(name: str) -> tuple[str, ...]:
    """Return the path of an account's record below the folder of the store, as its parts."""
    data = name.encode("utf-8")
    if _is_plain(data):
        return (name + SUFFIX,)
    quoted = "".join(
        chr(byte) if byte in (_PLAIN_INSIDE if index else _PLAIN) else f"%{byte:02x}" for index, byte in enumerate(data)
    )
    *folders, last = [quoted[start : start + _CHUNK] for start in range(0, len(quoted), _CHUNK)]
    return (*(folder + FOLDER_SUFFIX for folder in folders), last + SUFFIX)


def name_of(path: tuple[str, ...]) -> str | None:
    """Return the name of the account with this path, or ``None`` if the path cannot belong to an account."""
    *folders, last = path
    if not last.endswith(SUFFIX) or not all(folder.endswith(FOLDER_SUFFIX) for folder in folders):
        return None
    quoted = "".join(folder.removesuffix(FOLDER_SUFFIX) for folder in folders) + last.removesuffix(SUFFIX)
    try:
        data = quoted.encode("ascii")
        if not folders and _is_plain(data):
            return quoted
        name = re.sub(_QUOTED, lambda m: bytes([int(m[1], 16)]), data).decode("utf-8")
    except UnicodeError:
        return None
    return name if name and path_of(name) == tuple(path) else None


def _is_plain(data: bytes) -> bool:
    """Whether a name needs no quoting. This shortcut makes listing several times faster."""
    return 0 < len(data) <= _CHUNK and data[0] in _PLAIN and _PLAIN_INSIDE.issuperset(data)
