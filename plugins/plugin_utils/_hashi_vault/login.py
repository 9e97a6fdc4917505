# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The authentication methods: each gets a token from the service, by ``hvac``."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.botocore import DEFAULT_REGION, shell_session
from ...module_utils._aws.errors import retry_throttled
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

if t.TYPE_CHECKING:
    from .connection import Connection


def log_in(client: t.Any, connection: Connection, send: t.Callable[[t.Callable[[], t.Any]], t.Any]) -> list[str]:
    """Log in, so that the client has a token. Return the secrets that were sent.

    :param client: of ``hvac``
    :param send: sends one request, and explains its failure
    """
    if connection.auth_method == "token":
        client.token = connection.find_token()
        return [client.token]
    secrets, request = _METHODS[connection.auth_method](client, connection)
    response = send(request)
    auth = response.get("auth") if isinstance(response, dict) else None
    token = auth.get("client_token") if isinstance(auth, dict) else None
    if not isinstance(token, str) or not token or not token.isprintable():
        raise OctoAwsError(
            ErrorCode.VAULT_ANSWER_INVALID,
            f"The login at {connection.url} returned no token.",
            hint="Check the address: the response did not come from Vault or OpenBao.",
        )
    register([token])
    client.token = token
    return [*secrets, token]


_Login = tuple[list[str], t.Callable[[], t.Any]]


def _post(client: t.Any, connection: Connection, default: str, **body: str) -> t.Callable[[], t.Any]:
    path = f"/v1/auth/{connection.mount_point or default}/login"
    return lambda: client.adapter.post(path, json={name: value for name, value in body.items() if value})


def _approle(client: t.Any, connection: Connection) -> _Login:
    secret = connection.find_secret_id()
    return [secret], _post(client, connection, "approle", role_id=connection.role_id, secret_id=secret)


def _jwt(client: t.Any, connection: Connection) -> _Login:
    token = connection.find_jwt()
    return [token], _post(client, connection, connection.auth_method, role=connection.role_id, jwt=token)


def _cert(client: t.Any, connection: Connection) -> _Login:
    # The session of the client has the certificate.
    return [], _post(client, connection, "cert", name=connection.role_id)


def _aws_iam(client: t.Any, connection: Connection) -> _Login:
    """Send a signed GetCallerIdentity request, which Vault forwards to STS. The secret key stays here."""
    session = shell_session("")
    credentials = session.get_credentials()
    keys = retry_throttled(credentials.get_frozen_credentials) if credentials else None
    if keys is None:
        raise OctoAwsError(
            ErrorCode.VAULT_AUTH_FAILED,
            "The authentication method aws_iam needs AWS credentials on the controller, and there are none.",
            hint="Attach an IAM role to the controller, or choose another auth_method.",
        )
    secrets = [secret for secret in (keys.secret_key, keys.token) if secret]
    register(secrets)
    return secrets, lambda: client.auth.aws.iam_login(
        keys.access_key,
        keys.secret_key,
        session_token=keys.token,
        header_value=connection.aws_iam_server_id or None,
        role=connection.role_id or None,
        use_token=False,
        region=session.get_config_variable("region") or DEFAULT_REGION,
        mount_point=connection.mount_point or "aws",
    )


_METHODS: dict[str, t.Callable[[t.Any, Connection], _Login]] = {
    "approle": _approle,
    "jwt": _jwt,
    "kubernetes": _jwt,
    "aws_iam": _aws_iam,
    "cert": _cert,
}
"""Returns the secrets that a login sends, and sends it."""
