# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.marked_block import (
    BEGIN,
    END,
    GeneratedProfile,
    block_of,
    heading_of,
    names_in,
    split,
)
from botocore.compat import compat_shell_split
from botocore.configloader import load_config

NAMES = ["prod", "web-1", "A röle's name", "two words", "a/b:c@d", "name = value", "default", "-x", "100%", "日本"]
REST = [
    "",
    "\n",
    "[default]\nregion = us-east-1",
    "[default]\r\nregion = us-east-1\r\n",
    "# a comment\n\n[profile mine]\nregion = x\ns3 =\n  a = b\n\n\n",
    "\udce4 is not UTF-8\n",
    "[default]\r\nmixed = yes\n",
]


def profile(name: str, region: str = "eu-central-1") -> GeneratedProfile:
    return GeneratedProfile(name, region, ["/opt/a b/python", "/x/credential_process.py", name])


@pytest.mark.parametrize("rest", REST)
def test_the_rest_stays_as_it_is(rest: str) -> None:
    once = split(rest, "config").with_block([profile("prod")])
    newline = "\r\n" if "\r\n" in rest else "\n"
    added = once.removeprefix(rest)
    assert once.startswith(rest)
    assert added.strip().startswith(BEGIN)
    assert added.endswith(f"{END}{newline}")
    assert added.count("\n") == added.count(newline)

    # Other profiles replace those of the block, wherever it is.
    moved = once + f"[profile after]{newline}"
    twice = split(moved, "config").with_block([profile("other"), profile("two words")])
    assert twice.startswith(rest)
    assert twice.endswith(f"{END}{newline}[profile after]{newline}")
    assert twice.count(BEGIN) == 1
    assert "prod" not in twice

    gone = split(twice, "config").with_block([])
    assert gone == rest + (newline if rest and not rest.endswith("\n") else "") + f"[profile after]{newline}"


def test_a_second_time_changes_nothing() -> None:
    once = split("[default]", "config").with_block([profile("prod"), profile("b")])
    assert split(once, "config").with_block([profile("prod"), profile("b")]) == once


@pytest.mark.parametrize("name", NAMES)
def test_clients_read_the_profiles(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("\n".join(block_of([profile("before"), profile(name), profile("after")])), encoding="utf-8")
    found = load_config(str(path))["profiles"]
    assert list(found) == ["before", name, "after"]
    assert found[name]["region"] == "eu-central-1"
    assert shlex.split(found[name]["credential_process"]) == ["/opt/a b/python", "/x/credential_process.py", name]
    assert compat_shell_split(found[name]["credential_process"])[-1] == name
    assert names_in(path.read_text(encoding="utf-8")) == ["before", name, "after"]


@pytest.mark.parametrize("name", ["a]b", "[a", "a #b", "a;b", 'a"b', "a\\b"])
def test_names_that_some_clients_misread_have_no_heading(name: str) -> None:
    assert heading_of(name) == ""


def test_no_comment_begins_in_a_command() -> None:
    command = ["program", "a #b", "c ;d", "#e"]
    line = block_of([GeneratedProfile("prod", "", command)])[-2]
    assert " #" not in line
    assert " ;" not in line
    assert shlex.split(line.removeprefix("credential_process = ")) == command


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{BEGIN}\n", "1"),
        (f"[a]\n{END}\n", "2"),
        (f"{END}\n{BEGIN}\n", "1, 2"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", "1, 2, 3"),
    ],
)
def test_markers_that_are_no_pair(text: str, lines: str) -> None:
    with pytest.raises(OctoAwsError, match=f"line {lines}") as caught:
        split(text, "/home/me/.aws/config")
    assert caught.value.code is ErrorCode.PROFILES_UNREADABLE
    assert "/home/me/.aws/config" in str(caught.value)
