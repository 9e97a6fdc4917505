# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws exec``: run a command with an account."""

from __future__ import annotations

import sys
import typing as t

from . import child
from .arguments import add_session_options
from .served import NamedAccount
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .start import Start

_WRONG_USAGE = 2


class Command(Subcommand):
    """Runs a command. Its exit code is that of the command."""

    takes_command = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        parser.add_argument(
            "--no-refresh",
            action="store_true",
            help="set the keys as environment variables, for programs that know nothing else; "
            "they are not renewed when the session ends",
        )
        add_session_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        command: list[str] = parsed.command
        if not command:
            print(
                f"{start.program}: A command is missing. Write it after --, or run octo-aws shell for a shell.",
                file=sys.stderr,
            )
            return _WRONG_USAGE
        # Before a request, and a prompt.
        if not child.is_installed(command[0]):
            print(f"octo-aws: {child.not_installed(command[0])}", file=sys.stderr)
            return child.NOT_FOUND
        account = NamedAccount(start, parsed.name)
        if parsed.no_refresh:
            child.replace_by(command, account.environment())
        signals = child.Signals()
        with account.served() as environment:
            code = signals.run(command, environment)
        return child.end_like(code)
