# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account types: the fields of each, and the rules about their combinations."""

from __future__ import annotations

import typing as t
from importlib import import_module

from ...module_utils._errors import ErrorCode, OctoAwsError, closest


class TypeFields(t.NamedTuple):
    """The fields of one account type, besides those that every type has.

    :param required: they decide which identity the account has
    :param deciding: optional fields that decide it as well
    :param is_role_session: whether its credentials are a session of a role, so that its hops are role chaining
    :param may_use_mfa: whether its credentials may be those of an IAM user with an MFA device
    :param check: rejects combinations of values, by field, that no account of the type can have
    :param file: the file of this folder with ``CHECKS``, the checks of single fields, and ``check``; empty for the
        fields that most accounts have. It is imported on first use, since each process compiles the files that it needs
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()
    is_role_session: bool = False
    may_use_mfa: bool = False
    check: t.Callable[[t.Mapping[str, t.Any]], None] | None = None
    file: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """The required fields, then the optional ones."""
        return self.required + self.optional

    def check_all(self, values: t.Mapping[str, t.Any]) -> None:
        """Check the combination of values, by field.

        :raises OctoAwsError: no account of the type can have them
        """
        check = import_module(f".{self.file}", __package__).check if self.file else self.check
        if check:
            check(values)


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
    if values["mfa_process"] and not values["mfa_serial"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "mfa_process needs mfa_serial.",
            hint="Set mfa_serial, or set both in the first item of assume_role.",
        )


_TOKEN_FIELDS = (
    "web_identity_token_source",
    "web_identity_token_file",
    "web_identity_token_variable",
    "web_identity_token_command",
    "web_identity_audience",
    "web_identity_service_connection",
)

_CERTIFICATE_FIELDS = (
    "trust_anchor_arn",
    "profile_arn",
    "certificate",
    "private_key",
    "private_key_file",
    "private_key_passphrase",
    "role_session_name",
)

_VAULT_FIELDS = (
    "vault_namespace",
    "vault_mount",
    "vault_credential_type",
    "vault_ca_cert",
    "vault_auth_method",
    "vault_mount_point",
    "vault_role_id",
    "vault_token",
    "vault_token_file",
    "vault_secret_id",
    "vault_secret_id_file",
    "vault_jwt",
    "vault_jwt_file",
    "vault_cert_auth_public_key",
    "vault_cert_auth_private_key",
    "vault_aws_iam_server_id",
)

TYPES: dict[str, TypeFields] = {
    "access_key": TypeFields(
        required=("access_key", "secret_key"),
        optional=("session_token", "temporary", "mfa_serial", "mfa_process", "key_created", "rotation"),
        may_use_mfa=True,
        check=_check_access_key,
    ),
    "instance_role": TypeFields(),
    "web_identity": TypeFields(
        required=("role_arn",),
        optional=(*_TOKEN_FIELDS, "policy", "policy_arns", "duration_seconds"),
        deciding=_TOKEN_FIELDS,
        is_role_session=True,
        file="web_identity_fields",
    ),
    "profile": TypeFields(required=("profile",), optional=("mfa_process",), may_use_mfa=True),
    "sso": TypeFields(
        required=("sso_start_url", "sso_region", "sso_account_id", "sso_role_name"),
        is_role_session=True,
        file="sso_fields",
    ),
    "roles_anywhere": TypeFields(
        required=("role_arn", *_CERTIFICATE_FIELDS[:3]),
        optional=(*_CERTIFICATE_FIELDS[3:], "duration_seconds"),
        is_role_session=True,
        file="roles_anywhere_fields",
    ),
    "vault": TypeFields(
        required=("vault_url", "vault_role"),
        optional=_VAULT_FIELDS,
        deciding=_VAULT_FIELDS[:3],
        file="vault_fields",
    ),
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


def checks_in_files(others: t.Container[str]) -> dict[str, t.Callable[[t.Any], t.Any]]:
    """Return the checks of the fields that few accounts have.

    :param others: the fields that are checked elsewhere
    """
    # A field of several types is checked in the file of the first one.
    files = {field: fields.file for fields in reversed(TYPES.values()) if fields.file for field in fields.all}
    return {field: _check_in_file(file, field) for field, file in files.items() if field not in others}


def _check_in_file(file: str, field: str) -> t.Callable[[t.Any], t.Any]:
    def check(value: object) -> t.Any:
        checks = import_module(f".{file}", __package__).CHECKS
        return checks[field](value)

    return check
