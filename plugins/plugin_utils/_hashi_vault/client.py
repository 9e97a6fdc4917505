# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send requests to HashiCorp Vault or OpenBao, by ``hvac``: timeouts, limits, retries and errors."""

from __future__ import annotations

import random
import sys
import time
import typing as t
from functools import cached_property

from ...module_utils._errors import AwsResponse, ErrorCode, OctoAwsError
from ...module_utils._secrecy import redact, without_password
from .login import log_in

if t.TYPE_CHECKING:
    from .connection import Connection

_TIMEOUTS = (5, 20)
"""Seconds to connect, and between two parts of a response."""
_LONGEST_RESPONSE = 30.0
"""Seconds for all of a response."""
_LARGEST = 32 * 1024 * 1024
"""Bytes of the largest response."""
_ATTEMPTS = 4
_SHOWN = 300
"""Characters of an error of Vault in a message."""

SEALED = ("vault is sealed", "not initialized")
_AGAIN = (412, 429, 500, 502, 503, 504)
"""Statuses of failures that can pass: replication that is behind, a limit, a standby, a proxy without its server."""


class VaultClient:
    """A client for one service; it logs in with the first request.

    :param label: names the service in errors, such as a store
    """

    def __init__(self, connection: Connection, label: str) -> None:
        self.connection = connection
        self._label = label
        self._secrets: list[str] = []
        self._logged_in = False

    def call(
        self,
        method: str,
        path: str,
        body: t.Mapping[str, t.Any] | None = None,
        *,
        repeatable: bool = True,
        secrets: t.Sequence[str] = (),
        parameters: t.Mapping[str, str] | None = None,
    ) -> dict[str, t.Any]:
        """Send a request and return the response; an empty mapping for one without content.

        :param path: below ``/v1/``
        :param repeatable: whether a request that may have worked can be sent again
        :param secrets: to redact in errors, besides those of the login
        :param parameters: of the query
        :raises OctoAwsError: the request failed; :meth:`.OctoAwsError.is_refusal` knows the status as its code
        """

        def request() -> t.Any:
            return self._client.adapter.request(method, f"/v1/{path}", json=body, params=parameters)

        renewable = self._logged_in and self.connection.auth_method != "token"
        self._log_in()
        try:
            return self._mapping(self._send(request, repeatable, secrets))
        except OctoAwsError as error:
            # The token of an earlier login can have expired in the meantime.
            if error.code is not ErrorCode.VAULT_DENIED or not renewable:
                raise
        self._logged_in = False
        self._log_in()
        return self._mapping(self._send(request, repeatable, secrets))

    def _mapping(self, response: t.Any) -> dict[str, t.Any]:
        if isinstance(response, dict):
            return response
        if getattr(response, "status_code", 0) == 204:
            return {}
        raise self.unexpected("it is not JSON")

    def unexpected(self, problem: str) -> OctoAwsError:
        """Return the error of a response that no Vault sends."""
        return OctoAwsError(
            ErrorCode.VAULT_ANSWER_INVALID,
            f"{self._label}: the response did not come from Vault or OpenBao ({problem}).",
            hint="Check the address, and any proxy between this machine and Vault.",
        )

    def _log_in(self) -> None:
        if self._logged_in:
            return
        self._client.token = ""
        try:
            self._secrets = log_in(self._client, self.connection, lambda request: self._send(request, True))
        except OctoAwsError as error:
            if error.code not in (ErrorCode.VAULT_DENIED, ErrorCode.VAULT_REFUSED):
                raise
            raise error.with_text(
                error.message,
                f"The login with auth_method {self.connection.auth_method} failed. Check its options, mount_point and "
                "namespace.",
                ErrorCode.VAULT_AUTH_FAILED,
            ) from None
        self._logged_in = True

    @cached_property
    def _client(self) -> t.Any:
        try:
            import hvac
        except ImportError:
            raise missing_hvac() from None
        from .http_session import make_session

        connection = self.connection
        certificate = (connection.cert_auth_public_key, connection.cert_auth_private_key)
        return hvac.Client(
            url=connection.url,
            token="",
            namespace=connection.namespace or None,
            session=make_session(connection.ca_cert, certificate, _LARGEST, _LONGEST_RESPONSE),
            timeout=_TIMEOUTS,
            allow_redirects=False,
        )

    def _send(self, request: t.Callable[[], t.Any], repeatable: bool, secrets: t.Sequence[str] = ()) -> t.Any:
        for attempt in range(_ATTEMPTS):
            try:
                return self._explaining(request, secrets)
            except OctoAwsError as error:
                passing = error.code is ErrorCode.VAULT_UNAVAILABLE and (repeatable or error._response.unsent)
                if not passing or attempt == _ATTEMPTS - 1:
                    raise
            time.sleep(random.uniform(0.1, 0.3 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def _explaining(self, request: t.Callable[[], t.Any], secrets: t.Sequence[str]) -> t.Any:
        import requests
        from hvac.exceptions import VaultError

        from .http_session import Unusable

        try:
            return request()
        except VaultError as error:
            raise self._refused(error, secrets) from None
        except Unusable as error:
            raise self.unexpected(str(error)) from None
        except requests.exceptions.SSLError as error:
            raise self._unreachable(ErrorCode.TLS_FAILED, error, "Check vault_ca_cert or ca_cert.") from None
        except requests.exceptions.ProxyError as error:
            raise self._unreachable(ErrorCode.PROXY_FAILED, error, "Check HTTPS_PROXY and NO_PROXY.") from None
        except requests.exceptions.RequestException as error:
            raise self._unreachable(ErrorCode.VAULT_UNAVAILABLE, error, "Check address, DNS and firewalls.") from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            # A certificate that cannot be read is one as well.
            raise self._unreachable(ErrorCode.VAULT_ANSWER_INVALID, error, "Check the address and files.") from None

    def _unreachable(self, code: ErrorCode, error: Exception, hint: str) -> OctoAwsError:
        import requests

        unsent = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error)
        url = without_password(self.connection.url)
        # Not quoted: an error of a proxy has its password.
        return OctoAwsError(
            code,
            f"{self._label}: no response from {url} ({type(error).__name__}).",
            hint=hint,
        ).with_response(AwsResponse(unsent=unsent))

    def _refused(self, error: t.Any, secrets: t.Sequence[str]) -> OctoAwsError:
        errors = error.errors if isinstance(error.errors, list) else []
        text = "; ".join(" ".join(str(item).split()) for item in errors)
        status = _STATUSES.get(type(error).__name__, 0) or _status_in(error)
        shown = redact(text, [*self._secrets, *secrets])[:_SHOWN] or f"HTTP status {status}"
        shown = "".join(character if character.isprintable() else "?" for character in shown)
        code, hint = _explanation(status, text)
        return OctoAwsError(code, f"{self._label}: {shown.rstrip('.')}.", hint=hint).with_response(
            AwsResponse(status=status, code=str(status), message=text, unsent=status == 429)
        )


_STATUSES = {
    "InvalidRequest": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "InvalidPath": 404,
    "RateLimitExceeded": 429,
    "InternalServerError": 500,
    "VaultNotInitialized": 501,
    "BadGateway": 502,
    "VaultDown": 503,
}
"""The HTTP status of each exception of ``hvac``, which does not keep it."""


def _status_in(error: t.Any) -> int:
    return 412 if "required index state not present" in str(error.text or "") else 504


def _explanation(status: int, text: str) -> tuple[ErrorCode, str]:
    if any(words in text.lower() for words in SEALED) or status == 501:
        return ErrorCode.VAULT_SEALED, "Unseal it, with `vault operator unseal` or `bao operator unseal`."
    if status in (401, 403):
        return ErrorCode.VAULT_DENIED, "Check the policies of the token, its expiration, and the namespace."
    if status in _AGAIN:
        return ErrorCode.VAULT_UNAVAILABLE, "Retry later. The log of Vault has the cause."
    return ErrorCode.VAULT_REFUSED, "Check the mount, the role and the namespace."


def missing_hvac() -> OctoAwsError:
    """Return the error of a Python without hvac."""
    return OctoAwsError(
        ErrorCode.HVAC_MISSING,
        f"The Python library hvac is not installed for {sys.executable}.",
        hint=f"Run `{sys.executable} -m pip install hvac`. Only accounts of type vault and stores in Vault need it.",
    )
