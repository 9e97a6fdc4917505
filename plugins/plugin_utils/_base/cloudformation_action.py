# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions for CloudFormation, with templates that are files on the controller."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._cloudformation.options import check_options, check_size
from ...module_utils._errors import ErrorCode, OctoAwsError
from .host_action import HostAction
from .parameters_file import merge_parameters_file


class CloudFormationAction(HostAction):
    """A task about a stack."""

    def seconds_with_session(self, arguments: t.Mapping[str, t.Any]) -> int:
        """Return the timeout only in the background: each slice of a wait has its own credentials."""
        return super().seconds_with_session(arguments) if self._task.async_val else 0

    def with_template(self, arguments: dict[str, t.Any], fewest: int, most: int) -> dict[str, t.Any]:
        """Return the module's arguments, checked, with the files of the controller read.

        :param fewest: the smallest number of templates
        :param most: the largest number of templates
        """
        check_options(arguments, fewest, most)
        template, parameters = arguments.get("template"), arguments.get("parameters_file")
        given = {name: value for name, value in arguments.items() if name not in ("template", "parameters_file")}
        if parameters:
            given = merge_parameters_file(given, parameters, self._read_parameters_file(parameters))
            given = {name: value for name, value in given.items() if name in self.MODULE_SPEC}
            check_options(given, 0, most)
        if template:
            given["template_body"] = self._read_template(template, stored=bool(given.get("template_bucket")))
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

    def _read_template(self, path: str, *, stored: bool) -> str:
        try:
            file = self._find_needle("files", path)
            text = str(self._loader.get_text_file_contents(file))
            # ansible-core puts surrogates in place of bytes that are not UTF-8.
            text.encode("utf-8")
        except (AnsibleError, OSError, ValueError) as error:
            problem = "is not text in UTF-8" if isinstance(error, ValueError) else "cannot be found or read"
            raise OctoAwsError(
                ErrorCode.TEMPLATE_UNREADABLE,
                f"The template {path} {problem}.",
                hint="Put the file on the controller: beside the playbook, or into the folder files of the play or "
                "role. Or use an absolute path.",
            ) from None
        if not text.strip():
            raise OctoAwsError(ErrorCode.TEMPLATE_UNREADABLE, f"The template {path} is empty.")
        check_size(f"The template {path}", text, stored=stored)
        return text
