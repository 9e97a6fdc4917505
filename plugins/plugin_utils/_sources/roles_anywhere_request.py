# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CreateSession of IAM Roles Anywhere, which botocore does not have.

The library of AWS, ``iam-rolesanywhere-session``, signs the request. botocore sends it, with the endpoint, proxies, CA
certificates and limits of all other requests: the session of the library has no timeout, and ignores
``AWS_ENDPOINT_URL``, proxies and CA bundles.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
import time
import typing as t

from ...module_utils._aws.botocore import isolated_session, make_client
from ...module_utils._aws.error_codes import CLOCK_SKEWED
from ...module_utils._aws.errors import explain, retry_throttled
from ...module_utils._aws.sts import parse_session
from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import redact, register, without_password
from .._accounts.roles_anywhere_fields import place_of

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .client_certificate import ClientCertificate
    from .protocol import FetchOptions

_SERVICE = "rolesanywhere"

# Seconds, as for STS.
_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10

_PAUSES = (0.5, 1.5)
"""Seconds between attempts, after failures that soon pass."""

_LONGEST_QUOTE = 200

_HINTS = (
    (r"revoked", "The certificate was revoked: request a new one."),
    (r"expired|not yet valid", "Renew the certificate, and check the clock of this machine."),
    (r"duration", "Lower duration_seconds, or raise the session durations of the profile and the role."),
    (r"session ?name", "Remove role_session_name, or allow custom session names in the profile."),
    (r"disabled", "Enable the trust anchor and the profile in the IAM Roles Anywhere console."),
    (
        r"untrusted|certificate|chain",
        "Check that trust_anchor_arn is that of the CA of the certificate, and add intermediate certificates to "
        "certificate.",
    ),
)
"""Words of messages, in this order, and their solutions."""

_REFUSED_HINT = (
    "Check that trust anchor, profile and role exist and are enabled, that the profile lists the role, and that the "
    "trust policy of the role allows rolesanywhere.amazonaws.com with this trust anchor and subject."
)


def create_session(account: Account, certificate: ClientCertificate, options: FetchOptions) -> Credentials:
    """Return a session of the role (IAM Roles Anywhere user guide, "CreateSession").

    :raises OctoAwsError: the request failed
    """
    region = place_of("trust_anchor_arn", account.trust_anchor_arn).region
    signer = _signer(certificate, region)
    client = make_client(
        isolated_session(),
        _SERVICE,
        region,
        None,
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        attempts=1,
        signed=False,
        bounded=True,
        verify=(account.ca_bundle or None) if account.validate_certs else False,
    )
    body = {
        "trustAnchorArn": account.trust_anchor_arn,
        "profileArn": account.profile_arn,
        "roleArn": account.role_arn,
        "durationSeconds": options.duration_seconds or account.duration_seconds,
        "roleSessionName": account.role_session_name,
    }
    text = json.dumps({name: value for name, value in body.items() if value})
    # Before the request: for AWS, the session starts with its response.
    began = now()
    response = retry_throttled(lambda: _send(client, signer, text, account.secrets))
    label = f"IAM Roles Anywhere at {without_password(client.meta.endpoint_url)}"
    return parse_session(_as_of_sts(response), label, began, account.role_arn)


def _signer(certificate: ClientCertificate, region: str) -> t.Any:
    try:
        from iam_rolesanywhere_session import IAMRolesAnywhereSigner
    except ImportError:
        raise OctoAwsError(
            ErrorCode.REQUIREMENT_MISSING,
            f"The Python library iam-rolesanywhere-session is not installed for {sys.executable}.",
            hint=f"Run `{sys.executable} -m pip install 'iam-rolesanywhere-session>=3'`.",
        ) from None
    from cryptography.hazmat.primitives import serialization

    class Signer(IAMRolesAnywhereSigner):  # type: ignore[misc,unused-ignore]
        """The signer, with the name of the algorithm that it uses.

        Version 3.0.0 takes the hash in the name from the signature of the CA, but always signs with SHA-256: AWS would
        refuse each certificate that was signed with SHA-384 or SHA-512.
        """

        @property
        def algorithm(self) -> str:
            return f"AWS4-X509-{self.private_key_type}-SHA256"

    pem = serialization.Encoding.PEM
    return Signer(
        certificate=certificate.certificate.public_bytes(pem),
        private_key=certificate.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate_chain=b"".join(other.public_bytes(pem) for other in certificate.chain) or None,
        region=region,
        service_name=_SERVICE,
    )


