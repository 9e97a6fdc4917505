# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins: arguments in, a task's result and Ansible's own exceptions out."""

from __future__ import annotations

import typing as t
from abc import abstractmethod

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible.utils.display import Display

from ...module_utils import _secrecy
from ...module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ...module_utils._host.argument_specs import SETTINGS_SPEC
from ...module_utils._model.identity import Identity
from ...module_utils._model.option_forms import check_not_empty
from ...module_utils._model.yaml_values import convert_arguments
from .._service.store_access import store_of
from .options import (
    LOOKUP,
    SETTING_NAMES,
    read_options,
    read_session_options,
    refuse_unknown_inside,
    refuse_wrong_shapes,
)
from .prompts import ask_for_password

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

display = Display()

# ansible-core imports an action in its main process, before it forks one for the task. The lookup is loaded there once:
# reading its declared options takes longer than anything else.
lookup_loader.get(LOOKUP, class_only=True)

IDENTITY_MODULE = "octo.aws.aws_identity"
"""Returns, on a host, the identity of the host's role."""


class OctoAction(ActionBase):
    """A task with arguments and settings that are read and checked on the controller."""

    _supports_check_mode = True

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {}
    GIVEN_SETTINGS: t.ClassVar[tuple[str, ...]] = (*SETTING_NAMES, "mfa_token")
    """Arguments that are options of the lookup as well, with the same meaning."""
    NEVER_EMPTY: t.ClassVar[tuple[str, ...]] = ()
    """Arguments that are refused if empty, besides the store and the session cache."""

    written: dict[str, t.Any]
    """The arguments of the task before their validation, with text where the argument spec has text."""

    @abstractmethod
    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        """Perform the task.

        :param arguments: all of ARGUMENT_SPEC; ``None`` for an argument that is left out
        :returns: the values of the result, without secrets
        :raises OctoAwsError: becomes ``msg`` and ``error`` of the result
        """

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self.task_vars = task_vars or {}
        try:
            arguments = self._validated()
            settings, options = self._settings(arguments)
            result.update(self.work(arguments, settings, options))
        except OctoAwsError as error:
            result.update(self.failure(error))
        return result

    def failure(self, error: OctoAwsError) -> dict[str, t.Any]:
        """Return the values of a failed task's result."""
        values = error.values if isinstance(error, PartialFailure) else {}
        # A message can quote a secret that was written in the wrong place.
        error = error.reworded(lambda text: _secrecy.redact(text, self._given_secrets()))
        return {"changed": False, **values, "failed": True, "msg": str(error), "error": error.as_result()}

    @property
    def executor(self) -> str:
        """The name of the host on which the task runs."""
        return str(self._task.delegate_to or self.task_vars.get("inventory_hostname") or "localhost")

    @property
    def on_controller(self) -> bool:
        """Whether that host is this machine."""
        return bool(getattr(self._connection, "_remote_is_local", False))

    def run_identity_module(self, handover: Handover, *, write_config: bool = False) -> dict[str, t.Any]:
        """Return the result of ``aws_identity`` on the host, each hop from its role assumed there.

        :raises OctoAwsError: the module failed there
        """
        result = self.run_module(IDENTITY_MODULE, {**handover.as_arguments(), "write_config": write_config})
        if result.get("failed"):
            raise error_of_result(result).about(f"On the host {self.executor}")
        return result

    def run_module(self, name: str, arguments: dict[str, t.Any], *, wrap_async: bool = False) -> dict[str, t.Any]:
        """Run a module on the host and return its result without its arguments."""
        result: dict[str, t.Any] = self._execute_module(
            module_name=name, module_args=arguments, task_vars=self.task_vars, wrap_async=wrap_async
        )
        result.pop("invocation", None)
        return result

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        """Use pipelining on every connection that supports it, even if it is off, so that no file has the arguments."""
        if super()._is_pipelining_enabled(module_style, wrap_async):
            return True
        become = self._connection.become
        can_pipeline = self._connection.has_pipelining and (not become or getattr(become, "pipelining", True))
        return bool(module_style == "new" and can_pipeline and not wrap_async)

    def _given_secrets(self) -> list[str]:
        return list(_secrets_of(self._task.args, self.ARGUMENT_SPEC))

    def _validated(self) -> dict[str, t.Any]:
        """Validate the task's arguments as ansible-core validates those of a module."""
        spec = {**SETTINGS_SPEC, **self.ARGUMENT_SPEC}
        _secrecy.register(self._given_secrets())
        refuse_unknown_inside(self._task.args, spec)
        refuse_wrong_shapes(self._task.args, spec)
        self.written = convert_arguments(self._task.args, spec)
        outcome = ArgumentSpecValidator(spec).validate(self.written)
        if outcome.error_messages:
            message = "; ".join(outcome.error_messages).rstrip(".")
            printable = "".join(character if character.isprintable() else " " for character in message)
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{printable}.")
        arguments: dict[str, t.Any] = outcome.validated_parameters
        check_not_empty(arguments, "store", "session_cache", *self.NEVER_EMPTY)
        return arguments

    def _settings(self, arguments: dict[str, t.Any]) -> tuple[Settings, SessionOptions]:
        lookup = lookup_loader.get(LOOKUP, loader=self._loader, templar=self._templar)
        task_options = {name: arguments[name] for name in self.GIVEN_SETTINGS if arguments.get(name) not in (None, "")}
        settings = read_options(lookup, self.task_vars, self._templar, task_options)
        return settings, read_session_options(lookup)


class StoreAction(OctoAction):
    """A task on the controller with a store of accounts."""

    _requires_connection = False

    @staticmethod
    def open_store(settings: Settings) -> Store:
        """Open the store of the settings, to read and to save."""
        return store_of(settings, display.warning, ask_for_password)


def identity_in(result: t.Mapping[str, t.Any]) -> Identity | None:
    """Return the identity in a result of ``aws_identity``; ``None`` where the host has no botocore to request it."""
    values = result["identity"]
    return Identity(values["account_id"], values["arn"], values["user_id"]) if values else None


def error_of_result(result: t.Mapping[str, t.Any]) -> OctoAwsError:
    """Return the error of a module of the collection, or of a module that could not run."""
    error = result.get("error")
    message = str(result.get("msg") or result.get("module_stderr") or "no message").strip()
    if not isinstance(error, t.Mapping) or error.get("code") not in [code.value for code in ErrorCode]:
        return OctoAwsError(
            ErrorCode.EXECUTOR_FAILED,
            f"The module could not run on the host: {message[:1000].rstrip('.')}.",
            hint="To check Python there, run `ansible HOST -m ansible.builtin.ping`.",
        )
    hint = str(error.get("hint") or "")
    for ending in (f" ({error['code']})", f" {hint}"):
        message = message.removesuffix(ending)
    return OctoAwsError(
        ErrorCode(error["code"]),
        message,
        hint=hint,
        aws_code=error.get("aws_code"),
        request_id=error.get("request_id"),
    )


def _secrets_of(given: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield the values of secret arguments, also inside lists of mappings, before they are validated."""
    for name, option in spec.items():
        value = given.get(name) if isinstance(given, t.Mapping) else None
        if option.get("no_log") and value:
            yield str(value)
        for item in value if "options" in option and isinstance(value, list) else ():
            yield from _secrets_of(item, option["options"])
