# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws copy``: copy accounts to another store, by the playbook ``octo.aws.copy_accounts``."""

from __future__ import annotations

import typing as t

from .playbooks import PlaybookCommand

if t.TYPE_CHECKING:
    import argparse


class Command(PlaybookCommand):
    """Copies accounts into the store of the settings."""

    PLAYBOOK = "copy_accounts"

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="path or URL of the store to copy from")
        parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns such as web-*; default: all")
        parser.add_argument("--test", action="store_true", help="test each account before it is copied")
        parser.add_argument("--overwrite", action="store_true", help="replace different accounts of the same name")

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        return {
            "copy_from": parsed.source,
            "copy_names": parsed.names,
            "copy_test": parsed.test,
            "copy_overwrite": parsed.overwrite,
        }
