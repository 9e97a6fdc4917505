# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: an account on the host that does the work: who it is there, and what AWS clients there are told.

A part, above ``_machine``.
"""

from __future__ import annotations

import os
import typing as t

from .._aws.machine_role import machine_credentials, role_provider
from .._aws.sts import assume_role, caller_identity, check_partition
from .._aws.variables import NO_METADATA, REGION_VARIABLES, may_choose_identity, without_identity
from .._errors import ErrorCode, OctoAwsError
from .._model.hop import hop_label

if t.TYPE_CHECKING:
    from .._model.hop import Hop
    from .._model.identity import Identity
    from .handover import Handover

PROFILE = "octo-aws"
"""The only profile that AWS clients are told of."""

PROFILE_VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""With one of them, even a blank one, AWS clients want a config file that has the profile."""

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
"""Blank for modules, even where the host does not seem to have them."""

_FILES = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CREDENTIAL_PROFILES_FILE", "BOTO_CONFIG")
"""Where AWS clients look for credentials files; the second, AWS SDK for Java 1.x."""

_INSTEAD_OF_BLANK = {
    "AWS_CREDENTIAL_FILE": os.devnull,
    "BOTO_PATH": os.devnull,
    # botocore takes a blank one for an address. These are refused before anything is sent: the first becomes
    # http://169.254.170.2@credentials.invalid/.
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@credentials.invalid/",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://credentials.invalid/",
}
"""Values for variables that AWS clients read even when they are blank. They lead to no identity."""


def role_identity(handover: Handover) -> Identity:
    """Who the role of this machine is, each hop from it really taken.

    :raises OctoAwsError: there is none, a hop cannot be taken, or it leads elsewhere than it must
    """
    credentials = machine_credentials(handover.region, handover.endpoint, handover.session_name)
    identity = None
    if handover.own_account_id or not handover.hops:
        identity = caller_identity(credentials, handover.endpoint)
        identity.must_belong_to(handover.own_account_id, "The role of this host")
    for number, hop in enumerate(handover.hops, 1):
        try:
            credentials = assume_role(
                credentials, hop, handover.endpoint, session_name=handover.session_name, token_code=""
            )
        except OctoAwsError as error:
            raise error.about(hop_label(hop, number, len(handover.hops))) from None
        identity = credentials.identity
    if identity is None:
        raise AssertionError("a chain has an end")
    identity.must_belong_to(handover.account_id, "The chain" if handover.hops else "The role of this host")
    check_partition(identity, handover.region, "The role")
    return identity


def check_config(hops: t.Sequence[Hop]) -> None:
    """Refuse hops that AWS clients cannot take by themselves (AWS SDKs and Tools reference guide, "Assume role
    credential provider").

    :raises OctoAwsError: names the hop and the fields
    """
    for number, hop in enumerate(hops, 1):
        beyond = ("policy", "policy_arns", "tags", "transitive_tag_keys", "source_identity")
        found = [field for field in beyond if getattr(hop, field)]
        if found:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{hop_label(hop, number, len(hops))} has {' and '.join(found)}, which AWS clients cannot set when "
                "they take a role by themselves.",
                hint="Leave it out of the hops from an instance role, or use an account of another type.",
            )


def config_of(handover: Handover, environment: t.Mapping[str, str]) -> str:
    """The text of an AWS config file with which AWS clients take the role of this machine and the hops from it, and
    take them again when they end."""
    common = {"region": handover.region, "sts_regional_endpoints": "regional"}
    if handover.credentials:
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
    """The settings of a profile with the machine's web identity; empty where it has another way to a role."""
    found = role_provider(environment).settings(environment)
    if "role_arn" not in found:
        return {}
    return {**found, "role_session_name": found["role_session_name"] or handover.session_name}


def _config_text(sections: list[tuple[str, dict[str, t.Any]]]) -> str:
    lines = []
    for name, settings in sections:
        lines += [f"[profile {name}]", *(f"{key} = {value}" for key, value in settings.items() if value), ""]
    return "\n".join(lines)


def environment_of(handover: Handover, inherited: t.Mapping[str, str], config_file: str) -> dict[str, str]:
    """The environment of a program that uses the account, and no other credentials.

    :param inherited: what the program would have otherwise
    :param config_file: holds the text of :func:`config_of`
    """
    environment = without_identity(inherited)
    environment.update(NO_METADATA if handover.credentials else role_provider(inherited).variables(inherited))
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
    else:
        environment.update(AWS_CONFIG_FILE=config_file, AWS_PROFILE=PROFILE)
        if not handover.hops:
            # The same as in the config. botocore prefers a variable, even a blank one, and modules get those.
            own = _web_identity(handover, inherited)
            environment.update({f"AWS_{name.upper()}": value for name, value in own.items() if value})
        if handover.hops and handover.endpoint.url:
            environment["AWS_ENDPOINT_URL_STS"] = handover.endpoint.url
    return environment


def environment_of_modules(handover: Handover, config_file: str, inherited: t.Mapping[str, str]) -> dict[str, str]:
    """The ``environment`` of tasks whose modules use the account: nothing secret.

    ``environment`` cannot remove a variable, so those that may choose an identity are blank, or lead nowhere.

    :param config_file: holds the text of :func:`config_of`; empty where the account has credentials of its own, and the
        host names no profile (PROFILE_VARIABLES) that would have to be in it
    :param inherited: the environment of the host; for an account with credentials, the names alone matter
    """
    told = environment_of(handover, inherited, config_file)
    # What the host has, and may keep, need not be said. It may be secret, too.
    lost = [name for name, value in inherited.items() if may_choose_identity(name) and told.get(name) != value]
    hidden = [name for name in (*_ALWAYS_BLANK, *lost) if name in _KEYS or name not in told]
    blank = {name: _INSTEAD_OF_BLANK.get(name, "") for name in hidden}
    shown = {name: value for name, value in told.items() if name not in _KEYS and inherited.get(name) != value}
    if config_file:
        return {**blank, **shown, **dict.fromkeys(PROFILE_VARIABLES, PROFILE), "AWS_CONFIG_FILE": config_file}
    # What the file would say is in variables.
    alone = {**blank, **shown, "AWS_CONFIG_FILE": os.devnull, "AWS_STS_REGIONAL_ENDPOINTS": "regional"}
    return {name: value for name, value in alone.items() if name not in PROFILE_VARIABLES}


def conflicting_variables(names: t.Iterable[str]) -> list[str]:
    """Those of ``names`` that may have a program use other credentials, or another region."""
    return sorted(name for name in names if may_choose_identity(name) or name.upper() in REGION_VARIABLES)
