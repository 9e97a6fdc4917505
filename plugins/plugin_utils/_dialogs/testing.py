# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook test_account."""

from __future__ import annotations

import typing as t

from .conversation import required
from .stored_names import StoredNames
from .variables import refuse_unknown_account_variables

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result


def hold_test(conversation: Conversation) -> Result:
    """Ask for the name of an account, test it, and show its identity."""
    refuse_unknown_account_variables(conversation)
    name = conversation.given("account_name")
    if not conversation.is_set("account_name"):
        name = conversation.ask_if_possible("Name of the account", StoredNames(conversation).check)
    if name in (None, ""):
        raise required("account_name", "The name of the account")
    tested = conversation.run("octo.aws.aws_account", {"name": name, "state": "tested"})
    account, identity = tested["account"], tested["identity"]
    conversation.show_table(
        [
            ("ACCOUNT", "TYPE", "IDENTITY", "RESULT"),
            (account["name"], account["type"], identity["arn"], "valid"),
        ]
    )
    conversation.show(f"Store: {tested['store']}")
    return {"changed": False, "account": account, "identity": identity}
