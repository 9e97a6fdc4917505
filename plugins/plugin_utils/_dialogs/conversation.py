# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conversation of a playbook with a person: its variables, its questions and its tables."""

from __future__ import annotations

import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .._base.prompts import Interrupted, ask_for_text
from .._base.tables import table, wrapped

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._stores.protocol import Store

T = t.TypeVar("T")
Result: t.TypeAlias = dict[str, t.Any]


class Runner(t.Protocol):
    """Runs a module of the collection and returns its result. A failed result is returned as well."""

    def __call__(self, module: str, arguments: Mapping[str, t.Any], *, check_mode: bool = False) -> Result: ...


class Conversation:
    """The means of a dialog.

    :param variables: all variables of the task, not templated yet
    :param template: returns the value of a variable
    :param run_module: runs a module of the collection
    :param open_store: opens the store of the settings
    :param display: shows a line
    :param width: the cells of the terminal; 0 without one
    :param check_mode: whether nothing may be changed
    """

    def __init__(
        self,
        variables: Mapping[str, t.Any],
        template: Callable[[t.Any], t.Any],
        run_module: Runner,
        open_store: Callable[[], Store],
        display: Callable[[str], None],
        *,
        width: int,
        check_mode: bool,
    ) -> None:
        self._variables = variables
        self._template = template
        self._display = display
        self._width = width
        self.run_module = run_module
        self.open_store = open_store
        self.check_mode = check_mode
        self.shown: list[str] = []

    def refuse_unknown(self, words: str, known: Sequence[str]) -> None:
        """Reject variables with a prefix of the playbook that it does not have. They would be ignored, even account_id.

        :param words: a regular expression that matches the prefix and its mistyped forms
        :raises OctoAwsError: names the variable, and those that are similar
        """
        pattern = re.compile(f"{words}_")
        for name in map(str, self._variables):
            if pattern.match(name) and name not in known:
                raise OctoAwsError(
                    ErrorCode.OPTION_UNKNOWN,
                    f"There is no variable {name:.80}.",
                    hint=closest(name, known) or f"The playbook has {', '.join(known)}.",
                )

    def is_set(self, name: str) -> bool:
        """Whether a variable is set, also to an empty value."""
        return name in self._variables

    def given(self, name: str) -> t.Any:
        """Return the value of a variable; an empty string if it is not set.

        :raises AnsibleError: the value uses an undefined variable
        """
        return self._template(self._variables[name]) if name in self._variables else ""

    def run(self, module: str, arguments: Mapping[str, t.Any], *, check_mode: bool = False) -> Result:
        """Run a module of the collection.

        :raises OctoAwsError: it failed
        """
        from .._base.action import error_of_result

        result = self.run_module(module, arguments, check_mode=check_mode)
        if result.get("failed"):
            raise error_of_result(result)
        return result

    def ask(self, question: str, check: Callable[[str], T], *, private: bool = False) -> T:
        """Ask until the answer is valid.

        :param check: returns the value of an answer, or raises an ``OctoAwsError``
        :raises OctoAwsError: there is no terminal, or the prompt was interrupted
        """
        while True:
            answer = ask_for_text(question, private=private)
            if answer and not private:
                self._display(f"  {answer}")  # ansible-core removes it from the screen when it is complete
            try:
                return check(answer)
            except OctoAwsError as error:
                self.show_error(error)

    def ask_if_possible(self, question: str, check: Callable[[str], T], *, private: bool = False) -> T | None:
        """Ask as :meth:`ask` does; ``None`` without a terminal."""
        try:
            return self.ask(question, check, private=private)
        except Interrupted:
            raise
        except OctoAwsError as error:
            if error.code is ErrorCode.ANSWER_MISSING:
                return None
            raise

    def show(self, *lines: str) -> None:
        """Show lines, each wrapped to the width of the terminal."""
        for line in lines:
            for part in wrapped(line, self._width):
                self.shown.append(part)
                self._display(part)

    def show_verbatim(self, line: str) -> None:
        """Show a line to copy, which is not wrapped."""
        self.shown.append(line)
        self._display(line)

    def show_table(self, rows: Sequence[Sequence[object]]) -> None:
        """Show a table that fits the terminal; the first row has the titles."""
        for line in table(rows, self._width):
            self.shown.append(line)
            self._display(line)

    def show_error(self, error: OctoAwsError) -> None:
        """Show an error after which the dialog goes on."""
        self.show(" ".join(part for part in (error.message, error.hint) if part))


def required(variable: str, subject: str) -> OctoAwsError:
    """Return the error for a question that cannot be asked."""
    return OctoAwsError(
        ErrorCode.ANSWER_MISSING,
        f"{subject} is missing, and there is no terminal to ask for it.",
        hint=f"Set it with -e {variable}=VALUE.",
    )
