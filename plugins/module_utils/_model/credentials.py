# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of a resolved account, and the formats of the lookup."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

if t.TYPE_CHECKING:
    from .identity import Identity


@dataclasses.dataclass(frozen=True)
class Credentials:
    """An access key and a secret key, with a session token if they are temporary.

    :param region: the region to use; empty if none is set
    :param expiration: when they expire (UTC), or ``None`` if they do not
    :param began: when they were requested (UTC), or ``None`` if that is not known
    :param source: the account type that they come from
    :param identity: their identity, if it is known without a request
    :param lease_id: of the service that leases them; empty for none
    """

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    session_token: str = dataclasses.field(default="", repr=False)
    region: str = ""
    expiration: datetime.datetime | None = None
    began: datetime.datetime | None = None
    source: str = ""
    identity: Identity | None = None
    lease_id: str = dataclasses.field(default="", repr=False)

    @property
    def secrets(self) -> list[str]:
        """The secret values."""
        return [value for value in (self.secret_key, self.session_token) if value]


def can_be_key(value: object) -> bool:
    """Whether an untrusted value can be an access key, a secret key or a session token."""
    return isinstance(value, str) and value != "" and value.isprintable()


def _only_set(values: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in values.items() if value not in ("", None)}


def timestamp(moment: datetime.datetime | None) -> str | None:
    """Format a time as AWS clients read it: ISO 8601 in UTC."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _module(credentials: Credentials) -> dict[str, t.Any]:
    """Return options for the modules and plugins of ``amazon.aws``, as a ready value of ``module_defaults``.

    ``amazon.aws`` 10 fills missing options from the environment (``_aws_common_argument_spec`` in ``modules.py``, and
    the fragment ``common``): ``session_token`` from AWS_SESSION_TOKEN, ``profile`` from AWS_PROFILE and
    AWS_DEFAULT_PROFILE. Empty options prevent that, and ``_aws_connection_info`` in ``botocore.py`` ignores them.
    Options that choose no identity are left to the user: ``endpoint_url``, ``aws_ca_bundle``, and ``region`` where none
    is known.
    """
    return {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "session_token": credentials.session_token,
        "profile": "",
    } | _only_set({"region": credentials.region})


_MIXED_UP = (
    # botocore completes AWS_ACCESS_KEY_ID from these (EnvProvider in credentials.py).
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    # So does the SDK for JavaScript (fromEnv).
    "AWS_CREDENTIAL_SCOPE",
    # Legacy names of the keys, which some programs prefer, such as s3cmd.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    # The web identity of a pod, which some SDKs prefer, and a role that some tools assume with the keys.
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
)
"""Variables that are combined with keys in the environment, or override them, and that are unset if blank (AWS SDKs and
Tools reference guide, "Settings reference")."""

STRONGER_VARIABLES = ("AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK")
"""Variables that override keys in the environment for some AWS clients, and that are set even if blank: botocore looks
for a profile with an empty name, and sends an empty token. The profile overrides keys in the SDK for JavaScript
(``defaultProvider`` of credential-provider-node) and in version 3 of the SDK for .NET, the token in all SDKs, for
Bedrock."""


def _env(credentials: Credentials) -> dict[str, t.Any]:
    """Return environment variables. Those that would be combined with them are blank."""
    return dict.fromkeys(_MIXED_UP, "") | _only_set(
        {
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
            "AWS_REGION": credentials.region,
            "AWS_DEFAULT_REGION": credentials.region,
        }
    )


def _boto3(credentials: Credentials) -> dict[str, t.Any]:
    """Return keyword arguments of ``boto3.Session``, which uses no token if none is passed with the keys."""
    return _only_set(
        {
            "aws_access_key_id": credentials.access_key,
            "aws_secret_access_key": credentials.secret_key,
            "aws_session_token": credentials.session_token,
            "region_name": credentials.region,
        }
    )


def _process(credentials: Credentials) -> dict[str, t.Any]:
    """Return the output of a ``credential_process`` (AWS CLI user guide, "Sourcing credentials with an external
    process")."""
    return {"Version": 1} | _only_set(
        {
            "AccessKeyId": credentials.access_key,
            "SecretAccessKey": credentials.secret_key,
            "SessionToken": credentials.session_token,
            "Expiration": timestamp(credentials.expiration),
        }
    )


def _full(credentials: Credentials) -> dict[str, t.Any]:
    """Return all values; unknown ones are ``None``."""
    values = {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "session_token": credentials.session_token,
        "region": credentials.region,
        "expiration": timestamp(credentials.expiration),
        "account_id": credentials.identity.account_id if credentials.identity else None,
        "arn": credentials.identity.arn if credentials.identity else None,
        "source": credentials.source,
    }
    return {key: value or None for key, value in values.items()}


RENDERINGS: dict[str, t.Callable[[Credentials], dict[str, t.Any]]] = {
    "module": _module,
    "env": _env,
    "boto3": _boto3,
    "process": _process,
    "full": _full,
}
"""By the value of ``format`` of the lookup."""
