# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of the accounts in the store: for questions about one of them, and for their usages."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .._accounts.account import check_name

if t.TYPE_CHECKING:
    from .conversation import Conversation

_NAMES_IN_HINT = 20


class StoredNames:
    """The names in the store of the settings."""

    def __init__(self, conversation: Conversation) -> None:
        """List the store.

        :raises OctoAwsError: the store cannot be used
        """
        # Not with aws_account_info, which warns of a store that does not exist yet.
        store = conversation.open_store()
        self.store = store.url
        self.names = store.names()

    def check(self, answer: str) -> str:
        """Return the name of a stored account.

        :raises OctoAwsError: there is none of this name; the hint has names that are close to it
        """
        name = check_name(answer)
        if name not in self.names:
            raise OctoAwsError(
                ErrorCode.ACCOUNT_UNKNOWN,
                f"There is no account {name!r:.80} in the store {self.store}.",
                hint=self.hint(name),
            )
        return name

    def hint(self, name: str) -> str:
        """Return a sentence with the names that are close to a name, or with all if there are few."""
        if not self.names:
            return "It has no accounts. To save one, run `ansible-playbook octo.aws.add_account`."
        if similar := closest(name, self.names) or closest(name.casefold(), self.names):
            return similar
        if len(self.names) <= _NAMES_IN_HINT:
            return f"It has {', '.join(self.names)}."
        return "To list the accounts, run `ansible-playbook octo.aws.list_accounts`."


def show_usages(conversation: Conversation, names: t.Sequence[str] | None, paths: t.Any) -> None:
    """Show which files name accounts.

    :param names: the accounts; ``None`` for all
    :param paths: the folders and files to search, as a list or separated by commas
    :raises OctoAwsError: a path does not exist
    """
    arguments = {"usages": True, "usage_paths": paths or ["."], **({} if names is None else {"names": list(names)})}
    found = conversation.run("octo.aws.aws_account_info", arguments)
    usages = found["usages"]
    if usages:
        rows = [(usage["name"], f"{usage['path']}:{usage['line']}", usage["usage"]) for usage in usages]
        conversation.show_table([("ACCOUNT", "NAMED IN", "AS"), *rows])
    else:
        conversation.show("No file names " + ("an account." if names is None else f"{', '.join(names)}."))
    for unread in found["usages_unread"]:
        conversation.show(f"Not searched: {unread['path']}, {unread['msg']}.")
    conversation.show("Names that templates build at run time are not found.")
