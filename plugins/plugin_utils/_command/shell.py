# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws shell``: start a shell with an account, and name it in the prompt."""

from __future__ import annotations

import os
import sys
import tempfile
import typing as t

from . import child
from .arguments import add_session_options
from .served import ACCOUNT_VARIABLE, NamedAccount
from .shell_prompts import shell_for
from .start import has_terminal
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .start import Start

_WRONG_USAGE = 2


class Command(Subcommand):
    """Starts the shell in ``SHELL``. Its exit code is that of the shell."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        add_session_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        if not has_terminal():
            _remark("A shell needs a terminal. To run a command without one, use octo-aws exec.")
            return _WRONG_USAGE
        outer = os.environ.get(ACCOUNT_VARIABLE)
        if outer:
            _remark(f"This terminal already has the account {outer!r}, and exit returns to it.")
        account = NamedAccount(start, parsed.name)
        _remark(f"Shell with the account {account.name!r}. To leave it, type exit.")
        signals = child.Signals()
        with tempfile.TemporaryDirectory(prefix="octo-aws-shell-") as folder, account.served() as environment:
            command, variables = shell_for(os.environ.get("SHELL", ""), folder, environment)
            code = signals.run(command, {**environment, **variables})
        return child.end_like(code)


def _remark(text: str) -> None:
    print(f"octo-aws: {text}", file=sys.stderr, flush=True)
