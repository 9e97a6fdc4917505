# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of accounts in templates: ``lookup('octo.aws.creds', 'prod')``, in files of any kind."""

from __future__ import annotations

import re
import typing as t

from .usage import is_static

_LOOKUP = re.compile(r"""\b(?:lookup|query|q)\s*\(\s*(["'])(?P<plugin>octo\.aws\.(?:creds|ecr|eks))\1""")
_TERM = re.compile(r"""\s*,\s*(["'])(?P<name>(?:(?!\1)[^\\\n]){1,200})\1(?=\s*[,)])""")


def in_template(text: str) -> t.Iterator[tuple[int, str, str]]:
    """Yield the position, the name of the account and the lookup, for each name that a lookup has as a plain text."""
    for match in _LOOKUP.finditer(text):
        position = match.end()
        while term := _TERM.match(text, position):
            if is_static(term["name"]):
                yield term.start("name"), term["name"].strip(), match["plugin"]
            position = term.end()
