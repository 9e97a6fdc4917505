# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook list_accounts."""

from __future__ import annotations

import typing as t

from .stored_names import show_usages
from .variables import refuse_unknown_account_variables

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result


def hold_list(conversation: Conversation) -> Result:
    """Show the accounts of the store, with details and usages if they are wanted."""
    refuse_unknown_account_variables(conversation)
    wanted: dict[str, t.Any] = {"details": conversation.given("account_details") or False}
    usages, paths = _is_true(conversation.given("usages")), conversation.given("usage_paths")
    listed = conversation.run("octo.aws.aws_account_info", wanted)
    names = listed["names"]
    count = f"{len(names)} account{'' if len(names) == 1 else 's'} in the store {listed['store']}"
    missing = ", which does not exist" if listed["store_exists"] is False else ""
    conversation.show(f"{count}{missing}")
    if "accounts" in listed:
        rows = [_row(account) for account in listed["accounts"]]
        rows += [(unreadable["name"], "not readable") for unreadable in listed["unreadable"]]
        titles = ("ACCOUNT", "TYPE", "REGION", "IDENTITY", "ROLES", "DESCRIPTION")
        conversation.show_table([titles, *((*row, *[None] * (len(titles) - len(row))) for row in sorted(rows))])
        conversation.show(*(unreadable["msg"] for unreadable in listed["unreadable"]))
    else:
        conversation.show_table([("ACCOUNT",), *((name,) for name in names)])
    if usages or paths:
        show_usages(conversation, None, paths)
    return {"changed": False, "store": listed["store"], "names": names}


def _row(account: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    # Only accounts with stored keys have an identity.
    fallback = "not tested" if account["access_key"] else account["account_id"]
    identity = account["identity"]["arn"] if account["identity"] else fallback
    identity = ", ".join(identity) if isinstance(identity, (list, tuple)) else str(identity)
    roles = ", ".join(hop["role_arn"] for hop in account["assume_role"])
    return account["name"], account["type"], account["region"], identity, roles, account["description"]


def _is_true(value: object) -> bool:
    from ansible.module_utils.parsing.convert_bool import boolean

    return boolean(value, strict=True) if value != "" else False
