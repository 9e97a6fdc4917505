# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of the demo can be read in any terminal."""

from __future__ import annotations

import importlib.util
import re
import typing as t
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible import constants as C
from ansible.utils import color as ansible_color

ROOT = Path(__file__).resolve().parents[3]

LONG = (
    "The AWS CLI reads the object back with the account that the steps of this list have in common, on the host worker1"
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[list[str]]:
    """What the demo prints of one chapter with a task of each outcome, on a terminal with 80 columns and colors."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(ansible_color, "ANSIBLE_COLOR", True)
    path = ROOT / "tests" / "demo" / "callback_plugins" / "story.py"
    spec = importlib.util.spec_from_file_location("story", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    story = module.CallbackModule()
    lines: list[str] = []
    story._display = SimpleNamespace(display=lambda text: lines.extend(text.splitlines()))
    story._handle_warnings = lambda _result: None
    story.v2_playbook_on_play_start(SimpleNamespace(get_name=lambda: LONG))
    for outcome in ({"changed": True}, {}, {"msg": LONG}):
        action = "debug" if "msg" in outcome else "octo.aws.aws_script"
        task = SimpleNamespace(action=action, name=LONG, _role=None)
        result = SimpleNamespace(result=outcome, task=task)
        story.v2_runner_on_ok(result)
    story.v2_runner_on_skipped(result)
    story.v2_runner_on_failed(result, ignore_errors=True)
    story.v2_playbook_on_stats(None)
    return lines


def test_no_line_of_the_demo_is_broken_by_the_terminal(shown: list[str]) -> None:
    bare = [_without_colors(line) for line in shown]
    assert [line for line in bare if len(line) > 80] == []
    words = " ".join(bare).split()
    assert " ".join(words).count(LONG) == 7


def test_the_demo_uses_no_color_that_a_background_hides(shown: list[str]) -> None:
    hidden = [C.COLOR_CODES[name] for name in ("black", "dark gray", "white")]
    text = "\n".join(shown)
    assert "\x1b[" in text
    assert [code for code in hidden if f"\x1b[{code}m" in text] == []


def _without_colors(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)
