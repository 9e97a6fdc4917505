# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token endpoints of CI systems, and the check of their tokens in STS.

They are written from the public descriptions "OpenID Connect reference" of GitHub Actions, with the client of
``actions/toolkit`` (``oidc-utils.ts``), and "Oidctoken - Create" of the Azure DevOps REST API. Tokens are signed with
RS256, and STS checks signature, expiration and audience.
"""

from __future__ import annotations

import base64
import json
import time
import typing as t
import urllib.parse
import uuid

from answers import StartResponse, answer
from clock import now
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from faults import drop
from sessions import Environ, Refusal

GITHUB = "/ci/github/idtoken"
AZURE = "/ci/azure/oidctoken"
GITHUB_SECRET = "github-request-secret-of-the-job"
AZURE_SECRET = "azure-access-token-of-the-job"
SERVICE_CONNECTION = "5a9b4ecc-2f1e-4f8f-9d4e-6d2c2a2d0c11"
AZURE_AUDIENCE = "api://AzureADTokenExchange"
_SUBJECTS = {
    GITHUB: "repo:octo-org/octo-repo:ref:refs/heads/main",
    AZURE: f"sc://octo-org/octo-project/{SERVICE_CONNECTION}",
}
_ACCEPTED_AUDIENCES = frozenset({"sts.amazonaws.com", AZURE_AUDIENCE, "https://gitlab.com"})
"""The client IDs of the identity provider in IAM."""
_SECONDS = 300
_JSON = "application/json"
_VERSIONS = frozenset({"7.1", "7.1-preview.1"})


class CiTokens:
    """Makes tokens, and knows them again.

    ``plan`` is how the next requests go: ``mode`` is one of ``normal``; ``status`` with a ``status``; ``slow`` after
    ``seconds``; ``drip``, a byte a second; ``cut``, less than announced; ``drop``, no answer; ``redirect``; ``html``;
    ``no_token``; ``no_jwt``; ``huge``; ``expired``; ``audience``, another one than requested. ``times`` limits it.
    """

    def __init__(self) -> None:
        self.plan: dict[str, t.Any] = {}
        self.issued: list[str] = []
        self._key = rsa.generate_private_key(65537, 2048)

    def serve(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        path = environ["PATH_INFO"]
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        problem = _problem(environ, path, query)
        if problem:
            return answer(start_response, problem, json.dumps({"message": problem}), _JSON)
        mode = self._mode()
        audience = query["audience"][0] if path == GITHUB else AZURE_AUDIENCE
        token = self.make(
            _SUBJECTS[path],
            "another-audience" if mode == "audience" else audience,
            seconds=-3600 if mode == "expired" else _SECONDS,
        )
        field = "value" if path == GITHUB else "oidcToken"
        body = json.dumps({"count": len(token), field: "no-jwt" if mode == "no_jwt" else token})
        if mode == "slow":
            time.sleep(float(self.plan.get("seconds", 1)))
        if mode == "drop":
            drop(environ)
        if mode == "status":
            return answer(start_response, f"{self.plan['status']} Error", '{"message": "no"}', _JSON)
        if mode == "redirect":
            start_response(
                "302 Found", [("Location", f"http://{environ['HTTP_HOST']}/stolen"), ("Content-Length", "0")]
            )
            return []
        if mode in ("html", "no_token", "huge"):
            other = {"html": "<html>A captive portal</html>", "no_token": '{"count": 0}', "huge": body + " " * 300_000}
            return answer(start_response, "200 OK", other[mode], _JSON)
        if mode in ("drip", "cut"):
            start_response("200 OK", [("Content-Type", _JSON), ("Content-Length", str(len(body)))])
            return _slowly(body.encode()) if mode == "drip" else _cut(body.encode(), environ)
        return answer(start_response, "200 OK", body, _JSON)

    def make(self, subject: str, audience: str, *, seconds: float = _SECONDS, issuer: str = "oidc.example.org") -> str:
        """A signed token."""
        moment = int(now())
        claims = {
            "iss": f"https://{issuer}",
            "sub": subject,
            "aud": audience,
            "jti": str(uuid.uuid4()),
            "iat": moment,
            "nbf": moment - 10,
            "exp": int(moment + seconds),
        }
        text = f"{_encode(json.dumps({'alg': 'RS256', 'typ': 'JWT'}).encode())}.{_encode(json.dumps(claims).encode())}"
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        token = f"{text}.{_encode(signature)}"
        self.issued.append(token)
        return token

    def claims_in(self, token: str) -> dict[str, t.Any] | None:
        """The claims of a token, as STS checks them; nothing for one of another issuer."""
        parts = token.split(".")
        if len(parts) != 3 or token not in self.issued:
            return None
        self._key.public_key().verify(
            _decode(parts[2]), f"{parts[0]}.{parts[1]}".encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        claims: dict[str, t.Any] = json.loads(_decode(parts[1]))
        if claims["exp"] < now():
            message = (
                f"Token expired: current date/time {int(now())} must be before the expiration date/time {claims['exp']}"
            )
            raise Refusal("ExpiredTokenException", message, "400 Bad Request")
        if claims["aud"] not in _ACCEPTED_AUDIENCES:
            raise Refusal("InvalidIdentityToken", "Incorrect token audience", "400 Bad Request")
        return claims

    def _mode(self) -> str:
        times = self.plan.get("times")
        if times is not None:
            if times <= 0:
                return "normal"
            self.plan["times"] = times - 1
        return str(self.plan.get("mode", "normal"))


def facts_of(url: str) -> dict[str, str]:
    """The variables of jobs."""
    return {
        "github_url": f"{url}{GITHUB}?api-version=2.0",
        "github_secret": GITHUB_SECRET,
        "azure_url": f"{url}{AZURE}",
        "azure_secret": AZURE_SECRET,
        "service_connection": SERVICE_CONNECTION,
    }


def _problem(environ: Environ, path: str, query: dict[str, list[str]]) -> str:
    """The status of a request that is not as documented; empty for one that is."""
    if path not in _SUBJECTS:
        return "404 Not Found"
    github = path == GITHUB
    if environ["REQUEST_METHOD"] != ("GET" if github else "POST"):
        return "405 Method Not Allowed"
    if environ.get("HTTP_AUTHORIZATION") != f"Bearer {GITHUB_SECRET if github else AZURE_SECRET}":
        return "401 Unauthorized"
    if github:
        right = query.get("api-version") == ["2.0"] and len(query.get("audience", [])) == 1 and query["audience"][0]
        return "" if right else "400 Bad Request"
    if len(query.get("api-version", [])) != 1 or query["api-version"][0] not in _VERSIONS:
        return "400 Bad Request"
    if not environ.get("CONTENT_TYPE", "").startswith(_JSON):
        return "415 Unsupported Media Type"
    return "" if query.get("serviceConnectionId", [SERVICE_CONNECTION]) == [SERVICE_CONNECTION] else "404 Not Found"


def _slowly(body: bytes) -> t.Iterator[bytes]:
    for byte in body:
        time.sleep(1)
        yield bytes([byte])


def _cut(body: bytes, environ: Environ) -> t.Iterator[bytes]:
    yield body[:20]
    drop(environ)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


CI = CiTokens()
"""The one of this process: STS knows its tokens."""
