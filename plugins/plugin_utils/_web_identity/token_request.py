# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request a web identity token from a CI system, over HTTPS."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import os
import time
from urllib.parse import urlsplit

from ...module_utils._aws.botocore import missing_botocore
from ...module_utils._aws.response_limits import BoundedSession
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

_SECONDS = 10.0
"""For one attempt, from connecting to the last byte."""

_PAUSES = (1.0, 2.0)
"""Seconds between attempts. All of them take less than the patience of the processes that wait for the session."""

_LARGEST = 128 * 1024
"""Bytes of a response. A token has at most 20,000 characters (AWS STS API reference, AssumeRoleWithWebIdentity)."""

_LONGEST_TOKEN = 20_000

_BUNDLES = ("SSL_CERT_FILE", "AWS_CA_BUNDLE")
"""Environment variables with a file of CA certificates, such as those of a GitHub Enterprise Server."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenRequest:
    """A request for a token.

    :param variable: the environment variable with the address, for errors
    :param secret: authorizes the request, and is sent to this address only
    :param field: of the response, with the token
    :param hint: the solution if the request is refused
    """

    method: str
    url: str
    variable: str
    secret: str = dataclasses.field(repr=False)
    field: str
    hint: str

    def send(self) -> str:
        """Return the token, which is registered as a secret.

        :raises OctoAwsError: the address is not safe, or the response has no token
        """
        self._check_address()
        for pause in (*_PAUSES, None):
            status, content = self._attempt()
            if not (status == 0 or status == 429 or status >= 500) or pause is None:
                break
            time.sleep(pause)
        if status == 0:
            raise self._failed(
                "there is no complete response",
                "Check the network and the proxy between this machine and the CI system.",
            )
        if status in (401, 403, 404):
            raise self._failed(f"the response has status {status}", self.hint)
        if 300 <= status < 400:
            raise self._failed(
                f"the response is a redirect (status {status})",
                "Correct the variable: the secret of the job is sent to no other address.",
            )
        if status != 200:
            raise self._failed(f"the response has status {status}", "Try again later, or run the job again.")
        return self._token_in(content)

    def _check_address(self) -> None:
        """Reject addresses that would reveal the secret of the job on the network."""
        try:
            parts = urlsplit(self.url)
            safe = bool(parts.hostname) and (
                parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(str(parts.hostname)))
            )
            safe = safe and parts.port != 0 and parts.username is None and self.url.isascii() and self.url.isprintable()
        except ValueError:
            safe = False
        if not safe or not (self.secret.isascii() and self.secret.isprintable()):
            raise self._failed(
                "it is not an https address without user name and password, or the secret of the job is not valid text",
                "Use the values that the CI system sets for the job.",
            )

    def _attempt(self) -> tuple[int, bytes]:
        """Return status and content of a response; the status 0 without a complete response."""
        try:
            from botocore.awsrequest import AWSRequest
            from botocore.exceptions import BotoCoreError, SSLError
            from botocore.httpsession import URLLib3Session
            from botocore.utils import get_environ_proxies
        except ImportError:
            raise missing_botocore() from None

        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "User-Agent": "octo.aws",
        }
        # A session of botocore follows no redirects.
        bundle = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), True)
        plain = URLLib3Session(verify=bundle, timeout=_SECONDS, proxies=get_environ_proxies(self.url))
        session = BoundedSession(plain, _SECONDS, largest=_LARGEST)
        request = AWSRequest(
            method=self.method, url=self.url, headers=headers, data=b"" if self.method == "POST" else None
        )
        try:
            response = session.send(request.prepare())
        except SSLError:
            raise self._failed(
                "the TLS connection failed",
                f"If the certificate is of a private CA, set {' or '.join(_BUNDLES)} to its bundle.",
            ) from None
        except BotoCoreError:
            return 0, b""
        content = bytes(response.content)
        announced = str(response.headers.get("Content-Length", ""))
        # botocore accepts a response that ends early.
        complete = not announced.isdecimal() or len(content) >= int(announced)
        return (int(response.status_code), content) if complete else (0, b"")

    def _token_in(self, content: bytes) -> str:
        token = None
        try:
            response = json.loads(content)
            token = response.get(self.field) if isinstance(response, dict) else None
        except (ValueError, RecursionError):
            pass
        if isinstance(token, str):
            register([token])
        if not isinstance(token, str) or not 4 <= len(token) <= _LONGEST_TOKEN or not token.isprintable():
            raise self._failed("the response has no token", "Check for a proxy between this machine and the CI system.")
        return token

    def _failed(self, reason: str, hint: str) -> OctoAwsError:
        # The address is not quoted: it identifies the job, and may have a password.
        return OctoAwsError(
            ErrorCode.WEB_IDENTITY_REQUEST_FAILED,
            f"Cannot get a web identity token from the address in {self.variable}: {reason}.",
            hint=hint,
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
