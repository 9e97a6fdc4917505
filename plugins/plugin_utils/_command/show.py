# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws show``: all about one account, without its secrets."""

from __future__ import annotations

import sys
import typing as t

from ...module_utils._model.identity import ids_as_text
from .._usages.search import search
from .account_facts import ago, days_since, facts_of
from .arguments import add_setting_options, add_vault_options
from .listing import origin_of
from .process_command import account_of_command
from .subcommand import Subcommand
from .tables import print_json, print_table, styled

if t.TYPE_CHECKING:
    import argparse

    from .._usages.search import Found
    from .._usages.usage import Usage
    from .account_facts import Facts
    from .start import Start


class Command(Subcommand):
    """Shows one account, and its usages in playbooks."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        parser.add_argument("--json", action="store_true", help="print an object in JSON")
        parser.add_argument(
            "--usages",
            nargs="*",
            metavar="PATH",
            help="also list the places in these files and folders that name the account; default: this folder",
        )
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        stored = start.find(parsed.name)
        facts = facts_of(start, stored, start.store().url)
        found = None if parsed.usages is None else search(parsed.usages or ["."], _account_of_command)
        if parsed.json:
            print_json({**facts.as_json(), **(_usages_as_json(found, facts.account.name) if found else {})})
            return 0
        print(styled(facts.account.name, "bold"))
        print_table([("", ""), *_lines(facts)])
        if found:
            usages = _usages_of(found, facts.account.name)
            print()
            print_table([("USED IN", "BY"), *((f"{path}:{usage.line}", usage.usage) for path, usage in usages)])
            print(f"{len(usages)} usage{'' if len(usages) == 1 else 's'} of {facts.account.name}")
            for path, reason in found.unread:
                print(f"Not searched: {path} {reason}", file=sys.stderr)
        return 0


def _usages_of(found: Found, name: str) -> list[tuple[str, Usage]]:
    usages = [(path, usage) for path, usage in found.usages if usage.name == name]
    return sorted(usages, key=lambda entry: (entry[0], entry[1].line))


def _usages_as_json(found: Found, name: str) -> dict[str, t.Any]:
    return {
        "usages": [{"path": path, "line": usage.line, "usage": usage.usage} for path, usage in _usages_of(found, name)],
        "usages_unread": [{"path": path, "msg": reason} for path, reason in found.unread],
    }


def _account_of_command(command: str) -> str | None:
    named = account_of_command(command)
    return named.account if named else None


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _lines(facts: Facts) -> list[tuple[str, str]]:
    account, note = facts.account, facts.note
    lines = [
        ("Type", account.type),
        ("Description", account.description),
        ("Starts with", origin_of(account)),
        *((f"Role {number}", arn) for number, arn in enumerate(facts.hops, 1)),
        ("AWS account", facts.aws_account),
        ("ARN", facts.arn),
        ("Must lead to", ids_as_text(account.account_id)),
        ("Region", account.region),
        ("Tested", f"{ago(note.moment)}, on this machine" if note else "not on this machine"),
        ("Key age", _days(days_since(note.key_created)) if note and note.key_created else ""),
        ("Vault ID", facts.stored.vault_id or ""),
    ]
    return [(title, text) for title, text in lines if text]
