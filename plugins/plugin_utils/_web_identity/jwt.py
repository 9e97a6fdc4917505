# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a web identity token before it is sent to AWS. Its signature is checked by AWS only."""

from __future__ import annotations

import base64
import datetime
import json
import math
import re
import typing as t

from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError

_PART = re.compile(r"[A-Za-z0-9_-]+")


def check_token(token: str, audience: str, label: str) -> None:
    """Reject a token that AWS cannot accept (RFC 7519, sections 4.1.3 to 4.1.5). No part of it is quoted but its
    audience.

    :param audience: the audience that it must have; empty for any
    :param label: names the token in errors
    :raises OctoAwsError: it is no JWT, has expired, is not valid yet, or has another audience
    """
    claims = _claims_of(token, label)
    expires, begins = (_moment(claims, claim, label) for claim in ("exp", "nbf"))
    moment = now().timestamp()
    if expires is not None and moment > expires + CLOCK_TOLERANCE:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_EXPIRED,
            f"{label} expired{_at(expires)}.",
            hint="Request a new token shortly before the play, or let the collection request it "
            "(web_identity_token_source). If it is new, correct the clock of this machine.",
        )
    if begins is not None and moment < begins - CLOCK_TOLERANCE:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_INVALID,
            f"{label} is not valid yet, but only from a later time on{_at(begins)}.",
            hint="Correct the clock of this machine.",
        )
    audiences = claims.get("aud")
    found = [audiences] if isinstance(audiences, str) else audiences if isinstance(audiences, list) else []
    if audience and audience not in found:
        names = ", ".join(repr(name)[:120] for name in found[:3]) or "no audience"
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_AUDIENCE_WRONG,
            f"{label} is for {names}, not for {audience!r}.",
            hint="Request the token with this audience, or correct web_identity_audience. The identity provider in IAM "
            "must list the audience, too.",
        )


def _claims_of(token: str, label: str) -> dict[str, t.Any]:
    """Return the claims of a signed token in compact form (RFC 7515, section 7.1)."""
    parts = token.split(".")
    claims = None
    if len(parts) == 3 and all(map(_PART.fullmatch, parts)):
        header, claims = (_object(part) for part in parts[:2])
        if header is None:
            claims = None
    if claims is None:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_INVALID,
            f"{label} is not a JSON Web Token (JWT).",
            hint="AWS accepts signed ID tokens of OpenID Connect: three parts with dots between them. Check that the "
            "source has the token alone, without JSON or a prefix such as Bearer.",
        )
    return claims


def _object(part: str) -> dict[str, t.Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _moment(claims: t.Mapping[str, t.Any], claim: str, label: str) -> float | None:
    """Return the time in a claim, in seconds; ``None`` if the token has no such claim."""
    value = claims.get(claim)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_INVALID,
            f"The claim {claim} of the token is not a time. {label} cannot be used.",
            hint="Check the program or the service that issues the token.",
        )
    return float(value)


def _at(seconds: float) -> str:
    try:
        moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (OverflowError, OSError, ValueError):
        return ""
    return f" ({moment.isoformat(timespec='seconds')})"