def _send(client: t.Any, signer: t.Any, text: str, secrets: list[str]) -> t.Any:
    for pause in (*_PAUSES, None):
        try:
            return _attempt(client, signer, text, secrets)
        except OctoAwsError as error:
            if pause is None or not error.may_have_worked or error.code is ErrorCode.AWS_ANSWER_INVALID:
                raise
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _attempt(client: t.Any, signer: t.Any, text: str, secrets: list[str]) -> t.Any:
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import ClientError, ConnectionClosedError

    url = client.meta.endpoint_url
    request = AWSRequest(method="POST", url=f"{url.rstrip('/')}/sessions", data=text)
    try:
        # Each attempt has a signature of its own, which has the time.
        signer.add_auth(request)
        http = client._endpoint.http_session
        response = http.send(request.prepare())
        announced = str(response.headers.get("Content-Length", ""))
        if announced.isdecimal() and len(response.content) < int(announced):
            # botocore accepts a response that ends early.
            raise ConnectionClosedError(endpoint_url=url)
    except Exception as error:
        raise explain(error, endpoint=url, secrets=secrets) from None
    status, headers = int(response.status_code), response.headers
    content = _json(response.content)
    if status in (200, 201) and isinstance(content, dict):
        return content
    if not isinstance(content, dict) and status < 500:
        raise OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"The response did not come from IAM Roles Anywhere (status {status}, endpoint: {without_password(url)}).",
            hint="Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
        )
    content = content if isinstance(content, dict) else {}
    code = str(headers.get("x-amzn-ErrorType") or content.get("__type") or content.get("code") or "")
    code = re.split("[:#]", code.rpartition("#")[2])[0] or f"{status}"
    message = str(content.get("message") or content.get("Message") or "")
    parts = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": headers.get("x-amzn-RequestId")},
    }
    failure = explain(ClientError(t.cast("t.Any", parts), "CreateSession"), endpoint=url, secrets=secrets)
    if re.search(r"signature (?:expired|not yet)", message, re.IGNORECASE):
        raise failure.with_text(f"{CLOCK_SKEWED.message}.", CLOCK_SKEWED.hint, ErrorCode.CLOCK_SKEWED)
    if 400 <= status < 500 and failure.code not in (ErrorCode.THROTTLED, ErrorCode.CLOCK_SKEWED):
        hint = next((hint for words, hint in _HINTS if re.search(words, message, re.IGNORECASE)), _REFUSED_HINT)
        shown = redact(message, secrets)
        quote = "".join(sign if sign.isprintable() else " " for sign in shown)[:_LONGEST_QUOTE].rstrip(". ")
        refusal = f"IAM Roles Anywhere refused the session: {quote or code}."
        raise failure.with_text(refusal, hint, ErrorCode.ROLES_ANYWHERE_REFUSED)
    raise failure


def _json(content: bytes) -> t.Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _as_of_sts(response: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a response of CreateSession in the form of a response of AssumeRole; empty without a session."""
    sets = response.get("credentialSet")
    found = sets[0] if isinstance(sets, list) and sets and isinstance(sets[0], dict) else {}
    keys, user = found.get("credentials"), found.get("assumedRoleUser")
    keys, user = (part if isinstance(part, dict) else {} for part in (keys, user))
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    values = {name: keys.get(name[0].lower() + name[1:]) for name in names}
    register([value for value in values.values() if isinstance(value, str)])
    return {
        "Credentials": {**values, "Expiration": _moment(keys.get("expiration"))},
        "AssumedRoleUser": {"Arn": user.get("arn"), "AssumedRoleId": user.get("assumedRoleId")},
    }


def _moment(value: object) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
