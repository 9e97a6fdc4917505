# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subcommands of ``octo-aws``, and the list of them."""

from __future__ import annotations

import importlib
import typing as t
from abc import ABC, abstractmethod

if t.TYPE_CHECKING:
    import argparse

    from .start import Start


WRONG_USAGE = 2
"""The exit code after a wrong command line, as of argparse."""


class Subcommand(ABC):
    """One subcommand. Its file has one class that is named ``Command``.

    A file is imported only if its subcommand runs, since imports are most of the time that a command takes.
    """

    takes_command: t.ClassVar[bool] = False
    """Whether words after ``--`` are a command. They are in ``parsed.command``."""

    @abstractmethod
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments. Most subcommands need :func:`.arguments.add_session_options`."""

    @abstractmethod
    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        """Run the subcommand. Return the exit code.

        Output goes to standard output, remarks and errors to standard error.

        :raises OctoAwsError: printed by the caller, for exit code 1
        """


class Entry(t.NamedTuple):
    """An entry of the list.

    :param file: in this room
    :param help: one line for ``octo-aws --help``
    """

    file: str
    help: str


SUBCOMMANDS: dict[str, Entry] = {
    "exec": Entry("execution", "Run a command with an account."),
    "shell": Entry("shell", "Start a shell with an account."),
    "console": Entry("console", "Sign in to the AWS console with an account."),
    "list": Entry("listing", "List the accounts of the store."),
    "show": Entry("show", "Show an account, without its secrets."),
    "test": Entry("testing", "Test accounts."),
    "doctor": Entry("doctor", "Check each link of the way to an account."),
    "profiles": Entry("profiles", "Write a profile of AWS clients for each account."),
    "sessions": Entry("sessions", "Count the entries of the session cache, or remove them."),
    "add": Entry("add", "Test an account, and save it."),
    "rotate": Entry("rotate", "Replace the access key of an account by a new one."),
    "delete": Entry("delete", "Delete an account."),
    "import": Entry("import_accounts", "Save the profiles of AWS clients as accounts."),
    "copy": Entry("copy", "Copy accounts to another store."),
}
"""By name, in the order of ``octo-aws --help``."""


def subcommand_of(name: str) -> Subcommand:
    """Import a subcommand of the list."""
    module = importlib.import_module(f"..{SUBCOMMANDS[name].file}", __name__)
    subcommand: Subcommand = module.Command()
    return subcommand
