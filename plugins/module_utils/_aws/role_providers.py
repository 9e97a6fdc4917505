# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the credential provider of the IAM role of the machine: web identity, container or instance.

No request is sent. ``machine_role`` gets the credentials.
"""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .variables import (
    MACHINE_PREFIX,
    NO_METADATA,
    container_variables,
    has_pointer,
    in_container,
    instance_variables,
)

_ROLE = re.compile(r"arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[\x21-\x7e]+")
_WEB_IDENTITY = ("ROLE_ARN", "WEB_IDENTITY_TOKEN_FILE", "ROLE_SESSION_NAME")

_Environment = t.Mapping[str, str]


class RoleProvider(t.NamedTuple):
    """A credential provider for the role of a machine.

    :param is_configured: whether an environment configures the provider
    :param settings: return the settings of a profile in the AWS config that uses the provider
    :param variables: return variables that limit AWS clients and modules of this collection to the provider
    """

    is_configured: t.Callable[[_Environment], bool]
    settings: t.Callable[[_Environment], dict[str, str]]
    variables: t.Callable[[_Environment], dict[str, str]]


def web_identity_of(environment: _Environment) -> dict[str, str]:
    """Return the variables of the web identity by their names without prefix; empty if there is none."""
    for prefix in ("AWS_", MACHINE_PREFIX):
        if environment.get(f"{prefix}WEB_IDENTITY_TOKEN_FILE"):
            return {name: environment.get(f"{prefix}{name}", "") for name in _WEB_IDENTITY}
    return {}


def web_identity_settings(environment: _Environment) -> dict[str, str]:
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


def _web_identity_variables(environment: _Environment) -> dict[str, str]:
    variables = {f"{MACHINE_PREFIX}{name}": value for name, value in web_identity_of(environment).items() if value}
    return {**variables, **NO_METADATA}


WEB_IDENTITY = RoleProvider(
    lambda environment: bool(web_identity_of(environment)), web_identity_settings, _web_identity_variables
)
# Without NO_METADATA, some SDKs try the instance after the container has failed (AWS SDK for Java 2.x).
CONTAINER = RoleProvider(
    in_container,
    lambda _: {"credential_source": "EcsContainer"},
    lambda environment: {**container_variables(environment), **NO_METADATA},
)
INSTANCE = RoleProvider(lambda _: True, lambda _: {"credential_source": "Ec2InstanceMetadata"}, instance_variables)

_PROVIDERS = (WEB_IDENTITY, CONTAINER, INSTANCE)
"""In the order of AWS SDKs (AWS SDKs and Tools reference guide, "Credential provider chain")."""


def role_provider(environment: _Environment) -> RoleProvider:
    """Return the first configured provider. If it fails, no other one is tried.

    :raises OctoAwsError: the environment is that of a task with an account
    """
    if has_pointer(environment):
        raise OctoAwsError(
            ErrorCode.CONTAINER_CREDENTIALS_FAILED,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to an account of a task, not to the IAM role of this machine.",
            hint="Name the account, or use the role outside of the script or the task file.",
        )
    return next(provider for provider in _PROVIDERS if provider.is_configured(environment))
