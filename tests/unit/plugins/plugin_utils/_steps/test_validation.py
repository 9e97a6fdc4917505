# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a list of steps, before any of them runs."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.octo.aws.plugins.action import aws_steps_check
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._steps.specs import SPECS, refuse_mistyped, step_spec
from ansible_collections.octo.aws.plugins.plugin_utils._steps.validation import check_steps

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
    return isinstance(value, str) and ("{{" in value or "{%" in value)


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
        ({"name": "a", "script": {"cdm": "x"}}, ErrorCode.OPTION_UNKNOWN, "script: Unknown option 'cdm'"),
        ({"name": "a", "script": {"cdm": "{{ x }}"}}, ErrorCode.OPTION_UNKNOWN, "'cmd'"),
        ({"name": "a", "acount": "{{ x }}", **WHO}, ErrorCode.OPTION_UNKNOWN, "'account'"),
        ({"name": "a", "assume_role": [{"role_anr": "x"}], **WHO}, ErrorCode.OPTION_UNKNOWN, "assume_role, item 1"),
        ({"name": "a"}, ErrorCode.OPTION_CONFLICT, "of no kind"),
        ({"name": "a", **WHO, "tasks": {"file": "x"}}, ErrorCode.OPTION_CONFLICT, "script and tasks"),
        ({"name": "a", "tasks": {}}, ErrorCode.OPTION_INVALID, "file"),
        ({"name": "a", "retries": "many", **WHO}, ErrorCode.OPTION_INVALID, "retries"),
        ({"name": "a", "script": "aws s3 ls"}, ErrorCode.OPTION_INVALID, "script"),
        ({"name": "", **WHO}, ErrorCode.OPTION_INVALID, "has no name"),
        ({"name": True, **WHO}, ErrorCode.OPTION_INVALID, "Quote it"),
        ({"name": ["a"], **WHO}, ErrorCode.OPTION_INVALID, "has no name"),
        (
            {"name": "{{ results.a }}", **WHO},
            ErrorCode.OPTION_INVALID,
            "cannot be evaluated: 'results' is undefined",
        ),
        ("a", ErrorCode.OPTION_INVALID, "not a mapping"),
        (None, ErrorCode.OPTION_INVALID, "not a mapping"),
    ],
)
def test_what_is_wrong_with_a_step(step: t.Any, code: ErrorCode, says: str) -> None:
    error = error_of([step])
    assert error.code is code
    assert says in str(error)
    assert "Step 1" in str(error)


@pytest.mark.parametrize(
    ("option", "value", "shape"),
    [
        ("script", "aws s3 ls", "script: {cmd: aws s3 ls}"),
        ("script", ["aws", "s3", "ls"], "script: {cmd: aws s3 ls}"),
        ("script", None, "script: {cmd: aws s3 ls}"),
        ("cloudformation", "site", "cloudformation: {stack_name: site"),
        ("cloudformation_delete", "site", "cloudformation_delete: {stack_name: site}"),
        ("image_push", "app", "image_push: {repository: team/app"),
        ("s3_upload", "site", "s3_upload: {bucket: site"),
        ("tasks", "tasks.yml", "tasks: {file: tasks.yml}"),
        ("assume_role", "arn:aws:iam::1:role/a", "assume_role: [{role_arn:"),
        ("assume_role", {"role_arn": "a"}, "assume_role: [{role_arn:"),
        ("assume_role", ["arn:aws:iam::1:role/a"], "assume_role: [{role_arn:"),
    ],
)
def test_the_right_shape_is_shown(option: str, value: t.Any, shape: str) -> None:
    kind = WHO if option == "assume_role" else {}
    error = error_of([{"name": "a", **kind, option: value}])
    assert error.code is ErrorCode.OPTION_INVALID
    assert shape in error.hint


