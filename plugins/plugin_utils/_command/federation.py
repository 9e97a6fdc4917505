# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links that sign in to the AWS console (IAM user guide, "Enable custom identity broker access to the AWS console")."""

from __future__ import annotations

import json
import os
import re
import time
import typing as t
from urllib.parse import urlencode

from ...module_utils._aws.botocore import missing_botocore
from ...module_utils._aws.response_limits import BoundedSession
from ...module_utils._aws.sts import check_partition, federation_token
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import refused
from ...module_utils._secrecy import register, without_password

if t.TYPE_CHECKING:
    from ...module_utils._aws.endpoint import Endpoint
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity

ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_SIGNIN"
"""The service-specific endpoint of the sign-in service (AWS SDKs and Tools reference guide)."""

_CONSOLES = {
    "aws": ("https://signin.aws.amazon.com", "https://console.aws.amazon.com"),
    "aws-cn": ("https://signin.amazonaws.cn", "https://console.amazonaws.cn"),
    "aws-us-gov": ("https://signin.amazonaws-us-gov.com", "https://console.amazonaws-us-gov.com"),
}
"""The addresses of the sign-in service and of the console, by partition."""

_ALLOW_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
"""The session policy of GetFederationToken. What the user may not do, the session may not do, either."""

_SECONDS = 10.0
"""For one attempt."""
_PAUSES = (1.0, 2.0)
"""Seconds between attempts."""
_LARGEST = 64 * 1024
"""Bytes of a response."""
_SERVICE = re.compile(r"[a-z0-9-]{1,60}")
_LONGEST_NAME = 32
_SHORTEST_NAME = 2
_UNSAFE = re.compile(r"[^\w+=,.@-]", re.ASCII)


def check_service(service: str) -> str:
    """Return the name of a service, as it is in addresses of the console.

    :raises OctoAwsError: it cannot be one
    """
    if service and not _SERVICE.fullmatch(service):
        raise refused("service", f"cannot be {service!r:.80}", "Write it as in the address of the console: s3.")
    return service


def console_link(
    credentials: Credentials, identity: Identity, endpoint: Endpoint, *, service: str, subject: str
) -> str:
    """Return a link that signs in to the AWS console with credentials. It is valid for 15 minutes.

    :param endpoint: of STS, where keys of a user are exchanged for a session
    :param service: the service to open; empty for the home page
    :param subject: names the account in errors
    :raises OctoAwsError: the console does not accept these credentials
    """
    if identity.partition not in _CONSOLES:
        raise OctoAwsError(
            ErrorCode.CONSOLE_PARTITION_UNKNOWN,
            f"{subject} is in the partition {identity.partition}. The sign-in address of its console is not known.",
            hint=f"There are links for the partitions {', '.join(_CONSOLES)}.",
        )
    check_partition(identity, credentials.region, subject)
    sign_in, console = _CONSOLES[identity.partition]
    address = f"{(os.environ.get(ENDPOINT_VARIABLE) or sign_in).rstrip('/')}/federation"
    token = _sign_in_token(_session_for(credentials, identity, endpoint, subject), address, subject)
    query = f"?{urlencode({'region': credentials.region})}" if credentials.region else ""
    destination = f"{console}/{service or 'console'}/home{query}"
    return f"{address}?{urlencode({'Action': 'login', 'Destination': destination, 'SigninToken': token})}"


def _session_for(credentials: Credentials, identity: Identity, endpoint: Endpoint, subject: str) -> Credentials:
    """Return a session that the console accepts: of a role, or of a federated user."""
    kind, _slash, path = identity.arn.split(":", 5)[5].partition("/")
    if kind == "root":
        raise _unsuitable(subject, "is the root user", "Do not use keys of the root user. Use a role or an IAM user.")
    if kind != "user":
        return credentials
    if credentials.session_token:
        raise _unsuitable(
            subject,
            f"has a session of the user {path}, from GetSessionToken",
            "Add a role to the account with assume_role, or use an account with the keys of the user.",
        )
    name = _UNSAFE.sub("-", path.rpartition("/")[2])[:_LONGEST_NAME]
    name = name if len(name) >= _SHORTEST_NAME else f"octo-aws-{name}"
    try:
        session = federation_token(credentials, endpoint, name=name, policy=_ALLOW_ALL)
    except OctoAwsError as error:
        if error.code != ErrorCode.ACCESS_DENIED:
            raise
        hint = (
            f"The console needs a session. Allow the user {path} the action sts:GetFederationToken, or add a role to "
            "the account with assume_role."
        )
        raise error.with_text(error.message, hint) from None
    register(session.secrets)
    return session


def _unsuitable(subject: str, reason: str, hint: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.CONSOLE_SESSION_UNSUITABLE,
        f"{subject} {reason}, with which AWS allows no sign-in to the console by a link.",
        hint=hint,
    )


def _sign_in_token(session: Credentials, address: str, subject: str) -> str:
    keys = {
        "sessionId": session.access_key,
        "sessionKey": session.secret_key,
        "sessionToken": session.session_token,
    }
    # Not in the address, which proxies log. Without SessionDuration, which AWS rejects for hops after a role, the
    # session of the console ends with this one.
    body = urlencode({"Action": "getSigninToken", "Session": json.dumps(keys, separators=(",", ":"))}).encode()
    for pause in (*_PAUSES, None):
        status, content = _post(address, body)
        if not (status in (0, 429) or status >= 500) or pause is None:
            break
        time.sleep(pause)
    if status != 200:
        what = f"responded with the status {status}" if status else "sent no complete response"
        raise _failed(address, what, subject)
    try:
        token = json.loads(content)["SigninToken"]
    except (ValueError, KeyError, TypeError, RecursionError):
        token = None
    if not isinstance(token, str) or not token.isprintable() or not token:
        raise _failed(address, "sent no sign-in token", subject)
    register([token])
    return token


def _post(address: str, body: bytes) -> tuple[int, bytes]:
    """Return status and content of the response; the status 0 without a complete response."""
    try:
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError, SSLError
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies
    except ImportError:
        raise missing_botocore() from None

    headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "octo.aws"}
    plain = URLLib3Session(
        verify=os.environ.get("AWS_CA_BUNDLE") or True, timeout=_SECONDS, proxies=get_environ_proxies(address)
    )
    try:
        # A session of botocore follows no redirects.
        request = AWSRequest(method="POST", url=address, headers=headers, data=body).prepare()
        response = BoundedSession(plain, _SECONDS, largest=_LARGEST).send(request)
    except SSLError:
        raise OctoAwsError(
            ErrorCode.TLS_FAILED,
            f"The TLS certificate could not be verified (endpoint: {without_password(address)}).",
            hint="If a proxy has its own certificate authority, set AWS_CA_BUNDLE to its certificates (PEM).",
        ) from None
    except (BotoCoreError, ValueError):
        return 0, b""
    return int(response.status_code), bytes(response.content)


def _failed(address: str, what: str, subject: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.CONSOLE_SIGN_IN_FAILED,
        f"{subject}: the sign-in service of the AWS console at {without_password(address)} {what}.",
        hint="Check that the session is valid, the network, the proxy, and AWS_ENDPOINT_URL_SIGNIN.",
    )
