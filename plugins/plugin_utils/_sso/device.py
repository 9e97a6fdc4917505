# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign in with a device code: a person opens a page on any machine and confirms the code (RFC 8628)."""

from __future__ import annotations

import time
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .oidc import DEVICE_CODE

if t.TYPE_CHECKING:
    from .oidc import OidcClient
    from .portal import Portal, Registration, SignIn

_SLOWER = 5
"""Seconds by which the interval grows if AWS asks for slower requests (RFC 8628, section 3.5)."""
_PASSING = (ErrorCode.AWS_UNAVAILABLE, ErrorCode.ENDPOINT_UNREACHABLE)
"""Errors after which the next request can succeed while the person signs in."""


def sign_in_with_device(
    client: OidcClient, portal: Portal, known: Registration | None, show: t.Callable[[str], bool]
) -> SignIn:
    """Show a code at the terminal, and return the tokens after a person has confirmed it.

    :param known: a registration of an earlier sign-in
    :raises OctoAwsError: the code expired, or the sign-in was denied
    """
    registration = known or client.register(DEVICE_CODE)
    started = client.start_device(registration)
    if started is None:
        registration = client.register(DEVICE_CODE)
        started = client.start_device(registration)
    if started is None:
        raise OctoAwsError(
            ErrorCode.SSO_SIGN_IN_FAILED,
            f"IAM Identity Center in {portal.region} does not accept the client that it has just registered.",
            hint="Try again later.",
        )
    deadline = time.monotonic() + started["seconds"]
    minutes = max(1, started["seconds"] // 60)
    shown = show(
        f"Sign in to AWS. Open this page in a browser on any machine, and compare the code:\n  {started['url']}\n"
        f"  Code: {started['user_code']} (valid for {minutes} minute{'s' if minutes > 1 else ''})"
    )
    if not shown:
        raise OctoAwsError(
            ErrorCode.SSO_SIGN_IN_FAILED,
            f"The sign-in to {portal.start_url} was interrupted at the terminal.",
            hint="Sign in again.",
        )
    interval = started["interval"]
    while time.monotonic() + interval < deadline:
        time.sleep(interval)
        try:
            return client.token(registration, DEVICE_CODE, deviceCode=started["device_code"])
        except OctoAwsError as error:
            if error.is_refusal("SlowDownException") or error.code is ErrorCode.THROTTLED:
                interval += _SLOWER
            elif not error.is_refusal("AuthorizationPendingException") and error.code not in _PASSING:
                raise explained(error, portal) from None
    raise expired(portal)


def explained(error: OctoAwsError, portal: Portal) -> OctoAwsError:
    """Return the error of a sign-in that ended without tokens."""
    if error.is_refusal("AccessDeniedException"):
        return denied(portal, error)
    if error.is_refusal("ExpiredTokenException"):
        return expired(portal, error)
    if error.is_refusal("InvalidGrantException", "InvalidClientException", "UnauthorizedClientException"):
        return error.with_text(
            f"IAM Identity Center in {portal.region} rejected the sign-in to {portal.start_url}.",
            "Sign in again.",
            ErrorCode.SSO_SIGN_IN_FAILED,
        )
    return error


def denied(portal: Portal, error: OctoAwsError | None = None) -> OctoAwsError:
    """Return the error of a sign-in that the person denied."""
    message = f"The sign-in to {portal.start_url} was denied."
    hint = "Run it again, and select Allow on the page. If it was not your request, leave it denied."
    code = ErrorCode.SSO_SIGN_IN_DENIED
    return error.with_text(message, hint, code) if error else OctoAwsError(code, message, hint=hint)


def expired(portal: Portal, error: OctoAwsError | None = None) -> OctoAwsError:
    """Return the error of a sign-in that was not confirmed in time."""
    message = f"The sign-in to {portal.start_url} was not confirmed in time."
    hint = "Run it again, and confirm the sign-in before the code expires."
    code = ErrorCode.SSO_SIGN_IN_EXPIRED
    return error.with_text(message, hint, code) if error else OctoAwsError(code, message, hint=hint)
