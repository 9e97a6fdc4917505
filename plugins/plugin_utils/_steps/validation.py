# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the list of steps of the role ``aws_steps`` before any of them runs.

The argument specs of the role define the kinds and options of a step.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._base.options import refuse_unknown_inside, refuse_wrong_shape
from .references import IsTemplate, check_references
from .specs import LIST, step_spec

_NOT_NULL = ("enabled", "retries", "delay", "ignore_errors", "run_once", "check_mode")
_COMMON = ("name", "account", "region", "assume_role", *_NOT_NULL)
_EXAMPLES = {
    "approval": "approval: {text: Deploy version 42}",
    "script": "script: {cmd: aws s3 ls}",
    "cloudformation": "cloudformation: {stack_name: site, template: site.yml}",
    "cloudformation_delete": "cloudformation_delete: {stack_name: site}",
    "cloudformation_change_set": "cloudformation_change_set: {stack_name: site, template: site.yml}",
    "ecs_update": "ecs_update: {cluster: shop, service: web, containers: [{name: app, image: 'web:2'}]}",
    "ecs_run_task": "ecs_run_task: {cluster: shop, task_definition: migrations}",
    "image_push": "image_push: {repository: team/app, archive: app.tar}",
    "lambda": "lambda: {function_name: orders, src: orders/, publish: true}",
    "s3_download": "s3_download: {bucket: site, prefix: live, dest: /srv/site}",
    "cloudformation_wait": "cloudformation_wait: {stack_name: site}",
    "s3_upload": "s3_upload: {bucket: site, src: files}",
    "ssm_command": "ssm_command: {document_name: AWS-RunShellScript, instance_ids: [i-0123456789abcdef0]}",
    "stack_set": "stack_set: {stack_set_name: site, template: site.yml}",
    "tasks": "tasks: {file: tasks.yml}",
    "assume_role": "assume_role: [{role_arn: 'arn:aws:iam::123456789012:role/deploy'}]",
}
"""Options with more than one value, as they are written."""

Read = t.Callable[[t.Any], t.Any]
"""Returns the value of a template, or raises an OctoAwsError if it cannot be evaluated."""


def check_steps(
    steps: t.Any, is_template: IsTemplate, read: Read, variables: t.Mapping[str, t.Any]
) -> list[dict[str, t.Any]]:
    """Return names and kinds of the steps, in their order.

    Of the values that are templates, only names are evaluated: others may need results of earlier steps. The modules
    check them; here, only the steps that they refer to are checked.

    :param steps: as the user wrote them
    :param variables: all variables, not templated yet
    :raises OctoAwsError: names the step, and the closest right option where one is mistyped
    """
    if not isinstance(steps, (list, tuple)):
        problem = "is null" if steps is None else "is empty" if steps == "" else "is not a list of steps"
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"{LIST} {problem}.",
            hint="Each item is a mapping with a name and one kind, such as script. A list without steps is [].",
        )
    spec = step_spec()
    kinds = [name for name in spec if name not in _COMMON]
    planned: list[dict[str, t.Any]] = []
    for number, step in enumerate(steps, 1):
        name = _name_of(step, number, read)
        try:
            plan = {"name": name, "kind": _check_step(step, spec, kinds, is_template)}
        except OctoAwsError as error:
            raise error.about(f"Step {number}, {name!r:.80}") from None
        if name in [other["name"] for other in planned]:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"Two steps have the name {name!r:.80}.",
                hint="Set a different name for each step, under which its result is stored.",
            )
        planned.append(plan)
    check_references(steps, planned, variables, is_template)
    return planned


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
            f"Step {number} has a name that cannot be evaluated: {error.message}",
            hint="Use a name that does not need the result of a step.",
        ) from None
    if isinstance(name, bool):
        problem, hint = (
            f"has the name {name}, which is not a string",
            "Quote it: YAML reads words such as yes, no, on and off as booleans.",
        )
    elif not isinstance(name, (str, int)) or not str(name).strip():
        problem, hint = "has no name", "Set a name, under which its result is stored."
    else:
        return str(name)
    raise OctoAwsError(ErrorCode.OPTION_INVALID, f"Step {number} {problem}.", hint=hint)


def _check_step(step: t.Mapping[str, t.Any], spec: dict[str, t.Any], kinds: list[str], is_template: IsTemplate) -> str:
    known, needed = _without_templates(step, spec, is_template)
    refuse_unknown_inside(known, spec)
    given = [kind for kind in kinds if kind in step]
    if len(given) != 1:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"It is of {len(given)} kinds, {' and '.join(given)}." if given else "It is of no kind.",
            hint=f"A step has exactly one of {', '.join(kinds)}.",
        )
    for name in (given[0], "assume_role"):
        is_list = spec[name]["type"] == "list"
        if name in known and not (is_list and known[name] is None):
            refuse_wrong_shape(name, known[name], is_list, _EXAMPLES[name], text_allowed=False)
    for name in _NOT_NULL:
        if name in step and step[name] is None:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{name} is null.", hint="Set it to a value, or remove it.")
    outcome = ArgumentSpecValidator(needed).validate(known)
    if outcome.error_messages:
        raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{'; '.join(outcome.error_messages).rstrip('.')}.")
    return given[0]


def _without_templates(
    given: t.Mapping[str, t.Any], spec: dict[str, t.Any], is_template: IsTemplate
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return the values that are no templates, and the specification without those that are."""
    known = dict(given)
    needed = {name: dict(option) for name, option in spec.items()}
    for name, value in given.items():
        inner = spec.get(name, {}).get("options")
        if inner and isinstance(value, t.Mapping):
            known[name], needed[name]["options"] = _without_templates(value, inner, is_template)
        elif name in spec and _has_template(value, is_template):
            # A mistyped option is refused even if its value is a template.
            del known[name]
            del needed[name]
    return known, needed


def _has_template(value: t.Any, is_template: IsTemplate) -> bool:
    if isinstance(value, t.Mapping):
        return any(_has_template(item, is_template) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_has_template(item, is_template) for item in value)
    return is_template(value)
