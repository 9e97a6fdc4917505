# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.name_patterns import select
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import with_identity
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import StoreAction
from ansible_collections.octo.aws.plugins.plugin_utils._command.process_command import account_of_command
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import read_many
from ansible_collections.octo.aws.plugins.plugin_utils._usages.search import search

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

display = Display()


class ActionModule(StoreAction):
    """Lists accounts; documented in the module of the same name."""

    NEVER_EMPTY = ("names", "usage_paths")
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "names": {"type": "list", "elements": "str"},
        "details": {"type": "bool", "default": False},
        "usages": {"type": "bool", "default": False},
        "usage_paths": {"type": "list", "elements": "path"},
    }

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        if arguments["usage_paths"] is not None and not arguments["usages"]:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "usage_paths needs usages: true.",
                hint="Set usages: true, or remove usage_paths.",
            )
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
        if arguments["usages"]:
            result.update(_usages(arguments, names))
        return result


def _usages(arguments: t.Mapping[str, t.Any], stored: t.Sequence[str]) -> dict[str, t.Any]:
    """Return the places that name an account, also one that the store does not have."""
    found = search(arguments["usage_paths"] or ["."], _account_of_command)
    wanted = set(select({usage.name for _path, usage in found.usages}, arguments["names"]))
    usages = [
        {"name": usage.name, "path": path, "line": usage.line, "usage": usage.usage, "stored": usage.name in stored}
        for path, usage in found.usages
        if usage.name in wanted
    ]
    usages.sort(key=lambda usage: (usage["name"], usage["path"], usage["line"]))
    return {"usages": usages, "usages_unread": [{"path": path, "msg": reason} for path, reason in found.unread]}


def _account_of_command(command: str) -> str | None:
    named = account_of_command(command)
    return named.account if named else None
