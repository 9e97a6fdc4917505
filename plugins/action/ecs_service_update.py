# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import SERVICE_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.field_checks import empty, refused
from ansible_collections.octo.aws.plugins.plugin_utils._base.waiting_action import WaitingAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(WaitingAction):
    """Updates a service of ECS; documented in the module of the same name."""

    MODULE = "octo.aws.ecs_service_update"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = SERVICE_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        check_options({**dict.fromkeys(SERVICE_SPEC), **given})
        return self.run_in_slices(self.resolve(arguments, settings, options), self._with_template(given))

    def _with_template(self, given: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the arguments with the template as a mapping: hosts may lack a parser of YAML."""
        path = given.pop("template", None)
        body = given.get("template_body")
        if path is None and not isinstance(body, str):
            if body is not None and not isinstance(body, dict):
                raise refused("template_body", "is neither a string nor a mapping")
            if body is not None and not body:
                raise empty("template_body")
            return given
        label = f"The template {path}" if path else "template_body"
        text = self.read_template(path) if path else str(body)
        try:
            template = self._loader.load(text, show_content=False)
        except AnsibleError:
            template = None
        if not isinstance(template, dict):
            raise OctoAwsError(
                ErrorCode.TEMPLATE_INVALID,
                f"{label} is not a mapping in JSON or YAML.",
                hint="Use the form of `aws ecs register-task-definition --generate-cli-skeleton`.",
            )
        return {**given, "template_body": template}
