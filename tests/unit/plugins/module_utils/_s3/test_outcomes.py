# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers and the lists in the result of a transfer."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._s3.outcomes import MOST_LISTED, Outcomes


def item(name: str, *, changed: bool) -> dict[str, t.Any]:
    return {"path": name, "size": 10, "changed": changed}


def test_changed_files_are_listed_first() -> None:
    outcomes = Outcomes({})
    for number in range(MOST_LISTED + 1):
        outcomes.add(item(f"a{number:05}", changed=False))
    outcomes.add(item("c", changed=True), "c before\n", "c after\n")
    outcomes.add(item("b", changed=True), "", "b after\n")
    files = outcomes.files("path")
    assert len(files) == MOST_LISTED
    assert [one["path"] for one in files[-3:]] == [f"a{MOST_LISTED - 3:05}", "b", "c"]
    assert outcomes.counts == {"files": MOST_LISTED + 3, "changed": 2, "deleted": 0, "bytes": 10 * (MOST_LISTED + 3)}
    assert outcomes.diff("place") == {
        "before_header": "place",
        "after_header": "place",
        "before": "c before\n",
        "after": "b after\nc after\n",
    }


def test_the_next_slice_goes_on() -> None:
    kept: dict[str, t.Any] = {}
    Outcomes(kept).add(item("a", changed=True), "", "a\n")
    outcomes = Outcomes(json.loads(json.dumps(kept)))
    assert outcomes.changed
    outcomes.add_deleted("b", "b before\n")
    assert [one["path"] for one in outcomes.files("path")] == ["a"]
    assert outcomes.deleted == ["b"]
    assert outcomes.diff("place")["before"] == "b before\n"


def test_nothing_changed() -> None:
    outcomes = Outcomes({})
    outcomes.add(item("a", changed=False), "a\n", "a\n")
    assert not outcomes.changed
    assert outcomes.diff("place")["before"] == outcomes.diff("place")["after"] == ""


def test_the_lists_have_an_end() -> None:
    kept: dict[str, t.Any] = {}
    outcomes = Outcomes(kept)
    for number in range(MOST_LISTED + 100):
        outcomes.add(item(str(number), changed=True), "x\n", "y\n")
        outcomes.add_deleted(str(number), "z\n")
    assert outcomes.counts["deleted"] == MOST_LISTED + 100
    assert all(len(value) <= MOST_LISTED for name, value in kept.items() if name != "counts")
