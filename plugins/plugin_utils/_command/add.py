# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws add``: test an account and save it, by the playbook ``octo.aws.add_account``."""

from __future__ import annotations

import typing as t

from .playbooks import PlaybookCommand

if t.TYPE_CHECKING:
    import argparse


class Command(PlaybookCommand):
    """Saves an account. The playbook prompts for the rest."""

    PLAYBOOK = "add_account"

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", metavar="NAME", help="name of the account")
        parser.add_argument("--type", help="type of the account; default: access_key")
        parser.add_argument("--csv", metavar="FILE", help="accessKeys.csv of the AWS console, for the keys")
        parser.add_argument(
            "--replace", action="store_true", default=None, help="replace stored keys without a question"
        )

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        return {
            "account_name": parsed.name,
            "account_type": parsed.type,
            "csv": parsed.csv,
            "replace": parsed.replace,
        }
