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
import http.server
import io
import json
import secrets
import socket
import socketserver
import tempfile
import threading
import time
import typing as t

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


class _Request(http.server.BaseHTTPRequestHandler):
    """One request on one connection."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS

    def setup(self) -> None:
        super().setup()
        # Too slow, too large or not complete: the connection is closed without a response.
        self.rfile = io.BytesIO(self._head())

    def _head(self) -> bytes:
        head, until = b"", time.monotonic() + _SECONDS
        while b"\r\n\r\n" not in head:
            self.connection.settimeout(max(0.001, until - time.monotonic()))
            try:
                data = self.connection.recv(_MOST_BYTES)
            except OSError:
                return b""
            head += data
            if not data or len(head) > _MOST_BYTES:
                return b""
        self.connection.settimeout(_SECONDS)
        return head

    def do_GET(self) -> None:
        if self.headers.get_all("Host") != [self.server.host]:
            self.send_error(403, "Wrong host")
        elif self.path != POINTER_PATH:
            self.send_error(404, "Not found")
        elif not self._has_token():
            self.send_error(401, "Wrong token")
        else:
            try:
                self._respond(200, _document(self.server.credentials()))
            except OctoAwsError as error:
                message = " ".join(part for part in (error.message, error.hint) if part)
                self._respond(500, {"code": error.code.value, "message": message})

    def _has_token(self) -> bool:
        given = self.headers.get_all("Authorization") or []
        return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "replace"), self.server.token.encode())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Respond with an error, without the page of the base class."""
        self._respond(code, {"code": str(code), "message": message or "Bad request"})

    def _respond(self, status: int, document: dict[str, t.Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def version_string(self) -> str:
        return "octo.aws"

    def log_message(self, *args: t.Any) -> None:
        """Log nothing."""


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
