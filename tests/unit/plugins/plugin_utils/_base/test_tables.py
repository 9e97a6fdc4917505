# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables fit the terminal and lose nothing."""

from __future__ import annotations

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils._base.tables import table, width_of, wrapped

TITLES = ("ACCOUNT", "TYPE", "REGION", "IDENTITY")
ARN = "arn:aws:sts::123456789012:assumed-role/deployer-of-everything-in-production/octo.aws"


def test_columns_are_aligned():
    rows = [TITLES, ("prod", "access_key", "eu-central-1", "x"), ("staging-of-web", "sso", None, "y")]
    assert table(rows) == [
        "ACCOUNT         TYPE        REGION        IDENTITY",
        "prod            access_key  eu-central-1  x",
        "staging-of-web  sso                       y",
    ]


def test_empty_columns_are_left_out_and_no_rows_are_no_table():
    assert table([TITLES, ("prod", "", None, "x")]) == ["ACCOUNT  IDENTITY", "prod     x"]
    assert table([TITLES]) == []
    assert table([]) == []


@pytest.mark.parametrize("width", [20, 30, 40, 60, 79, 80, 120])
def test_it_fits_and_loses_nothing(width):
    rows = [TITLES, ("prod", "access_key", "eu-central-1", ARN), ("a-very-long-name-of-an-account", "sso", "", ARN)]
    lines = table(rows, width)
    assert all(width_of(line) <= width for line in lines), lines
    everything = "".join(lines)
    for row in rows[1:]:
        for cell in row:
            assert all(everything.count(character) >= cell.count(character) for character in set(cell))
    assert lines == table(rows, width)


def test_wide_and_combining_characters_keep_the_columns():
    lines = table([("NAME", "X"), ("本番環境", "1"), ("cafe\u0301", "2"), ("e", "3")])
    assert [width_of(line) for line in lines] == [11, 11, 11, 11]
    assert table([("NAME", "X"), ("本番環境本番環境", "1")], 11)[1:] == ["本番環境  1", "本番環境"]
    assert wrapped("本", 1) == ["本"]


def test_control_characters_are_replaced():
    assert table([("NAME",), ("a\x1b[31mb\nc\u202e",)]) == ["NAME", "a [31mb c"]


def test_arns_are_broken_after_separators():
    assert wrapped("arn:aws:iam::123456789012:role/deployer", 28) == ["arn:aws:iam::123456789012:", "role/deployer"]
    assert wrapped("one two three", 7) == ["one two", "three"]
