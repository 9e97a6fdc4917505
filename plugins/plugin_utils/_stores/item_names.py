# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: which item of a service holds the record of which account.

Ground: imports nothing of the collection. An account's name is quoted, so that the mapping is one to one: a byte that
the service does not take in a name is the escape character and two hexadecimal digits. A name that gets too long is cut
and goes on with two escape characters, which no quoting yields, and its SHA-256; what it was is in the description.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_DIGEST_LENGTH = 64


class ItemNames:
    """How names are quoted for one service.

    :param plain: the characters, besides letters and digits, that stand for themselves
    :param escape: the escape character, which the service takes
    :param longest: characters that a quoted name may have
    :param lead: what descriptions begin with
    """

    def __init__(self, *, plain: str, escape: str, longest: int, lead: str) -> None:
        self._plain = frozenset((_LETTERS_AND_DIGITS + plain).encode())
        self._escape = escape
        self._longest = longest
        self._lead = lead
        self._quoted = re.compile(re.escape(escape) + "([0-9A-F]{2})")

    def item_of(self, name: str) -> str:
        """The name of the item, without the store's prefix."""
        quoted = "".join(
            chr(byte) if byte in self._plain else f"{self._escape}{byte:02X}" for byte in name.encode("utf-8")
        )
        if len(quoted) <= self._longest:
            return quoted
        ending = self._escape * 2 + hashlib.sha256(name.encode("utf-8")).hexdigest()
        return quoted[: self._longest - len(ending)] + ending

    def description_of(self, name: str, facts: str, longest: int) -> str:
        """What an administrator reads of the item in the console of AWS, the name first.

        :param longest: bytes, which are at least as many as characters, however a service counts these
        """
        text = f"{self._lead}{json.dumps(name, ensure_ascii=False)} {' '.join(facts.split())}".rstrip()
        return text.encode("utf-8")[:longest].decode("utf-8", "ignore")

    def name_of(self, item: str, description: str) -> str | None:
        """The account whose record is in this item, or V(None) where no account's record can be."""
        name = self._described(description) if self.is_cut(item) else self._unquoted(item)
        return name if name and self.item_of(name) == item else None

    def is_cut(self, item: str) -> bool:
        """Whether only the record, or the description, says what the name is."""
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
