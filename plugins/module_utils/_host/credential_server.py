# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve credentials to AWS clients of this machine, by the container credentials protocol (AWS SDKs and Tools reference
guide, "Container credential provider"). AWS clients renew them by themselves, with the same request.

The server listens on loopback, in a thread of the process that has the credentials, and ends with it. A response needs
a token, which is in a file that only this user can read.
"""

from __future__ import annotations

import contextlib
import datetime
import hmac
import json
import secrets
import socket
import socketserver
import tempfile
import threading
import time
import typing as t
from http import HTTPStatus

from .._aws.variables import POINTER_PATH
from .._clock import now
from .._errors import OctoAwsError
from .._model.credentials import timestamp
from .pointer import ADDRESS, Pointer, write_pointer

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

_MOST_CONNECTIONS = 64
_MOST_BYTES = 8192
"""Of the head of a request."""
_SECONDS = 5.0
"""For a client to send its request, and for a free place among the connections."""
_FOREVER = datetime.timedelta(hours=1)
"""Keys that do not expire are requested again after this time. The protocol has no credentials without an end."""


@contextlib.contextmanager
def serve(credentials: t.Callable[[], Credentials], folder: str | None = None) -> t.Iterator[Pointer]:
    """Serve credentials inside a ``with`` block.

    :param credentials: returns the credentials for a response; called by a thread for each request
    :param folder: for a private folder with the files of the pointer; ``None`` for the default
    """
    with tempfile.TemporaryDirectory(prefix="octo-aws-", dir=folder) as private, _Server(credentials) as server:
        pointer = write_pointer(private, server.server_address[1], server.token)
        threading.Thread(target=server.serve, name="octo.aws credentials", daemon=True).start()
        try:
            yield pointer
        finally:
            server.end()


class _Server(socketserver.ThreadingTCPServer):
    """The server: one thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, credentials: t.Callable[[], Credentials]) -> None:
        super().__init__((ADDRESS, 0), _Request)
        self.credentials = credentials
        self.host = f"{ADDRESS}:{self.server_address[1]}"
        self.token = secrets.token_urlsafe(32)
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._ended = False

    def serve(self) -> None:
        """Serve until the end. ``serve_forever`` notices the end half a second later."""
        while not self._ended:
            with contextlib.suppress(OSError, ValueError):
                self.handle_request()

    def end(self) -> None:
        """Accept no more connections."""
        self._ended = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread, unlike close

    def get_request(self) -> tuple[t.Any, t.Any]:
        try:
            return super().get_request()
        except OSError:
            time.sleep(0 if self._ended else 0.1)  # this process may have too many open files
            raise

    def process_request(self, request: t.Any, client_address: t.Any) -> None:
        if not self._places.acquire(timeout=_SECONDS):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: t.Any, client_address: t.Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Print nothing: a client that closes its connection early is not an error of this process."""


class _Request(socketserver.BaseRequestHandler):
    """One request on one connection. http.server would do, but takes 30 ms to import."""

    server: _Server
    request: socket.socket

    def handle(self) -> None:
        # Too slow, too large or not complete: the connection is closed without a response.
        if head := self._head():
            status, document = self._answer(head.decode("latin-1").split("\r\n"))
            body = json.dumps(document)
            lines = (
                f"HTTP/1.1 {status.value} {status.phrase}",
                "Content-Type: application/json",
                f"Content-Length: {len(body)}",
                "Cache-Control: no-store",
                "Connection: close",
            )
            self.request.settimeout(_SECONDS)
            self.request.sendall("\r\n".join((*lines, "", body)).encode())

    def _head(self) -> bytes:
        head, until = b"", time.monotonic() + _SECONDS
        while b"\r\n\r\n" not in head:
            self.request.settimeout(max(0.001, until - time.monotonic()))
            try:
                data = self.request.recv(_MOST_BYTES)
            except OSError:
                return b""
            head += data
            if not data or len(head) > _MOST_BYTES:
                return b""
        return head.partition(b"\r\n\r\n")[0]

    def _answer(self, lines: list[str]) -> tuple[HTTPStatus, dict[str, t.Any]]:
        headers: dict[str, list[str]] = {}
        for line in lines[1:]:
            name, _colon, value = line.partition(":")
            headers.setdefault(name.lower(), []).append(value.strip())
        method, _space, rest = lines[0].partition(" ")
        path, _space, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            return _refusal(HTTPStatus.BAD_REQUEST, "Not a request")
        if headers.get("host") != [self.server.host]:
            return _refusal(HTTPStatus.FORBIDDEN, "Wrong host")
        if method != "GET":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Wrong method")
        if path != POINTER_PATH:
            return _refusal(HTTPStatus.NOT_FOUND, "Wrong path")
        given = headers.get("authorization", [])
        if len(given) != 1 or not hmac.compare_digest(given[0].encode(), self.server.token.encode()):
            return _refusal(HTTPStatus.UNAUTHORIZED, "Wrong token")
        try:
            return HTTPStatus.OK, _document(self.server.credentials())
        except OctoAwsError as error:
            message = " ".join(part for part in (error.message, error.hint) if part)
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"code": error.code.value, "message": message}


def _refusal(status: HTTPStatus, message: str) -> tuple[HTTPStatus, dict[str, t.Any]]:
    return status, {"code": str(status.value), "message": message}


def _document(credentials: Credentials) -> dict[str, t.Any]:
    """Return a response of the protocol, which is the output of a ``credential_process`` as well."""
    return {
        "Version": 1,
        "AccessKeyId": credentials.access_key,
        "SecretAccessKey": credentials.secret_key,
        "Token": credentials.session_token,
        "Expiration": timestamp(credentials.expiration or now() + _FOREVER),
        **({"SessionToken": credentials.session_token} if credentials.session_token else {}),
    }
