# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS config and the environment variables for programs on the host of the task."""

from __future__ import annotations

import os
import typing as t

from .._aws.role_providers import role_provider
from .._aws.variables import NO_METADATA, REGION_VARIABLES, may_choose_identity, without_identity
from .._errors import ErrorCode, OctoAwsError
from .._model.hop import hop_label
from .pointer import PROFILE

if t.TYPE_CHECKING:
    from .._model.hop import Hop
    from .handover import Handover

PROFILE_VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""If one of them is set, even if blank, AWS clients require a config file with the profile."""

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_ALWAYS_BLANK = (
    *_KEYS,
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    *PROFILE_VARIABLES,
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
)
"""Always blank for modules: the environment of the host may be incomplete."""

_FILES = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CREDENTIAL_PROFILES_FILE", "BOTO_CONFIG")
"""Paths of credentials files; the second is of the AWS SDK for Java 1.x."""

_INSTEAD_OF_BLANK = {
    "AWS_CREDENTIAL_FILE": os.devnull,
    "BOTO_PATH": os.devnull,
    # botocore takes a blank value for an address. It rejects these before any request: the first one becomes
    # http://169.254.170.2@credentials.invalid/.
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@credentials.invalid/",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://credentials.invalid/",
}
"""Values without an identity, for variables that AWS clients read even if they are blank."""


def check_config(hops: t.Sequence[Hop]) -> None:
    """Reject hops that the AWS config cannot express (AWS SDKs and Tools reference guide, "Assume role credential
    provider").

    :raises OctoAwsError: a hop has such fields
    """
    for number, hop in enumerate(hops, 1):
        beyond = ("policy", "policy_arns", "tags", "transitive_tag_keys", "source_identity")
        unsupported = [field for field in beyond if getattr(hop, field)]
        if unsupported:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{hop_label(hop, number, len(hops))} has {' and '.join(unsupported)}, which AWS clients do not "
                "support in the AWS config.",
                hint="Remove it from the hops of an instance role, or use an account of another type.",
            )


def config_of(handover: Handover, environment: t.Mapping[str, str]) -> str:
    """Return an AWS config with which AWS clients assume the role of this machine and the hops from it, and renew the
    sessions."""
    common = {"region": handover.region, "sts_regional_endpoints": "regional"}
    if not handover.is_role_of_host:
        return _config_text([(PROFILE, common)])
    source = role_provider(environment).settings(environment)
    sections: list[tuple[str, dict[str, t.Any]]] = []
    if web_identity := _web_identity(handover, environment):
        name = f"{PROFILE}-machine" if handover.hops else PROFILE
        sections.append((name, {**common, **web_identity}))
        source = {"source_profile": name}
    for number, hop in enumerate(handover.hops, 1):
        name = PROFILE if number == len(handover.hops) else f"{PROFILE}-hop-{number}"
        settings = {
            "role_arn": hop.role_arn,
            "role_session_name": hop.role_session_name or handover.session_name,
            "external_id": hop.external_id,
            "duration_seconds": hop.duration_seconds,
        }
        sections.append((name, {**common, **settings, **source}))
        source = {"source_profile": name}
    return _config_text(sections or [(PROFILE, common)])


def _web_identity(handover: Handover, environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a profile with the web identity of the machine; empty for another role provider."""
    settings = role_provider(environment).settings(environment)
    if "role_arn" not in settings:
        return {}
    return {**settings, "role_session_name": settings["role_session_name"] or handover.session_name}


def _config_text(sections: list[tuple[str, dict[str, t.Any]]]) -> str:
    lines = []
    for name, settings in sections:
        lines += [f"[profile {name}]", *(f"{key} = {value}" for key, value in settings.items() if value), ""]
    return "\n".join(lines)


def environment_of(handover: Handover, inherited: t.Mapping[str, str], config_file: str) -> dict[str, str]:
    """Return the environment of a program that uses the account, without other credentials.

    For an account with keys, it has ``AWS_ACCESS_KEY_ID`` and so on, empty files (``AWS_CONFIG_FILE=/dev/null``), and
    no role of the machine. For a role of the machine, it has the profile ``octo-aws`` of ``config_file``.

    :param inherited: the environment to start from
    :param config_file: the path of a file with the text of :func:`config_of`
    """
    environment = without_identity(inherited)
    environment.update(role_provider(inherited).variables(inherited) if handover.is_role_of_host else NO_METADATA)
    if handover.region:
        environment.update(dict.fromkeys(REGION_VARIABLES, handover.region))
    environment.update(dict.fromkeys(_FILES, os.devnull))
    if handover.credentials:
        environment.update(
            AWS_CONFIG_FILE=os.devnull,
            AWS_ACCESS_KEY_ID=handover.credentials.access_key,
            AWS_SECRET_ACCESS_KEY=handover.credentials.secret_key,
        )
        if handover.credentials.session_token:
            environment["AWS_SESSION_TOKEN"] = handover.credentials.session_token
    elif handover.pointer:
        environment.update(handover.pointer.variables, AWS_CONFIG_FILE=handover.pointer.config_file)
    else:
        environment.update(AWS_CONFIG_FILE=config_file, AWS_PROFILE=PROFILE)
        if not handover.hops:
            # As in the config. botocore prefers variables, even the blank ones of modules.
            own = _web_identity(handover, inherited)
            environment.update({f"AWS_{name.upper()}": value for name, value in own.items() if value})
        if handover.hops and handover.endpoint.url:
            environment["AWS_ENDPOINT_URL_STS"] = handover.endpoint.url
    return environment


def environment_of_modules(handover: Handover, inherited: t.Mapping[str, str], config_file: str) -> dict[str, str]:
    """Return the ``environment`` keyword of tasks that use the account, without secrets.

    ``environment`` cannot unset variables, so those that may choose an identity are blank or refer to no identity.

    For an account with keys, on a host that sets ``AWS_PROFILE=legacy``, it has among others ``AWS_ACCESS_KEY_ID: ""``
    (modules get keys as arguments), ``AWS_PROFILE: octo-aws`` and ``AWS_CONFIG_FILE`` with the path of ``config_file``.

    :param inherited: the environment of the host; only the names matter for an account with credentials
    :param config_file: the path of a file with the profile: with the text of :func:`config_of`, or that of the pointer;
        empty if the account has credentials of its own, and the host sets none of ``PROFILE_VARIABLES``
    """
    wanted = environment_of(handover, inherited, config_file)
    removed = [name for name, value in inherited.items() if may_choose_identity(name) and wanted.get(name) != value]
    to_blank = [name for name in (*_ALWAYS_BLANK, *removed) if name in _KEYS or name not in wanted]
    blank = {name: _INSTEAD_OF_BLANK.get(name, "") for name in to_blank}
    # Without variables that the host has already: they may be secret.
    added = {name: value for name, value in wanted.items() if name not in _KEYS and inherited.get(name) != value}
    if config_file:
        return {**blank, **added, **dict.fromkeys(PROFILE_VARIABLES, PROFILE), "AWS_CONFIG_FILE": config_file}
    # Variables replace the settings of the file.
    default_file = handover.pointer.config_file if handover.pointer else os.devnull
    without_file = {**blank, **added, "AWS_CONFIG_FILE": default_file, "AWS_STS_REGIONAL_ENDPOINTS": "regional"}
    return {name: value for name, value in without_file.items() if name not in PROFILE_VARIABLES}


def conflicting_variables(names: t.Iterable[str]) -> list[str]:
    """Return the names of variables that may make a program use other credentials, or another region."""
    return sorted(name for name in names if may_choose_identity(name) or name.upper() in REGION_VARIABLES)
