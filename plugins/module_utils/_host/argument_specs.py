# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs of modules that run on a host with an account.

The documentation is in the fragment ``octo.aws.account``.
"""

from __future__ import annotations

import typing as t

from .._model.hop import HOP_SPEC

SETTINGS_SPEC: dict[str, t.Any] = {
    "store": {"type": "str"},
    "vault_id": {"type": "str"},
    "session_cache": {"type": "str"},
    "account_required": {"type": "bool"},
}
"""Arguments of every action. The documentation is in the fragment ``octo.aws.settings``."""

SESSION_SPEC: dict[str, t.Any] = {
    "region": {"type": "str"},
    "assume_role": {"type": "list", "elements": "dict", "options": HOP_SPEC},
    "duration_seconds": {"type": "int"},
    "min_ttl": {"type": "int"},
    "account_id": {"type": "raw"},
    "mfa_token": {"type": "str", "no_log": True},
}
"""The session of an account in a task."""

STEP_SPEC: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "enabled": {"type": "raw"},
    "retries": {"type": "raw"},
    "delay": {"type": "raw"},
    "ignore_errors": {"type": "raw"},
    "tasks": {"type": "raw"},
    "done": {"type": "list", "elements": "str"},
}
"""The step that the role ``aws_steps`` passes to its task."""

ACCOUNT_SPEC: dict[str, t.Any] = {
    "account": {"type": "str"},
    "announce": {"type": "bool", "default": False},
    "step": {"type": "dict", "options": STEP_SPEC},
    **SESSION_SPEC,
}
"""The account of a task. The action on the controller reads these; the module gets the resolved account."""
