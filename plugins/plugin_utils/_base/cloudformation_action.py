# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: an action whose module works with CloudFormation; a template of the play is read here.

Glue, above C(_work_action).
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._cloudformation.options import check_options, check_size
from ...module_utils._errors import ErrorCode, OctoAwsError
from .host_action import HostAction


class CloudFormationAction(HostAction):
    """A task about a stack."""

    def prepare(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        fewest, most = self.templates(arguments)
        check_options(arguments, fewest, most)
        path = arguments.get("template")
        if path:
            others = {name: value for name, value in arguments.items() if name != "template"}
            return {**others, "template_body": self._read_template(path)}
        return arguments

    def templates(self, arguments: t.Mapping[str, t.Any]) -> tuple[int, int]:
        """How many templates the task must have, and how many it may have."""
        raise NotImplementedError

    def _read_template(self, path: str) -> str:
        try:
            found = self._find_needle("files", path)
            text = str(self._loader.get_text_file_contents(found))
            # ansible-core puts halves of characters in place of what is not UTF-8.
            text.encode("utf-8")
        except (AnsibleError, OSError, ValueError) as error:
            why = "is not text in UTF-8" if isinstance(error, ValueError) else "cannot be found or read"
            raise OctoAwsError(
                ErrorCode.TEMPLATE_UNREADABLE,
                f"The template {path} {why}.",
                hint="It is a file on the controller: beside the playbook, in files beside it or in the role, or a "
                "path from the root.",
            ) from None
        if not text.strip():
            raise OctoAwsError(ErrorCode.TEMPLATE_UNREADABLE, f"The template {path} is empty.")
        check_size(f"The template {path}", text)
        return text
