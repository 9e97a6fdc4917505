# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: asks the person at the terminal that Ansible runs in.

Glue, beside C(_options).
"""

from __future__ import annotations

from ansible.errors import AnsibleError
from ansible.utils.display import Display

from ..module_utils._secrecy import register

display = Display()

_PATIENCE = 90
"""Seconds that a person has."""


def ask_for_token(serial: str) -> str:
    """The code of an MFA device, or an empty string where nobody answers. Tasks ask through Ansible's main process."""
    try:
        typed: bytes = display.prompt_until(f"Code of the MFA device {serial}: ", private=True, seconds=_PATIENCE)
    except AnsibleError:
        return ""  # no terminal, or the person does not want to
    token = typed.decode("utf-8", "replace").strip()
    register([token])
    return token
