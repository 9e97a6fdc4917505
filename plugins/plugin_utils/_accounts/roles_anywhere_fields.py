# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of accounts of IAM Roles Anywhere. Only these accounts load this file."""

from __future__ import annotations

import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_text, parse_role_arn, refused

PEM = "-----BEGIN "

_LONGEST_PEM = 60_000
"""Characters of a certificate with its chain, or of a key."""

_ARN = (
    r"arn:(aws(?:-[a-z]+)*):rolesanywhere:([a-z]{2,}(?:-[a-z]+)+-[0-9]+):([0-9]{12}):%s/"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_KINDS = {"trust_anchor_arn": "trust-anchor", "profile_arn": "profile"}


class Place(t.NamedTuple):
    """The place of a trust anchor or a profile."""

    partition: str
    region: str
    account_id: str


def place_of(field: str, arn: str) -> Place:
    """Return the place in the ARN of a trust anchor or a profile.

    :param field: ``trust_anchor_arn`` or ``profile_arn``
    :raises OctoAwsError: it is another ARN
    """
    kind = _KINDS[field]
    match = re.fullmatch(_ARN % kind, arn)
    if not match:
        raise refused(
            field,
            f"cannot be {arn!r:.160}",
            f"Use the ARN of a {kind.replace('-', ' ')} of IAM Roles Anywhere: "
            f"arn:aws:rolesanywhere:REGION:ACCOUNT:{kind}/ID.",
        )
    return Place(match[1], match[2], match[3])


def check(values: t.Mapping[str, t.Any]) -> None:
    """Reject ARNs that AWS never accepts together, and two private keys.

    Trust anchor and profile are of one region, and all three ARNs are of one AWS account (IAM Roles Anywhere user
    guide, "Trust model").
    """
    anchor, profile = (place_of(field, values[field]) for field in _KINDS)
    role = parse_role_arn(values["role_arn"])
    account = {"partition": role.partition, "AWS account": role.account_id}
    pairs = [
        ("region", "trust_anchor_arn", anchor.region, "profile_arn", profile.region),
        ("partition", "trust_anchor_arn", anchor.partition, "profile_arn", profile.partition),
        ("AWS account", "trust_anchor_arn", anchor.account_id, "profile_arn", profile.account_id),
        ("partition", "profile_arn", profile.partition, "role_arn", account["partition"]),
        ("AWS account", "profile_arn", profile.account_id, "role_arn", account["AWS account"]),
    ]
    for what, first, its, second, other in pairs:
        if its != other:
            raise OctoAwsError(
                ErrorCode.ROLES_ANYWHERE_MISMATCH,
                f"{first} and {second} must have the same {what}, but have {its} and {other}.",
                hint="Copy the ARNs again. Trust anchor and profile belong to one region, and both and the role to one "
                "AWS account. For a role of another account, use assume_role.",
            )
    if values["private_key"] and values["private_key_file"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "private_key and private_key_file cannot be set together.",
            hint="Remove one of them: set it to an empty string if it is stored.",
        )


def _check_certificate(value: str) -> str:
    if not value.startswith(PEM):
        if "\n" in value:
            raise refused(
                "certificate",
                "is neither a path nor a certificate in PEM format",
                "Use a path on the controller, or text that starts with -----BEGIN CERTIFICATE-----.",
            )
        return check_text("certificate", value, 4_000)
    if "PRIVATE KEY-----" in value:
        # Not quoted, and not stored here: certificates are shown.
        raise refused("certificate", "contains a private key", "Move the key to private_key, or use a path.")
    return _check_pem("certificate", value, f"{PEM}CERTIFICATE-----")


def _check_private_key(value: str) -> str:
    if not re.match(rf"{PEM}(?:[A-Z]+ )?PRIVATE KEY-----", value):
        # Not quoted: it may be the key in another format.
        raise refused(
            "private_key",
            "is not a private key in PEM format",
            "Use text that starts with -----BEGIN PRIVATE KEY-----. For a file, set private_key_file.",
        )
    return _check_pem("private_key", value, PEM)


def _check_pem(field: str, value: str, start: str) -> str:
    if len(value) > _LONGEST_PEM:
        raise refused(field, f"has more than {_LONGEST_PEM:,} characters")
    if not value.startswith(start) or not value.isascii() or "\n" not in value:
        raise refused(field, "is not in PEM format", "Copy all lines, with their line breaks.")
    return value


def _check_session_name(value: str) -> str:
    from ...module_utils._model.hop import check_option

    name: str = check_option("role_session_name", value)
    return name


def _check_arn(field: str) -> t.Callable[[str], str]:
    def check(value: str) -> str:
        place_of(field, value)
        return value

    return check


CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    **{field: _check_arn(field) for field in _KINDS},
    "certificate": _check_certificate,
    "private_key": _check_private_key,
    "private_key_file": lambda value: check_text("private_key_file", value, 4_000),
    "private_key_passphrase": lambda value: check_text("private_key_passphrase", value, 1_000),
    "role_session_name": _check_session_name,
}
