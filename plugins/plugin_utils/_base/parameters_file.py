# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with the parameters of a stack, in the form of the AWS CLI or of CodePipeline, in JSON or YAML."""

from __future__ import annotations

import contextlib
import json
import typing as t

import yaml

from ...module_utils._errors import ErrorCode, OctoAwsError

_CODEPIPELINE = ("Parameters", "Tags", "StackPolicy")
_CLI = ("ParameterKey", "ParameterValue", "UsePreviousValue", "ResolvedValue")
_HINT = (
    "Use a list of {ParameterKey: NAME, ParameterValue: VALUE}, or a mapping with Parameters, Tags and StackPolicy, "
    "in JSON or YAML."
)


def merge_parameters_file(arguments: t.Mapping[str, t.Any], path: str, text: str) -> dict[str, t.Any]:
    """Return arguments of a module with the content of a parameters file. What the task has wins.

    :param path: the path of the file, for messages; these never quote its content
    :raises OctoAwsError: the file is not valid
    """
    content = _parse(path, text)
    if isinstance(content, list):
        values, kept = _read_list(path, content)
        content = {"Parameters": values}
    elif isinstance(content, dict):
        kept = []
        _check_mapping(path, content)
    else:
        raise _invalid(path, "is neither a list nor a mapping")
    merged = dict(arguments)
    for option, key in (("parameters", "Parameters"), ("tags", "Tags")):
        if content.get(key) is not None:
            merged[option] = {**content[key], **(arguments.get(option) or {})}
    own = arguments.get("parameters") or {}
    merged["use_previous_value"] = [
        *(arguments.get("use_previous_value") or []),
        *(name for name in kept if name not in own),
    ]
    if content.get("StackPolicy") is not None and arguments.get("stack_policy") is None:
        merged["stack_policy"] = json.dumps(content["StackPolicy"])
    return merged


def _parse(path: str, text: str) -> t.Any:
    # JSON may have tabs, which YAML may not.
    with contextlib.suppress(ValueError):
        return json.loads(text)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        # Its text quotes the file.
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
    except ValueError:
        # A date that does not exist.
        line = ""
    raise _invalid(path, f"is not valid JSON or YAML{line}")


def _read_list(path: str, items: t.Sequence[t.Any]) -> tuple[dict[str, t.Any], list[str]]:
    """Return the values of a list, and the names of parameters that keep theirs."""
    values: dict[str, t.Any] = {}
    kept: list[str] = []
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not isinstance(item.get("ParameterKey"), str) or set(item) - set(_CLI):
            raise _invalid(path, f"item {number} is not a mapping with ParameterKey and ParameterValue")
        name = item["ParameterKey"]
        if name in values or name in kept:
            raise _invalid(path, f"the parameter {name} occurs twice")
        if item.get("UsePreviousValue") is True and "ParameterValue" not in item:
            kept.append(name)
        elif item.get("ParameterValue") is None or item.get("UsePreviousValue"):
            raise _invalid(path, f"the parameter {name} needs either ParameterValue or UsePreviousValue: true")
        else:
            values[name] = item["ParameterValue"]
    return values, kept


def _check_mapping(path: str, content: t.Mapping[str, t.Any]) -> None:
    unknown = [str(key) for key in content if key not in _CODEPIPELINE]
    if unknown or not content:
        raise _invalid(path, f"has an unknown key {unknown[0]!r:.80}" if unknown else "is empty")
    for key in _CODEPIPELINE:
        if content.get(key) is not None and not isinstance(content[key], dict):
            raise _invalid(path, f"{key} is not a mapping")


def _invalid(path: str, problem: str) -> OctoAwsError:
    text = f"The parameters file {path} is not valid: it {problem}."
    if problem.startswith(("item", "the parameter", *_CODEPIPELINE)):
        text = f"The parameters file {path} is not valid: {problem}."
    return OctoAwsError(ErrorCode.PARAMETERS_FILE_INVALID, text, hint=_HINT)
