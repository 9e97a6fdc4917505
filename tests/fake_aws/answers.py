# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a WSGI application answers."""

from __future__ import annotations

import dataclasses
import typing as t

StartResponse = t.Callable[..., t.Any]


def answer(start_response: StartResponse, status: str, body: str, kind: str = "text/xml") -> t.Iterable[bytes]:
    data = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]


@dataclasses.dataclass(frozen=True)
class Answer:
    """A whole answer of an application."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def with_body(self, body: bytes) -> Answer:
        headers = [(name, value) for name, value in self.headers if name.lower() != "content-length"]
        return Answer(self.status, [*headers, ("Content-Length", str(len(body)))], body)

    def send(self, start_response: StartResponse) -> t.Iterable[bytes]:
        start_response(self.status, self.headers)
        return [self.body]


def collect(application: t.Callable[..., t.Any], environ: dict[str, t.Any]) -> Answer:
    """What an application answers, before anything of it is sent."""
    started: list[t.Any] = []
    chunks = application(environ, lambda status, headers, _error=None: started.append((status, headers)))
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started[-1]
    return Answer(status, headers, body)
