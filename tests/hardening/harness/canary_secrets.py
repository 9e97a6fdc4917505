# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody may see, and the search for it."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import typing as t
import urllib.parse
from pathlib import Path

_SHOWN_BEFORE = 60
_SHORT = 20


class Secrets:
    """Secrets in the spellings in which they travel.

    :param secrets: texts, and codes of digits
    """

    def __init__(self, secrets: t.Iterable[str]) -> None:
        self._secrets = {secret for secret in secrets if secret}
        # The digits of a code are part of other numbers, too.
        self._codes = sorted(secret for secret in self._secrets if secret.isdecimal())
        self._code = re.compile(rf"(?<![0-9])({'|'.join(self._codes) or 'no code'})(?![0-9])".encode())
        self._spellings = sorted(
            {s.encode() for secret in self._secrets - set(self._codes) for s in _spellings(secret)}
        )
        unseen = [secret for secret in self._secrets if not self.found_in(f'"{secret}"'.encode())]
        if unseen:
            raise AssertionError(f"{len(unseen)} secrets would not be found")

    def __len__(self) -> int:
        return len(self._secrets)

    def found_in(self, data: bytes) -> list[str]:
        """What stands before each secret in the data, and the beginning of it."""
        places = [data.index(spelling) for spelling in self._spellings if spelling in data]
        places += [match.start() for match in self._code.finditer(data)]
        shown = {data[max(place - _SHOWN_BEFORE, 0) : place + _SHORT] for place in places}
        return sorted(text.decode("utf-8", "backslashreplace") for text in shown)

    def found_below(self, folder: Path) -> dict[Path, list[str]]:
        """The same of every file below a folder that holds a secret."""
        # grep looks for many texts at once; what it finds is looked at closely.
        patterns = b"\n".join([*self._spellings, *(code.encode() for code in self._codes)])
        command = ["grep", "--recursive", "--files-with-matches", "--null", "--text", "-F", "-f", "-", str(folder)]
        searched = subprocess.run(
            command, input=patterns, stdout=subprocess.PIPE, check=False, env={**os.environ, "LC_ALL": "C"}
        )
        if searched.returncode > 1:
            raise AssertionError("grep could not search")
        paths = [Path(os.fsdecode(name)) for name in searched.stdout.split(b"\0") if name]
        found = {path: self.found_in(path.read_bytes()) for path in sorted(paths)}
        return {path: places for path, places in found.items() if places}


def _spellings(secret: str) -> t.Iterator[str]:
    yield secret[:_SHORT]  # longer ones may be cut
    yield urllib.parse.quote(secret, safe="")[:_SHORT]
    yield secret.replace("/", "\\/")[:_SHORT]
    # Base64 of a part of the secret, at each of the three places where it can begin.
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + secret.encode()).decode()
        yield encoded[4:-4] if len(secret) > _SHORT else secret[:_SHORT]
