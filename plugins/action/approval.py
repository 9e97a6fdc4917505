# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._model.field_checks import check_text
from ansible_collections.octo.aws.plugins.module_utils._secrecy import redact, register
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import check_name
from ansible_collections.octo.aws.plugins.plugin_utils._approvals.approver import approver_of_job, user
from ansible_collections.octo.aws.plugins.plugin_utils._approvals.change_table import lines_of_changes
from ansible_collections.octo.aws.plugins.plugin_utils._approvals.shown_text import code_of, lines_of_diff, printable
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.prompts import Answer, ask_for_approval

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

_LONGEST_NAME = 200


class ActionModule(HostAction):
    """Shows a change and waits for its approval; documented in the module of the same name."""

    BYPASS_HOST_LOOP = True
    _requires_connection = False
    _supports_async = False

    MODULE = "octo.aws.approval"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "title": {"type": "str"},
        "change_set": {"type": "raw"},
        "diff": {"type": "raw"},
        "text": {"type": "str"},
        "secrets": {"type": "list", "elements": "str", "no_log": True},
        "approved": {"type": "list", "elements": "str"},
        "bound": {"type": "bool", "default": True},
        "approver": {"type": "str"},
        "timeout": {"type": "int"},
    }
    NEVER_EMPTY = (*HostAction.NEVER_EMPTY, "title", "text", "approver")

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        self._check(arguments)
        title = arguments["title"] or (arguments["step"] or {}).get("name") or str(self._task.get_name())
        body, has_changes = self._body(arguments)
        hidden = arguments["secrets"] or []
        register(hidden)
        lines = printable(redact(line, hidden) for line in (self._headline(title, arguments), *body))
        code = code_of(lines)
        result: dict[str, t.Any] = {"changed": False, "outputs": {}, "approved": False, "code": code, "shown": lines}
        result.update(approved_by=None, approved_with=None, **self._about(arguments))
        if not has_changes:
            return {**result, "approved": True, "approved_with": "nothing", "msg": "There is nothing to approve."}
        for line in (*lines, f"The code of this change is {code}"):
            self.show(line)
        if self._task.check_mode:
            return {**result, "skipped": True, "msg": f"Not asked in check mode. The code is {code}."}
        accepted = {code} if arguments["bound"] else {code, title}
        if accepted & {given.strip() for given in arguments["approved"] or ()}:
            by = arguments["approver"] or approver_of_job(self.task_vars)
            return {**result, "approved": True, "approved_by": by, "approved_with": "variable"}
        question = f"Approve {printable([title])[0]!r:.200}? Type yes, anything else rejects it: "
        answer = ask_for_approval(question, arguments["timeout"])
        if answer is not Answer.YES:
            error = _error_of(answer, code, arguments).about(printable([title])[0][:200])
            raise PartialFailure.after(error, **result)
        return {**result, "approved": True, "approved_by": user(), "approved_with": "terminal"}

    def _check(self, arguments: t.Mapping[str, t.Any]) -> None:
        if all(arguments[name] is None for name in ("change_set", "diff", "text")):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT, "There is nothing to show.", hint="Set change_set, diff or text."
            )
        if self._task.no_log:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "no_log hides the change from the approver.",
                hint="Remove it, and list the values to hide in secrets.",
            )
        if arguments["timeout"] is not None and arguments["timeout"] <= 0:
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"timeout cannot be {arguments['timeout']}.")
        for name in ("title", "approver"):
            if arguments[name]:
                check_text(name, arguments[name], _LONGEST_NAME)

    def _body(self, arguments: t.Mapping[str, t.Any]) -> tuple[list[str], bool]:
        """Return what is shown, and whether it has a change."""
        lines: list[str] = []
        found = arguments["text"] is not None
        if arguments["change_set"] is not None:
            changes = self._changes(arguments["change_set"])
            lines += lines_of_changes(changes)
            found = found or bool(changes)
        if arguments["diff"] is not None:
            of_diff = lines_of_diff(arguments["diff"])
            lines += of_diff or ["No differences"]
            found = found or bool(of_diff)
        return [*lines, *(arguments["text"] or "").splitlines()], found

    def _changes(self, change_set: t.Any) -> list[t.Mapping[str, t.Any]]:
        failed = isinstance(change_set, t.Mapping) and change_set.get("failed")
        changes = change_set.get("changes") if isinstance(change_set, t.Mapping) else change_set
        if changes is None and self._task.check_mode and not failed:
            return []
        if failed or not isinstance(changes, list) or not all(isinstance(change, t.Mapping) for change in changes):
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                "change_set is the result of a failed task." if failed else "change_set has no list of changes.",
                hint="Use the result of cloudformation_change_set, such as aws_steps_results['Plan'].",
            )
        return changes

    def _headline(self, title: str, arguments: t.Mapping[str, t.Any]) -> str:
        name = arguments["account"]
        account = "the IAM role of the host" if name is None else f"account {check_name(name)!r}"
        return f"{title}: {account}" + (f", region {arguments['region']}" if arguments["region"] else "")

    def _about(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {"account": arguments["account"], "region": arguments["region"], "executor": self.executor}


def _error_of(answer: Answer, code: str, arguments: t.Mapping[str, t.Any]) -> OctoAwsError:
    if answer is Answer.NO:
        return OctoAwsError(ErrorCode.APPROVAL_REJECTED, "It was rejected at the terminal.")
    if answer is Answer.TIMED_OUT:
        seconds = arguments["timeout"]
        return OctoAwsError(ErrorCode.APPROVAL_TIMED_OUT, f"There was no answer within {seconds} seconds.")
    others = ". The codes in approved are those of other changes" if arguments["approved"] else ""
    return OctoAwsError(
        ErrorCode.APPROVAL_REQUIRED,
        f"It is not approved, and there is no terminal{others}.",
        hint=f"Compare what is shown, then set approved to {code}, for the role with -e aws_steps_approved={code}.",
    )
