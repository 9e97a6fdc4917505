# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with parameters: both forms, in JSON and YAML, under the options of the task."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.parameters_file import merge_parameters_file


def merged(text: str, **arguments: t.Any) -> dict[str, t.Any]:
    return merge_parameters_file(arguments, "file", text)


@pytest.mark.parametrize(
    "text",
    [
        '[{"ParameterKey": "A", "ParameterValue": "1"},\t{"ParameterKey": "B", "UsePreviousValue": true}]',
        "- {ParameterKey: A, ParameterValue: '1'}\n- {ParameterKey: B, UsePreviousValue: true}\n",
    ],
)
def test_the_form_of_the_aws_cli(text: str) -> None:
    assert merged(text) == {"parameters": {"A": "1"}, "use_previous_value": ["B"]}
    # The task has a value for one that the file keeps.
    assert merged(text, parameters={"B": "2"}) == {"parameters": {"A": "1", "B": "2"}, "use_previous_value": []}


@pytest.mark.parametrize("to_text", [json.dumps, lambda value: f"{value}"])
def test_the_form_of_codepipeline(to_text: t.Callable[[t.Any], str]) -> None:
    text = to_text({"Parameters": {"A": "1", "B": "2"}, "Tags": {"a": "b"}, "StackPolicy": {"Statement": []}})
    assert merged(text, parameters={"B": None}, tags={"c": "d"}, stack_policy="{}") == {
        "parameters": {"A": "1", "B": None},
        "tags": {"a": "b", "c": "d"},
        "stack_policy": "{}",
        "use_previous_value": [],
    }
    assert json.loads(merged(text)["stack_policy"]) == {"Statement": []}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "neither a list nor a mapping"),
        ("hidden", "neither a list nor a mapping"),
        ("{}", "is empty"),
        ("Parameter: {A: hidden}", "unknown key 'Parameter'"),
        ("Parameters: [hidden]", "Parameters is not a mapping"),
        ("Tags: hidden", "Tags is not a mapping"),
        ("A: hidden\n  B: [", "not valid JSON or YAML, line 2"),
        ("A: 2026-13-41", "not valid JSON or YAML"),
        ("[hidden]", "item 1 is not a mapping"),
        ("- {ParameterKey: A, Value: hidden}", "item 1 is not a mapping"),
        ("- {ParameterKey: A, ParameterValue: hidden, UsePreviousValue: true}", "the parameter A needs either"),
        ("- {ParameterKey: A}", "the parameter A needs either"),
        ("- {ParameterKey: A, ParameterValue: hidden}\n- {ParameterKey: A, ParameterValue: x}", "A occurs twice"),
    ],
)
def test_a_wrong_file_is_not_quoted(text: str, problem: str) -> None:
    with pytest.raises(OctoAwsError) as raised:
        merged(text)
    assert raised.value.code is ErrorCode.PARAMETERS_FILE_INVALID
    assert problem in str(raised.value)
    assert "hidden" not in str(raised.value)
