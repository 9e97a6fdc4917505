# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get an access token: a cached one, a refreshed one, or the token of a new sign-in, for one process at a time."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .oidc import AUTHORIZATION_CODE, DEVICE_CODE, OidcClient
from .sign_in import SignInCache

if t.TYPE_CHECKING:
    from .portal import Access, Portal, SignIn

Result = t.TypeVar("Result")

_in_memory: dict[str, SignIn] = {}
"""The sign-ins of this process, by portal and endpoints."""


def with_token(portal: Portal, access: Access, request: t.Callable[[str], Result]) -> Result:
    """Return the result of a request with an access token.

    A token can end early, such as by a sign-out in the portal. Then it is replaced once.

    :raises OctoAwsError: there is no token, or the request failed
    """
    token = access_token(portal, access)
    try:
        return request(token)
    except OctoAwsError as error:
        if not error.is_refusal("UnauthorizedException"):
            raise
    return request(access_token(portal, access, refused=token))


def access_token(portal: Portal, access: Access, *, refused: str = "") -> str:
    """Return an access token for the portal.

    :param refused: an access token that AWS refused
    :raises OctoAwsError: a person has to sign in, and there is no terminal; or the sign-in failed
    """
    memory = repr(portal.made_by)
    known = _in_memory.get(memory)
    if known and known.is_usable(refused):
        return known.access_token
    cache = _cache_of(portal, access)
    if cache and (found := cache.read()):
        known = found
        if known.is_usable(refused):
            _in_memory[memory] = known
            return known.access_token
    if not cache:
        sign_in = _new(portal, access, known, refused, lambda sign_in: None)
    else:
        with cache.locked(cache.seal) as lock:
            before, known = known, cache.read() or known
            # A token from the process that this one waited for is as new as can be, however short it lasts.
            is_new = known != before
            if known and (known.is_usable(refused) or (is_new and _is_valid_still(known, refused))):
                sign_in = known
            else:
                lock.raise_shared_failure()
                try:
                    sign_in = _new(portal, access, known, refused, cache.write)
                except OctoAwsError as error:
                    if error.code is not ErrorCode.SSO_SIGN_IN_REQUIRED:
                        # A process that waits can have a terminal.
                        lock.share_failure(error)
                    raise
    register(sign_in.secrets)
    _in_memory[memory] = sign_in
    return sign_in.access_token


def _cache_of(portal: Portal, access: Access) -> SignInCache | None:
    if not access.session_cache:
        return None
    try:
        return SignInCache(access.session_cache, portal, access.warn)
    except OSError as error:
        access.warn(
            f"Ignoring the session cache {access.session_cache} for the sign-in to {portal.start_url}: "
            f"{error.strerror or type(error).__name__}."
        )
        return None


def _new(
    portal: Portal,
    access: Access,
    known: SignIn | None,
    refused: str,
    write: t.Callable[[SignIn], None],
) -> SignIn:
    """Refresh the known sign-in, or sign in again."""
    client = OidcClient(portal)
    if known:
        try:
            refreshed = client.refreshed(known)
        except OctoAwsError:
            if not _is_valid_still(known, refused):
                raise
            return known  # it can be refreshed later
        if refreshed:
            write(refreshed)
            return refreshed
        if _is_valid_still(known, refused):
            return known
    show = access.show
    if not show or not show(f"Signing in to {portal.start_url} (IAM Identity Center in {portal.region})"):
        raise _required(portal, access)
    from .browser import has_browser, sign_in_with_browser
    from .device import sign_in_with_device

    way, start = (AUTHORIZATION_CODE, sign_in_with_browser) if has_browser() else (DEVICE_CODE, sign_in_with_device)
    registration = known.registration if known else None
    if registration and (registration.way != way or not registration.is_usable()):
        registration = None
    sign_in = start(client, portal, registration, show)
    write(sign_in)
    return sign_in


def _is_valid_still(sign_in: SignIn, refused: str) -> bool:
    return dataclasses.replace(sign_in, refresh_token="").is_usable(refused)


def _required(portal: Portal, access: Access) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.SSO_SIGN_IN_REQUIRED,
        f"A person has to sign in to {portal.start_url}, and there is no terminal for it.",
        hint=f"Run `{access.command}` at a terminal, as this user on this machine, with the same session_cache. In AWX "
        "and CI, where no person can sign in, use another type, such as web_identity.",
    )
