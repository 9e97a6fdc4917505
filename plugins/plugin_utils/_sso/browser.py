# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign in with a browser on this machine: an authorization code with PKCE (RFC 6749, RFC 7636, RFC 8252).

The browser returns the code to a server on loopback, so that there is no code to compare and none to phish.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import subprocess
import sys
import time
import typing as t
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .device import denied, expired, explained
from .oidc import AUTHORIZATION_CODE, SCOPES

if t.TYPE_CHECKING:
    from .oidc import OidcClient
    from .portal import Portal, Registration, SignIn

_PATIENCE = 600.0
"""Seconds for the person to sign in, as for a device code."""
_PATH = "/oauth/callback"
_REDIRECT = f"http://127.0.0.1{_PATH}"
"""Registered without a port: IAM Identity Center accepts each port of loopback (RFC 8252, section 7.3)."""
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def has_browser() -> bool:
    """Whether a browser with a window can be opened for a person at this machine."""
    if any(os.environ.get(name) for name in _REMOTE):
        return False
    if sys.platform != "darwin" and not any(os.environ.get(name) for name in _SCREENS):
        return False
    import webbrowser

    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def sign_in_with_browser(
    client: OidcClient, portal: Portal, known: Registration | None, show: t.Callable[[str], bool]
) -> SignIn:
    """Open the sign-in page in a browser, and return the tokens after a person has signed in.

    :param known: a registration of an earlier sign-in
    :raises OctoAwsError: the sign-in was not completed in time, or the sign-in was denied
    """
    registration = known or client.register(
        AUTHORIZATION_CODE,
        grantTypes=[AUTHORIZATION_CODE, "refresh_token"],
        redirectUris=[_REDIRECT],
        issuerUrl=portal.start_url,
    )
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    register([verifier, state])
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    with _Server(state) as server:
        redirect = f"http://127.0.0.1:{server.server_port}{_PATH}"
        query = {
            "response_type": "code",
            "client_id": registration.client_id,
            "redirect_uri": redirect,
            "state": state,
            "code_challenge_method": "S256",
            "scopes": " ".join(SCOPES),
            "code_challenge": challenge,
        }
        url = f"{client.url}/authorize?{urlencode(query)}"
        show(f"Sign in to AWS in the browser. If it does not open, open this page on this machine:\n  {url}")
        open_page(url)
        answer = server.wait(_PATIENCE)
    if answer is None:
        raise expired(portal)
    if "error" in answer:
        raise denied(portal) if answer["error"] == "access_denied" else _failed(portal, answer["error"])
    register([answer["code"]])
    try:
        return client.token(
            registration, AUTHORIZATION_CODE, code=answer["code"], codeVerifier=verifier, redirectUri=redirect
        )
    except OctoAwsError as error:
        raise explained(error, portal) from None


def open_page(url: str) -> None:
    """Open a page in the browser of the person, without waiting for it."""
    # A browser can block, and write to standard output, which an AWS client can read.
    subprocess.Popen(
        [sys.executable, "-I", "-m", "webbrowser", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _failed(portal: Portal, reason: str) -> OctoAwsError:
    printable = "".join(character for character in reason[:80] if character.isalnum() or character in "_-")
    return OctoAwsError(
        ErrorCode.SSO_SIGN_IN_FAILED,
        f"The sign-in to {portal.start_url} failed in the browser ({printable}).",
        hint="Sign in again. The page in the browser can have more details.",
    )


class _Server(HTTPServer):
    """Waits on loopback for the browser."""

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state
        self.answer: dict[str, str] | None = None

    def wait(self, seconds: float) -> dict[str, str] | None:
        """Return the parameters of the redirect, or ``None`` if there is none in time."""
        deadline = time.monotonic() + seconds
        while self.answer is None and (left := deadline - time.monotonic()) > 0:
            self.timeout = left
            self.handle_request()
        return self.answer

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Ignore connections that break: any program of this machine can open one."""


class _Handler(BaseHTTPRequestHandler):
    """Answers the redirect of IAM Identity Center, and nothing else."""

    timeout = 5
    server_version = "octo.aws"
    sys_version = ""

    def do_GET(self) -> None:
        """Take the code, if the request has the state of this sign-in."""
        server = t.cast("_Server", self.server)
        parts = urlsplit(self.path)
        values = {name: found[0] for name, found in parse_qs(parts.query).items()}
        known = hmac.compare_digest(values.get("state", "").encode(), server.state.encode())
        if parts.path != _PATH or not known or not ("code" in values or "error" in values):
            self._answer(404, "This is not the sign-in that octo.aws waits for.")
            return
        server.answer = values
        self._answer(200, "Return to the terminal. You can close this page.")

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002
        """Log nothing: a request has the code."""

    def _answer(self, status: int, text: str) -> None:
        body = f"<!doctype html><title>octo.aws</title><p>{text}</p>\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
