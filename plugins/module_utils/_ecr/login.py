# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request the password of a registry from ECR."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import re
import typing as t

from .._aws.errors import call, retry_throttled
from .._errors import ErrorCode, OctoAwsError
from .._secrecy import register, without_password

PUBLIC_REGISTRY = "public.ecr.aws"
PUBLIC_REGION = "us-east-1"
"""The only region that gives passwords for public repositories (ECR public user guide, registry authentication)."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?", re.ASCII)
_OWNER = re.compile(r"\d{12}(?=\.)", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Login:
    """The user and the password of a registry, for 12 hours.

    :param registry: its host, without ``https://``
    """

    registry: str
    username: str
    password: str = dataclasses.field(repr=False)
    expiration: datetime.datetime

    @property
    def secrets(self) -> list[str]:
        """The password, and the form of it in requests and files."""
        return [self.password, self.encoded]

    @property
    def encoded(self) -> str:
        """The user and the password as one word."""
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")

    def in_registry_of(self, account_id: str) -> Login:
        """Return the login for the registry of another AWS account in the same region.

        The password is that of the identity, and good for each registry that it may use (ECR API reference,
        GetAuthorizationToken).

        :param account_id: empty for the own one
        """
        if not account_id:
            return self
        registry = _OWNER.sub(account_id, self.registry, count=1)
        return dataclasses.replace(self, registry=registry)


def service_of(*, public: bool) -> str:
    """Return the name of the AWS service."""
    return "ecr-public" if public else "ecr"


def request_login(client: t.Any, secrets: t.Iterable[str]) -> Login:
    """Request the password of a registry (ECR API reference, GetAuthorizationToken).

    :param client: of :func:`service_of`
    :param secrets: values to mask in messages
    :raises OctoAwsError: the request failed
    """
    response = retry_throttled(lambda: call(client, "get_authorization_token", secrets))
    data = response.get("authorizationData") or {}
    # The service for public repositories returns one, the other a list with one.
    data = data if isinstance(data, dict) else data[0]
    try:
        username, _colon, password = base64.b64decode(data["authorizationToken"]).decode("utf-8").partition(":")
        registry = data.get("proxyEndpoint", f"https://{PUBLIC_REGISTRY}").partition("://")[2].rstrip("/")
        expiration = data["expiresAt"].astimezone(datetime.timezone.utc)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unexpected_response(client) from None
    if not username or not password or not _HOST.fullmatch(registry):
        raise _unexpected_response(client)
    login = Login(registry, username, password, expiration)
    register(login.secrets)
    return login


def _unexpected_response(client: t.Any) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"ECR at {without_password(client.meta.endpoint_url)} returned no password of a registry.",
        hint="Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    )
