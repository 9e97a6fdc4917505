# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts that may outlive their session: which ones, and what is left of them on the host."""

from __future__ import annotations

import datetime
import types
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.octo.aws.plugins.action.aws_script import ActionModule
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._base import sliced_run
from ansible_collections.octo.aws.plugins.plugin_utils._base.resolved_account import ResolvedAccount

KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "canary-secret")


def account(handover: Handover) -> ResolvedAccount:
    return ResolvedAccount("prod", handover, None, "worker1", lambda: handover)


def session(left: float) -> Handover:
    end = now() + datetime.timedelta(seconds=left)
    return Handover(credentials=Credentials("ASIAIOSFODNN7EXAMPLE", "canary-secret", "canary-token", expiration=end))


def action_on(transport: str = "ssh", **task: t.Any) -> t.Any:
    action: t.Any = ActionModule.__new__(ActionModule)
    action._task = types.SimpleNamespace(**{"async_val": 0, "no_log": False, **task})
    action._connection = types.SimpleNamespace(transport=transport, become=None)
    action._is_pipelining_enabled = lambda style: True
    return action


@pytest.mark.parametrize(
    ("left", "timeout", "expected"),
    [(3600, None, True), (3600, 3500, False), (3600, 3700, True)],
)
def test_a_script_that_may_outlive_its_session(left: float, timeout: int | None, expected: bool) -> None:
    # The session begins here: the tests before this one can take minutes.
    assert action_on()._may_outlive_session(account(session(left)), timeout) is expected


@pytest.mark.parametrize("handover", [Handover(credentials=KEYS), Handover()])
def test_a_script_does_not_outlive_credentials_without_a_session(handover: Handover) -> None:
    assert not action_on()._may_outlive_session(account(handover), None)


def test_some_scripts_keep_the_direct_way() -> None:
    one = account(session(60))
    assert action_on()._may_outlive_session(one, None)
    assert not action_on("local")._may_outlive_session(one, None)
    assert not action_on(async_val=60)._may_outlive_session(one, None)
    action = action_on()
    action._is_pipelining_enabled = lambda style: False
    assert not action._may_outlive_session(one, None)


class Slices:
    """Runs slices with prepared results, and notes the commands on the host."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *results: dict[str, t.Any]) -> None:
        self.slices: list[Slice] = []
        self.commands: list[str] = []
        self._results = list(results)
        self.action = action_on()
        self.action.run_with = self._run_with
        self.action._low_level_execute_command = self._execute
        fake = types.SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda seconds: None)
        monkeypatch.setattr(sliced_run, "time", fake)

    def _run_with(self, _account: ResolvedAccount, arguments: t.Any, task_slice: Slice) -> dict[str, t.Any]:
        assert arguments == {"cmd": "aws"}
        self.slices.append(task_slice)
        return self._results.pop(0)

    def _execute(self, command: str) -> None:
        self.commands.append(command)
        if "lost" in command:
            raise AnsibleConnectionFailure("Broken pipe")

    def result(self, handover: Handover) -> t.Any:
        return self.action._run_in_agent(account(handover), {"cmd": "aws"})


def going_on(socket: str = "/tmp/octo-aws-1/control") -> dict[str, t.Any]:
    unfinished = {"subject": "The command on the host", "hint": "It is stopped.", "values": {"changed": True}}
    return {"slice": {"lines": [], "state": "state", "delay": 0.0, "unfinished": unfinished, "socket": socket}}


LAST = {"changed": True, "stdout": "out", "slice": {"lines": []}}


def test_a_short_script_needs_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, dict(LAST))
    assert slices.result(session(3600)) == {"changed": True, "stdout": "out"}
    assert [one.seconds for one in slices.slices] == [5.0]
    assert slices.commands == []


@pytest.mark.parametrize("socket", ["/tmp/octo aws/control", "/tmp/lost/control"])
def test_the_process_ends_after_the_result_is_here(monkeypatch: pytest.MonkeyPatch, socket: str) -> None:
    slices = Slices(monkeypatch, *(going_on(socket) for _number in range(6)), dict(LAST))
    assert slices.result(session(3600)) == {"changed": True, "stdout": "out"}
    assert [one.seconds for one in slices.slices] == [5, 10, 20, 40, 60, 60, 60]
    [command] = slices.commands
    assert command.replace("'", "") == f"rm -f -- {socket}"


def test_an_account_that_is_lost_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, going_on())

    def denied() -> t.NoReturn:
        raise OctoAwsError(ErrorCode.ACCESS_DENIED, "Denied.")

    lost = ResolvedAccount("prod", session(10), None, "worker1", denied)
    with pytest.raises(OctoAwsError) as raised:
        slices.action._run_in_agent(lost, {"cmd": "aws"})
    assert raised.value.code is ErrorCode.ACCESS_DENIED
    assert len(slices.commands) == 1
