# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws delete``: delete an account, by the playbook ``octo.aws.delete_account``."""

from __future__ import annotations

import typing as t

from .playbooks import PlaybookCommand

if t.TYPE_CHECKING:
    import argparse


class Command(PlaybookCommand):
    """Deletes an account after a confirmation."""

    PLAYBOOK = "delete_account"
    NEEDS_PASSWORD = False

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        parser.add_argument("--yes", action="store_true", help="delete it without a question")
        parser.add_argument("--usages", nargs="+", metavar="PATH", help="show which of these files and folders name it")

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        return {
            "account_name": parsed.name,
            "account_confirm": parsed.name if parsed.yes else None,
            "usage_paths": parsed.usages,
        }
