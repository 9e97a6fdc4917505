# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step of the role ``aws_steps`` that a task runs."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import ErrorCode, OctoAwsError
from .unreadable import Unreadable


@dataclasses.dataclass
class Step:
    """A step, as the role passes it to the task.

    :ivar place: a value with the source position to show if the step fails
    """

    given: t.Mapping[str, t.Any]
    place: t.Any = None

    @property
    def name(self) -> str:
        """The name as the user wrote it."""
        return str(self.given.get("name"))

    def is_enabled(self) -> bool:
        """Whether the step runs.

        :raises OctoAwsError: an option of the step cannot be evaluated, or is invalid
        """
        if not self._boolean("enabled", default=True):
            return False
        self._boolean("ignore_errors", default=False)
        for name, unit in {"retries": "", "delay": " of seconds"}.items():
            value = self._read(name, 0)
            if isinstance(value, bool) or not str(value).isdecimal():
                raise self._invalid(f"{name} is {value!r:.80}, which is not a whole number{unit}.", self.given[name])
        self._read("tasks", None)
        return True

    def refuse_unreadable(self, arguments: t.Mapping[str, t.Any]) -> None:
        """Reject arguments of its task with templates that cannot be evaluated.

        :raises OctoAwsError: names the first one
        """
        for name, value in arguments.items():
            if isinstance(value, Unreadable):
                raise self._unreadable(name, value)

    def _read(self, name: str, default: t.Any) -> t.Any:
        value = self.given.get(name, default)
        if isinstance(value, Unreadable):
            raise self._unreadable(name, value)
        return value

    def _boolean(self, name: str, *, default: bool) -> bool:
        value = self._read(name, default)
        try:
            return bool(boolean(value))
        except TypeError:
            raise self._invalid(f"{name} is {value!r:.80}, which is neither true nor false.", value) from None

    def _unreadable(self, name: str, unreadable: Unreadable) -> OctoAwsError:
        hint = "Set it to a value." if unreadable.message.endswith("is undefined") else ""
        # The error of ansible-core for a step without a result, or for an unknown output.
        if "has no attribute '" in unreadable.message:
            done = self.given.get("done")
            known = ", ".join(str(name) for name in done) if isinstance(done, list) else ""
            hint = f"(Steps that have results: {known or 'none'}.)"
        return self._invalid(f"{name}: {unreadable.message}.", unreadable.place, hint)

    def _invalid(self, message: str, place: t.Any, hint: str = "Correct it, or remove it.") -> OctoAwsError:
        self.place = place
        return OctoAwsError(ErrorCode.OPTION_INVALID, message, hint=hint)
