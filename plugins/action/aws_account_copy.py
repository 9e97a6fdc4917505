# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.account_action import AccountAction, transfer_options
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import store_of
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import candidates_of, result_of, transfer

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

display = Display()


class ActionModule(AccountAction):
    """Copies accounts from one store to another; documented in the module of the same name."""

    NEVER_EMPTY = ("source_store", "names")
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "source_store": {"type": "str", "required": True},
        "names": {"type": "list", "elements": "str"},
        **AccountAction.TRANSFER_SPEC,
    }

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        store = self.open_store(settings)
        url = arguments["source_store"].strip()
        source = store_of(settings._replace(store=url), display.warning)
        # With other parameters, the same URL can be a store in another AWS account.
        if source.url == store.url and url.partition("?")[2] == settings.store.partition("?")[2]:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"source_store and store are the same store, {store.url}.",
                hint="Set source_store to the store to copy from, and store or octo_aws_store to the one to copy to.",
            )
        candidates = candidates_of(source, arguments["names"])
        manager = self.manager(store, settings, options)
        report = transfer(candidates, manager, **transfer_options(arguments))
        return {"store": store.url, **result_of(report, "copied")}
