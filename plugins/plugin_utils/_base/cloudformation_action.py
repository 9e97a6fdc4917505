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


class CloudFormationAction(HostAction):
    """A task about a stack."""

    def seconds_with_session(self, arguments: t.Mapping[str, t.Any]) -> int:
        """Return the timeout only in the background: each slice of a wait has its own credentials."""
        return super().seconds_with_session(arguments) if self._task.async_val else 0

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
        return {**others, "template_body": self._read_template(path)}

    def _read_template(self, path: str) -> str:
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
        check_size(f"The template {path}", text)
        return text
