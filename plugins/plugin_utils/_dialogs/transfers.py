# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialogs of the playbooks copy_accounts and import_profiles."""

from __future__ import annotations

import typing as t

from .._base.action import error_of_result
from .conversation import required

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result

_COPY = ("copy_from", "copy_names", "copy_test", "copy_overwrite")
_IMPORT = (
    "import_profiles",
    "import_config_file",
    "import_credentials_file",
    "import_name_prefix",
    "import_test",
    "import_overwrite",
)
_KEPT = "not replaced: the store has a different account of this name"


def hold_copy(conversation: Conversation) -> Result:
    """Ask for the store to copy from, copy its accounts, and show the result for each."""
    conversation.refuse_unknown("copy", _COPY)
    source = conversation.given("copy_from")
    if not conversation.is_set("copy_from"):
        source = conversation.ask_if_possible("Path or URL of the store to copy from", _not_empty)
    if not source:
        raise required("copy_from", "The store to copy from")
    arguments = {
        "source_store": source,
        "names": conversation.given("copy_names"),
        "test": conversation.given("copy_test"),
        "overwrite": conversation.given("copy_overwrite"),
    }
    done = conversation.run_module("octo.aws.aws_account_copy", _set(arguments), check_mode=conversation.check_mode)
    if "left" in done:
        rows = _rows(done, "copied", "would be copied" if conversation.check_mode else "copied")
        _show(conversation, [("ACCOUNT", "RESULT"), *sorted(rows)], done, "There are no accounts to copy.")
    return _result(done, ("store", "copied", "unchanged", "kept"))


def hold_import(conversation: Conversation) -> Result:
    """Import profiles, or the roles of a person, and show the result for each. Each is tested by default."""
    conversation.refuse_unknown("import", _IMPORT)
    arguments = {
        "profiles": conversation.given("import_profiles"),
        "config_file": conversation.given("import_config_file"),
        "credentials_file": conversation.given("import_credentials_file"),
        "sso_start_url": conversation.given("sso"),
        "sso_region": conversation.given("sso_region"),
        "name_prefix": conversation.given("import_name_prefix"),
        "test": conversation.given("import_test") if conversation.is_set("import_test") else True,
        "overwrite": conversation.given("import_overwrite"),
    }
    done = conversation.run_module("octo.aws.aws_account_import", _set(arguments), check_mode=conversation.check_mode)
    if "left" in done:
        saved = "would be imported" if conversation.check_mode else "imported"
        outcomes = dict(_rows(done, "imported", saved))
        described = {account["name"]: account for account in done["accounts"]}
        rows = []
        remarks: list[str] = []
        for remark in done["remarks"]:
            remarks.append(f"{remark['name']}: {remark['msg']}")
            if remark["name"] not in outcomes:
                outcomes[remark["name"]] = "not imported"
            elif remark["name"] not in described and outcomes[remark["name"]] == _KEPT:
                outcomes[remark["name"]] = "not imported"  # the profile uses the account
        for name, outcome in outcomes.items():
            account = described.get(name, {})
            roles = ", ".join(hop["role_arn"] for hop in account.get("assume_role", ()))
            rows.append((name, account.get("type"), account.get("region"), roles, outcome))
        titles = ("ACCOUNT", "TYPE", "REGION", "ROLES", "RESULT")
        _show(
            conversation, [titles, *sorted(rows, key=lambda row: row[0])], done, "There is nothing to import.", remarks
        )
    return _result(done, ("store", "imported", "unchanged", "kept"))


def _not_empty(answer: str) -> str:
    if not answer:
        raise required("copy_from", "The store to copy from")
    return answer


def _set(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in arguments.items() if value not in ("", [])}


def _rows(done: Result, key: str, saved: str) -> list[tuple[str, str]]:
    """Return the outcome of each account by its name."""
    outcomes = dict.fromkeys(done[key], saved)
    outcomes.update((name, "already identical") for name in done["unchanged"])
    outcomes.update((name, _KEPT) for name in done["kept"])
    outcomes.update((left["name"], f"failed: {left['error']['code']}") for left in done["left"])
    return list(outcomes.items())


def _show(
    conversation: Conversation,
    rows: t.Sequence[t.Sequence[t.Any]],
    done: Result,
    nothing: str,
    remarks: t.Sequence[str] = (),
) -> None:
    if len(rows) == 1:
        conversation.show(nothing)
    conversation.show_table(rows)
    for line in (*remarks, *(left["msg"] for left in done["left"])):
        conversation.show(line)
    # A failed task does not return the store.
    if len(rows) > 1 and "store" in done:
        conversation.show(f"Store: {done['store']}")


def _result(done: Result, keys: t.Sequence[str]) -> Result:
    if done.get("failed"):
        raise error_of_result(done)
    return {"changed": done["changed"], **{key: done[key] for key in keys}}
