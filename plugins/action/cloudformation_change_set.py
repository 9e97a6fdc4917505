# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import CHANGE_SET_SPEC, template_sources
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.cloudformation_action import CloudFormationAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(CloudFormationAction):
    """Creates and executes change sets; documented in the module of the same name."""

    MODULE = "octo.aws.cloudformation_change_set"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = CHANGE_SET_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        given = self.with_template(given, *_templates(given))
        return self.run_in_slices(self.resolve(arguments, settings, options), given)


def _templates(arguments: t.Mapping[str, t.Any]) -> tuple[int, int]:
    """Return how many templates the task must have, and how many it may have."""
    needs_name = arguments["state"] == "absent" or (
        arguments["state"] == "executed" and not template_sources(arguments)
    )
    if needs_name and arguments.get("change_set_name") is None:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"change_set_name is missing: state {arguments['state']} needs the name of an existing change set"
            f"{', or a template' if arguments['state'] == 'executed' else ''}.",
        )
    return {"present": (1, 1), "executed": (0, 1), "absent": (0, 0)}[arguments["state"]]
