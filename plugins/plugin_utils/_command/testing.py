# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws test``: test accounts, several at once."""

from __future__ import annotations

import sys
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.account import error_context
from .._sessions.identity import verify
from .._sessions.test_note import write_note
from .account_facts import error_as_json
from .arguments import add_setting_options, add_vault_options
from .key_age import created_of
from .records import read_accounts, selected_names
from .subcommand import WRONG_USAGE, Subcommand
from .tables import print_json, print_table

if t.TYPE_CHECKING:
    import argparse

    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._service.resolver import Resolver
    from .._stores.protocol import Stored
    from .start import Start

_AT_ONCE = 8
"""Accounts that are tested at the same time."""

Tested = tuple[str, "Identity | OctoAwsError"]


class Command(Subcommand):
    """Tests accounts: STS must accept the credentials, each hop and the AWS account that it must lead to."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns such as web-*")
        parser.add_argument("--all", action="store_true", help="test all accounts of the store")
        parser.add_argument("--json", action="store_true", help="print a list in JSON")
        parser.add_argument("--jobs", type=_jobs, default=_AT_ONCE, metavar="N", help=f"at once; default: {_AT_ONCE}")
        parser.add_argument("--region", help="region to use")
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        if bool(parsed.names) == parsed.all:
            print("octo-aws test: Name the accounts, or write --all.", file=sys.stderr)
            return WRONG_USAGE
        names = selected_names(start.store(), parsed.names)
        tested = list(_test_all(start, read_accounts(start, names), parsed.jobs))
        failed = [name for name, result in tested if isinstance(result, OctoAwsError)]
        if parsed.json:
            print_json([_as_json(name, result) for name, result in tested])
        elif tested:
            print_table(
                [("NAME", "RESULT", "AWS ACCOUNT", "IDENTITY"), *(_row(name, result) for name, result in tested)]
            )
            print(f"{len(tested) - len(failed)} ok, {len(failed)} failed", file=sys.stderr)
        else:
            print("There are no accounts to test.", file=sys.stderr)
        return 1 if failed else 0


def _test_all(start: Start, found: t.Sequence[tuple[str, Stored | RecordError]], jobs: int) -> t.Iterator[Tested]:
    """Test accounts, and yield the results in their order."""
    resolver = start.resolver()
    turn = threading.Lock()

    def test(entry: tuple[str, Stored | RecordError]) -> Tested:
        name, stored = entry
        if isinstance(stored, RecordError):
            return name, stored
        account = stored.account
        try:
            if not _may_prompt(account):
                return name, _test(resolver, account)
            with turn:  # one prompt at a time
                return name, _test(resolver, account)
        except OctoAwsError as error:
            return name, error

    executor = ThreadPoolExecutor(jobs)
    try:
        yield from executor.map(test, found)
    finally:
        # After Ctrl-C, tests that have not begun are left out.
        executor.shutdown(wait=False, cancel_futures=True)


def _test(resolver: Resolver, account: Account) -> Identity:
    with error_context(account):
        walk = resolver.walk(account, fresh=True)
        credentials = walk.credentials()
        identity = verify(walk.chain, credentials)
        walk.store_sessions(costly_only=True)
        write_note(resolver.session_cache(account.name), account, identity, created_of(account, credentials))
        return identity


def _may_prompt(account: Account) -> bool:
    return bool(account.mfa_serial or account.sso_start_url or any(hop.mfa_serial for hop in account.assume_role))


def _row(name: str, result: Identity | OctoAwsError) -> tuple[str, ...]:
    if isinstance(result, OctoAwsError):
        return name, "failed", "", str(result)
    return name, "ok", result.account_id, result.arn


def _as_json(name: str, result: Identity | OctoAwsError) -> dict[str, t.Any]:
    if isinstance(result, OctoAwsError):
        return {"ok": False, "aws_account": None, "arn": None, **error_as_json(name, result)}
    return {"ok": True, "aws_account": result.account_id, "arn": result.arn, "name": name, "error": None}


def _jobs(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 64:
        raise ValueError(ErrorCode.OPTION_INVALID.value)
    return count
