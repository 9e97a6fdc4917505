# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A double of the HTTP API of HashiCorp Vault and OpenBao, from its public description.

    python tests/fake_vault/server.py --write FILE [--aws FILE]

It has KV version 2 with check-and-set, the AWS secrets engine, leases, and authentication methods. It checks tokens,
namespaces, methods and bodies, and can be slow, wrong, cut and hostile. ``--aws`` names the facts of the fake AWS, in
which it makes the credentials that it leases. It ends with the process that started it.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
import typing as t
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

if __name__ == "__main__":
    from engines import Aws, Kv, Refused
else:
    from .engines import Aws, Kv, Refused

ROOT_TOKEN = "hvs.canary-root-token-of-the-fake-vault"
LEAST_TOKEN = "hvs.canary-token-without-policies"
ROLE_ID, SECRET_ID = "octo-approle", "canary-secret-id-of-the-approle"
JWT_ROLE, JWT = "octo-jwt", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary-signature"
NAMESPACE = "team-a"

MODES = ("normal", "sealed", "slow", "cut", "html", "redirect", "quoting", "large", "limited", "lost")


class FakeVault:
    """The state of the service.

    :param aws: facts of the fake AWS; empty for a service without the AWS secrets engine
    :param paging: whether lists have pages, as in OpenBao
    """

    def __init__(self, aws: t.Mapping[str, t.Any] | None = None, *, paging: bool = True) -> None:
        self._lock = threading.RLock()
        self._facts = aws
        self.paging = paging
        self.reset()

    def reset(self) -> None:
        self.mode, self.modes_left, self.delay = "normal", -1, 0.0
        self.requests: list[dict[str, str]] = []
        self.kv: dict[str, Kv] = {"": Kv(), NAMESPACE: Kv()}
        self.aws = Aws(self._facts) if self._facts else None
        self.tokens = {ROOT_TOKEN: True, LEAST_TOKEN: False}
        """Whether each token has policies."""

    def plan(self, mode: str, times: int = -1, delay: float = 0.0) -> None:
        """Answer otherwise: always, or so many times."""
        if mode not in MODES:
            raise ValueError(mode)
        self.mode, self.modes_left, self.delay = mode, times, delay

    def take_mode(self) -> str:
        with self._lock:
            mode = self.mode if self.modes_left else "normal"
            self.modes_left -= (self.modes_left > 0 and 1) or 0
            return mode

    def answer(
        self, method: str, path: str, query: t.Mapping[str, str], headers: t.Any, body: dict[str, t.Any]
    ) -> tuple[int, dict[str, t.Any] | None]:
        """Return status and body."""
        if headers.get("X-Vault-Request") != "true":
            return 412, {"errors": ["missing X-Vault-Request"]}
        method = "LIST" if query.get("list") == "true" else method
        with self._lock:
            self.requests.append({"method": method, "path": path})
            try:
                if path.startswith("auth/"):
                    return 200, {"auth": self._log_in(path, method, body)}
                token = headers.get("X-Vault-Token", "")
                if not self.tokens.get(token):
                    raise Refused(403, "permission denied")
                return self._route(method, path, query, headers.get("X-Vault-Namespace", "").strip("/"), body)
            except Refused as refused:
                return refused.status, {"errors": refused.errors}

    def _log_in(self, path: str, method: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        if method not in ("POST", "PUT"):
            raise Refused(405, "unsupported operation")
        expected: dict[str, dict[str, str]] = {
            "auth/approle/login": {"role_id": ROLE_ID, "secret_id": SECRET_ID},
            "auth/jwt/login": {"role": JWT_ROLE, "jwt": JWT},
            "auth/kubernetes/login": {"role": JWT_ROLE, "jwt": JWT},
            "auth/other/login": {"role_id": ROLE_ID, "secret_id": SECRET_ID},
        }
        if path == "auth/aws/login":
            keys = {"iam_http_request_method", "iam_request_url", "iam_request_headers", "iam_request_body", "role"}
            if set(body) != keys or body["iam_http_request_method"] != "POST":
                raise Refused(400, "missing iam_request")
        elif path not in expected:
            raise Refused(404, f'no handler for route "{path}". route entry not found.')
        elif body != expected[path]:
            raise Refused(400, "invalid role or secret ID")
        token = f"hvs.canary-{uuid.uuid4().hex}"
        self.tokens[token] = True
        return {"client_token": token, "lease_duration": 3600, "renewable": True}

    def _route(
        self, method: str, path: str, query: t.Mapping[str, str], namespace: str, body: dict[str, t.Any]
    ) -> tuple[int, dict[str, t.Any] | None]:
        mount, _slash, rest = path.partition("/")
        if namespace not in self.kv:
            raise Refused(404, f'no handler for route "{path}". route entry not found.')
        if mount == "secret":
            return self.kv[namespace].answer(method, rest, query, body, paging=self.paging)
        if mount == "aws" and self.aws:
            return self.aws.answer(method, rest, query, body)
        if path.startswith("sys/leases/") and self.aws:
            return self.aws.lease(method, path.removeprefix("sys/leases/"), body)
        raise Refused(404, f'no handler for route "{path}". route entry not found.')


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vault: FakeVault

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            body = json.loads(data) if data else {}
        except ValueError:
            self._send(400, {"errors": ["error parsing JSON"]})
            return
        if parts.path.startswith("/_test/"):
            # The query is for clients that only send GET.
            self._test(parts.path.removeprefix("/_test/"), body or json.loads(unquote(parts.query) or "{}"))
            return
        mode = self.vault.take_mode()
        if self.vault.delay:
            time.sleep(self.vault.delay)
        special = getattr(self, f"_{mode}", None)
        if special:
            special()
            return
        path = unquote(parts.path).removeprefix("/v1/")
        status, found = self.vault.answer(self.command, path, query, self.headers, body)
        if mode == "lost":
            self.close_connection = True
            return
        self._send(status, found)

    do_GET = do_POST = do_PUT = do_DELETE = do_LIST = do_PATCH = _handle

    def _test(self, action: str, body: dict[str, t.Any]) -> None:
        if action == "reset":
            self.vault.reset()
        elif action == "plan":
            self.vault.plan(**body)
        leases = sorted(self.vault.aws.leases) if self.vault.aws else []
        keys = self.vault.aws.secrets if self.vault.aws else []
        self._send(200, {"requests": self.vault.requests, "leases": leases, "secrets": [*self.vault.tokens, *keys]})

    def _send(self, status: int, found: t.Any) -> None:
        data = b"" if found is None else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _sealed(self) -> None:
        self._send(503, {"errors": ["Vault is sealed"]})

    def _limited(self) -> None:
        self._send(429, {"errors": ["request path is rate limited"]})

    def _quoting(self) -> None:
        """A hostile service quotes what it was sent."""
        self._send(400, {"errors": [f"bad token {self.headers.get('X-Vault-Token')}\x1b[31m"]})

    def _html(self) -> None:
        data = b"<html>a proxy</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", "http://127.0.0.1:1/stolen")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"data":')
        self.close_connection = True

    def _large(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 40))
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 1_000_000)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002
        pass


def serve(vault: FakeVault, address: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Serve from now on."""
    handler = type("Handler", (_Handler,), {"vault": vault})
    server = ThreadingHTTPServer((address, 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    """Serve until the process that started this one ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", required=True, type=Path)
    parser.add_argument("--aws", type=Path)
    options = parser.parse_args()
    parent = os.getppid()
    server = serve(FakeVault(json.loads(options.aws.read_text()) if options.aws else None))
    facts = {
        "url": f"http://127.0.0.1:{server.server_address[1]}",
        "token": ROOT_TOKEN,
        "role_id": ROLE_ID,
        "secret_id": SECRET_ID,
        "jwt_role": JWT_ROLE,
        "jwt": JWT,
    }
    temporary = options.write.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(facts))
    temporary.rename(options.write)
    while os.getppid() == parent:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
