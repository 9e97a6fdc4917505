# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Presigned requests for GetCallerIdentity, the tokens of EKS. moto does not check their signature; this does, by the
description of Signature Version 4 and not by botocore, which signs them."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import typing as t
import urllib.parse

import clock
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from sessions import Environ, Refusal

_VALID = 900
"""Seconds. STS does not look at X-Amz-Expires (aws-iam-authenticator, pkg/token)."""
_ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{account_id}</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>"
    "</GetCallerIdentityResponse>"
)


def is_presigned(environ: Environ) -> bool:
    query = environ.get("QUERY_STRING", "")
    return "Action=GetCallerIdentity" in query and "X-Amz-Signature=" in query


def access_key_of(environ: Environ) -> str:
    return _query(environ).get("X-Amz-Credential", "").partition("/")[0]


def identify(environ: Environ) -> str:
    """The answer to a presigned request."""
    query = _query(environ)
    access_key, date, region, service, _end = query["X-Amz-Credential"].split("/")
    sent = datetime.datetime.strptime(query["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    if abs(clock.now() - sent.timestamp()) > _VALID:
        raise Refusal("SignatureDoesNotMatch", f"Signature expired: {query['X-Amz-Date']}")
    secret, token, identity = _caller(access_key)
    if query.get("X-Amz-Security-Token", "") != token:
        raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")
    names = query["X-Amz-SignedHeaders"].split(";")
    headers = "".join(f"{name}:{_header(environ, name)}\n" for name in names)
    signed = {name: value for name, value in query.items() if name != "X-Amz-Signature"}
    encoded = "&".join(
        f"{urllib.parse.quote(name, safe='-_.~')}={urllib.parse.quote(value, safe='-_.~')}"
        for name, value in sorted(signed.items())
    )
    request = "\n".join([environ["REQUEST_METHOD"], "/", encoded, headers, ";".join(names), _sha256(b"")])
    scope = f"{date}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, _sha256(request.encode())])
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if service != "sts" or not hmac.compare_digest(key.hex(), query["X-Amz-Signature"]):
        raise Refusal("SignatureDoesNotMatch", "The request signature we calculated does not match.")
    return _ANSWER.format(**identity)


def _query(environ: Environ) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))


def _header(environ: Environ, name: str) -> str:
    value = environ.get("HTTP_" + name.upper().replace("-", "_"))
    if value is None:
        raise Refusal("SignatureDoesNotMatch", f"The signed header {name} is missing.")
    return str(value)


def _caller(access_key: str) -> tuple[str, str, dict[str, t.Any]]:
    """The secret key, the session token and the identity of an access key."""
    for account_id, partitions in list(sts_backends.items()):
        for backend in list(partitions.values()):
            session = backend.get_assumed_role_from_access_key(access_key)
            if session:
                if session.expiration.replace(tzinfo=datetime.timezone.utc).timestamp() < clock.now():
                    raise Refusal("ExpiredToken", "The security token included in the request is expired")
                identity = {"arn": session.arn, "user_id": session.user_id, "account_id": account_id}
                return session.secret_access_key, session.session_token, identity
    for account_id, accounts in list(iam_backends.items()):
        for iam in list(accounts.values()):
            if access_key in iam.access_keys:
                user = iam.get_user_from_access_key_id(access_key)
                identity = {"arn": user.arn, "user_id": user.id, "account_id": account_id}
                return iam.access_keys[access_key].secret_access_key, "", identity
    raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
