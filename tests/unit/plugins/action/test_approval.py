# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Approvals: what is accepted without a terminal, what each answer is worth, and what has to be approved at all."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsiblePromptInterrupt, AnsiblePromptNoninteractive
from ansible_collections.octo.aws.plugins.action.approval import ActionModule
from ansible_collections.octo.aws.plugins.plugin_utils._base import prompts
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

CHANGE = {
    "action": "Modify",
    "logical_id": "Site",
    "type": "AWS::S3::Bucket",
    "physical_id": "a",
    "replacement": "True",
}
PLAN = {"changed": True, "changes": [CHANGE], "change_set_id": "arn:1"}


class Terminal:
    """Answers a prompt, and notes the prompts and the lines before them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: bytes | Exception = AnsiblePromptNoninteractive("stdin is not interactive")
        self.seconds = 0.0
        self.prompts: list[str] = []
        self.shown: list[str] = []
        self._now = 0.0
        monkeypatch.setattr(prompts.display, "prompt_until", self._prompt)
        monkeypatch.setattr(prompts.time, "monotonic", lambda: self._now)
        monkeypatch.setattr(ActionModule, "show", lambda action, line: self.shown.append(line))

    def _prompt(self, prompt: str, **options: t.Any) -> bytes:
        assert not options["private"]
        self.prompts.append(prompt)
        self._now += self.seconds
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(monkeypatch)


def approve(**arguments: t.Any) -> dict[str, t.Any]:
    return run_task("approval", {"title": "Release", "account": "prod", **arguments})


def code_of(result: dict[str, t.Any]) -> str:
    return str(result.get("error", {}).get("code", ""))


@pytest.mark.parametrize("answer", [b"yes", b" YES ", b"Yes\r"])
def test_yes(terminal: Terminal, answer: bytes) -> None:
    terminal.answer = answer
    result = approve(change_set=PLAN)
    assert (result["approved"], result["approved_with"], result["changed"]) == (True, "terminal", False)
    assert result["approved_by"]
    assert terminal.prompts == ["Approve 'Release'? Type yes, anything else rejects it: "]
    assert terminal.shown[0] == "Release: account 'prod'"
    assert terminal.shown[-1] == f"The code of this change is {result['code']}"
    assert terminal.shown[:-1] == result["shown"]


@pytest.mark.parametrize("answer", [b"", b"y", b"no", b"yes please", b"\xff", AnsiblePromptInterrupt("user interrupt")])
def test_no(terminal: Terminal, answer: bytes | Exception) -> None:
    terminal.answer = answer
    result = approve(text="Deploy")
    assert code_of(result) == "approval_rejected"
    assert (result["approved"], result["approved_by"]) == (False, None)
    assert result["msg"].startswith("Release: It was rejected at the terminal.")


def test_a_late_yes_is_none(terminal: Terminal) -> None:
    terminal.answer, terminal.seconds = b"yes", 5.0
    assert code_of(approve(text="Deploy", timeout=5)) == "approval_timed_out"
    terminal.seconds = 4.9
    assert approve(text="Deploy", timeout=5)["approved"]
    terminal.seconds = 1e6
    assert approve(text="Deploy")["approved"]


def test_the_code_of_what_is_shown(terminal: Terminal) -> None:
    refused = approve(change_set=PLAN)
    assert code_of(refused) == "approval_required"
    code = refused["code"]
    assert f"-e aws_steps_approved={code}" in refused["error"]["hint"]
    # Change sets of the same changes have different names.
    again = {**PLAN, "change_set_id": "arn:2"}
    approved = approve(change_set=again, approved=["0" * 16, f" {code} "], approver="alice")
    assert (approved["approved"], approved["approved_by"], approved["approved_with"]) == (True, "alice", "variable")
    assert len(terminal.prompts) == 1
    for other in (
        {"change_set": {"changes": [{**CHANGE, "physical_id": "b"}]}},
        {"change_set": {"changes": [CHANGE, CHANGE]}},
        {"change_set": PLAN, "account": "dev"},
        {"change_set": PLAN, "account": None},
        {"change_set": PLAN, "region": "eu-west-1"},
        {"change_set": PLAN, "title": "Other"},
        {"change_set": PLAN, "text": "more"},
    ):
        result = approve(**other, approved=[code])
        assert code_of(result) == "approval_required"
        assert "those of other changes" in result["msg"]


def test_a_title_is_accepted_only_on_request(terminal: Terminal) -> None:
    assert code_of(approve(text="Deploy", approved=["Release"])) == "approval_required"
    assert approve(text="Deploy", approved=["Release"], bound=False)["approved"]
    assert code_of(approve(text="Deploy", approved=["Other"], bound=False)) == "approval_required"


def test_with_a_terminal_another_code_is_no_rejection(terminal: Terminal) -> None:
    terminal.answer = b"yes"
    assert approve(text="Deploy", approved=["0" * 16])["approved_with"] == "terminal"


@pytest.mark.parametrize("given", [{"change_set": []}, {"change_set": {"changes": []}}, {"diff": []}])
def test_nothing_to_approve(terminal: Terminal, given: dict[str, t.Any]) -> None:
    result = approve(**given)
    assert (result["approved"], result["approved_by"], result["approved_with"]) == (True, None, "nothing")
    assert not terminal.prompts


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({}, "option_conflict", "nothing to show"),
        ({"change_set": None}, "option_conflict", "nothing to show"),
        ({"text": ""}, "option_invalid", "text is empty"),
        ({"text": "a", "title": " "}, "option_invalid", "title is empty"),
        ({"text": "a", "timeout": 0}, "option_invalid", "timeout cannot be 0"),
        ({"text": "a", "approver": "a\nb"}, "option_invalid", "approver contains"),
        ({"text": "a", "account": ""}, "name_invalid", ""),
        ({"change_set": {"failed": True, "changes": []}}, "option_invalid", "result of a failed task"),
        ({"change_set": {"outputs": {}}}, "option_invalid", "no list of changes"),
        ({"change_set": "arn:1"}, "option_invalid", "no list of changes"),
        ({"change_set": ["a"]}, "option_invalid", "no list of changes"),
        ({"diff": 7}, "option_invalid", "not the diff of a task"),
        ({"text": "a", "bond": True}, "option_unknown", "'bound'"),
    ],
)
def test_refused(terminal: Terminal, given: dict[str, t.Any], code: str, says: str) -> None:
    terminal.answer = b"yes"
    result = approve(**given)
    assert code_of(result) == code
    assert says in result["msg"]
    assert not terminal.prompts


def test_secrets_are_masked_wherever_they_are(terminal: Terminal) -> None:
    plan = {"changes": [{**CHANGE, "physical_id": "canary-of-plan"}]}
    result = approve(
        change_set=plan,
        diff="-canary-of-diff",
        text="canary-of-text",
        secrets=["canary-of-plan", "canary-of-diff", "canary-of-text"],
    )
    assert code_of(result) == "approval_required"
    assert "canary" not in str(result) + str(terminal.shown)
