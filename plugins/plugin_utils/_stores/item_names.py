# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Map account names to the names of items in a service, one to one, and back.

A byte that the service does not allow is written as the escape character and two hexadecimal digits. A name that
becomes too long is cut, and ends with two escape characters, which quoting never produces, and the SHA-256 of the whole
name. The description of the item then has the name.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_DIGEST_LENGTH = 64


class ItemNames:
    """The quoting of names for one service.

    :param plain: characters besides letters and digits that are not quoted
    :param escape: the escape character, which the service allows
    :param max_length: maximum length of a quoted name
    :param lead: the start of descriptions
    """

    def __init__(self, *, plain: str, escape: str, max_length: int, lead: str) -> None:
        self._plain = frozenset((_LETTERS_AND_DIGITS + plain).encode())
        self._escape = escape
        self._max_length = max_length
        self._lead = lead
        self._quoted = re.compile(re.escape(escape) + "([0-9A-F]{2})")

    def item_of(self, name: str) -> str:
        """Return the name of the item, without the store's prefix."""
        quoted = "".join(
            chr(byte) if byte in self._plain else f"{self._escape}{byte:02X}" for byte in name.encode("utf-8")
        )
        if len(quoted) <= self._max_length:
            return quoted
        ending = self._escape * 2 + hashlib.sha256(name.encode("utf-8")).hexdigest()
        return quoted[: self._max_length - len(ending)] + ending

    def description_of(self, name: str, facts: str, max_bytes: int) -> str:
        """Return the description of the item in the AWS console, with the name first.

        :param max_bytes: counts bytes, which is safe however the service counts characters
        """
        text = f"{self._lead}{json.dumps(name, ensure_ascii=False)} {' '.join(facts.split())}".rstrip()
        return text.encode("utf-8")[:max_bytes].decode("utf-8", "ignore")

    def name_of(self, item: str, description: str) -> str | None:
        """Return the name of the account of this item, or ``None`` if the item cannot belong to an account."""
        name = self._described(description) if self.is_cut(item) else self._unquoted(item)
        return name if name and self.item_of(name) == item else None

    def is_cut(self, item: str) -> bool:
        """Whether the name was cut, so that only the description and the record have it."""
        return self._escape * 2 in item and len(item.rpartition(self._escape * 2)[2]) == _DIGEST_LENGTH

    def _unquoted(self, item: str) -> str | None:
        data = self._quoted.sub(lambda match: chr(int(match[1], 16)), item)
        try:
            return data.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return None

    def _described(self, description: str) -> str | None:
        if not description.startswith(self._lead):
            return None
        try:
            name: t.Any
            name, _end = json.JSONDecoder().raw_decode(description, len(self._lead))
        except ValueError:
            return None
        return name if isinstance(name, str) else None
