# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account types: the fields of each, and the rules about their combinations."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .vault_fields import OPTIONAL, REQUIRED, check_vault


class TypeFields(t.NamedTuple):
    """The fields of one account type, besides those that every type has.

    :param required: they decide which identity the account has
    :param is_role_session: whether its credentials are a session of a role, so that its hops are role chaining
    :param may_use_mfa: whether its credentials may be those of an IAM user with an MFA device
    :param check: rejects combinations of values, by field, that no account of the type can have
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_role_session: bool = False
    may_use_mfa: bool = False
    check: t.Callable[[t.Mapping[str, t.Any]], None] | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """The required fields, then the optional ones."""
        return self.required + self.optional


def _check_access_key(values: t.Mapping[str, t.Any]) -> None:
    """Reject a temporary key without its token, and options of sessions that need a long-term key."""
    if values["access_key"].startswith("ASIA") and not values["session_token"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"The access key {values['access_key']} is temporary and needs its session_token.",
            hint="Set all three values from AWS, or use the long-term key of an IAM user (AKIA...).",
        )
    if values["temporary"] and values["session_token"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "temporary needs the long-term key of an IAM user, but this access key is already temporary.",
            hint="Remove temporary, or use a long-term key (AKIA...).",
        )
    if values["mfa_serial"] and not values["temporary"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "mfa_serial needs temporary: true.",
            hint="Set temporary: true, or set mfa_serial in the first item of assume_role.",
        )


TYPES: dict[str, TypeFields] = {
    "access_key": TypeFields(
        required=("access_key", "secret_key"),
        optional=("session_token", "temporary", "mfa_serial"),
        may_use_mfa=True,
        check=_check_access_key,
    ),
    "instance_role": TypeFields(),
    "web_identity": TypeFields(required=("role_arn", "web_identity_token_file"), is_role_session=True),
    "profile": TypeFields(required=("profile",), may_use_mfa=True),
    "vault": TypeFields(required=REQUIRED, optional=OPTIONAL, check=check_vault),
}


def fields_of_type(account_type: str) -> TypeFields:
    """Return the fields of a type.

    :raises OctoAwsError: there is no such type
    """
    if account_type not in TYPES:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"type cannot be {account_type!r:.80}.",
            hint=f"Use one of {', '.join(TYPES)}. {closest(account_type, TYPES)}".strip(),
        )
    return TYPES[account_type]
