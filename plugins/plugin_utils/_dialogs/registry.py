# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialogs, one for each playbook. The file of a dialog is imported on use."""

from __future__ import annotations

import typing as t
from importlib import import_module

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result

DIALOGS: dict[str, str] = {
    "add": "add",
    "copy": "transfers",
    "delete": "delete",
    "import": "transfers",
    "install": "installation",
    "list": "listing",
    "rotate": "rotation",
    "test": "testing",
}
"""The file of each dialog, with a function ``hold_NAME``."""


def hold(name: str, conversation: Conversation) -> Result:
    """Hold a dialog, and return the result of its task.

    :raises OctoAwsError: it failed, or has no answer
    """
    dialog = getattr(import_module(f"..{DIALOGS[name]}", __name__), f"hold_{name}")
    result: Result = dialog(conversation)
    return result
