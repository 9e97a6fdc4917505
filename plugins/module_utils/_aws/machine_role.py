# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of the IAM role of the machine."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._secrecy import register
from .botocore import machine_facts
from .endpoint import Endpoint
from .instance_role import from_container, from_instance
from .role_providers import CONTAINER, WEB_IDENTITY, role_provider, web_identity_of, web_identity_settings
from .sts import assume_role_with_web_identity

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

_DEFAULT_SESSION_NAME = "octo-aws"

# Characters. AWS STS API reference, AssumeRoleWithWebIdentity.
_SHORTEST_TOKEN = 4
_LONGEST_TOKEN = 20_000


def machine_credentials(region: str, endpoint: Endpoint | None = None, session_name: str = "") -> Credentials:
    """Return the credentials of the role of this machine.

    :param region: the region of the credentials
    :param endpoint: the STS endpoint for a web identity
    :param session_name: the session name for a web identity without ``AWS_ROLE_SESSION_NAME``
    :raises OctoAwsError: the machine has no role, or the configured provider failed
    """
    provider = role_provider(os.environ)
    if provider is WEB_IDENTITY:
        return _fetch_web_identity(region, endpoint or Endpoint(region=region), session_name)
    return from_container(region) if provider is CONTAINER else from_instance(region)


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


def _fetch_web_identity(region: str, endpoint: Endpoint, session_name: str) -> Credentials:
    settings = web_identity_settings(os.environ)
    role_arn = settings["role_arn"]
    token = read_token(settings["web_identity_token_file"])
    register([token])
    if not endpoint.partition:
        endpoint = endpoint._replace(partition=role_arn.split(":")[1])
    name = settings["role_session_name"] or session_name or _DEFAULT_SESSION_NAME
    session = assume_role_with_web_identity(role_arn, token, endpoint, session_name=name, duration_seconds=0)
    return dataclasses.replace(session, region=region, source="instance_role")
