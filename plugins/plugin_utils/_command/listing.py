# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws list``: the accounts of the store."""

from __future__ import annotations

import sys
import typing as t

from ...module_utils._errors import RecordError
from .._service.store_access import store_of
from .account_facts import days_since, error_as_json, facts_of
from .arguments import add_setting_options, add_vault_options
from .records import read_accounts, selected_names
from .subcommand import Subcommand
from .tables import print_json, print_table

if t.TYPE_CHECKING:
    import argparse

    from .._accounts.account import Account
    from .account_facts import Facts
    from .start import Start

_TITLES = ("NAME", "TYPE", "AWS ACCOUNT", "LEADS TO", "TESTED", "KEY AGE")


class Command(Subcommand):
    """Lists accounts, without a request to AWS."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns such as web-*; default: all")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print a list in JSON")
        output.add_argument(
            "--names", action="store_true", dest="only_names", help="print names only, without a password"
        )
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        store = store_of(start.settings, start.warn)  # names need no password
        names = selected_names(store, parsed.names)
        if not names:
            state = " does not exist" if store.exists() is False else " has no accounts"
            print(f"The store {store.url}{state}{' of these names' * bool(parsed.names)}.", file=sys.stderr)
        if parsed.only_names:
            print("".join(f"{name}\n" for name in names), end="")
            return 0
        found = [
            (name, stored if isinstance(stored, RecordError) else facts_of(start, stored, store.url))
            for name, stored in read_accounts(start, names)
        ]
        errors = [(name, facts) for name, facts in found if isinstance(facts, RecordError)]
        if parsed.json:
            print_json([error_as_json(n, f) if isinstance(f, RecordError) else f.as_json() for n, f in found])
        elif found:
            rows = [_unread(name, facts) if isinstance(facts, RecordError) else _row(facts) for name, facts in found]
            print_table([_TITLES, *rows])
        if errors:
            print(f"{len(errors)} of {len(found)} records cannot be read. {errors[0][1]}", file=sys.stderr)
        return 1 if errors else 0


def _unread(name: str, error: RecordError) -> tuple[str, ...]:
    return (name, "", "", f"cannot be read: {error.code.value}", "", "")


def _row(facts: Facts) -> tuple[str, ...]:
    account = facts.account
    created = facts.note.key_created if facts.note else None
    count = len(facts.hops)
    roles = f" ({count} {'role' if count == 1 else 'roles'})" if count else ""
    return (
        account.name,
        account.type,
        facts.aws_account,
        f"{facts.target or origin_of(account)}{roles}",
        facts.tested,
        f"{days_since(created)}d" if created else "",
    )


def origin_of(account: Account) -> str:
    """Describe where the first credentials of an account come from."""
    return {
        "access_key": f"access key {account.access_key}",
        "instance_role": "role of the machine",
        "web_identity": account.role_arn,
        "profile": f"profile {account.profile}",
        "sso": f"role {account.sso_role_name} of {account.sso_start_url}",
        "roles_anywhere": account.role_arn,
        "vault": f"role {account.vault_role} of {account.vault_url}",
    }.get(account.type, "")
