# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook delete_account."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.account import check_name
from .conversation import required
from .stored_names import StoredNames, show_usages
from .variables import refuse_unknown_account_variables

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result


def hold_delete(conversation: Conversation) -> Result:
    """Ask for the name of an account, show where it is used, ask for the name again, and delete the account."""
    refuse_unknown_account_variables(conversation)
    stored = StoredNames(conversation)
    name = _name(conversation, stored)
    paths = conversation.given("usage_paths")
    if paths:
        show_usages(conversation, [name], paths)
    confirmed = conversation.given("account_confirm")
    if not conversation.is_set("account_confirm"):
        if name not in stored.names:
            # Before the question, not after it.
            stored.check(name)
        question = "Type the name again to delete the account, anything else to stop"
        confirmed = conversation.ask_if_possible(question, str)
    if str(confirmed or "").strip() != name:
        no_terminal = "Set -e account_confirm=NAME to confirm without a terminal." if confirmed is None else ""
        raise OctoAwsError(
            ErrorCode.ANSWER_MISSING,
            "Nothing was deleted. " + ("The deletion is not confirmed." if no_terminal else "The two names differ."),
            hint=no_terminal,
        )
    arguments = {"name": name, "state": "absent"}
    deleted = conversation.run("octo.aws.aws_account", arguments, check_mode=conversation.check_mode)
    if not deleted["changed"]:
        conversation.show(f"{name} does not exist. {stored.hint(name)}".strip())
    elif conversation.check_mode:
        conversation.show(f"{name} would be deleted.")
    else:
        conversation.show(f"{name} was deleted. Access keys stay valid in AWS.")
    conversation.show(f"Store: {deleted['store']}")
    return {"changed": deleted["changed"]}


def _name(conversation: Conversation, stored: StoredNames) -> str:
    if conversation.is_set("account_name"):
        return check_name(conversation.given("account_name"))
    name = conversation.ask_if_possible("Name of the account to delete", stored.check)
    if name is None:
        raise required("account_name", "The name of the account to delete")
    return name
