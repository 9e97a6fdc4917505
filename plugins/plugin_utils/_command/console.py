# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To be written."""

from __future__ import annotations

import typing as t

from .arguments import add_session_options
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .start import Start


class Command(Subcommand):
    """To be written."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        add_session_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        print(start.find(parsed.name).account.name)
        return 0
