# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of accounts of type ``vault``, and the values that they may have."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import closest
from ...module_utils._model.field_checks import check_endpoint_url, check_text, refused

CREDENTIAL_TYPES = ("assumed_role", "iam_user", "federation_token", "static")
DEFAULT_CREDENTIAL_TYPE = "assumed_role"
DEFAULT_MOUNT = "aws"

_SECRETS = ("vault_token", "vault_secret_id", "vault_jwt")
_TEXTS = (
    "vault_namespace",
    "vault_mount",
    "vault_role",
    "vault_ca_cert",
    "vault_mount_point",
    "vault_role_id",
    "vault_token_file",
    "vault_secret_id_file",
    "vault_jwt_file",
    "vault_cert_auth_public_key",
    "vault_cert_auth_private_key",
    "vault_aws_iam_server_id",
)
_PATHS = ("vault_mount", "vault_mount_point", "vault_role")
_LONGEST, _LONGEST_SECRET = 1_000, 32_000

Check = t.Callable[[str], str]


def _text(field: str) -> Check:
    def check_value(value: str) -> str:
        check_text(field, value, _LONGEST)
        if field in _PATHS and (set(value) & set("?#%\\ ") or not all(part.strip(".") for part in value.split("/"))):
            raise refused(field, f"cannot be {value!r:.80}", "Use a name or a path such as team/aws.")
        return value

    return check_value


def _secret(field: str) -> Check:
    return lambda value: check_text(field, value, _LONGEST_SECRET, spaces=False)


def _one_of(field: str, choices: t.Sequence[str]) -> Check:
    def check_value(value: str) -> str:
        if value not in choices:
            hint = f"Use one of {', '.join(choices)}. {closest(value, choices)}".strip()
            raise refused(field, f"cannot be {value!r:.80}", hint)
        return value

    return check_value


def _url(value: str) -> str:
    try:
        return check_endpoint_url(value)
    except Exception:
        raise refused("vault_url", "is not an address of Vault", "Use https://HOST:8200.") from None


def _method(value: str) -> str:
    from .._hashi_vault.connection import AUTH_METHODS

    return _one_of("vault_auth_method", AUTH_METHODS)(value)


CHECKS: dict[str, Check] = {
    "vault_url": _url,
    "vault_credential_type": _one_of("vault_credential_type", CREDENTIAL_TYPES),
    "vault_auth_method": _method,
    **{field: _text(field) for field in _TEXTS},
    **{field: _secret(field) for field in _SECRETS},
}


def check(values: t.Mapping[str, t.Any]) -> None:
    """Reject options of the login that cannot be used together."""
    from .._hashi_vault.connection import connection_of

    connection_of(values, "vault_").check("vault_")
