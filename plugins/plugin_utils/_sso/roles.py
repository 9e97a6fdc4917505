# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to ``sso``: the credentials of a role, and the roles of a person (IAM Identity Center portal API
reference)."""

from __future__ import annotations

import datetime
import typing as t

from ...module_utils._aws.errors import call, retry_throttled
from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import Credentials, can_be_key
from .portal import invalid_answer, new_client, text_in

if t.TYPE_CHECKING:
    from .portal import Portal

_MOST_PAGES = 1_000


class PortalRole(t.NamedTuple):
    """A role that a person may use.

    :param account_name: of the AWS account, as its organization has it
    """

    account_id: str
    account_name: str
    role_name: str


def role_credentials(portal: Portal, account_id: str, role_name: str, token: str) -> Credentials:
    """Return a session of a role (GetRoleCredentials).

    :raises OctoAwsError: the request failed
    """
    client = new_client(portal, "sso")
    began = now()
    try:
        response = _send(client, "get_role_credentials", token, accountId=account_id, roleName=role_name)
    except OctoAwsError as error:
        raise _explained(error, account_id, role_name) from None
    keys = response.get("roleCredentials") or {}
    values = [keys.get(name) for name in ("accessKeyId", "secretAccessKey", "sessionToken")]
    milliseconds = keys.get("expiration")
    if not all(map(can_be_key, values)) or not isinstance(milliseconds, int):
        raise invalid_answer(client, "returned no session")
    try:
        expiration = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise invalid_answer(client, "returned no session") from None
    if (began - expiration).total_seconds() > CLOCK_TOLERANCE:
        raise invalid_answer(client, "returned an expired session, or the clock of this machine is wrong")
    return Credentials(
        access_key=str(values[0]),
        secret_key=str(values[1]),
        session_token=str(values[2]),
        began=began,
        expiration=expiration,
    )


def roles_of(portal: Portal, token: str) -> list[PortalRole]:
    """Return all roles that the person may use, in all AWS accounts (ListAccounts, ListAccountRoles).

    :raises OctoAwsError: a request failed
    """
    client = new_client(portal, "sso")
    found: list[PortalRole] = []
    for account in _items(client, "list_accounts", "accountList", token):
        account_id = text_in(client, account, "accountId")
        account_name = text_in(client, account, "accountName", required=False) or account_id
        found += [
            PortalRole(account_id, account_name, text_in(client, role, "roleName"))
            for role in _items(client, "list_account_roles", "roleList", token, accountId=account_id)
        ]
    return found


def _items(
    client: t.Any, operation: str, key: str, token: str, **parameters: t.Any
) -> t.Iterator[t.Mapping[str, t.Any]]:
    """Yield the items of all pages. A page can be empty and not the last one."""
    more: dict[str, t.Any] = {}
    for _page in range(_MOST_PAGES):
        response = _send(client, operation, token, maxResults=100, **parameters, **more)
        items = response.get(key)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise invalid_answer(client, f"returned no {key}")
        yield from items
        if not response.get("nextToken"):
            return
        following = {"nextToken": str(response["nextToken"])}
        if following == more:
            raise invalid_answer(client, "returned the same page again")
        more = following
    raise invalid_answer(client, f"returned more than {_MOST_PAGES:,} pages")


def _send(client: t.Any, operation: str, token: str, **parameters: t.Any) -> dict[str, t.Any]:
    return retry_throttled(lambda: call(client, operation, [token], accessToken=token, **parameters))


def _explained(error: OctoAwsError, account_id: str, role_name: str) -> OctoAwsError:
    if error.is_refusal("ForbiddenException", "AccessDeniedException"):
        return error.with_text(
            f"IAM Identity Center denied the role {role_name} in the AWS account {account_id}.",
            "Check sso_account_id and sso_role_name (the name of the permission set), and that this person is assigned "
            "to it. To list all roles of a person, run `ansible-playbook octo.aws.import_profiles --check -e sso=URL "
            "-e sso_region=REGION`.",
            ErrorCode.SSO_ROLE_DENIED,
        )
    if error.is_refusal("ResourceNotFoundException"):
        return error.with_text(
            f"IAM Identity Center has no role {role_name} in the AWS account {account_id}.",
            "Correct sso_account_id and sso_role_name (the name of the permission set).",
            ErrorCode.SSO_ROLE_UNKNOWN,
        )
    return error
