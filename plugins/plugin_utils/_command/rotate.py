# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws rotate``: replace the access key of an account, by the playbook ``octo.aws.rotate_accounts``."""

from __future__ import annotations

import typing as t

from .playbooks import PlaybookCommand

if t.TYPE_CHECKING:
    import argparse


class Command(PlaybookCommand):
    """Rotates accounts, one after the other."""

    PLAYBOOK = "rotate_accounts"

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="+", metavar="NAME", help="names or patterns such as web-*")

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        return {"rotate_names": parsed.names}
