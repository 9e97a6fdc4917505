# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limit the time and the size of responses.

botocore applies its timeout to each read, so that a response of one byte a second never times out, and it accepts a
response of any size.
"""

from __future__ import annotations

import contextvars
import threading
import typing as t

LARGEST = 16 * 1024 * 1024
"""Bytes. No expected response is as large."""

_CHUNK = 64 * 1024


class BoundedSession:
    """An HTTP session of botocore with limits.

    :param session: the HTTP session of botocore
    :param seconds: the time for a request, from connecting to the last byte of the response
    :param largest: bytes of the largest accepted response
    """

    def __init__(self, session: t.Any, seconds: float, *, largest: int = LARGEST) -> None:
        self._session = session
        self._seconds = seconds
        self._largest = largest

    def send(self, request: t.Any) -> t.Any:
        """Send a request, and return its complete response.

        :raises BotoCoreError: the request failed, the response took too long, or it is too large
        """
        from botocore.exceptions import ReadTimeoutError

        outcome: list[t.Any] = []

        def work() -> None:
            try:
                outcome.append(self._send(request))
            except BaseException as error:
                outcome.append(error)

        # No socket timeout ends a response that comes byte by byte, headers included. An abandoned thread ends with the
        # response, or with the process.
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not outcome:
            raise ReadTimeoutError(endpoint_url=request.url, error="the response took too long")
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send(self, request: t.Any) -> t.Any:
        request.stream_output = True  # the body is read below
        response = self._session.send(request)
        response._content = _read(response.raw, request, self._largest)
        return response


def _read(response: t.Any, request: t.Any, largest: int) -> bytes:
    from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError
    from urllib3 import exceptions as http

    content = bytearray()
    length = response.headers.get("Content-Length", "")
    try:
        for chunk in response.stream(_CHUNK):
            content += chunk
            if len(content) > largest:
                response.close()
                raise HTTPClientError(error="the response is too large")
    except http.ReadTimeoutError as error:
        raise ReadTimeoutError(endpoint_url=request.url, error=error) from None
    except http.HTTPError as error:
        raise ConnectionClosedError(endpoint_url=request.url, error=error, request=request) from None
    if request.method != "HEAD" and length.isdecimal() and len(content) < int(length):
        # Neither urllib3 nor botocore notices that a response was cut.
        raise ConnectionClosedError(endpoint_url=request.url, request=request)
    return bytes(content)
