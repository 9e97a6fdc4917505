# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions for CloudFormation, with templates that are files on the controller."""

from __future__ import annotations

import typing as t

from ...module_utils._cloudformation.options import check_options, check_size
from .waiting_action import WaitingAction


class CloudFormationAction(WaitingAction):
    """A task about a stack."""

    def with_template(self, arguments: dict[str, t.Any], fewest: int, most: int) -> dict[str, t.Any]:
        """Return the module's arguments, checked, with the template read.

        :param fewest: the smallest number of templates
        :param most: the largest number of templates
        """
        check_options(arguments, fewest, most)
        path = arguments.get("template")
        if not path:
            return arguments
        others = {name: value for name, value in arguments.items() if name != "template"}
        text = self.read_template(path)
        check_size(f"The template {path}", text)
        return {**others, "template_body": text}
