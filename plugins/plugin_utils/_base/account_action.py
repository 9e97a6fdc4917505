# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: an action that saves or tests accounts.

Glue, above C(_action).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.utils.display import Display

from .._service.account_manager import AccountManager
from .._service.transfer import transfer
from .action import StoreAction
from .mfa_prompt import ask_for_token

if t.TYPE_CHECKING:
    from .._accounts.settings import SessionOptions, Settings
    from .._service.transfer import Candidate, Report
    from .._stores.protocol import Store

display = Display()


class AccountAction(StoreAction):
    """A task on the controller that saves or tests accounts. A role of the host is tested on the host."""

    TRANSFER_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "overwrite": {"type": "bool", "default": False},
        "test": {"type": "bool", "default": False},
    }
    """Arguments of tasks that bring accounts from elsewhere."""

    def accounts_of(self, store: Store, settings: Settings, options: SessionOptions) -> AccountManager:
        """The accounts of a store, to be changed as the task says."""
        return AccountManager(
            store,
            settings,
            dry_run=self._task.check_mode,
            options=dataclasses.replace(options, ask_for_token=ask_for_token),
            warn=display.warning,
            identity_elsewhere=None if self.on_controller else self.identity_on_executor,
        )

    def transferred(
        self, candidates: t.Iterable[Candidate], accounts: AccountManager, arguments: t.Mapping[str, t.Any]
    ) -> Report:
        """Bring accounts into the store, as the arguments of TRANSFER_SPEC say."""
        return transfer(
            candidates,
            accounts,
            overwrite=arguments["overwrite"],
            vault_id=arguments["vault_id"] or None,
            test=arguments["test"],
        )
