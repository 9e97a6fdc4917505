# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions that wait for AWS in slices, and read templates from the controller."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._errors import ErrorCode, OctoAwsError
from .host_action import HostAction


class WaitingAction(HostAction):
    """A task that waits for an operation in AWS."""

    def seconds_with_session(self, arguments: t.Mapping[str, t.Any]) -> int:
        """Return the timeout only in the background: each slice of a wait has its own credentials."""
        return super().seconds_with_session(arguments) if self._task.async_val else 0

    def read_template(self, path: str) -> str:
        """Return the text of a template among the files of the play.

        :raises OctoAwsError: there is none, or it is not text
        """
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
        return text
