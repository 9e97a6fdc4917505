# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal of IAM Identity Center, and the sign-in of a person there."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

if t.TYPE_CHECKING:
    from .._accounts.account import Account

ENDPOINT_VARIABLES = (
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
"""Environment variables that choose the endpoints of IAM Identity Center."""

_MARGIN = 30.0
"""Seconds for the requests with a token. One with less left counts as expired."""
_RENEWED_BEFORE = 300.0
"""Seconds before its end at which a token is refreshed, if it can be."""


class Portal(t.NamedTuple):
    """An AWS access portal.

    :param region: of IAM Identity Center
    :param ca_bundle: a file of CA certificates in place of those of the system
    """

    start_url: str
    region: str
    validate_certs: bool = True
    ca_bundle: str = ""

    @classmethod
    def of(cls, account: Account) -> Portal:
        """Return the portal of an account."""
        return cls(account.sso_start_url, account.sso_region, account.validate_certs, account.ca_bundle)

    @property
    def verify(self) -> str | bool | None:
        """How botocore verifies certificates."""
        return (self.ca_bundle or None) if self.validate_certs else False

    @property
    def made_by(self) -> list[t.Any]:
        """Plain data: everything that decides which sign-in this is, and where its tokens are sent."""
        endpoints = {variable: os.environ.get(variable, "") for variable in ENDPOINT_VARIABLES}
        return ["sign_in", self.start_url, self.region, endpoints]


class Access(t.NamedTuple):
    """The means of this process to get a sign-in.

    :param session_cache: the folder of sealed sign-ins; empty if they are not shared
    :param warn: called with a user-facing warning
    :param show: shows text at the terminal; returns ``False`` if there is none, or no person at it
    :param command: signs in at a terminal, for the hint of an error
    """

    session_cache: str
    warn: t.Callable[[str], None]
    show: t.Callable[[str], bool] | None
    command: str


@dataclasses.dataclass(frozen=True)
class Registration:
    """This machine as a client of IAM Identity Center.

    :param way: in which it signs in; a client can use no other
    :param expires: Unix time
    """

    way: str
    client_id: str
    client_secret: str = dataclasses.field(repr=False)
    expires: float

    def is_usable(self) -> bool:
        """Whether it is valid for longer than a sign-in takes."""
        return now().timestamp() + 3_600 < self.expires


@dataclasses.dataclass(frozen=True)
class SignIn:
    """The tokens of a person. Without an access token, only the registration is known.

    :param expires: Unix time of the end of the access token
    """

    registration: Registration
    access_token: str = dataclasses.field(default="", repr=False)
    expires: float = 0.0
    refresh_token: str = dataclasses.field(default="", repr=False)

    def is_usable(self, refused: str) -> bool:
        """Whether the access token can be used, and need not be refreshed yet.

        :param refused: an access token that AWS refused
        """
        margin = _RENEWED_BEFORE if self.refresh_token else _MARGIN
        return self.access_token not in ("", refused) and now().timestamp() + margin < self.expires

    @property
    def secrets(self) -> list[str]:
        """The values to mask in all output."""
        values = (self.registration.client_secret, self.access_token, self.refresh_token)
        return [value for value in values if value]

    def as_data(self) -> dict[str, t.Any]:
        """Return plain data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: t.Any) -> SignIn:
        """Reverse :meth:`as_data`, and register the secrets. The data is trusted: it was sealed."""
        sign_in = cls(**{**data, "registration": Registration(**data["registration"])})
        register(sign_in.secrets)
        return sign_in


def invalid_answer(client: t.Any, problem: str) -> OctoAwsError:
    """Return the error of a response that AWS would not send."""
    from ...module_utils._secrecy import without_password

    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"IAM Identity Center at {without_password(client.meta.endpoint_url)} {problem}.",
        hint="Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    )


def text_in(client: t.Any, response: t.Mapping[str, t.Any], name: str, *, required: bool = True) -> str:
    """Return a text of a response.

    :raises OctoAwsError: it is missing, too long, or contains control characters
    """
    value = response.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not value or len(value) > 20_000 or not value.isprintable():
        raise invalid_answer(client, f"returned no valid {name}")
    return value


def new_client(portal: Portal, service: str) -> t.Any:
    """Return a client that sends unsigned requests to the portal.

    :raises OctoAwsError: botocore is not installed, or a setting is wrong
    """
    from ...module_utils._aws.botocore import isolated_session, make_client

    return make_client(
        isolated_session(),
        service,
        portal.region,
        None,
        connect_timeout=5,
        read_timeout=10,
        attempts=3,
        signed=False,
        bounded=True,
        verify=portal.verify,
    )
