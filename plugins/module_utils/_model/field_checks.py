# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate values of the fields of accounts and hops.

Patterns and lengths are those of the AWS STS API reference and the IAM user guide (IAM and STS quotas; ARNs). Every
``check_...`` takes trimmed, non-empty text and returns it, or raises :class:`OctoAwsError`.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

from .._errors import ErrorCode, OctoAwsError

# Patterns are not compiled here: most lookups need only two of them.
_ACCESS_KEY = r"[A-Za-z0-9_]{16,128}"
_ACCOUNT_ID = r"[0-9]{12}"
_REGION = r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+"
_ROLE_ARN = r"arn:(aws(?:-[a-z]+)*):iam::([0-9]{12}):role/(?:[\x21-\x7e]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}"
_MFA_SERIAL = r"[A-Za-z0-9_+=/:,.@-]{9,256}"
_TOKEN_CODE = r"[0-9]{6}"


_MOST_ARGUMENTS = 100
_MOST_ACCOUNTS = 100


class RoleArn(t.NamedTuple):
    """The partition and the AWS account in the ARN of a role."""

    partition: str
    account_id: str


def refused(field: str, problem: str, hint: str = "") -> OctoAwsError:
    """Return the error of an invalid value."""
    return OctoAwsError(ErrorCode.OPTION_INVALID, f"{field} {problem}.", hint=hint)


def empty(option: str, hint: str = "") -> OctoAwsError:
    """Return the error of an option without a value."""
    return refused(option, "is empty", f"{hint} Check for a variable without a value, or remove the option.".strip())


def check_text(field: str, value: str, longest: int, *, spaces: bool = True) -> str:
    """Check the length of text, and that it is printable."""
    if len(value) > longest:
        raise refused(field, f"has more than {longest:,} characters")
    if not value.isprintable() or (not spaces and " " in value):
        raise refused(field, "contains spaces, line breaks or control characters", "Copy it again as a single line.")
    return value


def check_description(value: str) -> str:
    """Check a description, which may have line breaks, and must be valid in UTF-8."""
    if len(value) > 1_000:
        raise refused("description", "has more than 1,000 characters")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise refused("description", "contains a character that is not valid in UTF-8 (a surrogate)") from None
    return value


def check_region(value: str, field: str = "region") -> str:
    """Check a region code such as ``eu-central-1``."""
    if not re.fullmatch(_REGION, value):
        raise refused(field, f"cannot be {value!r:.80}", "Use a region code such as eu-central-1.")
    return value


def check_access_key(value: str) -> str:
    """Check an access key ID."""
    if not re.fullmatch(_ACCESS_KEY, value):
        # Not quoted: it may be the secret key, pasted by mistake.
        raise refused("access_key", "is not an access key ID", "Use 16 to 128 letters and digits: AKIA... or ASIA...")
    return value


def check_account_id(value: str, field: str = "account_id") -> str:
    """Check an AWS account ID."""
    if not re.fullmatch(_ACCOUNT_ID, value):
        raise refused(field, f"cannot be {value!r:.80}", "Use 12 digits, in quotes in YAML: '012345678901'.")
    return value


def check_account_ids(value: object) -> str | tuple[str, ...]:
    """Check an AWS account ID, or a list of those that are right. A list with one is the one."""
    items = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(items) > _MOST_ACCOUNTS or any(isinstance(item, (bool, dict, list, tuple)) for item in items):
        raise refused(
            "account_id",
            f"is neither text nor a list of at most {_MOST_ACCOUNTS} texts",
            "Use 12 digits for each AWS account, in quotes in YAML: ['012345678901', '123456789012'].",
        )
    # YAML reads digits without quotes as a number.
    ids = tuple(dict.fromkeys(check_account_id(str(item).strip()) for item in items))
    return ids[0] if len(ids) == 1 else ids


def check_role_arn(value: str, field: str = "role_arn") -> str:
    """Check the ARN of an IAM role."""
    parse_role_arn(value, field)
    return value


def parse_role_arn(value: str, field: str = "role_arn") -> RoleArn:
    """Return the partition and the AWS account of a role."""
    match = re.fullmatch(_ROLE_ARN, value) if len(value) <= 2_048 else None
    if not match:
        raise refused(
            field,
            f"cannot be {value!r:.120}",
            "Use the ARN of an IAM role: arn:aws:iam::123456789012:role/NAME, with aws-cn in China and aws-us-gov in "
            "GovCloud.",
        )
    return RoleArn(match[1], match[2])


def check_mfa_serial(value: str) -> str:
    """Check the serial number or the ARN of an MFA device."""
    if not re.fullmatch(_MFA_SERIAL, value):
        raise refused(
            "mfa_serial",
            f"cannot be {value!r:.120}",
            "Use the ARN of the MFA device of the user, arn:aws:iam::123456789012:mfa/NAME, or the serial number of a "
            "hardware device.",
        )
    return value


def check_token_code(value: str) -> str:
    """Check an MFA code."""
    if not re.fullmatch(_TOKEN_CODE, value):
        # Not quoted: it is valid for a minute.
        raise refused("mfa_token", "is not an MFA code", "Use six digits, in quotes in YAML.")
    return value


def check_endpoint_url(value: str) -> str:
    """Check the URL of an endpoint: scheme, host and port."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    if len(value) > 2_000:
        usable = False
    if not usable or not value.isprintable() or parts.username is not None or parts.query or parts.fragment:
        # Not quoted: it may contain a password.
        raise refused("endpoint_url", "is not an endpoint", "Use https://HOST or http://HOST:PORT.")
    return value


def check_command(option: str, value: object) -> tuple[str, ...]:
    """Check a program and its arguments.

    :param option: names the command in errors, which do not quote arguments
    """
    items = list(value) if isinstance(value, (list, tuple)) else []
    if not items or len(items) > _MOST_ARGUMENTS or not all(isinstance(item, str) for item in items):
        raise refused(
            option,
            f"is not a list of 1 to {_MOST_ARGUMENTS} texts",
            "Write the program and each of its arguments as one item. There is no shell.",
        )
    if not items[0].strip() or any("\0" in item or len(item) > 4_000 for item in items):
        raise refused(option, "has no program, or an argument that is too long or has a null character")
    return tuple(items)
