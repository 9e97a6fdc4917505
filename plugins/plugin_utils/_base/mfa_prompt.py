# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: ask the person at the terminal that Ansible runs in.

Glue, beside C(_options).
"""

from __future__ import annotations

from ansible.errors import AnsibleError
from ansible.utils.display import Display

from ...module_utils._secrecy import register

display = Display()

_PATIENCE = 90
"""Seconds that a person has."""


def ask_for_token(serial: str) -> str:
    """Ask for the code of an MFA device; an empty string if there is no answer."""
    return _ask(f"Code of the MFA device {serial}: ")


def ask_for_password(vault_id: str) -> str:
    """Ask for a vault password once more; an empty string if there is no answer.

    The last line is what Ansible itself asks, so that AWX and other programs that answer Ansible's question answer this
    one, too.
    """
    named = "" if vault_id == "default" else f" ({vault_id})"
    return _ask(f"The first record with the vault id {vault_id!r} is to be sealed. Once more,\nVault password{named}: ")


def _ask(question: str) -> str:
    """Ask for a secret. Tasks ask through Ansible's main process."""
    try:
        typed: bytes = display.prompt_until(question, private=True, seconds=_PATIENCE)
    except AnsibleError:
        return ""  # no terminal, or the person interrupted it
    answer = typed.decode("utf-8", "replace").strip()
    register([answer])
    return answer
