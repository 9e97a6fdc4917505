# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions that save or test accounts."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.utils.display import Display

from .._service.account_manager import AccountManager
from .action import StoreAction, identity_in
from .prompts import ask_for_token

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

display = Display()


class AccountAction(StoreAction):
    """A task that saves or tests accounts. A role of the host is tested on the host."""

    TRANSFER_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "overwrite": {"type": "bool", "default": False},
        "test": {"type": "bool", "default": False},
    }
    """Arguments of tasks that copy or import accounts."""

    def manager(self, store: Store, settings: Settings, options: SessionOptions) -> AccountManager:
        """Return the manager of the accounts in a store, for this task."""
        return AccountManager(
            store,
            settings,
            dry_run=self._task.check_mode,
            options=dataclasses.replace(options, ask_for_token=ask_for_token),
            warn=display.warning,
            identity_on_host=None if self.on_controller else self._identity_on_host,
        )

    def _identity_on_host(self, handover: Handover) -> Identity | None:
        return identity_in(self.run_identity_module(handover))


def transfer_options(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of ``transfer`` from those of a task with TRANSFER_SPEC."""
    return {"overwrite": arguments["overwrite"], "vault_id": arguments["vault_id"] or None, "test": arguments["test"]}
