# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the action plugins share. Arguments in, a task's result out.

Glue, above the services.
"""

from __future__ import annotations

import typing as t
from abc import abstractmethod

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

from . import _secrecy
from ._errors import ErrorCode, OctoAwsError
from ._options import LOOKUP, SETTING_NAMES, read_options, read_session_options, refuse_unknown_inside
from ._stores.registry import open_store
from ._vault import Vault

if t.TYPE_CHECKING:
    from ._settings import SessionOptions, Settings
    from ._stores.protocol import Store

SETTINGS_SPEC: dict[str, t.Any] = {
    "store": {"type": "str"},
    "vault_id": {"type": "str"},
    "session_cache": {"type": "str"},
}
"""Arguments that every action takes; their documentation is the fragment C(octo.aws.settings)."""


class StoreAction(ActionBase):
    """A task on the controller that works on a store of accounts."""

    _requires_connection = False
    _supports_check_mode = True

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {}

    @abstractmethod
    def perform(
        self, arguments: dict[str, t.Any], store: Store, settings: Settings, options: SessionOptions
    ) -> dict[str, t.Any]:
        """Do the work of the task.

        :param arguments: all of ARGUMENT_SPEC; V(None) is what was left out
        :returns: the result's values, no secret among them
        :raises OctoAwsError: becomes the result's RV(msg) and RV(error)
        """

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            arguments = self._validated()
            settings, options = self._settings(arguments, task_vars or {})
            store = open_store(settings.store, Vault.of_this_run())
            result.update(self.perform(arguments, store, settings, options))
        except OctoAwsError as error:
            # A secret that was given in a place where it does not belong is one all the same.
            error = error.reworded(lambda text: _secrecy.redact(text, self._given_secrets()))
            result.update(failed=True, changed=False, msg=str(error), error=error.as_result())
        return result

    def _given_secrets(self) -> list[str]:
        return list(_secrets_of(self._task.args, self.ARGUMENT_SPEC))

    def _validated(self) -> dict[str, t.Any]:
        """The task's arguments, checked by ansible-core as a module's are."""
        spec = {**SETTINGS_SPEC, **self.ARGUMENT_SPEC}
        given = self._task.args
        _secrecy.register(self._given_secrets())
        refuse_unknown_inside(given, spec)
        outcome = ArgumentSpecValidator(spec).validate(given)
        if outcome.error_messages:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{'; '.join(outcome.error_messages).rstrip('.')}.")
        arguments: dict[str, t.Any] = outcome.validated_parameters
        return arguments

    def _settings(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> tuple[Settings, SessionOptions]:
        lookup = lookup_loader.get(LOOKUP, loader=self._loader, templar=self._templar)
        given = {name: arguments[name] for name in (*SETTING_NAMES, "mfa_token") if arguments.get(name)}
        settings = read_options(lookup, task_vars, self._templar, given)
        return settings, read_session_options(lookup)


def _secrets_of(given: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """The values of secret arguments, those inside lists of mappings included. Nothing was checked yet."""
    for name, option in spec.items():
        value = given.get(name) if isinstance(given, t.Mapping) else None
        if option.get("no_log") and value:
            yield str(value)
        for item in value if "options" in option and isinstance(value, list) else ():
            yield from _secrets_of(item, option["options"])
