# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the IAM role of the machine, by the first way that is configured there.

A part, above ``_sts`` and ``_instance_role``.
"""

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
from .variables import MACHINE_PREFIX, NO_METADATA, variables_of_container, variables_of_instance

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
    """One way to the role of a machine.

    :param configured: whether an environment has it
    :param take: the credentials, for a region, an STS endpoint and a session name
    :param settings: of the profile in an AWS config that takes this way
    :param variables: with which AWS clients, and modules of this collection, take this way and no other
    """

    configured: t.Callable[[_Environment], bool]
    take: t.Callable[[str, Endpoint, str], Credentials]
    settings: t.Callable[[_Environment], dict[str, str]]
    variables: t.Callable[[_Environment], dict[str, str]]


def web_identity_of(environment: _Environment) -> dict[str, str]:
    """The variables of the web identity, by their names without prefix; empty where there is none."""
    for prefix in ("AWS_", MACHINE_PREFIX):
        if environment.get(f"{prefix}WEB_IDENTITY_TOKEN_FILE"):
            return {name: environment.get(f"{prefix}{name}", "") for name in _WEB_IDENTITY}
    return {}


def role_provider(environment: _Environment) -> RoleProvider:
    """The first way that is configured. If it fails, no other is tried."""
    return next(way for way in _PROVIDERS if way.configured(environment))


def machine_credentials(region: str, endpoint: Endpoint | None = None, session_name: str = "") -> Credentials:
    """The credentials of the role of this machine.

    :param region: to use them in
    :param endpoint: the STS for a web identity
    :param session_name: for a web identity without ``AWS_ROLE_SESSION_NAME``
    :raises OctoAwsError: it has none, or the way that is configured fails
    """
    return role_provider(os.environ).take(region, endpoint or Endpoint(region=region), session_name)


def machine_role_facts() -> dict[str, t.Any]:
    """What decides which role this machine gives."""
    return {**machine_facts(), "web_identity": web_identity_of(os.environ)}


def read_token(path: str) -> str:
    """Read the token of a web identity. Tokens are short-lived, so the file is read every time.

    :raises OctoAwsError: there is no token in it
    """
    try:
        with open(path, encoding="ascii") as file:
            token = file.read(_LONGEST_TOKEN + 2).strip()
        why = "" if _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN and token.isprintable() else "it holds no token"
    except OSError as error:
        why = str(error.strerror)
    except ValueError:
        why = "it holds no token"
    if why:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_UNREADABLE,
            f"The web identity token file {path} cannot be used: {why}.",
            hint="It is written by the CI job or by the EKS agent, on the machine that uses it, before the play. Check "
            "the path (web_identity_token_file, AWS_WEB_IDENTITY_TOKEN_FILE), and that this user may read it.",
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
            else "A variable of the web identity has control characters.",
            hint="Set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE together, as EKS does, or unset both.",
        )
    return settings


def _take_web_identity(region: str, endpoint: Endpoint, session_name: str) -> Credentials:
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
        _take_web_identity,
        _web_identity_settings,
        _web_identity_variables,
    ),
    # Some SDKs go on to the instance when the container fails (AWS SDK for Java 2.x).
    RoleProvider(
        in_container,
        lambda region, *_: from_container(region),
        lambda _: {"credential_source": "EcsContainer"},
        lambda environment: {**variables_of_container(environment), **NO_METADATA},
    ),
    RoleProvider(
        lambda _: True,
        lambda region, *_: from_instance(region),
        lambda _: {"credential_source": "Ec2InstanceMetadata"},
        variables_of_instance,
    ),
)
"""In the order of AWS SDKs (AWS SDKs and Tools reference guide, "Credential provider chain")."""
