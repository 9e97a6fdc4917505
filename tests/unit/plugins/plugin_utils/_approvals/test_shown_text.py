# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text that is approved: the order of changes, diffs, control characters, its code; and the approver."""

from __future__ import annotations

import os
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._approvals import approver
from ansible_collections.octo.aws.plugins.plugin_utils._approvals.change_table import lines_of_changes
from ansible_collections.octo.aws.plugins.plugin_utils._approvals.shown_text import code_of, lines_of_diff, printable


def change(action: str, name: str, replacement: str | None = None, **fields: t.Any) -> dict[str, t.Any]:
    return {
        "action": action,
        "logical_id": name,
        "type": "T",
        "physical_id": None,
        "replacement": replacement,
        **fields,
    }


def test_replacements_are_first() -> None:
    lines = lines_of_changes(
        [
            change("Add", "A"),
            change("Modify", "M", "False", details=["Properties.X", "Tags"], physical_id="m-1"),
            change("Import", "I"),
            change("Remove", "D"),
            change("Modify", "C", "Conditional"),
            change("Modify", "R2", "True"),
            change("Modify", "R1", "True"),
            change("Dynamic", "N"),
            change("Explode", "E"),
            {},
        ]
    )
    assert lines[0] == (
        "10 changes: 1 explode, 2 replace, 1 may replace, 1 remove, 2 dynamic, 1 modify, 1 import, 1 add"
    )
    assert lines[1].split("  ")[0] == "CHANGE"
    assert [line[13:15].strip() for line in lines[2:]] == ["E", "R1", "R2", "C", "D", "-", "N", "M", "I", "A"]
    assert lines[9] == "Modify       M         T     m-1          Properties.X, Tags"


def test_one_change_and_none() -> None:
    assert lines_of_changes([]) == ["No changes"]
    assert lines_of_changes([change("Add", "A")])[0] == "1 change: 1 add"


def test_a_name_cannot_hide_a_change() -> None:
    lines = lines_of_changes([change("Modify", "Site\x1b[2K\r\n", "True"), change("Add", "A" * 40)])
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
    # The columns are still aligned.
    assert lines[2].index(" T ") == lines[3].index(" T ")


def test_control_characters_of_other_lines() -> None:
    assert printable(["a\tb\x1b[8mc \r", "\u202eabc"]) == ["a   b [8mc", " abc"]
    assert all(line.isprintable() for line in printable(["a\x1b[8mb\tc\r", "\u202e", "\x00"]))


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        ({"before": "a\nb\n", "after": "a\nc\n"}, ["--- before", "+++ after", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]),
        ({"after": "a", "after_header": "new"}, ["--- before", "+++ new", "@@ -0,0 +1 @@", "+a"]),
        ({"before": {"a": 1}, "after": {"a": 2}}, ["--- before", "+++ after", "@@ -1 +1 @@", '-{"a":1}', '+{"a":2}']),
        ({"before": "a", "after": "a"}, []),
        ([{"prepared": "x\ny\n"}, "z"], ["x", "y", "z"]),
        ("+x\n", ["+x"]),
        ([], []),
    ],
)
def test_diffs(diff: t.Any, expected: list[str]) -> None:
    assert lines_of_diff(diff) == expected


@pytest.mark.parametrize("diff", [{}, {"changed": True}, 7, [None]])
def test_values_that_are_no_diff(diff: t.Any) -> None:
    with pytest.raises(OctoAwsError) as caught:
        lines_of_diff(diff)
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_the_code_is_that_of_every_line() -> None:
    lines = ["Approve: account 'prod'", "1 change: 1 add"]
    codes = {
        code_of(lines),
        code_of(lines[:1]),
        code_of([*lines, ""]),
        code_of(["", *lines]),
        code_of(["".join(lines)]),
    }
    assert len(codes) == 5
    assert code_of(lines) == code_of(list(lines))
    assert all(len(code) == 16 for code in codes)


def test_the_approver_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in approver._ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    assert approver.approver_of_job({}) == approver.user()
    monkeypatch.setenv("GITLAB_USER_LOGIN", "bob")
    assert approver.approver_of_job({"other": "x"}) == "bob"
    monkeypatch.setenv("GITHUB_ACTOR", "")
    assert approver.approver_of_job({"awx_user_name": ""}) == "bob"
    assert approver.approver_of_job({"tower_user_name": "carol"}) == "carol"
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert approver.user() == "4000000"
