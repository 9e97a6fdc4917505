# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to ``sso-oidc``: registrations, device codes and tokens (IAM Identity Center OIDC API reference)."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.errors import call, retry_throttled
from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .portal import Registration, SignIn, invalid_answer, new_client, text_in

if t.TYPE_CHECKING:
    from .portal import Portal

SCOPES = ["sso:account:access"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE = "authorization_code"
_NAME = "octo.aws"

_LONGEST_TOKEN = 86_400 * 90
_NOT_REFRESHED = (
    "InvalidGrantException",
    "ExpiredTokenException",
    "InvalidClientException",
    "UnauthorizedClientException",
    "UnsupportedGrantTypeException",
    "AccessDeniedException",
    "InvalidRequestException",
)
"""Errors of a refresh after which only a new sign-in helps."""
_CLIENT_GONE = ("InvalidClientException", "UnauthorizedClientException")


class OidcClient:
    """Signs in at one portal."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._client = new_client(portal, "sso-oidc")

    @property
    def url(self) -> str:
        """The URL of the endpoint."""
        return str(self._client.meta.endpoint_url).rstrip("/")

    def register(self, way: str, **more: t.Any) -> Registration:
        """Register this machine as a client.

        :param way: the grant type of its sign-ins
        """
        try:
            response = self._send("register_client", (), clientName=_NAME, clientType="public", scopes=SCOPES, **more)
        except OctoAwsError as error:
            raise self._start_url_refused(error) from None
        secret = text_in(self._client, response, "clientSecret")
        register([secret])
        expires = response.get("clientSecretExpiresAt")
        if not isinstance(expires, int) or isinstance(expires, bool):
            raise invalid_answer(self._client, "returned no valid clientSecretExpiresAt")
        return Registration(way, text_in(self._client, response, "clientId"), secret, float(expires))

    def start_device(self, registration: Registration) -> dict[str, t.Any] | None:
        """Start a sign-in with a device code, and return the response; ``None`` if AWS forgot the registration."""
        try:
            response = self._send(
                "start_device_authorization",
                [registration.client_secret],
                clientId=registration.client_id,
                clientSecret=registration.client_secret,
                startUrl=self._portal.start_url,
            )
        except OctoAwsError as error:
            if error.is_refusal(*_CLIENT_GONE):
                return None
            raise self._start_url_refused(error) from None
        url = text_in(self._client, response, "verificationUriComplete", required=False)
        return {
            "device_code": self._secret(response, "deviceCode"),
            "user_code": text_in(self._client, response, "userCode"),
            "url": self._page(url or text_in(self._client, response, "verificationUri")),
            "seconds": self._seconds(response, "expiresIn", 1, 3_600),
            "interval": self._seconds({"interval": 5, **response}, "interval", 1, 60),
        }

    def token(self, registration: Registration, grant_type: str, **grant: str) -> SignIn:
        """Return the tokens for a grant."""
        response = call(
            self._client,
            "create_token",
            [registration.client_secret, *grant.values()],
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=grant_type,
            **grant,
        )
        access_token = self._secret(response, "accessToken")
        seconds = self._seconds(response, "expiresIn", 1, _LONGEST_TOKEN)
        # Without a new refresh token, the one before is still valid.
        refresh_token = text_in(self._client, response, "refreshToken", required=False)
        register([refresh_token])
        return SignIn(
            registration, access_token, now().timestamp() + seconds, refresh_token or grant.get("refreshToken", "")
        )

    def refreshed(self, sign_in: SignIn) -> SignIn | None:
        """Return a sign-in with new tokens, or ``None`` if a person has to sign in again."""
        registration = sign_in.registration
        if not sign_in.refresh_token or now().timestamp() > registration.expires:
            return None
        try:
            return retry_throttled(
                lambda: self.token(registration, "refresh_token", refreshToken=sign_in.refresh_token)
            )
        except OctoAwsError as error:
            if error.is_refusal(*_NOT_REFRESHED):
                return None
            raise

    def _send(self, operation: str, secrets: t.Iterable[str], **parameters: t.Any) -> dict[str, t.Any]:
        return retry_throttled(lambda: call(self._client, operation, secrets, **parameters))

    def _secret(self, response: t.Mapping[str, t.Any], name: str) -> str:
        value = text_in(self._client, response, name)
        register([value])
        return value

    def _seconds(self, response: t.Mapping[str, t.Any], name: str, least: int, most: int) -> int:
        value = response.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise invalid_answer(self._client, f"returned no valid {name}")
        return min(value, most)

    def _page(self, url: str) -> str:
        """Return the URL of a page for a person, which must be as secure as the endpoint."""
        schemes = ("https://",) if self.url.startswith("https:") else ("https://", "http://")
        if not url.startswith(schemes) or len(url) > 2_000 or " " in url:
            raise invalid_answer(self._client, "returned no valid verificationUri")
        return url

    def _start_url_refused(self, error: OctoAwsError) -> OctoAwsError:
        if not error.is_refusal("InvalidRequestException", "InvalidClientMetadataException"):
            return error
        return error.with_text(
            f"IAM Identity Center in {self._portal.region} refused the start URL {self._portal.start_url}.",
            "Copy both values from IAM Identity Center > Settings: the AWS access portal URL (sso_start_url), and the "
            "region (sso_region).",
            ErrorCode.SSO_START_URL_REFUSED,
        )
