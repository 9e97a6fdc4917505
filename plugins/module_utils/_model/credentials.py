# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what resolving an account yields, and the forms in which it is handed out.

Ground, above C(_identity).
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

if t.TYPE_CHECKING:
    from .identity import Identity


@dataclasses.dataclass(frozen=True)
class Credentials:
    """A pair of keys, with a session token when they are temporary.

    :param region: the region to use them in; empty when nobody named one
    :param expiration: when they end (UTC), or V(None) when they do not
    :param began: when they were asked for (UTC), or V(None) when that is not known
    :param source: the account type that they come from
    :param identity: who they are, as far as it is known without asking
    """

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    session_token: str = dataclasses.field(default="", repr=False)
    region: str = ""
    expiration: datetime.datetime | None = None
    began: datetime.datetime | None = None
    source: str = ""
    identity: Identity | None = None

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        return [value for value in (self.secret_key, self.session_token) if value]


def can_be_key(value: object) -> bool:
    """Whether it can be one of a pair of keys, or a session token. Who gives credentials can give anything."""
    return isinstance(value, str) and value != "" and value.isprintable()


def _only_set(values: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in values.items() if value not in ("", None)}


def _timestamp(moment: datetime.datetime | None) -> str | None:
    """ISO 8601 in UTC, as AWS clients read it."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _module(credentials: Credentials) -> dict[str, t.Any]:
    """The options of the modules and plugins of ``amazon.aws``, so that it can be a ``module_defaults`` value as it is.

    An option that is left out is filled from the environment (``_aws_common_argument_spec`` in ``modules.py`` and the
    fragment ``common``, of ``amazon.aws`` 10): ``session_token`` from AWS_SESSION_TOKEN, ``profile`` from AWS_PROFILE
    and AWS_DEFAULT_PROFILE. An empty one is given, and ``_aws_connection_info`` in ``botocore.py`` takes it for none.
    Those that choose no identity are left to the user: ``endpoint_url``, ``aws_ca_bundle``, and ``region`` where none
    is known.
    """
    return {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "session_token": credentials.session_token,
        "profile": "",
    } | _only_set({"region": credentials.region})


_MIXED_UP = (
    # Botocore fills what is missing beside AWS_ACCESS_KEY_ID from these (EnvProvider in credentials.py).
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    # The SDK for JavaScript does so as well (fromEnv).
    "AWS_CREDENTIAL_SCOPE",
    # Older names of the keys, which come first for some programs, such as s3cmd.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    # The web identity of a pod, which some SDKs take before the keys, and a role that some tools assume with the keys.
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
)
"""Variables that are mixed up with keys in the environment, or come before them, and that count as unset when they are
blank (AWS SDKs and Tools reference guide, "Settings reference")."""

STRONGER_VARIABLES = ("AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK")
"""Variables that come before keys in the environment for some AWS clients, and that do not count as unset when they are
blank: botocore looks for a profile, and sends a token, with an empty name. The profile comes first in the SDK for
JavaScript (``defaultProvider`` of credential-provider-node) and in version 3 of the one for .NET, the token in all of
them, for Bedrock."""


def _env(credentials: Credentials) -> dict[str, t.Any]:
    """Environment variables. Those that are mixed up with these are blanked."""
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
    """Keyword arguments of ``boto3.Session``, which takes keys as they are given: a token that is left out is none."""
    return _only_set(
        {
            "aws_access_key_id": credentials.access_key,
            "aws_secret_access_key": credentials.secret_key,
            "aws_session_token": credentials.session_token,
            "region_name": credentials.region,
        }
    )


def _process(credentials: Credentials) -> dict[str, t.Any]:
    """The document of a C(credential_process), AWS CLI user guide, "Sourcing credentials with an external process"."""
    return {"Version": 1} | _only_set(
        {
            "AccessKeyId": credentials.access_key,
            "SecretAccessKey": credentials.secret_key,
            "SessionToken": credentials.session_token,
            "Expiration": _timestamp(credentials.expiration),
        }
    )


def _full(credentials: Credentials) -> dict[str, t.Any]:
    """Everything; a key that is not known is V(None)."""
    values = {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "session_token": credentials.session_token,
        "region": credentials.region,
        "expiration": _timestamp(credentials.expiration),
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
"""The values of O(format) of the lookup."""
