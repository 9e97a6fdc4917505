# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in slices: each part runs once, and the next slice goes on where the last one ended."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """The time, which only a pause moves."""
    fake = types.SimpleNamespace(now=0.0)

    def sleep(seconds: float) -> None:
        fake.now += seconds

    monkeypatch.setattr(slices, "time", types.SimpleNamespace(monotonic=lambda: fake.now, sleep=sleep))
    return fake


def run(work: t.Callable[[SlicedWork], t.Any], seconds: float = 5.0) -> tuple[t.Any, int]:
    """Run slices until the work is finished, and return its value and their number."""
    state, elapsed = "", 0.0
    for number in range(1, 100):
        sliced = SlicedWork(Slice(seconds, elapsed, state))
        try:
            return work(sliced), number
        except SliceEnded:
            state, elapsed = sliced.report["state"], sliced.elapsed + sliced.report["delay"]
    raise AssertionError("the work does not end")


def test_a_step_runs_once(clock: types.SimpleNamespace) -> None:
    begun: list[str] = []

    def work(sliced: SlicedWork) -> str:
        first = sliced.step(lambda: begun.append("first") or {"id": 1})  # type: ignore[func-returns-value]
        sliced.pause(10)
        return f"{first} {begun}"

    with pytest.raises(AssertionError, match="does not end"):
        run(work)
    assert begun == ["first"]


def test_a_wait_is_taken_up_and_then_over(clock: types.SimpleNamespace) -> None:
    looks: list[float] = []

    def wait(sliced: SlicedWork) -> int:
        while True:
            looks.append(sliced.elapsed)
            if len(looks) > 3:
                return len(looks)
            sliced.pause(3)

    def work(sliced: SlicedWork) -> list[int]:
        return [sliced.step(lambda: wait(sliced), may_wait=True), sliced.step(lambda: len(looks) * 10)]

    assert run(work) == ([4, 40], 2)
    assert looks == [0, 3, 6, 9]


def test_a_step_that_may_not_wait_never_ends_a_slice(clock: types.SimpleNamespace) -> None:
    def work(sliced: SlicedWork) -> float:
        sliced.step(lambda: sliced.step(lambda: sliced.pause(60)))
        return clock.now

    assert run(work) == (60, 1)


def test_work_in_one_run_waits_by_itself(clock: types.SimpleNamespace) -> None:
    sliced = SlicedWork()
    sliced.pause(60)
    assert (clock.now, sliced.is_over, sliced.sliced) == (60, False, False)


def test_a_slice_with_something_to_show_ends_sooner(clock: types.SimpleNamespace) -> None:
    sliced = SlicedWork(Slice(30))
    sliced.show("a line")
    sliced.pause(1)
    sliced.pause(1)
    with pytest.raises(SliceEnded):
        sliced.pause(1)
    assert clock.now == 2


def test_work_starts_again(clock: types.SimpleNamespace) -> None:
    begun: list[int] = []

    def work(sliced: SlicedWork) -> list[int]:
        sliced.step(lambda: begun.append(1))
        if len(begun) < 3:
            sliced.restart()
            sliced.pause(10)
        return begun

    assert run(work) == ([1, 1, 1], 3)


def test_the_state_has_no_value_in_clear() -> None:
    sliced = SlicedWork(Slice())
    sliced.kept["stack"] = "a-stack-called-like-an-external-id"
    with pytest.raises(SliceEnded):
        sliced.end_slice()
    assert "external" not in sliced.report["state"]
    assert SlicedWork(Slice(state=sliced.report["state"])).kept == sliced.kept


def test_a_slice_that_is_run_again_sends_the_same_token(clock: types.SimpleNamespace) -> None:
    sliced = SlicedWork(Slice())
    first = sliced.token()
    sliced.step(lambda: 1)
    with pytest.raises(SliceEnded):
        sliced.pause(1)
    lost, again = (SlicedWork(Slice(state=sliced.report["state"])) for _time in range(2))
    for one in (lost, again):
        assert one.token() == first
        one.step(lambda: 2)
    assert lost.token() == again.token() != first
    again.restart()
    assert again.token() != first
