# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests there were, and where a value travelled."""

from __future__ import annotations

import json
import typing as t
import urllib.parse

Entry = dict[str, t.Any]


class Journal:
    """The requests since the last reset; whoever writes or reads has the lock of the front.

    An entry has ``answered``, the status, which is nothing for a request that got no answer.
    """

    def __init__(self) -> None:
        self._records: list[tuple[Entry, dict[str, bytes]]] = []

    def add(self, entry: Entry, body: bytes) -> int:
        """A request that has just come: its number."""
        entry["answered"] = None
        # Uploads are large, and hold nothing that anybody looks for.
        kept = b"" if entry["action"].startswith("s3:") else body
        self._records.append((entry, {"request": kept, "answer": b""}))
        return len(self._records) - 1

    def answer(self, number: int, status: str, body: bytes) -> None:
        """What it was answered with; nothing after a reset."""
        if number < len(self._records):
            entry, bodies = self._records[number]
            entry["answered"] = int(status.partition(" ")[0])
            if not entry["action"].startswith("s3:"):
                bodies["answer"] = body

    def entries(self) -> list[Entry]:
        return [entry for entry, _bodies in self._records]

    def travels(self, values: list[str]) -> list[Entry]:
        """For each request, which of the values its body held, and which the body of its answer."""
        return [
            {
                "action": entry["action"],
                "answered": entry["answered"],
                **{side: _held(values, body) for side, body in bodies.items()},
            }
            for entry, bodies in self._records
        ]


def _held(values: list[str], body: bytes) -> list[str]:
    texts = list(_texts(body.decode("utf-8", "replace"))) if body else []
    return [value for value in values if any(value in text for text in texts)]


def _texts(text: str) -> t.Iterator[str]:
    """The text as it is, as a form, and each text that JSON in it holds, which may be JSON again."""
    yield text
    yield urllib.parse.unquote_plus(text)
    if text[:1] in ("{", "["):
        try:
            yield from _inner(json.loads(text))
        except ValueError:
            return


def _inner(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _inner(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _inner(inner)
