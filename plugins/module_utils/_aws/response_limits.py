# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: bounds on answers. botocore waits for each piece of one, and takes as many as come: a byte a
second, or without end.

Ground: imports nothing of the collection. botocore is imported inside the functions.
"""

from __future__ import annotations

import contextvars
import threading
import typing as t

LARGEST = 16 * 1024 * 1024
"""Bytes. No answer that is asked for here has as many."""

_PIECE = 64 * 1024


class BoundedSession:
    """What sends botocore's requests.

    :param session: botocore's own, which does the work
    :param seconds: how long a request may take, from the first try to connect to the last byte of the answer
    """

    def __init__(self, session: t.Any, seconds: float) -> None:
        self._session = session
        self._seconds = seconds

    def send(self, request: t.Any) -> t.Any:
        """The answer, read to its end.

        :raises BotoCoreError: there is none, it took too long, or it is too large
        """
        from botocore.exceptions import ReadTimeoutError

        outcome: list[t.Any] = []

        def work() -> None:
            try:
                outcome.append(self._send(request))
            except BaseException as error:
                outcome.append(error)

        # No timeout of a socket ends what goes on byte by byte, the headers included. A thread that is left behind ends
        # with the answer, or with the process.
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not outcome:
            raise ReadTimeoutError(endpoint_url=request.url, error="the answer took too long")
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    def close(self) -> None:
        """Close what is connected."""
        self._session.close()

    def _send(self, request: t.Any) -> t.Any:
        request.stream_output = True  # what comes is read here
        response = self._session.send(request)
        response._content = _read(response.raw, request)
        return response


def _read(answer: t.Any, request: t.Any) -> bytes:
    from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError
    from urllib3 import exceptions as http

    content = bytearray()
    try:
        for piece in answer.stream(_PIECE):
            content += piece
            if len(content) > LARGEST:
                answer.close()
                raise HTTPClientError(error="the answer is too large")
    except http.ReadTimeoutError as error:
        raise ReadTimeoutError(endpoint_url=request.url, error=error) from None
    except http.HTTPError as error:
        raise ConnectionClosedError(endpoint_url=request.url, error=error, request=request) from None
    return bytes(content)
