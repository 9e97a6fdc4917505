# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An argument of a task with a template that cannot be evaluated."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.errors import AnsibleError


@dataclasses.dataclass(frozen=True)
class Unreadable:
    """An argument with a template that raised an error. Some exceptions cannot be passed between processes; this can.

    :ivar message: of the innermost error, which is the template's
    :ivar place: a value with the source position of the template
    """

    message: str
    place: t.Any

    @classmethod
    def of(cls, error: AnsibleError) -> Unreadable:
        """Build it from the error of ansible-core."""
        message, place = "", None
        cause: BaseException | None = error
        while cause:
            if isinstance(cause, AnsibleError):
                message = str(cause._original_message).strip().rstrip(".")
                place = place if cause.obj is None else cause.obj
            cause = cause.__cause__
        return cls(message, place)

    def error(self) -> AnsibleError:
        """Return the error to raise outside of a step."""
        return AnsibleError(f"{self.message}.", obj=self.place)
