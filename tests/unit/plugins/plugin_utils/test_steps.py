# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a list of steps, before any of them runs."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._step_variables import SPECS, refuse_mistyped, step_spec
from ansible_collections.octo.aws.plugins.plugin_utils._steps import check_steps

WHO: dict[str, t.Any] = {"script": {"cmd": "aws sts get-caller-identity"}}


def check(steps: t.Any, variables: dict[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
    """What is in braces is a template; those of a name are known, but for the results of steps."""

    def read(value: t.Any) -> t.Any:
        if not is_template(value):
            return value
        if "results" in value:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, "'results' is undefined.")
        return value.strip("{} ")

    return check_steps(steps, is_template, read, variables or {})


def is_template(value: t.Any) -> bool:
    return isinstance(value, str) and "{{" in value


def error_of(steps: t.Any, variables: dict[str, t.Any] | None = None) -> OctoAwsError:
    with pytest.raises(OctoAwsError) as caught:
        check(steps, variables)
    return caught.value


def test_names_and_kinds_in_order() -> None:
    steps = [{"name": "b", **WHO}, {"name": 7, "tasks": {"file": "x.yml"}}, {"name": "{{ site }}", **WHO}]
    assert check(steps) == [
        {"name": "b", "kind": "script"},
        {"name": "7", "kind": "tasks"},
        {"name": "site", "kind": "script"},
    ]
    assert check([]) == []


@pytest.mark.parametrize("kind", [name for name, option in step_spec().items() if option["type"] == "dict"])
def test_every_kind_has_its_tasks(kind: str) -> None:
    tasks = yaml.safe_load((SPECS.parents[1] / "tasks" / f"kind_{kind}.yml").read_text(encoding="utf-8"))
    assert tasks


@pytest.mark.parametrize(
    ("step", "code", "says"),
    [
        ({"name": "a", "scirpt": {"cmd": "x"}}, ErrorCode.OPTION_UNKNOWN, "'script'"),
        ({"nmae": "a", **WHO}, ErrorCode.OPTION_INVALID, "Step 1 has no name"),
        ({"name": "a", "script": {"cdm": "x"}}, ErrorCode.OPTION_UNKNOWN, "script: There is no option 'cdm'"),
        ({"name": "a", "script": {"cdm": "{{ x }}"}}, ErrorCode.OPTION_UNKNOWN, "'cmd'"),
        ({"name": "a", "acount": "{{ x }}", **WHO}, ErrorCode.OPTION_UNKNOWN, "'account'"),
        ({"name": "a", "assume_role": [{"role_anr": "x"}], **WHO}, ErrorCode.OPTION_UNKNOWN, "assume_role, item 1"),
        ({"name": "a"}, ErrorCode.OPTION_CONFLICT, "of no kind"),
        ({"name": "a", **WHO, "tasks": {"file": "x"}}, ErrorCode.OPTION_CONFLICT, "script and tasks"),
        ({"name": "a", "tasks": {}}, ErrorCode.OPTION_INVALID, "file"),
        ({"name": "a", "retries": "many", **WHO}, ErrorCode.OPTION_INVALID, "retries"),
        ({"name": "a", "script": "aws s3 ls"}, ErrorCode.OPTION_INVALID, "script"),
        ({"name": "", **WHO}, ErrorCode.OPTION_INVALID, "has no name"),
        ({"name": True, **WHO}, ErrorCode.OPTION_INVALID, "quote it"),
        ({"name": ["a"], **WHO}, ErrorCode.OPTION_INVALID, "has no name"),
        ({"name": "{{ results.a }}", **WHO}, ErrorCode.OPTION_INVALID, "that cannot be read: 'results' is undefined"),
        ("a", ErrorCode.OPTION_INVALID, "not a mapping"),
        (None, ErrorCode.OPTION_INVALID, "not a mapping"),
    ],
)
def test_what_is_wrong_with_a_step(step: t.Any, code: ErrorCode, says: str) -> None:
    error = error_of([step])
    assert error.code is code
    assert says in str(error)
    assert "Step 1" in str(error)


@pytest.mark.parametrize("steps", [None, "steps", {"name": "a", **WHO}, 7, ""])
def test_what_is_no_list(steps: t.Any) -> None:
    assert error_of(steps).code is ErrorCode.OPTION_INVALID


def test_two_steps_of_one_name() -> None:
    error = error_of([{"name": "a", **WHO}, {"name": "b", **WHO}, {"name": "{{ a }}", **WHO}])
    assert error.code is ErrorCode.OPTION_CONFLICT
    assert "'a'" in error.message


@pytest.mark.parametrize(
    "step",
    [
        {"name": "a", "script": {"cmd": "{{ results.b.outputs.Url }}", "timeout": "{{ results.b.outputs.Time }}"}},
        {"name": "a", "script": {"argv": ["echo", "{{ results.b.outputs.Url }}"]}},
        {"name": "a", "script": {"environment": {"URL": "{{ results.b.outputs.Url }}"}, "cmd": "env"}},
        {"name": "a", "script": "{{ results.b }}"},
        {"name": "a", "tasks": {"file": "{{ results.b }}"}, "retries": "{{ many }}", "enabled": "{{ results.b }}"},
        {"name": "a", "account": None, "assume_role": [], **WHO},
        {"name": "a", "assume_role": [{"role_arn": "{{ results.b }}"}], **WHO},
    ],
)
def test_values_that_are_known_later_are_left_alone(step: dict[str, t.Any]) -> None:
    assert [planned["name"] for planned in check([step])] == ["a"]
