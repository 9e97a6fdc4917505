# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that are services, when connections break between any two requests of a save or a deletion, and when a
controller is gone after any of them."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    SERVICES,
    ServiceFixture,
    let_locks_be_old,
    use_keys,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

OLD = make_account(description="old")
NEW = make_account(description="new", region="eu-west-1")
NEXT = make_account(description="next", region="eu-west-3")
STORES = {
    "secretsmanager": ("secretsmanager", {}),
    "at once": ("secretsmanager", {"recovery_window_days": "0"}),
    "ssm": ("ssm", {}),
}
"""The services, and one of them as it deletes at once."""
FAULTS = ("drop_before", "drop_after", "gone_after")
ONCE = ("drop_before", "drop_after")
MOST = 12
"""More requests than any save or deletion makes."""


@pytest.fixture(params=STORES)
def store_fixture(request: pytest.FixtureRequest, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> ServiceFixture:
    use_keys(monkeypatch, aws.facts)
    # Nothing is repeated, so that each fault fails what it happens to.
    monkeypatch.setattr(aws_client, "_ATTEMPTS", 1)
    let_locks_be_old(monkeypatch)
    scheme, options = STORES[request.param]
    return SERVICES[scheme](**options)


def stored(store: Store) -> Account | None:
    """The account as others find it, each in its own way, which must be one."""
    found = store.read("prod", fresh=True)
    [(_name, again)] = store.read_many(["prod"])
    assert again == found
    return found.account if found else None


def save(store: Store, account: Account) -> None:
    """As a save does that meets nobody else."""
    found = store.read("prod", fresh=True)
    store.write(account, found.revision if found else None, None)


def at_each_request(
    aws: FakeAws, store_fixture: ServiceFixture, kind: str, begin: Account | None, work: t.Callable[[Store], object]
) -> t.Iterator[tuple[bool, Account | None]]:
    """Do the work again and again, each time with the fault one request later, until none happens; each time, whether
    the work was done as far as it knows, and what others find then. A next save and deletion clean up."""
    others = store_fixture.open()
    for number in itertools.count(1):
        assert number < MOST
        if begin:
            save(others, begin)
        aws.tell("fault", kind=kind, services=[store_fixture.scheme], number=number)
        store, warnings = store_fixture.open_warning()
        done = outcome(work, store)
        # Whoever cannot give a lock back says so, and nobody warns of anything else.
        assert all(store_fixture.scheme == "ssm" and "the next save" in warning.lower() for warning in warnings)
        reached = sum(request["answered"] is None for request in aws.requests)
        aws.tell("reset")
        yield done, stored(others)
        assert others.names() in ([], ["prod"])
        save(others, NEXT)
        check_nothing_pending(store_fixture)
        assert stored(others) == NEXT
        assert others.names() == ["prod"]
        assert others.delete("prod")
        check_nothing_pending(store_fixture)
        assert others.names() == []
        assert stored(others) is None
        if not reached:
            assert done
            return


def outcome(work: t.Callable[[Store], object], store: Store) -> bool:
    """Whether the work is done, or failed as a connection does."""
    try:
        work(store)
    except OctoAwsError as error:
        if error.code is not ErrorCode.ENDPOINT_UNREACHABLE:
            raise
        return False
    return True


def check_nothing_pending(store_fixture: ServiceFixture) -> None:
    """No lock is left, and no version waits to be the current one."""
    if store_fixture.scheme == "ssm":
        below = store_fixture.client.get_parameters_by_path(Path=f"{store_fixture.prefix}/.locks")
        assert below["Parameters"] == []
        return
    secrets = store_fixture.client.list_secrets(IncludePlannedDeletion=True, MaxResults=100)["SecretList"]
    for secret in secrets:
        if secret["Name"].startswith(store_fixture.prefix + "/"):
            labels = [stages for stages in secret["SecretVersionsToStages"].values() if "OCTO_AWS_NEXT" in stages]
            assert all("AWSCURRENT" in stages or "AWSPREVIOUS" in stages for stages in labels)


@pytest.mark.parametrize("store_fixture", SERVICES, indirect=True)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_save_of_a_new_account(aws: FakeAws, store_fixture: ServiceFixture, kind: str) -> None:
    seen = set()
    for done, found in at_each_request(aws, store_fixture, kind, None, lambda store: store.write(NEW, None, None)):
        assert found in (None, NEW)
        assert found == NEW or not done
        seen.add(found)
    assert seen == {None, NEW}


@pytest.mark.parametrize("store_fixture", SERVICES, indirect=True)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_save_of_a_change(aws: FakeAws, store_fixture: ServiceFixture, kind: str) -> None:
    seen = set()

    def change(store: Store) -> None:
        found = store.read("prod", fresh=True)
        assert found
        store.write(NEW, found.revision, None)

    for done, found in at_each_request(aws, store_fixture, kind, OLD, change):
        assert found in (OLD, NEW)
        assert found == NEW or not done
        seen.add(found)
    assert seen == {OLD, NEW}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_deletion(aws: FakeAws, store_fixture: ServiceFixture, kind: str) -> None:
    seen = set()
    for done, found in at_each_request(aws, store_fixture, kind, OLD, lambda store: store.delete("prod")):
        assert found in (OLD, None)
        assert found is None or not done
        seen.add(found)
    assert seen == {OLD, None}


@pytest.mark.parametrize("kind", ONCE)
def test_a_connection_that_breaks_once_does_no_harm(
    aws: FakeAws, store_fixture: ServiceFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Each request is repeated, the second answer stands for both, and the save finds its own work."""
    monkeypatch.setattr(aws_client, "_ATTEMPTS", 2)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    store, others = store_fixture.open(), store_fixture.open()
    works: list[tuple[t.Callable[[], object], Account | None]] = [
        (lambda: save(store, OLD), OLD),
        (lambda: save(store, NEW), NEW),
        (lambda: store.delete("prod"), None),
    ]
    for number in range(1, MOST):
        reached = 0
        for work, account in works:
            aws.tell("fault", kind=kind, services=[store_fixture.scheme], number=number)
            work()
            reached += sum(request["answered"] is None for request in aws.requests)
            aws.tell("reset")
            assert stored(others) == account
            check_nothing_pending(store_fixture)
        assert others.names() == []
        if not reached:
            return
    raise AssertionError("the last fault was reached")
