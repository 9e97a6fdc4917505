# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws rotate``: replace the access key of an account, by the playbook ``octo.aws.rotate_accounts``."""

from __future__ import annotations

import sys
import typing as t

from .playbooks import PlaybookCommand
from .subcommand import WRONG_USAGE

if t.TYPE_CHECKING:
    import argparse

    from .start import Start


class Command(PlaybookCommand):
    """Rotates accounts, one after the other."""

    PLAYBOOK = "rotate_accounts"

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns such as web-*")
        parser.add_argument("--all", action="store_true", help="all accounts that are due")
        parser.add_argument(
            "--after-days", type=int, metavar="N", help="only keys that are older; default: 0 for names, 90 with --all"
        )
        parser.add_argument("--keep-old", choices=("delete", "deactivate", "keep"), help="the old key; default: delete")

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        if bool(parsed.names) == parsed.all:
            print("octo-aws rotate: Name the accounts, or write --all.", file=sys.stderr)
            return WRONG_USAGE
        return super().run(parsed, start)

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        # A person who names an account wants a new key now.
        after_days = 0 if parsed.after_days is None and parsed.names else parsed.after_days
        return {
            "rotate_names": parsed.names,
            "rotate_after_days": after_days,
            "rotate_keep_old": parsed.keep_old,
        }
