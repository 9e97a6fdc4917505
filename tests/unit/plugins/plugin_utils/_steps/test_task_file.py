# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of tasks that is made of a list of steps, and what a task knows of its step."""

from __future__ import annotations

import re
import stat
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.step import Step
from ansible_collections.octo.aws.plugins.plugin_utils._base.unreadable import Unreadable
from ansible_collections.octo.aws.plugins.plugin_utils._steps.specs import step_spec
from ansible_collections.octo.aws.plugins.plugin_utils._steps.task_file import write_tasks

KINDS = [name for name, option in step_spec().items() if option["type"] == "dict"]
HOW = {"check_mode": False, "run_once": False, "in_check_mode": False, "guarded": False, "ignored": False}


def written(folder: Path, *steps: dict[str, t.Any]) -> dict[str, t.Any]:
    """What is around all steps, in the file of these."""
    planned = [{"name": f"step {number}", "inherited": [], **HOW, **step} for number, step in enumerate(steps)]
    path = Path(write_tasks(planned, "abc", str(folder)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]
    [around] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return t.cast("dict[str, t.Any]", around)


def test_each_step_has_names_of_its_own(tmp_path: Path) -> None:
    around = written(tmp_path, *({"kind": kind} for kind in KINDS))
    _begin, *steps = around["block"]
    for number, step in enumerate(steps):
        text = yaml.dump(step)
        assert step["vars"]["aws_steps__index"] == number
        assert f"aws_steps__result_abc_{number}" in text
        assert set(re.findall(r"_abc_(\d+)", text)) == {str(number)}
    text = yaml.dump(around)
    assert not re.search(r"_n\b|\[n\]", text)
    assert len(around["vars"]["aws_steps__own"]) == len(KINDS)


def test_no_name_of_a_step_is_in_the_file(tmp_path: Path) -> None:
    around = written(tmp_path, {"kind": "script", "name": "{{ lookup('pipe', 'id') }}"})
    assert "lookup('pipe'" not in yaml.dump(around)


def test_a_list_without_steps_keeps_its_results_all_the_same(tmp_path: Path) -> None:
    around = written(tmp_path)
    assert [task["name"] for task in around["block"]] == ["Store the results"]
    assert "always" not in around


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_of_tasks_says_is_forgotten_where_there_is_one(tmp_path: Path, kind: str) -> None:
    around = written(tmp_path, {"kind": kind})
    assert ("ansible.builtin.set_fact" in around["block"][0]) == (kind == "tasks")


@pytest.mark.parametrize(("guarded", "ignored"), [(False, False), (True, False), (False, True)])
def test_a_failure_counts_by_itself_where_it_can(tmp_path: Path, guarded: bool, ignored: bool) -> None:
    [step] = written(tmp_path, {"kind": "script", "guarded": guarded, "ignored": ignored})["block"]
    assert ("rescue" in step) == guarded
    assert step.get("ignore_errors", False) is ignored


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"retries": "many"}, "retries is 'many', which is not a whole number."),
        ({"retries": True}, "retries is True, which is not a whole number."),
        ({"retries": -1}, "retries is -1, which is not a whole number."),
        ({"retries": 1.5}, "retries is 1.5, which is not a whole number."),
        ({"delay": None}, "delay is None, which is not a whole number of seconds."),
        ({"enabled": "perhaps"}, "enabled is 'perhaps', which is neither true nor false."),
        ({"ignore_errors": 2}, "ignore_errors is 2, which is neither true nor false."),
        ({"enabled": Unreadable("'x' is undefined", None)}, "enabled: 'x' is undefined. Set it to a value."),
        ({"tasks": Unreadable("There is no file x", None)}, "tasks: There is no file x."),
        (
            {"enabled": Unreadable("object of type 'dict' has no attribute 'Lok'", None), "done": ["Look", "Ask"]},
            "enabled: object of type 'dict' has no attribute 'Lok'. (Steps that have results: Look, Ask.)",
        ),
        (
            {"enabled": Unreadable("object of type 'dict' has no attribute 'Lok'", None), "done": []},
            "enabled: object of type 'dict' has no attribute 'Lok'. (Steps that have results: none.)",
        ),
    ],
)
def test_options_of_a_step_that_have_no_value_that_counts(given: dict[str, t.Any], says: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        Step({"name": "S", **given}).is_enabled()
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("enabled", [True, "yes", 1])
def test_a_step_that_is_run(enabled: object) -> None:
    assert Step({"name": "S", "enabled": enabled, "retries": "3", "delay": 0, "ignore_errors": "no"}).is_enabled()


def test_a_step_that_is_not_run_needs_nothing_else() -> None:
    nothing = Unreadable("'x' is undefined", None)
    assert not Step({"name": "S", "enabled": "no", "retries": nothing, "tasks": nothing}).is_enabled()


def test_the_first_cause_and_its_place() -> None:
    def fail() -> None:
        try:
            raise AnsibleError("'x' is undefined", obj="the template")
        except AnsibleError as error:
            raise AnsibleError("Finalization of task args failed.", obj="the task") from error

    with pytest.raises(AnsibleError) as caught:
        fail()
    unreadable = Unreadable.of(caught.value)
    assert unreadable == Unreadable("'x' is undefined", "the template")
    step = Step({"name": "S"}, "the name")
    with pytest.raises(OctoAwsError, match="argv: 'x' is undefined"):
        step.refuse_unreadable({"argv": unreadable})
    assert step.place == "the template"
