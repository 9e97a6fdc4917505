# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook rotate_accounts."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from .._accounts.name_patterns import missing
from .._accounts.rotation import KEEP_OLD, check_days
from .._service.store_access import named_failures
from .stored_names import StoredNames

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result

_VARIABLES = ("rotate_names", "rotate_after_days", "rotate_keep_old")
_TITLES = ("NAME", "RESULT", "OLD KEY", "NEW KEY", "ALSO CHANGED")


def hold_rotate(conversation: Conversation) -> Result:
    """Rotate the keys of all accounts that are due, one after the other, and show the result for each."""
    conversation.refuse_unknown("rotate", _VARIABLES)
    options = _options(conversation)
    names = _names(conversation.given("rotate_names"))
    stored = StoredNames(conversation)
    for name in missing(stored.names, names):
        stored.check(name)
    return _Rotations(conversation, options).make(names)


def _options(conversation: Conversation) -> dict[str, t.Any]:
    """Return the options of each rotation. A wrong one is an error before the first, not of each account."""
    options: dict[str, t.Any] = {}
    if (days := conversation.given("rotate_after_days")) != "":
        options["rotate_after_days"] = check_days(days)
    if (keep_old := conversation.given("rotate_keep_old")) != "":
        if keep_old not in KEEP_OLD:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"rotate_keep_old cannot be {keep_old!r:.80}.",
                hint=f"Set it to {', '.join(KEEP_OLD[:-1])} or {KEEP_OLD[-1]}.",
            )
        options["keep_old"] = keep_old
    return options


def _names(given: t.Any) -> list[str] | None:
    """Return names and patterns, a list or a text with commas; ``None`` for all accounts."""
    if given in ("", []):
        return None
    return [str(name).strip() for name in (given if isinstance(given, (list, tuple)) else str(given).split(","))]


class _Rotations:
    """The rotations of one run, with their results."""

    def __init__(self, conversation: Conversation, options: t.Mapping[str, t.Any]) -> None:
        self._conversation = conversation
        self._options = options
        self._rows: list[tuple[str | None, ...]] = []
        self._left: list[dict[str, t.Any]] = []
        self._rotated: list[str] = []

    def make(self, names: list[str] | None) -> Result:
        """Rotate accounts and show the results.

        :param names: names and patterns; ``None`` for all
        :raises PartialFailure: some could not be rotated
        """
        wanted = {"details": True, **({} if names is None else {"names": names})}
        listed = self._conversation.run("octo.aws.aws_account_info", wanted)
        for account in listed["accounts"]:
            has_key = account["type"] == "access_key" and account["access_key"].startswith("AKIA")
            if has_key or account["name"] in (names or ()):
                self._rotate(account["name"])
        for unreadable in listed["unreadable"]:
            self._fail(unreadable["name"], unreadable)
        self._show(listed["store"], names)
        result = {"changed": bool(self._rotated), "store": listed["store"], "rotated": self._rotated}
        if self._left:
            raise self._failure(result)
        return result

    def _rotate(self, name: str) -> None:
        conversation = self._conversation
        arguments = {"name": name, "state": "rotated", **self._options}
        done = conversation.run_module("octo.aws.aws_account", arguments, check_mode=conversation.check_mode)
        if done.get("failed"):
            self._fail(name, done)
        elif not done["changed"]:
            self._rows.append((name, "not due", None, None, None))
        else:
            old_key, also = done["rotated"]["old_access_key"], set(done["rotated"]["accounts"]) - {name}
            new_key = None if conversation.check_mode else done["account"]["access_key"]
            outcome = "would be rotated" if conversation.check_mode else "rotated"
            self._rows.append((name, outcome, old_key, new_key, ", ".join(sorted(also))))
            self._rotated.append(name)

    def _fail(self, name: str, failed: t.Mapping[str, t.Any]) -> None:
        self._rows.append((name, "failed", None, None, None))
        self._left.append({"name": name, "msg": failed["msg"], "error": failed.get("error") or {}})

    def _show(self, store: str, names: list[str] | None) -> None:
        conversation = self._conversation
        if not self._rows:
            matches = f" that matches {', '.join(names)}" if names else ""
            conversation.show(f"There is no account with a long-term access key{matches}.")
        conversation.show_table([_TITLES, *sorted(self._rows, key=lambda row: str(row[0]))])
        for left in self._left:
            named = repr(left["name"]) in left["msg"]
            conversation.show(left["msg"] if named else f"{left['name']}: {left['msg']}")
        conversation.show(f"Store: {store}")

    def _failure(self, result: Result) -> PartialFailure:
        count = len(self._left)
        named = named_failures([(left["name"], left["error"].get("code")) for left in self._left])
        return PartialFailure.of(
            ErrorCode.ROTATION_INCOMPLETE,
            f"{count} account{'s' if count > 1 else ''} could not be rotated: {named}.",
            "All others are done. The lines above have the reasons; fix them, and run the playbook again to continue.",
            **result,
            left=self._left,
        )
