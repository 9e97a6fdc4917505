# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The slices of a task, as its action runs them: credentials, lines, lost connections, and work that cannot go on."""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.plugin_utils._base import sliced_run
from ansible_collections.octo.aws.plugins.plugin_utils._base.resolved_account import ResolvedAccount
from ansible_collections.octo.aws.plugins.plugin_utils._base.sliced_run import SlicedRun

UNFINISHED = {
    "subject": "The stack web (arn:x), state CREATE_IN_PROGRESS",
    "hint": "The operation continues in AWS. Console: https://console",
    "values": {"changed": True, "stack_name": "web"},
}
Step = dict[str, t.Any] | Exception


def report(number: int) -> dict[str, t.Any]:
    """The result of a slice that is not the last one."""
    lines = [f"line {number}"]
    return {"slice": {"lines": lines, "state": f"state {number}", "delay": 3.0, "unfinished": UNFINISHED}}


LAST = {"changed": True, "slice": {"lines": ["the end"]}}


class Slices:
    """Runs slices with prepared results, on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *steps: Step, seconds_left: float | None = 3600) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.slices: list[Slice] = []
        self.keys: list[str] = []
        self.renewals = 0
        self.cannot_renew = False
        self._steps = list(steps)
        self._seconds_left = seconds_left
        fake = types.SimpleNamespace(monotonic=lambda: self.now, sleep=self._sleep)
        monkeypatch.setattr(sliced_run, "time", fake)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _handover(self) -> Handover:
        left = self._seconds_left
        expiration = None if left is None else now() + datetime.timedelta(seconds=left)
        return Handover(credentials=Credentials(f"key {self.renewals}", "secret", expiration=expiration))

    def _renew(self) -> Handover:
        if self.cannot_renew:
            raise OctoAwsError(ErrorCode.ACCESS_DENIED, "The role cannot be assumed.")
        self.renewals += 1
        return self._handover()

    def _run(self, account: ResolvedAccount, task_slice: Slice) -> dict[str, t.Any]:
        self.slices.append(task_slice)
        self.keys.append(account.handover.credentials.access_key if account.handover.credentials else "")
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return dict(step)

    def result(self, handover: Handover | None = None) -> dict[str, t.Any]:
        account = ResolvedAccount("prod", handover or self._handover(), None, "worker1", self._renew)
        return SlicedRun(account, self._run, lambda number: 5.0 if number else 0.0, self.lines.append).result()


def test_each_slice_has_fresh_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), report(2), LAST)
    assert slices.result() == {"changed": True}
    assert slices.slices == [Slice(0.0, 0.0, ""), Slice(5.0, 3.0, "state 1"), Slice(5.0, 6.0, "state 2")]
    assert slices.keys == ["key 0", "key 1", "key 2"]
    assert slices.lines == ["worker1: line 1", "worker1: line 2", "worker1: the end"]


def test_a_slice_takes_half_of_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), LAST, seconds_left=6)
    slices.result()
    assert 2.9 < slices.slices[1].seconds <= 3


def test_hops_of_the_host_are_not_assumed_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), LAST)
    slices.result(Handover(hops=parse_hops([{"role_arn": "arn:aws:iam::123456789012:role/deploy"}])))
    assert [one.seconds for one in slices.slices] == [0, 30]
    assert slices.renewals == 0


@pytest.mark.parametrize("seconds_left", [None, 3600])
def test_credentials_that_last_are_used_if_they_cannot_be_renewed(
    monkeypatch: pytest.MonkeyPatch, seconds_left: float | None
) -> None:
    slices = Slices(monkeypatch, report(1), LAST, seconds_left=seconds_left)
    slices.cannot_renew = True
    assert slices.result() == {"changed": True}
    assert slices.keys == ["key 0", "key 0"]


def test_access_that_is_lost_names_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), LAST, seconds_left=30)
    slices.cannot_renew = True
    with pytest.raises(PartialFailure) as raised:
        slices.result()
    assert raised.value.code is ErrorCode.ACCESS_DENIED
    assert raised.value.message == f"{UNFINISHED['subject']}: The role cannot be assumed."
    assert raised.value.hint == UNFINISHED["hint"]
    assert raised.value.values == UNFINISHED["values"]


def test_a_lost_connection_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = AnsibleConnectionFailure("Broken pipe")
    slices = Slices(monkeypatch, report(1), lost, lost, report(2), LAST)
    assert slices.result() == {"changed": True}
    assert [one.state for one in slices.slices] == ["", "state 1", "state 1", "state 1", "state 2"]
    assert sum("The connection is lost" in line for line in slices.lines) == 2


def test_a_connection_that_stays_lost_is_an_error_with_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), AnsibleConnectionFailure("Broken pipe"))
    with pytest.raises(AnsibleConnectionFailure):
        slices.result()
    assert 300 < slices.now < 320
    assert slices.lines[-1] == f"worker1: {UNFINISHED['subject']}. {UNFINISHED['hint']}"


def test_a_connection_that_is_lost_before_anything_began_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, AnsibleConnectionFailure("Broken pipe"))
    with pytest.raises(AnsibleConnectionFailure):
        slices.result()
    assert (len(slices.slices), slices.lines) == (1, [])


def test_a_module_that_could_not_run_names_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), {"failed": True, "module_stderr": "Killed"})
    with pytest.raises(PartialFailure) as raised:
        slices.result()
    assert raised.value.code is ErrorCode.EXECUTOR_FAILED
    assert "Killed" in raised.value.message
    assert raised.value.message.startswith(UNFINISHED["subject"])


def test_what_ends_a_task_from_outside_leaves_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    slices = Slices(monkeypatch, report(1), t.cast("Exception", KeyboardInterrupt()))

    def interrupted(*_arguments: t.Any, **_named: t.Any) -> t.NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(slices, "_sleep", interrupted)
    monkeypatch.setattr(sliced_run, "time", types.SimpleNamespace(monotonic=lambda: 0.0, sleep=interrupted))
    with pytest.raises(KeyboardInterrupt):
        slices.result()
    assert slices.lines[-1].endswith(str(UNFINISHED["hint"]))


def test_a_slice_travels_with_the_handover() -> None:
    handover = Handover(slice=Slice(5.0, 1.5, "state"))
    assert Handover.of_arguments(handover.as_arguments()) == handover
    assert dataclasses.replace(handover, slice=None).as_arguments()["handover"]["slice"] is None
