# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM role of the machine, from the first configured provider: web identity, container or instance."""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._secrecy import register
from .botocore import machine_facts
from .endpoint import Endpoint
from .instance_role import from_container, from_instance, in_container
from .sts import assume_role_with_web_identity
from .variables import MACHINE_PREFIX, NO_METADATA, container_variables, instance_variables

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

_ROLE = re.compile(r"arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[\x21-\x7e]+")
_WEB_IDENTITY = ("ROLE_ARN", "WEB_IDENTITY_TOKEN_FILE", "ROLE_SESSION_NAME")
_DEFAULT_SESSION_NAME = "octo-aws"

# Characters. AWS STS API reference, AssumeRoleWithWebIdentity.
_SHORTEST_TOKEN = 4
_LONGEST_TOKEN = 20_000

_Environment = t.Mapping[str, str]


class RoleProvider(t.NamedTuple):
    """A credential provider for the role of a machine.

    :param is_configured: whether an environment configures the provider
    :param fetch: return the credentials, for a region, an STS endpoint and a session name
    :param settings: return the settings of a profile in the AWS config that uses the provider
    :param variables: return variables that limit AWS clients and modules of this collection to the provider
    """

    is_configured: t.Callable[[_Environment], bool]
    fetch: t.Callable[[str, Endpoint, str], Credentials]
    settings: t.Callable[[_Environment], dict[str, str]]
    variables: t.Callable[[_Environment], dict[str, str]]


def web_identity_of(environment: _Environment) -> dict[str, str]:
    """Return the variables of the web identity by their names without prefix; empty if there is none."""
    for prefix in ("AWS_", MACHINE_PREFIX):
        if environment.get(f"{prefix}WEB_IDENTITY_TOKEN_FILE"):
            return {name: environment.get(f"{prefix}{name}", "") for name in _WEB_IDENTITY}
    return {}


def role_provider(environment: _Environment) -> RoleProvider:
    """Return the first configured provider. If it fails, no other one is tried."""
    return next(provider for provider in _PROVIDERS if provider.is_configured(environment))


def machine_credentials(region: str, endpoint: Endpoint | None = None, session_name: str = "") -> Credentials:
    """Return the credentials of the role of this machine.

    :param region: the region of the credentials
    :param endpoint: the STS endpoint for a web identity
    :param session_name: the session name for a web identity without ``AWS_ROLE_SESSION_NAME``
    :raises OctoAwsError: the machine has no role, or the configured provider failed
    """
    return role_provider(os.environ).fetch(region, endpoint or Endpoint(region=region), session_name)


def machine_role_facts() -> dict[str, t.Any]:
    """Return the data that decides the role of this machine."""
    return {**machine_facts(), "web_identity": web_identity_of(os.environ)}


def read_token(path: str) -> str:
    """Read the token of a web identity. Tokens are short-lived, so the file is read every time.

    :raises OctoAwsError: the file contains no token
    """
    try:
        with open(path, encoding="ascii") as file:
            token = file.read(_LONGEST_TOKEN + 2).strip()
        valid = _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN and token.isprintable()
        problem = "" if valid else "it contains no token"
    except OSError as error:
        problem = str(error.strerror)
    except ValueError:
        problem = "it contains no token"
    if problem:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_UNREADABLE,
            f"Cannot read the web identity token file {path}: {problem}.",
            hint="Check the path (web_identity_token_file, AWS_WEB_IDENTITY_TOKEN_FILE), and that this user may read "
            "it. The CI job or the EKS agent must write the file before the play, on the machine that uses it.",
        )
    return token


def _web_identity_settings(environment: _Environment) -> dict[str, str]:
    """Amazon EKS user guide, "IAM roles for service accounts"."""
    settings = {name.lower(): value for name, value in web_identity_of(environment).items()}
    if not _ROLE.fullmatch(settings["role_arn"]) or not all(map(str.isprintable, settings.values())):
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not the ARN of a role."
            if not _ROLE.fullmatch(settings["role_arn"])
            else "A variable of the web identity contains control characters.",
            hint="Set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE together, as EKS does, or unset both.",
        )
    return settings


def _fetch_web_identity(region: str, endpoint: Endpoint, session_name: str) -> Credentials:
    settings = _web_identity_settings(os.environ)
    role_arn = settings["role_arn"]
    token = read_token(settings["web_identity_token_file"])
    register([token])
    if not endpoint.partition:
        endpoint = endpoint._replace(partition=role_arn.split(":")[1])
    name = settings["role_session_name"] or session_name or _DEFAULT_SESSION_NAME
    session = assume_role_with_web_identity(role_arn, token, endpoint, session_name=name, duration_seconds=0)
    return dataclasses.replace(session, region=region, source="instance_role")


def _web_identity_variables(environment: _Environment) -> dict[str, str]:
    variables = {f"{MACHINE_PREFIX}{name}": value for name, value in web_identity_of(environment).items() if value}
    return {**variables, **NO_METADATA}


_PROVIDERS = (
    RoleProvider(
        lambda environment: bool(web_identity_of(environment)),
        _fetch_web_identity,
        _web_identity_settings,
        _web_identity_variables,
    ),
    # Without NO_METADATA, some SDKs try the instance after the container has failed (AWS SDK for Java 2.x).
    RoleProvider(
        in_container,
        lambda region, *_: from_container(region),
        lambda _: {"credential_source": "EcsContainer"},
        lambda environment: {**container_variables(environment), **NO_METADATA},
    ),
    RoleProvider(
        lambda _: True,
        lambda region, *_: from_instance(region),
        lambda _: {"credential_source": "Ec2InstanceMetadata"},
        instance_variables,
    ),
)
"""In the order of AWS SDKs (AWS SDKs and Tools reference guide, "Credential provider chain")."""
