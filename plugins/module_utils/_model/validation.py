# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: which values the fields of accounts and hops may have.

Ground, above C(_errors). Patterns and lengths are those of the AWS STS API reference and of the IAM user guide (IAM and
STS quotas; ARNs). Every function takes a trimmed, non-empty text and returns it, or raises :class:`OctoAwsError`.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

from .._errors import ErrorCode, OctoAwsError

# Patterns are text: each is compiled when a value is checked with it, and most lookups need two of them.
_ACCESS_KEY = r"[A-Za-z0-9_]{16,128}"
_ACCOUNT_ID = r"[0-9]{12}"
_REGION = r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+"
_ROLE_ARN = r"arn:(aws(?:-[a-z]+)*):iam::([0-9]{12}):role/(?:[\x21-\x7e]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}"
_MFA_SERIAL = r"[A-Za-z0-9_+=/:,.@-]{9,256}"
_TOKEN_CODE = r"[0-9]{6}"


class RoleArn(t.NamedTuple):
    """What the ARN of a role says by itself."""

    partition: str
    account_id: str


def refused(field: str, why: str, hint: str = "") -> OctoAwsError:
    """The error of a value that a field cannot have."""
    return OctoAwsError(ErrorCode.OPTION_INVALID, f"{field} {why}.", hint=hint)


def empty(option: str, hint: str = "") -> OctoAwsError:
    """The error of an option without a value."""
    return refused(
        option, "is empty", f"{hint} Look whether a variable in it has no value, or leave the option out.".strip()
    )


def check_text(field: str, value: str, longest: int, *, spaces: bool = True) -> str:
    """Printable text of at most so many characters."""
    if len(value) > longest:
        raise refused(field, f"has more than {longest:,} characters")
    if not value.isprintable() or (not spaces and " " in value):
        raise refused(field, "holds spaces, line breaks or control characters", "Copy it again, without line breaks.")
    return value


def check_description(value: str) -> str:
    """Text for people, line breaks included, that can be stored as UTF-8."""
    if len(value) > 1_000:
        raise refused("description", "has more than 1,000 characters")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise refused("description", "holds half a character (a surrogate), which cannot be stored") from None
    return value


def check_region(value: str) -> str:
    """An AWS region code such as C(eu-central-1)."""
    if not re.fullmatch(_REGION, value):
        raise refused("region", f"cannot be {value!r:.80}", "It is a region code such as eu-central-1.")
    return value


def check_access_key(value: str) -> str:
    """An access key ID."""
    if not re.fullmatch(_ACCESS_KEY, value):
        # Not quoted: people paste the secret key here.
        raise refused(
            "access_key", "is not an access key ID", "It has 16 to 128 letters and digits: AKIA... or ASIA..."
        )
    return value


def check_account_id(value: str) -> str:
    """The number of an AWS account."""
    if not re.fullmatch(_ACCOUNT_ID, value):
        raise refused("account_id", f"cannot be {value!r:.80}", "It has 12 digits; quote it in YAML: '012345678901'.")
    return value


def check_role_arn(value: str) -> str:
    """The ARN of an IAM role."""
    parse_role_arn(value)
    return value


def parse_role_arn(value: str) -> RoleArn:
    """Partition and AWS account of a role."""
    match = re.fullmatch(_ROLE_ARN, value) if len(value) <= 2_048 else None
    if not match:
        raise refused(
            "role_arn",
            f"cannot be {value!r:.120}",
            "It is the ARN of an IAM role: arn:aws:iam::123456789012:role/NAME, with aws-cn or aws-us-gov in China and "
            "in GovCloud.",
        )
    return RoleArn(match[1], match[2])


def check_mfa_serial(value: str) -> str:
    """A serial number or an ARN of an MFA device."""
    if not re.fullmatch(_MFA_SERIAL, value):
        raise refused(
            "mfa_serial",
            f"cannot be {value!r:.120}",
            "It is the ARN of the user's MFA device, arn:aws:iam::123456789012:mfa/NAME, or the number on a hardware "
            "token.",
        )
    return value


def check_token_code(value: str) -> str:
    """What an MFA device shows."""
    if not re.fullmatch(_TOKEN_CODE, value):
        # Not quoted: it opens doors for a minute.
        raise refused("mfa_token", "is not the code of an MFA device", "It has six digits; quote it in YAML.")
    return value


def check_endpoint_url(value: str) -> str:
    """The URL of an endpoint: scheme, host and port."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    if len(value) > 2_000:
        usable = False
    if not usable or not value.isprintable() or parts.username is not None or parts.query or parts.fragment:
        # Not quoted: it may hold a password.
        raise refused("endpoint_url", "is not an endpoint", "It is https://HOST or http://HOST:PORT, nothing more.")
    return value
