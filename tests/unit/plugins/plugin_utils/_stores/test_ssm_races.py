# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of one parameter, in every order of their requests: who has the lock, and what is left of saves and
deletions."""

from __future__ import annotations

import contextlib
import itertools
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._stores.ssm import ParameterStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.ssm_lock import Lock
from ansible_collections.octo.aws.tests.unit.support.accounts import make_context
from ansible_collections.octo.aws.tests.unit.support.interleavings import Client, Parameters, World, worlds

PREFIX = "/octo/aws"
ITEM = f"{PREFIX}/prod"
LOCK = f"{PREFIX}/.locks/prod"
OLD = "old"
EMPTY = " "
State: t.TypeAlias = "str | None"


def leave_a_lock(world: World[Parameters]) -> None:
    """A process has taken it, and was killed a while ago."""
    world.service.put_parameter(LOCK, "a killed process", Type="String")
    world.now += 3600


class Critical:
    """A part that one writer at a time may be in."""

    def __init__(self, world: World[Parameters]) -> None:
        self._world = world
        self._inside = 0

    def enter(self, times: int) -> t.Callable[[], None]:
        def work() -> None:
            for _time in range(times):
                with Lock(Client(self._world), LOCK).held():
                    self._inside += 1
                    assert self._inside == 1, "two writers have the lock"
                    self._world.pause()
                    assert self._inside == 1, "two writers have the lock"
                    self._inside -= 1

        return work


@pytest.mark.parametrize("left", [False, True], ids=["free", "left"])
@pytest.mark.parametrize("times", [(1, 1), (2, 1), (1, 1, 1)], ids=str)
def test_one_writer_has_the_lock(monkeypatch: pytest.MonkeyPatch, left: bool, times: tuple[int, ...]) -> None:
    count = 0
    for world in worlds(Parameters, most_switches=1_000 if times == (1, 1) else 3):
        count += 1
        world.use(monkeypatch)
        if left:
            leave_a_lock(world)
        critical = Critical(world)
        world.run(*(critical.enter(number) for number in times))
        assert world.service.versions == {}
    assert count > 10


class Operation(t.NamedTuple):
    """What a writer does, and what it does to the account.

    :param work: returns what came of it
    :param effect: of a state, the next one and what comes of it
    """

    work: t.Callable[[ParameterStore], str]
    effect: t.Callable[[State], tuple[State, str]]


def change(text: str) -> Operation:
    """A save of a change, which begins again from reading when another writer was faster."""

    def work(store: ParameterStore) -> str:
        while True:
            record = store.fetch("prod")
            if record is None:
                return "gone"
            try:
                store.replace("prod", record.text + text, "", record.revision, described=False)
            except RevisionConflict:
                continue
            return "saved"

    return Operation(work, lambda state: (None, "gone") if state is None else (state + text, "saved"))


def fill(text: str) -> Operation:
    """A save of an account, whatever is there."""

    def work(store: ParameterStore) -> str:
        while True:
            record = store.fetch("prod")
            with contextlib.suppress(RevisionConflict):
                if record is None:
                    store.create("prod", text, "")
                else:
                    store.replace("prod", record.text.strip() + text, "", record.revision, described=False)
                return "saved"

    return Operation(work, lambda state: ((state or "").strip() + text, "saved"))


def create(text: str) -> Operation:
    def work(store: ParameterStore) -> str:
        if store.fetch("prod"):
            return "there"
        try:
            store.create("prod", text, "")
        except RevisionConflict:
            return "there"
        return "saved"

    return Operation(work, lambda state: (text, "saved") if state is None else (state, "there"))


def delete() -> Operation:
    def work(store: ParameterStore) -> str:
        return "deleted" if store.remove("prod", "") else "gone"

    return Operation(work, lambda state: (None, "gone" if state is None else "deleted"))


def store_in(world: World[Parameters]) -> ParameterStore:
    store = ParameterStore(PREFIX, {"region": "eu-central-1"}, make_context())
    store.client = Client(world)
    return store


def run(world: World[Parameters], operations: t.Sequence[Operation]) -> list[str]:
    def worker(operation: Operation) -> t.Callable[[], str]:
        def work() -> str:
            try:
                return operation.work(store_in(world))
            except OctoAwsError as error:
                if error.code is not ErrorCode.STORE_BUSY:
                    raise
                return "busy"

        return work

    return world.run(*map(worker, operations))


def possible(begin: State, operations: t.Sequence[Operation], outcomes: t.Sequence[str]) -> set[State]:
    """What can be left when the operations came one after the other, in any order, and ended like this. One that ended
    with "busy" may have been done."""
    found = set()
    done = [number for number, outcome in enumerate(outcomes) if outcome != "busy"]
    unsure = [number for number, outcome in enumerate(outcomes) if outcome == "busy"]
    for size in range(len(unsure) + 1):
        for extra in itertools.combinations(unsure, size):
            for order in itertools.permutations([*done, *extra]):
                state, fits = begin, True
                for number in order:
                    state, outcome = operations[number].effect(state)
                    fits = fits and outcomes[number] in (outcome, "busy")
                if fits:
                    found.add(state)
    return found


RACES = {
    "change, change": (OLD, [change(" a"), change(" b")]),
    "change, delete": (OLD, [change(" a"), delete()]),
    "delete, change": (OLD, [delete(), change(" a")]),
    "delete, delete": (OLD, [delete(), delete()]),
    "create, create": (None, [create("a"), create("b")]),
    "create, delete": (None, [create("a"), delete()]),
    "delete, create": (OLD, [delete(), create("a")]),
    "fill, fill": (EMPTY, [fill("a"), fill("b")]),
    "fill, delete": (EMPTY, [fill("a"), delete()]),
    "delete, fill": (EMPTY, [delete(), fill("a")]),
}


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
@pytest.mark.parametrize("left", [False, True], ids=["free", "left"])
def test_what_is_left_is_what_was_said(monkeypatch: pytest.MonkeyPatch, race: str, late: bool, left: bool) -> None:
    """Of two writers, of which one may lose its lease while any of its requests is on its way."""
    begin, operations = RACES[race]
    count = 0
    for world in worlds(Parameters, late=late, most_switches=3 if late or left else 1_000):
        world.use(monkeypatch)
        if begin:
            world.service.put_parameter(ITEM, begin)
        if left:
            leave_a_lock(world)
        outcomes = run(world, operations)
        [now] = world.service.values(ITEM) or [None]
        assert now in possible(begin, operations, outcomes), (outcomes, [chosen for chosen, _count in world.made])
        assert late or "busy" not in outcomes
        count += 1
    assert count > 10


@pytest.mark.parametrize("race", [name for name in RACES if "fill" in name])
def test_an_empty_parameter_of_another_type_is_filled(monkeypatch: pytest.MonkeyPatch, race: str) -> None:
    """AWS keeps the type of a parameter, so that it is deleted and made again."""
    begin, operations = RACES[race]
    count = 0
    for world in worlds(Parameters, most_switches=4):
        world.use(monkeypatch)
        world.service.put_parameter(ITEM, EMPTY, Type="String")
        outcomes = run(world, operations)
        [now] = world.service.values(ITEM) or [None]
        assert now in possible(begin, operations, outcomes), (outcomes, [chosen for chosen, _count in world.made])
        count += 1
    assert count > 10
