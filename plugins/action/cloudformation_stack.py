# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import STACK_SPEC
from ansible_collections.octo.aws.plugins.plugin_utils._base.cloudformation_action import CloudFormationAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(CloudFormationAction):
    """Creates and deletes stacks; documented in the module of the same name."""

    MODULE = "octo.aws.cloudformation_stack"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = STACK_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        templates = 1 if arguments["state"] == "present" else 0
        given = self.with_template(self.module_arguments(arguments), templates, templates)
        return self.run_in_slices(self.resolve(arguments, settings, options), given)
