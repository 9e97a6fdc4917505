# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws sessions``: the entries of the session cache, which are counted or removed, but never opened."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.account import check_name
from .._accounts.name_patterns import missing
from .._cache.shared_cache import clear_entries, count_entries, owner_of
from .._service.store_access import account_unknown, store_of
from .arguments import add_setting_options
from .subcommand import Subcommand
from .tables import print_json, print_table

if t.TYPE_CHECKING:
    import argparse

    from .start import Start

_OTHERS = "(others)"


class Command(Subcommand):
    """Counts or removes entries of the session cache. No vault password is needed."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="names of accounts; default: the whole cache")
        parser.add_argument("--clear", action="store_true", help="remove the entries")
        parser.add_argument("--json", action="store_true", help="print an object in JSON")
        add_setting_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        root = start.settings.session_cache
        try:
            counts = count_entries(root) if root else {}
            names = _names_by_owner(start, parsed.names, counts)
            if parsed.names:
                counts = {owner: count for owner, count in counts.items() if owner in names}
            if parsed.clear and counts:
                clear_entries(root, counts)
        except OSError as error:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"The session cache {root} cannot be {'cleared' if parsed.clear else 'read'}: {error.strerror}.",
                hint="Check the owner and the mode of the folder, or set another one with --session-cache.",
            ) from None
        accounts = sorted((names[owner], count) for owner, count in counts.items() if owner in names and count)
        total = sum(counts.values())
        others = total - sum(count for _name, count in accounts)
        if parsed.json:
            entries = [{"name": name, "entries": count} for name, count in accounts]
            document = {"folder": root or None, "accounts": entries, "others": others, "cleared": parsed.clear}
            print_json(document)
        elif not root:
            print("The session cache is off.")
        elif parsed.clear:
            print(f"{total} {_entries(total)} removed from the session cache {root}.")
        else:
            print(f"The session cache {root} has {total} {_entries(total)}{' of these accounts' * bool(parsed.names)}.")
            if total:
                print_table([("NAME", "ENTRIES"), *accounts, *([(_OTHERS, others)] if others else [])])
        return 0


def _names_by_owner(start: Start, given: t.Sequence[str], counts: t.Mapping[str, int]) -> dict[str, str]:
    """Return names of accounts by their folders: those that were given, also of deleted accounts, or all of the store.

    :raises OctoAwsError: a name is not valid, or it has no entries and is not in the store
    """
    if not given and not counts:
        return {}
    store = store_of(start.settings, start.warn)
    if given:
        owners = {owner_of(store.url, name): name for name in map(check_name, given)}
        unseen = [name for owner, name in owners.items() if owner not in counts]
        for name in missing(store.names(), unseen) if unseen else ():
            raise account_unknown(store, name)
        return owners
    try:
        names = store.names()
    except OctoAwsError:
        names = []  # the cache can be listed and cleared without the store
    return {owner_of(store.url, name): name for name in names}


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"
