# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of actions on the controller, and of modules on the target host."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
  async:
    description: Supports being used with the C(async) keyword.
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
"""

    ON_CONTROLLER = r"""
options: {}
attributes:
  action:
    support: full
  async:
    support: none
    details: The action plugin does everything on the controller.
  check_mode:
    support: full
"""

    ON_EXECUTOR = r"""
options: {}
attributes:
  action:
    support: full
    details: The action plugin resolves the account on the controller.
"""

    ASYNC = r"""
options: {}
attributes:
  async:
    support: full
    details: As for every module, ansible-core stores the module with its arguments in a file on the host until the task ends.
"""
