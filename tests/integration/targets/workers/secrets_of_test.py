# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody may see who does not need it."""

from __future__ import annotations

import base64
import json
import typing as t
import urllib.request
from pathlib import Path


class Secrets:
    """All secrets of the fake AWS, and those that a test knows besides, in the spellings in which they travel."""

    def __init__(self, secrets: t.Iterable[str]) -> None:
        self._secrets = set(secrets)
        self._spellings: set[bytes] = set()
        for secret in self._secrets:
            self._spellings |= {secret.encode(), secret.replace("/", "\\/").encode()}
            # Base64 of a part of the secret, at each of the three places where it can begin.
            for shift in range(3):
                self._spellings.add(base64.b64encode(b"x" * shift + secret.encode())[4:-4])
        assert all(len(spelling) > 15 for spelling in self._spellings), "too short to be found for sure"

    @classmethod
    def given(cls, path: Path) -> Secrets:
        given = json.loads(path.read_text(encoding="utf-8"))
        with urllib.request.urlopen(f"{given['url']}/_test/secrets") as answer:
            return cls([*json.load(answer), *given["secrets"]])

    def __len__(self) -> int:
        return len(self._secrets)

    def are_in(self, data: bytes) -> bool:
        return any(spelling in data for spelling in self._spellings)
