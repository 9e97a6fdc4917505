# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the step of the role ``aws_steps`` that a task is, and arguments whose templates cannot be read.

A part, above ``_errors``.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import ErrorCode, OctoAwsError


@dataclasses.dataclass(frozen=True)
class Unreadable:
    """An argument whose template ends in an error. It goes from process to process, which not every exception can.

    :ivar message: the first cause, which is the template's
    :ivar place: something that was written where the template was
    """

    message: str
    place: t.Any

    @classmethod
    def of(cls, error: AnsibleError) -> Unreadable:
        """Such an argument, by what ansible-core raised."""
        message, place = "", None
        cause: BaseException | None = error
        while cause:
            if isinstance(cause, AnsibleError):
                message = str(cause._original_message).strip().rstrip(".")
                place = place if cause.obj is None else cause.obj
            cause = cause.__cause__
        return cls(message, place)

    def error(self) -> AnsibleError:
        """What ansible-core would have raised."""
        return AnsibleError(f"{self.message}.", obj=self.place)


@dataclasses.dataclass
class Step:
    """What the role says of a step.

    :ivar place: something that was written where a failure of the step is to be looked for
    """

    given: t.Mapping[str, t.Any]
    place: t.Any = None

    @property
    def name(self) -> str:
        """As its user wrote it."""
        return str(self.given.get("name"))

    def is_enabled(self) -> bool:
        """Whether it is run.

        :raises OctoAwsError: an option of the step cannot be read, or has no value that counts
        """
        if not self._boolean("enabled", default=True):
            return False
        self._boolean("ignore_errors", default=False)
        for name, unit in {"retries": "", "delay": " of seconds"}.items():
            value = self._read(name, 0)
            if isinstance(value, bool) or not str(value).isdecimal():
                raise self._invalid(f"{name} is {value!r:.80}, which is no whole number{unit}.", self.given[name])
        self._read("tasks", None)
        return True

    def refuse_unreadable(self, arguments: t.Mapping[str, t.Any]) -> None:
        """Refuse arguments of its task whose templates cannot be read.

        :raises OctoAwsError: names the first one
        """
        for name, value in arguments.items():
            if isinstance(value, Unreadable):
                raise self._of(name, value)

    def _read(self, name: str, default: t.Any) -> t.Any:
        value = self.given.get(name, default)
        if isinstance(value, Unreadable):
            raise self._of(name, value)
        return value

    def _boolean(self, name: str, *, default: bool) -> bool:
        value = self._read(name, default)
        try:
            return bool(boolean(value))
        except TypeError:
            raise self._invalid(f"{name} is {value!r:.80}, which is neither true nor false.", value) from None

    def _of(self, name: str, unreadable: Unreadable) -> OctoAwsError:
        hint = "Give it a value." if unreadable.message.endswith("is undefined") else ""
        # ansible-core says so where a template names a step that has no result, or an output that is not there.
        if "has no attribute '" in unreadable.message:
            done = self.given.get("done")
            known = ", ".join(str(name) for name in done) if isinstance(done, list) else ""
            hint = f"(Steps that have results: {known or 'none'}.)"
        return self._invalid(f"{name}: {unreadable.message}.", unreadable.place, hint)

    def _invalid(self, message: str, place: t.Any, hint: str = "Correct it, or leave it out.") -> OctoAwsError:
        self.place = place
        return OctoAwsError(ErrorCode.OPTION_INVALID, message, hint=hint)
