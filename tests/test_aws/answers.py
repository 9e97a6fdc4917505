# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a WSGI application answers."""

from __future__ import annotations

import typing as t

StartResponse = t.Callable[..., t.Any]


def answer(start_response: StartResponse, status: str, body: str, kind: str = "text/xml") -> t.Iterable[bytes]:
    data = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]
