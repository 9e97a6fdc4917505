# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.name_patterns import select
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import with_identity
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import StoreAction
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import read_many

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

display = Display()


class ActionModule(StoreAction):
    """Lists accounts; documented in the module of the same name."""

    NEVER_EMPTY = ("names",)
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "names": {"type": "list", "elements": "str"},
        "details": {"type": "bool", "default": False},
    }

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        store = self.open_store(settings)
        names = select(store.names(), arguments["names"])
        exists = store.exists()
        if exists is False:
            display.warning(f"The store {store.url} does not exist. Check octo_aws_store, or save the first account.")
        result: dict[str, t.Any] = {"store": store.url, "changed": False, "names": names, "store_exists": exists}
        if arguments["details"]:
            result.update(accounts=[], unreadable=[])
            for name, stored in read_many(store, names):
                if isinstance(stored, RecordError):
                    result["unreadable"].append({"name": name, "msg": str(stored), "error": stored.as_result()})
                elif stored:  # not deleted since it was listed
                    result["accounts"].append({**with_identity(stored.account), "vault_id": stored.vault_id})
        return result
