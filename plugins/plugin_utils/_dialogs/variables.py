# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks for accounts, which start with ``account_``.

All of these playbooks accept all of them, so that one file of variables can be used with each.
"""

from __future__ import annotations

import typing as t

from .._accounts.account import FIELDS

if t.TYPE_CHECKING:
    from .conversation import Conversation

_NO_OPTIONS = ("name", "session_key", "verified")
OPTIONS = {
    "account_id" if field == "account_id" else f"account_{field}": field for field in FIELDS if field not in _NO_OPTIONS
}
"""The option of aws_account that each variable of add_account sets, besides account_name."""
_NAMES = ("account_name", *OPTIONS, "account_confirm", "account_details")


def refuse_unknown_account_variables(conversation: Conversation) -> None:
    """Reject mistyped variables.

    :raises OctoAwsError: names the variable
    """
    conversation.refuse_unknown("a[cou]+nt?", _NAMES)