def test_every_kind_has_a_shape_to_show() -> None:
    for name, option in step_spec().items():
        if option["type"] == "dict":
            error_of([{"name": "a", name: "text"}]).hint.index(name)


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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("aws_steps_acount", "'aws_steps_account'"),
        ("aws_step_account", "'aws_steps_account'"),
        ("aws_stps_acount", "'aws_steps_account'"),
        ("asw_steps_account", "'aws_steps_account'"),
        ("awssteps_account", "'aws_steps_account'"),
        ("aws_steps__account", "'aws_steps_account'"),
        ("aws_steps__acount", "'aws_steps_account'"),
        ("awsStepsAccount", "'aws_steps_account'"),
        ("AWS_STEPS_REGION", "'aws_steps_region'"),
        ("aws_step_region", "'aws_steps_region'"),
        ("aws_steps_assume_roles", "'aws_steps_assume_role'"),
        ("aws_steps_runs", "'aws_steps_run'"),
        ("aws_step_run", "'aws_steps_run'"),
        ("aws_steps_result", "'aws_steps_results'"),
        ("aws_steps_output", "'aws_steps_outputs'"),
        ("aws_steps_xyz", "aws_steps_assume_role"),
        ("AWS_STEPS_XYZ", "aws_steps_assume_role"),
    ],
)
def test_a_mistyped_variable_is_refused(name: str, meant: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        refuse_mistyped(["inventory_hostname", name])
    assert caught.value.code is ErrorCode.OPTION_UNKNOWN
    assert repr(name) in str(caught.value)
    assert meant in str(caught.value)


def test_other_words_are_left_alone() -> None:
    files = "".join(path.read_text(encoding="utf-8") for path in SPECS.parents[1].rglob("*.yml"))
    private = set(re.findall(r"aws_steps__\w+", files))
    others = [
        "aws_account",
        "aws_region",
        "aws_regions",
        "aws_steps",
        "aws_stepsize",
        "aws_step_functions_arn",
        "aws_step_result",
        "aws_step_vars",
        "aws_stage_account",
        "aws_setup_account",
        "aws_state_region",
        "aws_stack_region",
        "aws_setup_region",
        "aws_tests_run",
        "steps_run",
        "aws_account_id",
        "my_aws_steps",
        "octo_aws_region",
        "ec2_region",
        "aws_assume_role",
    ]
    public = re.findall(r"\baws_steps_(?!_|check)[a-z_]+", files)
    assert len(private) > 10
    refuse_mistyped([*private, *others, *public])


NETWORK = {"name": "Network", **WHO}


def use(template: str) -> dict[str, t.Any]:
    return {"name": "Use", "script": {"cmd": template}}


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (
            [NETWORK, use("{{ aws_steps_results.Netwrk.rc }}")],
            "'Netwrk', but there is no such step. Did you mean 'Network'?",
        ),
        ([NETWORK, use("{{ aws_steps_results['Netwrk'] }}")], "Did you mean 'Network'?"),
        ([NETWORK, use("{% if aws_steps_results.Netwrk.rc == 0 %}a{% endif %}")], "Did you mean 'Network'?"),
        ([NETWORK, use("{{ aws_steps_results.Netwrk.outputs | default({}) }}")], "Did you mean 'Network'?"),
        ([NETWORK, use("{{ [1] | map('extract', aws_steps_results.Netwrk) }}")], "Did you mean 'Network'?"),
        ([NETWORK, use("{{ of_variable }}")], "Did you mean 'Network'?"),
        ([NETWORK, use("{{ inside.a.b }}")], "Did you mean 'Network'?"),
        ([NETWORK, {"name": "Use", "script": "{{ inside }}"}], "Did you mean 'Network'?"),
        ([NETWORK, use("{{ circle }}")], "Did you mean 'Network'?"),
        ([use("{{ aws_steps_results.Network.rc }}"), NETWORK], "'Network', which is a later step"),
        ([use("{{ aws_steps_results.Use.rc }}")], "its own result"),
        ([use("{{ aws_steps_results.Zzz.rc }}")], "no such step. The steps are 'Use'."),
        ([use("{{ aws_steps_results.Zzz.rc }}"), {"name": "F", "tasks": {"file": "x"}}], "no such step"),
    ],
)
def test_a_reference_to_a_step_without_a_result(steps: list[t.Any], says: str) -> None:
    wrong = "{{ aws_steps_results.Netwrk }}"
    variables = {
        "of_variable": wrong,
        "inside": {"a": {"b": wrong}},
        "circle": "{{ more }}",
        "more": "{{ circle }}" + wrong,
    }
    error = error_of(steps, variables)
    assert error.code is ErrorCode.OPTION_INVALID
    assert "'Use': It uses" in str(error)
    assert says in str(error)


@pytest.mark.parametrize(
    "template",
    [
        "{{ aws_steps_results.Network.rc }} {{ aws_steps_results['Network'].outputs.Netwrk }}",
        "{{ aws_steps_results.Earlier.rc }}",
        "{{ aws_steps_results.get('Netwrk') }} {{ aws_steps_results.values() | list }}",
        "{{ aws_steps_results | dict2items }}",
        "{{ aws_steps_results[name_of_step].rc }}",
        "{{ aws_steps_results.Netwrk.rc if aws_steps_results.Netwrk is defined else 1 }}",
        "{{ 'Netwrk' in aws_steps_results }} {{ 'Netwrk' not in aws_steps_results }}",
        "{{ hostvars.other.aws_steps_results.Netwrk }} {{ results.Netwrk }}",
        "{{ unused.b }}",
        "{{ nowhere.at.all }}",
        "{{ not a template",
    ],
)
def test_what_may_be_there_when_its_turn_comes(template: str) -> None:
    variables = {
        "aws_steps_results": {"Earlier": {"rc": 0}},
        "name_of_step": "Network",
        "unused": {"a": "{{ aws_steps_results.Netwrk }}", "b": 1},
    }
    assert len(check([NETWORK, use(template)], variables)) == 2


def test_a_file_of_tasks_may_run_steps_of_its_own() -> None:
    file = {"name": "File", "tasks": {"file": "x.yml", "vars": {"a": "{{ aws_steps_results.Inner }}"}}}
    assert len(check([file, use("{{ aws_steps_results.Inner.rc }}")])) == 2


@pytest.mark.parametrize("option", ["enabled", "retries", "delay", "ignore_errors"])
def test_a_value_that_was_left_empty(option: str) -> None:
    assert f"{option} is null" in str(error_of([{"name": "a", option: None, **WHO}]))


def test_it_knows_which_modules_have_defaults_of_the_role() -> None:
    found: set[str] = set()
    for path in (SPECS.parents[1] / "tasks").glob("kind_*.yml"):
        for task in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.update(task.get("module_defaults", {}))
    assert found == set(aws_steps_check._MODULES)
