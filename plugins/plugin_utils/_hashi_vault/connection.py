# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a connection to HashiCorp Vault or OpenBao, and the secrets that it logs in with.

The names are those of ``community.hashi_vault``.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

AUTH_METHODS = ("token", "approle", "jwt", "kubernetes", "aws_iam", "cert")
DEFAULT_METHOD = "token"

_REQUIRED = {
    "approle": ("role_id",),
    "jwt": ("role_id",),
    "kubernetes": ("role_id",),
    "cert": ("cert_auth_public_key", "cert_auth_private_key"),
}
_KUBERNETES_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_TOKEN_FILE = "~/.vault-token"
_LONGEST = 100_000
"""Characters of a secret; far more than any has."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Connection:
    """A service, and how to log in there. Fields that are not set are empty.

    :param url: scheme, host and port
    :param ca_cert: a file of CA certificates in place of those of the system
    :param mount_point: the path of the authentication method, if it is not its default
    :param role_id: the role of the authentication method, by ID or by name
    """

    url: str
    namespace: str = ""
    ca_cert: str = ""
    auth_method: str = DEFAULT_METHOD
    mount_point: str = ""
    role_id: str = ""
    token: str = dataclasses.field(default="", repr=False)
    token_file: str = ""
    secret_id: str = dataclasses.field(default="", repr=False)
    secret_id_file: str = ""
    jwt: str = dataclasses.field(default="", repr=False)
    jwt_file: str = ""
    cert_auth_public_key: str = ""
    cert_auth_private_key: str = ""
    aws_iam_server_id: str = ""

    def check(self, prefix: str) -> None:
        """Reject options that cannot be used together.

        :param prefix: of the options, for messages
        :raises OctoAwsError: names the option
        """
        for field in _REQUIRED.get(self.auth_method, ()):
            if not getattr(self, field):
                raise OctoAwsError(
                    ErrorCode.OPTION_CONFLICT,
                    f"{prefix}auth_method {self.auth_method} needs {prefix}{field}.",
                    hint="Set it, or choose another method.",
                )

    def find_token(self) -> str:
        """Return the Vault token of this user.

        :raises OctoAwsError: there is none
        """
        if not self.token_file and (token := self.token or _variable("TOKEN")):
            return _registered(token)
        path = os.path.expanduser(self.token_file or _TOKEN_FILE)
        if not self.token_file and not os.path.exists(path):
            raise OctoAwsError(
                ErrorCode.VAULT_AUTH_FAILED,
                f"There is no token for Vault at {self.url}.",
                hint=f"Run `vault login` as this user, set VAULT_TOKEN, or choose another auth_method. "
                f"{_TOKEN_FILE} does not exist.",
            )
        return _read(path, "Vault token")

    def find_secret_id(self) -> str:
        """Return the secret ID of an AppRole, or an empty string: a role may need none."""
        if self.secret_id_file:
            return _read(os.path.expanduser(self.secret_id_file), "secret ID")
        return _registered(self.secret_id or _variable("SECRET_ID"))

    def find_jwt(self) -> str:
        """Return the JSON web token."""
        if not self.jwt_file and (jwt := self.jwt or _variable("JWT")):
            return _registered(jwt)
        if not self.jwt_file and self.auth_method == "jwt":
            raise OctoAwsError(
                ErrorCode.VAULT_AUTH_FAILED,
                f"There is no JSON web token for Vault at {self.url}.",
                hint="Set jwt_file (vault_jwt_file of an account), or the variable ANSIBLE_HASHI_VAULT_JWT.",
            )
        return _read(os.path.expanduser(self.jwt_file or _KUBERNETES_TOKEN), "JSON web token")


def _variable(name: str) -> str:
    """Return the value of the first variable that is set, of those that ``community.hashi_vault`` and Vault read."""
    values = (os.environ.get(prefix + name, "").strip() for prefix in ("ANSIBLE_HASHI_VAULT_", "VAULT_"))
    return next(filter(None, values), "")


def _read(path: str, label: str) -> str:
    """Read a secret from a file, each time that it is used: it may be short-lived."""
    try:
        with open(path, encoding="ascii") as file:
            value = file.read(_LONGEST + 1).strip()
        problem = "" if value and value.isprintable() and len(value) <= _LONGEST else f"it contains no {label}"
    except OSError as error:
        problem = str(error.strerror)
    except ValueError:
        problem = f"it contains no {label}"
    if problem:
        raise OctoAwsError(
            ErrorCode.VAULT_AUTH_FAILED,
            f"Cannot read the {label} for Vault from {path}: {problem}.",
            hint="Check the path, and that this user may read the file.",
        )
    return _registered(value)


def _registered(value: str) -> str:
    register([value])
    return value


def connection_of(values: t.Mapping[str, t.Any], prefix: str = "") -> Connection:
    """Return the connection of options.

    :param prefix: of the names of the options
    """
    names = [field.name for field in dataclasses.fields(Connection)]
    given = {name: str(values[prefix + name]) for name in names if values.get(prefix + name)}
    return Connection(**{"url": "", **given})
