# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of the Docker Engine API that skopeo uses to read an image.

python daemon.py ARCHIVE SOCKET
"""

from __future__ import annotations

import http.server
import socketserver
import sys
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives the archive for each image but one that is not there."""

    def do_HEAD(self) -> None:
        self._send(200, b"OK")

    def do_GET(self) -> None:
        if self.path.endswith("/_ping"):
            self._send(200, b"OK")
        elif "absent" in self.path:
            self._send(404, b'{"message": "No such image: absent:latest"}')
        else:
            self._send(200, Path(sys.argv[1]).read_bytes())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens on a socket, as the daemon does."""

    daemon_threads = True


if __name__ == "__main__":
    Server(sys.argv[2], Handler).serve_forever()
