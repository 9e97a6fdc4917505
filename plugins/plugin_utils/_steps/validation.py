# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: checks the list of steps of the role ``aws_steps`` before any of them runs.

Service, above ``_options`` and ``_step_references``. The argument specs of the role say what a step may be.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._base.options import refuse_unknown_inside
from .references import IsTemplate, check_references
from .variables import LIST, step_spec

_NULL_MEANS_NOTHING = ("enabled", "retries", "delay", "ignore_errors", "run_once", "check_mode")
_COMMON = ("name", "account", "region", "assume_role", *_NULL_MEANS_NOTHING)
_SHAPES = {
    "script": "script: {cmd: aws s3 ls}",
    "cloudformation": "cloudformation: {stack_name: site, template: site.yml}",
    "cloudformation_delete": "cloudformation_delete: {stack_name: site}",
    "cloudformation_change_set": "cloudformation_change_set: {stack_name: site, template: site.yml}",
    "s3_upload": "s3_upload: {bucket: site, src: files}",
    "tasks": "tasks: {file: tasks.yml}",
    "assume_role": "assume_role: [{role_arn: 'arn:aws:iam::123456789012:role/deploy'}]",
}
"""How options are written that are more than one value."""

Read = t.Callable[[t.Any], t.Any]
"""Gives the value of a template, or raises an OctoAwsError that says why it has none."""


def check_steps(
    steps: t.Any, is_template: IsTemplate, read: Read, variables: t.Mapping[str, t.Any]
) -> list[dict[str, t.Any]]:
    """Names and kinds of the steps, in their order.

    Values that are templates are not read, but for names: they may need what earlier steps give. Modules check them.
    Which steps they refer to is checked.

    :param steps: as the user wrote them
    :param variables: all variables, not templated yet
    :raises OctoAwsError: names the step, and the closest right option where one is mistyped
    """
    if not isinstance(steps, (list, tuple)):
        what = "is null" if steps is None else "is empty" if steps == "" else "is not a list of steps"
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"{LIST} {what}.",
            hint="Each item is a mapping with a name and one kind, such as script. A list without steps is [].",
        )
    spec = step_spec()
    kinds = [name for name in spec if name not in _COMMON]
    found: list[dict[str, t.Any]] = []
    for number, step in enumerate(steps, 1):
        name = _name_of(step, number, read)
        try:
            planned = {"name": name, "kind": _check_step(step, spec, kinds, is_template)}
        except OctoAwsError as error:
            raise error.about(f"Step {number}, {name!r:.80}") from None
        if name in [other["name"] for other in found]:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"Two steps have the name {name!r:.80}.",
                hint="Results are found by the names of steps: give each a name of its own.",
            )
        found.append(planned)
    check_references(steps, found, variables, is_template)
    return found


def _name_of(step: t.Any, number: int, read: Read) -> str:
    if not isinstance(step, t.Mapping):
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"Step {number} is not a mapping.",
            hint="It has a name and one kind, such as script.",
        )
    try:
        name = read(step.get("name", ""))
    except OctoAwsError as error:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"Step {number} has a name that cannot be read: {error.message}",
            hint="A name cannot need the result of a step.",
        ) from None
    if isinstance(name, bool):
        why, hint = (
            f"has the name {name}, which is no text",
            "YAML reads words such as yes, no, on and off so: quote it.",
        )
    elif not isinstance(name, (str, int)) or not str(name).strip():
        why, hint = "has no name", "Its result is found by it: give it one."
    else:
        return str(name)
    raise OctoAwsError(ErrorCode.OPTION_INVALID, f"Step {number} {why}.", hint=hint)


def _check_step(step: t.Mapping[str, t.Any], spec: dict[str, t.Any], kinds: list[str], is_template: IsTemplate) -> str:
    known, needed = _what_is_known(step, spec, is_template)
    refuse_unknown_inside(known, spec)
    given = [kind for kind in kinds if kind in step]
    if len(given) != 1:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"It is of {len(given)} kinds, {' and '.join(given)}." if given else "It is of no kind.",
            hint=f"A step has exactly one of {', '.join(kinds)}.",
        )
    for name in (given[0], "assume_role"):
        if name in known and not _has_shape(known[name], spec[name]["type"]):
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"{name} is not a {'mapping' if spec[name]['type'] == 'dict' else 'list of mappings'}.",
                hint=f"Write {_SHAPES[name]}.",
            )
    for name in _NULL_MEANS_NOTHING:
        if name in step and step[name] is None:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{name} is null.", hint="Give it a value, or leave it out.")
    outcome = ArgumentSpecValidator(needed).validate(known)
    if outcome.error_messages:
        raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{'; '.join(outcome.error_messages).rstrip('.')}.")
    return given[0]


def _has_shape(value: t.Any, of_type: str) -> bool:
    if of_type == "dict":
        return isinstance(value, t.Mapping)
    return value is None or (isinstance(value, (list, tuple)) and all(isinstance(item, t.Mapping) for item in value))


def _what_is_known(
    given: t.Mapping[str, t.Any], spec: dict[str, t.Any], is_template: IsTemplate
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """The values that are no templates, and the specification without those that are."""
    known = dict(given)
    needed = {name: dict(option) for name, option in spec.items()}
    for name, value in given.items():
        inner = spec.get(name, {}).get("options")
        if inner and isinstance(value, t.Mapping):
            known[name], needed[name]["options"] = _what_is_known(value, inner, is_template)
        elif name in spec and _has_template(value, is_template):
            # An option whose name is mistyped is unknown whatever its value is.
            del known[name]
            del needed[name]
    return known, needed


def _has_template(value: t.Any, is_template: IsTemplate) -> bool:
    if isinstance(value, t.Mapping):
        return any(_has_template(item, is_template) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_has_template(item, is_template) for item in value)
    return is_template(value)
