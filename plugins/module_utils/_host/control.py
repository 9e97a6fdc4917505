# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to a detached process, over a Unix socket in its private folder: one line of JSON, and one in response.

Only processes of the same user get a response, with the token of the pointer.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import socket
import socketserver
import struct
import sys
import threading
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .pointer import write_private

if t.TYPE_CHECKING:
    from .pointer import Pointer

Handler = t.Callable[[t.Mapping[str, t.Any]], t.Mapping[str, t.Any]]
"""Returns the response to a request."""

_SOCKET = "control"
_CLIENT_FILE = "control.py"
_MOST_BYTES = 65536
"""Of a request. A session token can have some thousand."""
_MOST_CONNECTIONS = 16
_SECONDS = 10.0
"""For each part of a request or a response, besides the time that its handler takes."""

# Sends its standard input, for a controller that starts no module.
_CLIENT = """\
import json, os, socket, sys

os.chdir(os.path.dirname(os.path.abspath(__file__)))
with open("token", encoding="ascii") as file:
    request = {**json.load(sys.stdin), "token": file.read()}
with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(20)
    connection.connect("control")
    connection.sendall(json.dumps(request).encode() + b"\\n")
    response = connection.makefile("rb").read()
sys.stdout.buffer.write(response)
sys.exit(not response)
"""


@contextlib.contextmanager
def controlled(pointer: Pointer, handler: Handler) -> t.Iterator[None]:
    """Respond to requests inside a ``with`` block, in the folder of the pointer.

    :param handler: called by a thread for each request
    """
    folder = os.path.dirname(pointer.token_file)
    with open(pointer.token_file, encoding="ascii") as file:
        token = file.read()
    write_private(os.path.join(folder, _CLIENT_FILE), _CLIENT)
    with _short_path(folder) as path, _Server(path, token, handler) as server:
        threading.Thread(target=server.serve_forever, name="octo.aws control", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def socket_of(folder: str) -> str:
    """Return the path of the socket in the folder of a process."""
    return os.path.join(folder, _SOCKET)


def client_of(pointer: Pointer) -> list[str]:
    """Return a command that sends a request to the process with a pointer. The request is its standard input.

    It fails if the process has ended.
    """
    return [sys.executable, "-I", "-S", os.path.join(os.path.dirname(pointer.token_file), _CLIENT_FILE)]


def request(folder: str, content: t.Mapping[str, t.Any], seconds: float = 0.0) -> dict[str, t.Any]:
    """Send a request to the process with a folder, and return the response.

    :param seconds: how long the handler can take
    :raises OctoAwsError: the process has ended, or does not respond
    """
    try:
        with open(os.path.join(folder, "token"), encoding="ascii") as file:
            line = json.dumps({**content, "token": file.read()})
        with _short_path(folder) as path, socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(seconds + _SECONDS)
            connection.connect(path)
            connection.sendall(line.encode() + b"\n")
            response: dict[str, t.Any] = json.loads(connection.makefile("rb").read())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no response"
        raise OctoAwsError(
            ErrorCode.EXECUTOR_FAILED,
            f"The process on this host that goes on between two connections cannot be reached: {reason}.",
            hint="It ends with its session, or when it is killed. Check the log of the host, and run the task again.",
        ) from None
    return response


@contextlib.contextmanager
def _short_path(folder: str) -> t.Iterator[str]:
    """Return a path of the socket that is short enough for the kernel, which takes about 100 bytes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{_SOCKET}"
    finally:
        os.close(descriptor)


class _Server(socketserver.ThreadingUnixStreamServer):
    """The server: one thread for each connection. At its end, it waits for those that respond."""

    request_queue_size = _MOST_CONNECTIONS

    def __init__(self, path: str, token: str, handler: Handler) -> None:
        super().__init__(path, _Request)
        self.token = token
        self.handler = handler
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)

    def verify_request(self, request: t.Any, client_address: t.Any) -> bool:
        return _user_of(request) == os.geteuid() and self._places.acquire(blocking=False)

    def process_request_thread(self, request: t.Any, client_address: t.Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Print nothing: a lost connection is not an error of this process."""


class _Request(socketserver.StreamRequestHandler):
    """One request on one connection. It is closed without a response if the request is wrong."""

    server: _Server
    timeout = _SECONDS

    def handle(self) -> None:
        try:
            content = json.loads(self.rfile.readline(_MOST_BYTES))
            token = content.pop("token")
        except (AttributeError, KeyError, ValueError):
            return
        if isinstance(token, str) and hmac.compare_digest(token.encode(), self.server.token.encode()):
            self.wfile.write(json.dumps(self.server.handler(content)).encode())


def _user_of(connection: socket.socket) -> int:
    """Return the user of the process at the other end."""
    size = struct.calcsize("3i")
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    user: int = struct.unpack("3i", data)[1]
    return user
