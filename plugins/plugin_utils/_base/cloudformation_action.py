# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions for CloudFormation, with templates and parameters that are files on the controller."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._cloudformation.options import check_options, check_size
from ...module_utils._errors import ErrorCode, OctoAwsError
from .parameters_file import merge_parameters_file
from .waiting_action import WaitingAction


class CloudFormationAction(WaitingAction):
    """A task about a stack, or a stack set."""

    check_options = staticmethod(check_options)

    def with_template(self, arguments: dict[str, t.Any], fewest: int, most: int) -> dict[str, t.Any]:
        """Return the module's arguments, checked, with the files of the controller read.

        :param fewest: the smallest number of templates
        :param most: the largest number of templates
        """
        self.check_options(arguments, fewest, most)
        template, parameters = arguments.get("template"), arguments.get("parameters_file")
        given = {name: value for name, value in arguments.items() if name not in ("template", "parameters_file")}
        if parameters:
            given = merge_parameters_file(given, parameters, self._read_parameters_file(parameters))
            given = {name: value for name, value in given.items() if name in self.MODULE_SPEC}
            self.check_options(given, 0, most)
        if template:
            text = self.read_template(template)
            check_size(f"The template {template}", text, stored=bool(given.get("template_bucket")))
            given["template_body"] = text
        return given

    def _read_parameters_file(self, path: str) -> str:
        try:
            return str(self._loader.get_text_file_contents(self._find_needle("files", path)))
        except (AnsibleError, OSError, ValueError):
            raise OctoAwsError(
                ErrorCode.PARAMETERS_FILE_INVALID,
                f"The parameters file {path} cannot be found or read.",
                hint="Put the file on the controller: beside the playbook, or into the folder files of the play or "
                "role. Or use an absolute path.",
            ) from None
