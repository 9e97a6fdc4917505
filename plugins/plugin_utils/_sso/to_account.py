# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert the roles of a person to accounts."""

from __future__ import annotations

import collections
import shlex
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.field_checks import check_region
from .._accounts.account import check_name
from .._accounts.merge import merge
from .._accounts.name_patterns import missing, select
from .._accounts.sso_fields import check_start_url
from .access_token import with_token
from .portal import Access, Portal
from .roles import roles_of

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .roles import PortalRole


def portal_of(start_url: str, region: str | None) -> Portal:
    """Return the portal of two options.

    :raises OctoAwsError: one is missing or invalid
    """
    if not region:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "sso_start_url needs sso_region.",
            hint="Set it to the region in IAM Identity Center > Settings.",
        )
    return Portal(check_start_url(start_url.strip()), check_region(region.strip(), "sso_region"))


def roles_of_person(
    portal: Portal, session_cache: str, warn: t.Callable[[str], None], show_sign_in: t.Callable[[str], bool] | None
) -> list[PortalRole]:
    """Return all roles that the person who signs in may use.

    :raises OctoAwsError: the sign-in or a request failed
    """
    variables = f"-e {shlex.quote(f'sso={portal.start_url}')} -e sso_region={portal.region}"
    access = Access(session_cache, warn, show_sign_in, f"ansible-playbook octo.aws.import_profiles --check {variables}")
    return with_token(portal, access, lambda token: roles_of(portal, token))


def selected_roles(roles: t.Sequence[PortalRole], patterns: t.Sequence[str] | None) -> dict[str, PortalRole]:
    """Return the roles with a matching name, by name: ``ACCOUNT/ROLE``, with the ID of AWS accounts of the same name.

    :raises OctoAwsError: there is no role of a name without wildcards
    """
    ids = collections.defaultdict(set)
    for role in roles:
        ids[role.account_name.strip()].add(role.account_id)
    named = {}
    for role in roles:
        account_name = role.account_name.strip()
        number = f" {role.account_id}" if len(ids[account_name]) > 1 else ""
        named[f"{account_name}{number}/{role.role_name}"] = role
    for name in missing(list(named), patterns):
        raise OctoAwsError(
            ErrorCode.SSO_ROLE_UNKNOWN,
            f"There is no role {name!r:.80} for this person.",
            hint=closest(name, named) or "Use the names of an AWS account and a role: Sandbox/ReadOnly.",
        )
    return {name: named[name] for name in select(list(named), patterns)}


def account_of_role(portal: Portal, role: PortalRole, name: str) -> Account | OctoAwsError:
    """Return the account of a role, or the error of a role that cannot become one.

    :param name: of the account
    """
    options = {
        "type": "sso",
        "sso_start_url": portal.start_url,
        "sso_region": portal.region,
        "sso_account_id": role.account_id,
        "sso_role_name": role.role_name,
    }
    try:
        return merge(check_name(name), None, options)
    except OctoAwsError as error:
        return error
