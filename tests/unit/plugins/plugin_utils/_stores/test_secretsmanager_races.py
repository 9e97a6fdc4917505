# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of one secret, in every order of their requests: what is left of saves and deletions, of a secret without a
value as well."""

from __future__ import annotations

import contextlib
import itertools
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._stores.secret_version import DELETED
from ansible_collections.octo.aws.plugins.plugin_utils._stores.secretsmanager import SecretsManagerStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_context
from ansible_collections.octo.aws.tests.unit.support.interleaved_secrets import Secret, Secrets
from ansible_collections.octo.aws.tests.unit.support.interleavings import Client, World, worlds

PREFIX = "octo/aws"
SECRET = f"{PREFIX}/prod"
State: t.TypeAlias = "str | None"
"""The text of the record, empty for a secret without one."""
Beginning: t.TypeAlias = set[State]
"""What a secret is at first; more than one where writers may see it differently."""
Work: t.TypeAlias = t.Callable[[SecretsManagerStore], str]
Effect: t.TypeAlias = t.Callable[[State], tuple[State, str]]


def nothing(world: World[Secrets]) -> Beginning:
    return {None}


def without_a_value(world: World[Secrets]) -> Beginning:
    """As Terraform makes it."""
    world.service.create_secret(SECRET)
    return {""}


def about_to_be_rotated(world: World[Secrets]) -> Beginning:
    """A secret without a value whose rotation has begun has a version that is not current."""
    secret = world.service.secrets[SECRET] = Secret()
    secret.versions["pending"] = ("", 0)
    secret.holders["AWSPENDING"] = "pending"
    return {""}


def deleted_without_a_value(world: World[Secrets]) -> Beginning:
    world.service.create_secret(SECRET)
    world.service.delete_secret(SECRET)
    return {None}


def with_a_record(world: World[Secrets]) -> Beginning:
    world.service.create_secret(SECRET, "old", "first")
    return {"old"}


def deleted(world: World[Secrets]) -> Beginning:
    with_a_record(world)
    world.service.update_secret(SECRET, DELETED, "note")
    world.service.delete_secret(SECRET)
    return {None}


def deleted_by_hand(world: World[Secrets]) -> Beginning:
    """Without a note, so that it is the old account from the moment that the first save restores it."""
    with_a_record(world)
    world.service.delete_secret(SECRET)
    world.now += 10
    return {None, "old"}


def save(text: str) -> tuple[Work, Effect]:
    def work(store: SecretsManagerStore) -> str:
        while True:
            record = store.fetch("prod")
            with contextlib.suppress(RevisionConflict):
                if record is None:
                    store.create("prod", text, "an account")
                else:
                    store.replace("prod", record.text + text, "an account", record.revision, described=True)
                return "saved"

    return work, lambda state: ((state or "") + text, "saved")


def delete() -> tuple[Work, Effect]:
    def work(store: SecretsManagerStore) -> str:
        # Of two deletions at once, both may say that they deleted something.
        store.remove("prod", "an account")
        return "gone"

    return work, lambda state: (None, "gone")


BEGINNINGS = (
    nothing,
    with_a_record,
    without_a_value,
    about_to_be_rotated,
    deleted,
    deleted_by_hand,
    deleted_without_a_value,
)
RACES = {
    "save, save": [save(" a"), save(" b")],
    "save, delete": [save(" a"), delete()],
    "delete, save": [delete(), save(" a")],
    "delete, delete": [delete(), delete()],
}


def possible(beginning: Beginning, race: t.Sequence[tuple[Work, Effect]], outcomes: t.Sequence[str]) -> set[State]:
    """What can be left when all is done one after the other, in any order, with these outcomes."""
    found = set()
    for begin, order in itertools.product(beginning, itertools.permutations(range(len(race)))):
        state, fits = begin, True
        for number in order:
            state, outcome = race[number][1](state)
            fits = fits and outcome == outcomes[number]
        if fits:
            found.add(state)
    return found


def store_in(world: World[Secrets], window: str) -> SecretsManagerStore:
    options = {"region": "eu-central-1", "recovery_window_days": window}
    store = SecretsManagerStore(PREFIX, options, make_context())
    store.client = Client(world)
    return store


@pytest.mark.parametrize("window", ["30", "0"])
@pytest.mark.parametrize("begin", BEGINNINGS, ids=lambda begin: begin.__name__)
@pytest.mark.parametrize("race", RACES)
def test_what_is_left_is_what_was_said(
    monkeypatch: pytest.MonkeyPatch, race: str, begin: t.Callable[[World[Secrets]], Beginning], window: str
) -> None:
    count = 0
    for world in worlds(Secrets, most_switches=4):
        world.use(monkeypatch)
        beginning = begin(world)
        works = RACES[race]
        outcomes = world.run(*(lambda work=work, world=world: work(store_in(world, window)) for work, _effect in works))
        found = store_in(world, window).fetch("prod")
        now = found.text if found else None
        assert now in possible(beginning, works, outcomes), (outcomes, [chosen for chosen, _count in world.made])
        count += 1
    assert count > 3
