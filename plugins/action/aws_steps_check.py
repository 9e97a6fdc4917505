# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleValueOmittedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.template import is_trusted_as_template
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, closest
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import OctoAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import refuse_unknown_inside, refuse_wrong_shapes
from ansible_collections.octo.aws.plugins.plugin_utils._steps.specs import (
    LIST,
    for_all_steps,
    refuse_mistyped,
    step_spec,
)
from ansible_collections.octo.aws.plugins.plugin_utils._steps.task_file import write_tasks
from ansible_collections.octo.aws.plugins.plugin_utils._steps.validation import check_steps

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

_A_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")


_OMITTED = object()
"""The value of a template that omits its variable."""
_GROUP = "group/octo.aws.work"
_MODULES = (
    "octo.aws.approval",
    "octo.aws.aws_script",
    "octo.aws.cloudformation_change_set",
    "octo.aws.cloudformation_stack",
    "octo.aws.cloudformation_stack_set",
    "octo.aws.ecs_service_update",
    "octo.aws.ecs_task_run",
    "octo.aws.image_push",
    "octo.aws.lambda_function",
    "octo.aws.s3_download",
    "octo.aws.s3_upload",
    "octo.aws.ssm_command",
)
"""The modules with ``module_defaults`` that the role sets."""
_IDENTITY_OPTIONS = ("account", "assume_role", "region")
_GUARD = "account_id"
"""An option that no step has."""


class ActionModule(OctoAction):
    """Checks the steps of the role aws_steps; documented in the module of the same name."""

    _requires_connection = False

    NEVER_EMPTY = ("variable",)
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {"variable": {"type": "str", "default": LIST}}

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        refuse_mistyped(self.task_vars)
        steps = self._as_written(arguments["variable"])
        inherited = [option for option, name in for_all_steps().items() if self._is_given(name)]
        if "assume_role" in inherited:
            self._check_hops("aws_steps_assume_role")
        planned = check_steps(steps, self._is_template, self._read, self.task_vars)
        self._refuse_lost_defaults(
            [name for name in _IDENTITY_OPTIONS if name not in inherited and _is_left_out(name, steps)]
        )
        for step, written in zip(planned, steps, strict=True):
            step.update(self._execution_flags(step, written, inherited), inherited=inherited)
        # The task's ID is new each time that the role runs, and the same on all hosts of the run.
        unique = str(self._task._uuid).replace("-", "")
        return {"changed": False, "steps": planned, "tasks": write_tasks(planned, unique, C.DEFAULT_LOCAL_TMP)}

    def _check_hops(self, name: str) -> None:
        given = {name: self._read_variable(name, self.task_vars[name])}
        spec = {name: step_spec()["assume_role"]}
        refuse_wrong_shapes(given, spec)
        refuse_unknown_inside(given, spec)

    def _execution_flags(
        self, planned: t.Mapping[str, t.Any], step: t.Mapping[str, t.Any], inherited: t.Sequence[str]
    ) -> dict[str, bool]:
        """Return the flags that ansible-core needs before the step starts: where it runs, and how failures are handled."""
        in_check_mode = bool(self._task.check_mode)
        # By default, a step inherits them from the role.
        flags = {"check_mode": in_check_mode, "run_once": bool(self._task.run_once)}
        if "run_once" in inherited:
            flags["run_once"] = self._boolean("aws_steps_run_once", self.task_vars["aws_steps_run_once"], default=False)
        for name in flags.keys() & step.keys():
            flags[name] = self._boolean(f"{name} of step {planned['name']}", step[name], default=flags[name])
        if planned["kind"] == "approval":
            if "run_once" in step and not flags["run_once"]:
                raise OctoAwsError(
                    ErrorCode.OPTION_CONFLICT,
                    f"run_once of step {planned['name']} is false, and an approval runs once for all hosts.",
                    hint="Remove it.",
                )
            flags["run_once"] = True
        ignored = step.get("ignore_errors", False)
        # In check mode, a step that needs an output which is not known yet does not fail.
        guarded = in_check_mode or not isinstance(ignored, bool) or (ignored and planned["kind"] == "tasks")
        return {**flags, "in_check_mode": in_check_mode, "guarded": guarded, "ignored": ignored is True and not guarded}

    def _boolean(self, name: str, value: t.Any, *, default: bool) -> bool:
        read = self._read_variable(name, value)
        try:
            return default if read is _OMITTED else boolean(read)
        except TypeError:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"{name} is neither true nor false.",
                hint="It is evaluated before the first step runs, and cannot use results.",
            ) from None

    def _refuse_lost_defaults(self, left_out: t.Sequence[str]) -> None:
        """Reject ``module_defaults`` of the play that set the identity or the region, since the role replaces them.

        :param left_out: options that neither the role's variables nor all steps set
        """
        for defaults in self._task.module_defaults or ():
            for key, given in defaults.items():
                # A list of steps around this one has set the role's own.
                if key not in (_GROUP, *_MODULES) or "aws_steps__" in str(given):
                    continue
                given = self._read_variable("module_defaults", given)
                if lost := [name for name in (*left_out, _GUARD) if name in given]:
                    raise OctoAwsError(
                        ErrorCode.OPTION_CONFLICT,
                        f"The role aws_steps does not read {lost[0]} in module_defaults ({key}), and a step has none.",
                        hint=f"Use {for_all_steps().get(lost[0], 'account_id of the account')}.",
                    )

    def _as_written(self, name: str) -> t.Any:
        """Return the list of steps without evaluating the templates in it."""
        if name not in self.task_vars:
            hint = closest(name, [other for other in self.task_vars if not other.startswith("aws_steps_")])
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID, f"There is no variable {name}.", hint=hint or "It is the list of steps."
            )
        value, seen = self.task_vars[name], {name}
        while self._is_template(value) and (match := _A_VARIABLE.fullmatch(value.strip())):
            if match[1] in seen or match[1] not in self.task_vars:
                break
            seen.add(match[1])
            value = self.task_vars[match[1]]
        return self._read_variable(name, value) if self._is_template(value) else value

    def _is_given(self, name: str) -> bool:
        """Whether a variable for all steps is set. It is evaluated, even if ansible-core did so before."""
        if name not in self.task_vars:
            return False
        return self._read_variable(name, self.task_vars[name]) is not _OMITTED

    def _read_variable(self, name: str, value: t.Any) -> t.Any:
        try:
            return self._read(value)
        except OctoAwsError as error:
            raise error.about(name) from None

    def _is_template(self, value: t.Any) -> bool:
        return isinstance(value, str) and is_trusted_as_template(value) and bool(self._templar.is_template(value))

    def _read(self, value: t.Any) -> t.Any:
        try:
            return self._templar.template(value)
        except AnsibleValueOmittedError:
            return _OMITTED
        except AnsibleError as error:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{str(error).rstrip('.')}.") from None


def _is_left_out(option: str, steps: t.Sequence[t.Mapping[str, t.Any]]) -> bool:
    return any(option not in step for step in steps)
