# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores with few accounts, and with very many."""

from __future__ import annotations

import json
import math
import os
import statistics
import typing as t
from pathlib import Path

from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from fixture import Fixture
from report import Goal, Report, Table, seconds
from rounds import Ratio, Row

_TEXT = """\
The store has the given number of accounts. {sealed} of them are saved. Links to their files, under the file names
that the page `formats` documents, represent the others and are never opened. A lookup reads a saved account in a
running template. A save changes one account, without a test. A list returns all names. For
`ansible.builtin.unvault`, one file contains all accounts, like a file of variables."""

_ROUNDS = 3
_SEALED = 3
_KINDS = {"lookup": "Lookup", "save": "Save", "list": "List", "unvault": "`ansible.builtin.unvault` of one file"}


def measure(fixture: Fixture) -> Report:
    """What a lookup, a save and a list cost."""
    counts = (10, 1_000, 100_000) if not fixture.effort.quick else (10, 100)
    rows: dict[str, Row] = {}
    sealed = _seal(fixture)
    for count in counts:
        store, file = fixture.machine.folder / f"store{count}", fixture.machine.folder / f"accounts{count}.json"
        _fill(store, sealed, count)
        _fill_file(fixture, file, count)
        large = count > 10_000
        lookup = f"{{{{ lookup('octo.aws.creds', 'account-0', store='{store}') }}}}"
        unvault = f"{{{{ (lookup('ansible.builtin.unvault', '{file}') | from_json)['account-0'] }}}}"
        rows[f"lookup{count}"] = Row("", workload=("again", lookup), loops=100)
        rows[f"save{count}"] = Row("", workload=("save", str(store), "account-0"), loops=10)
        rows[f"list{count}"] = Row("", workload=("names", str(store)), loops=1 if large else 10)
        rows[f"unvault{count}"] = Row(
            "", workload=("again", unvault), loops=1 if large else 10, values=1 if large else 3
        )
    times = fixture.time(rows, _ROUNDS)
    few = counts[0]
    lines = []
    for kind, title in _KINDS.items():
        cells = [title]
        for count in counts:
            found = times[f"{kind}{count}"]
            ratio = "" if count == few else f", {Ratio.of(found, times[f'{kind}{few}'])}"
            cells.append(f"{seconds(statistics.median(found))}{ratio}")
        lines.append(tuple(cells))
    table = Table(
        "Time by number of accounts",
        "Each time is followed by its ratio to the time with the fewest accounts.",
        ("", *(f"{count:,} accounts" for count in counts)),
        tuple(lines),
    )
    return Report("Many accounts", _TEXT.format(sealed=_SEALED), [table], list(_goals(times, counts)))


def _goals(times: dict[str, list[float]], counts: tuple[int, ...]) -> t.Iterator[Goal]:
    few, many = counts[0], counts[-1]
    for kind in ("lookup", "save"):
        ratio = Ratio.of(times[f"{kind}{many}"], times[f"{kind}{few}"])
        yield Goal.at_most(
            f"A {kind} with {many:,} accounts takes at most 1.1 times as long as with {few}.", ratio, 1.1
        )
    before = counts[-2]
    more = many // before
    ratio = Ratio.of(times[f"list{many}"], times[f"list{before}"])
    text = f"A list of {more} times as many accounts takes at most {more * 1.1:.0f} times as long."
    note = (
        "Names are sorted. Sorting n names takes n log n comparisons, here "
        f"{more * math.log(many) / math.log(before):.0f} times as many. No record is opened, as a test of `make test` "
        "verifies."
    )
    yield Goal.at_most(text, ratio, more * 1.1, note)


def _seal(fixture: Fixture) -> list[Path]:
    """The files of a few accounts."""
    store = fixture.machine.folder / "sealed"
    for number in range(_SEALED):
        fixture.machine.have(_name(number), OCTO_AWS_STORE=str(store))
    return [store.joinpath(*path_of(_name(number))) for number in range(_SEALED)]


def _fill(store: Path, sealed: list[Path], count: int) -> None:
    store.mkdir(mode=0o700)
    for number in range(count):
        os.link(sealed[number % _SEALED], store.joinpath(*path_of(_name(number))))


def _name(number: int) -> str:
    return f"account-{number}"


def _fill_file(fixture: Fixture, file: Path, count: int) -> None:
    keys = {"access_key": fixture.facts["access_key"], "secret_key": fixture.facts["secret_key"]}
    fixture.seal(file.name, json.dumps({f"account-{number}": keys for number in range(count)}))
