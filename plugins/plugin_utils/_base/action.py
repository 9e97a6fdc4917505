# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the action plugins share. Arguments in, a task's result and Ansible's own exceptions out.

Glue, above the stores and C(_options).
"""

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
from ...module_utils._model.name_forms import check_not_empty
from ...module_utils._model.yaml_values import convert_arguments
from .._service.store_access import store_of
from .mfa_prompt import ask_for_password
from .options import (
    LOOKUP,
    SETTING_NAMES,
    read_options,
    read_session_options,
    refuse_unknown_inside,
    refuse_wrong_shapes,
)

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

display = Display()

# ansible-core imports an action in its main process, before it forks one for the task. What tasks need of the lookup is
# loaded there, once: the options that it declares take longer to read than all else.
lookup_loader.get(LOOKUP, class_only=True)

IDENTITY_MODULE = "octo.aws.aws_identity"
"""Says on a host who the role of the host is."""


class OctoAction(ActionBase):
    """A task whose arguments are checked and whose settings are read on the controller."""

    _supports_check_mode = True

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {}
    GIVEN_SETTINGS: t.ClassVar[tuple[str, ...]] = (*SETTING_NAMES, "mfa_token")
    """The arguments that are options of the lookup as well, with the same meaning."""
    NEVER_EMPTY: t.ClassVar[tuple[str, ...]] = ()
    """Those that name something, besides the store and the session cache."""

    @abstractmethod
    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        """Do the work of the task.

        :param arguments: all of ARGUMENT_SPEC; V(None) is what was left out
        :returns: the result's values, no secret among them
        :raises OctoAwsError: becomes the result's RV(msg) and RV(error)
        """

    written: dict[str, t.Any]
    """The arguments of the task as they are written, with texts where texts belong."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self.task_vars = task_vars or {}
        try:
            result.update(self.outcome())
        except OctoAwsError as error:
            values = error.values if isinstance(error, PartialFailure) else {}
            # A secret that was given in a place where it does not belong is one all the same.
            error = error.reworded(lambda text: _secrecy.redact(text, self._given_secrets()))
            result.update({"changed": False, **values}, failed=True, msg=str(error), error=error.as_result())
        return result

    def outcome(self) -> dict[str, t.Any]:
        """Check the arguments, read the settings, and do the work."""
        arguments = self._validated()
        settings, options = self._settings(arguments)
        return self.work(arguments, settings, options)

    @property
    def executor(self) -> str:
        """The name of the host that the task is for."""
        return str(self._task.delegate_to or self.task_vars.get("inventory_hostname") or "localhost")

    @property
    def on_controller(self) -> bool:
        """Whether that host is this machine."""
        return bool(getattr(self._connection, "_remote_is_local", False))

    def identity_on_executor(self, handover: Handover) -> Identity | None:
        """Who the role of the host is, each hop from it really taken there; V(None) where it cannot ask and need not.

        :raises OctoAwsError: there is none, or it leads elsewhere than it must
        """
        told = self.ask_executor(handover)["identity"]
        return Identity(told["account_id"], told["arn"], told["user_id"]) if told else None

    def ask_executor(self, handover: Handover, **arguments: t.Any) -> dict[str, t.Any]:
        """What C(aws_identity) says on the host.

        :raises OctoAwsError: it failed there
        """
        result = self.run_module(IDENTITY_MODULE, {**handover.as_arguments(), **arguments})
        if result.get("failed"):
            raise error_of_result(result).about(f"On the host {self.executor}")
        return result

    def run_module(self, name: str, arguments: dict[str, t.Any], *, wrap_async: bool = False) -> dict[str, t.Any]:
        """Run a module on the host. What it was given is no part of the result."""
        result: dict[str, t.Any] = self._execute_module(
            module_name=name, module_args=arguments, task_vars=self.task_vars, wrap_async=wrap_async
        )
        result.pop("invocation", None)
        return result

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        """Wherever the connection can, and whatever the configuration says: no file on the host holds the arguments."""
        if super()._is_pipelining_enabled(module_style, wrap_async):
            return True
        become = self._connection.become
        able = self._connection.has_pipelining and (not become or getattr(become, "pipelining", True))
        return bool(module_style == "new" and able and not wrap_async)

    def _given_secrets(self) -> list[str]:
        return list(_secrets_of(self._task.args, self.ARGUMENT_SPEC))

    def _validated(self) -> dict[str, t.Any]:
        """The task's arguments, checked by ansible-core as a module's are."""
        spec = {**SETTINGS_SPEC, **self.ARGUMENT_SPEC}
        _secrecy.register(self._given_secrets())
        refuse_unknown_inside(self._task.args, spec)
        refuse_wrong_shapes(self._task.args, spec)
        self.written = convert_arguments(self._task.args, spec)
        outcome = ArgumentSpecValidator(spec).validate(self.written)
        if outcome.error_messages:
            message = "; ".join(outcome.error_messages).rstrip(".")
            shown = "".join(character if character.isprintable() else " " for character in message)
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{shown}.")
        arguments: dict[str, t.Any] = outcome.validated_parameters
        check_not_empty(arguments, "store", "session_cache", *self.NEVER_EMPTY)
        return arguments

    def _settings(self, arguments: dict[str, t.Any]) -> tuple[Settings, SessionOptions]:
        lookup = lookup_loader.get(LOOKUP, loader=self._loader, templar=self._templar)
        given = {name: arguments[name] for name in self.GIVEN_SETTINGS if arguments.get(name) not in (None, "")}
        settings = read_options(lookup, self.task_vars, self._templar, given)
        return settings, read_session_options(lookup)


class StoreAction(OctoAction):
    """A task on the controller that works on a store of accounts."""

    _requires_connection = False

    @abstractmethod
    def perform(
        self, arguments: dict[str, t.Any], store: Store, settings: Settings, options: SessionOptions
    ) -> dict[str, t.Any]:
        """Do the work of the task; see :func:`OctoAction.work`."""

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        store = store_of(settings, display.warning, ask_for_password)
        return {"store": store.url, **self.perform(arguments, store, settings, options)}


def error_of_result(result: t.Mapping[str, t.Any]) -> OctoAwsError:
    """The failure that a module of the collection ended with, or that it could not be run."""
    told = result.get("error")
    message = str(result.get("msg") or result.get("module_stderr") or "it says nothing").strip()
    if not isinstance(told, t.Mapping) or told.get("code") not in [code.value for code in ErrorCode]:
        return OctoAwsError(
            ErrorCode.EXECUTOR_FAILED,
            f"The host that does the work could not do it: {message[:1000].rstrip('.')}.",
            hint="Check that Python works there (ansible -m ansible.builtin.ping).",
        )
    hint = str(told.get("hint") or "")
    for ending in (f" ({told['code']})", f" {hint}"):
        message = message.removesuffix(ending)
    return OctoAwsError(
        ErrorCode(told["code"]),
        message,
        hint=hint,
        aws_code=told.get("aws_code"),
        request_id=told.get("request_id"),
    )


def _secrets_of(given: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """The values of secret arguments, those inside lists of mappings included. Nothing was checked yet."""
    for name, option in spec.items():
        value = given.get(name) if isinstance(given, t.Mapping) else None
        if option.get("no_log") and value:
            yield str(value)
        for item in value if "options" in option and isinstance(value, list) else ():
            yield from _secrets_of(item, option["options"])
