# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_options import (
    STACK_SET_SPEC,
    check_stack_set,
)
from ansible_collections.octo.aws.plugins.plugin_utils._base.cloudformation_action import CloudFormationAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(CloudFormationAction):
    """Creates and deletes stack sets; documented in the module of the same name."""

    MODULE = "octo.aws.cloudformation_stack_set"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = STACK_SET_SPEC

    check_options = staticmethod(check_stack_set)

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        templates = 1 if arguments["state"] == "present" else 0
        given = self.with_template(self.module_arguments(arguments), templates, templates)
        if given.get("operation_preferences"):
            # Null is not one of the choices of an option.
            given["operation_preferences"] = {
                name: value for name, value in given["operation_preferences"].items() if value is not None
            }
        return self.run_in_slices(self.resolve(arguments, settings, options), given)
