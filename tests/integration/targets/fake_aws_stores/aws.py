# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fake AWS, as the tests steer it."""

from __future__ import annotations

import json
import typing as t
import urllib.request

Connect = t.Callable[..., t.Any]
ATTEMPTS = 3


class Aws:
    """The fake AWS, and what it was asked for."""

    def __init__(self, facts: dict[str, t.Any]) -> None:
        self.facts = facts

    def tell(self, what: str, **value: t.Any) -> t.Any:
        data = json.dumps(value).encode()
        with urllib.request.urlopen(f"{self.facts['url']}/_test/{what}", data=data) as answer:
            return json.load(answer)

    @property
    def requests(self) -> list[dict[str, t.Any]]:
        with urllib.request.urlopen(f"{self.facts['url']}/_test/requests") as answer:
            found: list[dict[str, t.Any]] = json.load(answer)
            return found
