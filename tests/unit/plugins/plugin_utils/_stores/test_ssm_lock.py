# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of an account in Parameter Store, and writers that know of none."""

from __future__ import annotations

import contextlib
import threading
import time
import types
import typing as t
import uuid

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import to_record
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client, ssm_lock
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._stores.ssm_lock import Lock
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_accounts
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    ParameterFixture,
    actions,
    failure,
    let_locks_be_old,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws


def lock_of(store_fixture: ParameterFixture) -> Lock:
    store: t.Any = store_fixture.open()
    lock: Lock = store._lock("prod")
    return lock


def left(store_fixture: ParameterFixture) -> None:
    """Somebody made the lock, and was killed."""
    store_fixture.client.put_parameter(Name=f"{store_fixture.prefix}/.locks/prod", Value="somebody", Type="String")


def locks(store_fixture: ParameterFixture) -> list[str]:
    below = store_fixture.client.get_parameters_by_path(Path=f"{store_fixture.prefix}/.locks")
    return [parameter["Value"] for parameter in below["Parameters"]]


def test_a_lock_says_who_has_it_and_is_removed(parameters: ParameterFixture) -> None:
    with lock_of(parameters).held():
        [value] = locks(parameters)
        assert ", process " in value
    assert locks(parameters) == []
    with pytest.raises(ZeroDivisionError), lock_of(parameters).held():
        raise ZeroDivisionError
    assert locks(parameters) == []


def test_a_lock_that_was_left_is_nobodys_after_its_lease(
    aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(parameters)
    monkeypatch.setattr(ssm_lock, "_PATIENCE", 0.2)
    error = failure(lambda: parameters.open().write(make_account(), None, None))
    assert error.code is ErrorCode.STORE_BUSY
    assert "/.locks/prod" in str(error)
    assert locks(parameters) == ["somebody"]
    assert parameters.open().names() == []
    let_locks_be_old(monkeypatch)
    parameters.open().write(make_account(), None, None)
    assert locks(parameters) == []
    assert parameters.open().names() == ["prod"]


def test_of_several_one_takes_a_lock_over(
    aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All see at the same moment that it was left."""
    left(parameters)
    let_locks_be_old(monkeypatch)
    count = 4
    seen, taken = threading.Barrier(count), []
    response_time = ssm_lock.response_time

    def moment_of_all(answer: dict[str, t.Any]) -> float:
        with contextlib.suppress(threading.BrokenBarrierError):
            seen.wait(10)
        return response_time(answer)

    monkeypatch.setattr(ssm_lock, "response_time", moment_of_all)

    def take() -> None:
        if lock_of(parameters)._try_take_over(str(uuid.uuid4())):
            taken.append(1)

    threads = [threading.Thread(target=take) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [1]


def test_a_lock_of_ones_own_after_a_lost_answer(
    aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    lock = lock_of(parameters)
    aws.tell("fault", kind="drop_after", services=["ssm"], number=1)
    with lock.held():
        assert actions(aws) == ["PutParameter", "PutParameter", "GetParameter"]
    assert locks(parameters) == []


def test_a_lease_that_is_nearly_over(
    aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent then: the lock, and what it is for, may be another writer's when it arrives."""
    store, warnings = parameters.open_warning()
    store.write(make_account(), None, None)
    stored = store.read("prod", fresh=True)
    assert stored
    aws.tell("reset")
    monkeypatch.setattr(ssm_lock, "MARGIN", ssm_lock.LEASE)
    error = failure(lambda: store.write(make_account(region="eu-west-1"), stored.revision, None))
    assert error.code is ErrorCode.STORE_BUSY
    assert "took too long" in str(error)
    assert actions(aws) == ["PutParameter"]
    assert len(locks(parameters)) == 1
    assert ["the next save" in warning.lower() for warning in warnings] == [True]
    assert store.read("prod", fresh=True) == stored


def test_no_request_is_repeated_when_the_lease_is_nearly_over(
    aws: FakeAws, parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _warnings = parameters.open_warning()
    store.write(make_account(), None, None)
    aws.tell("reset")
    aws.tell("fault", kind="drop_before", services=["ssm"], number=2)
    passed: list[float] = []
    clock = types.SimpleNamespace(monotonic=lambda: time.monotonic() + sum(passed), time=time.time)
    monkeypatch.setattr(aws_client, "time", clock)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: passed.append(ssm_lock.LEASE))
    error = failure(lambda: store.delete("prod"))
    assert error.code is ErrorCode.STORE_BUSY
    assert actions(aws) == ["PutParameter", "DeleteParameter"]
    assert passed
    assert parameters.open().names() == ["prod"]


def test_a_lock_that_may_be_another_writers_by_now_is_not_removed(
    parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssm_lock, "MARGIN", ssm_lock.LEASE)
    store: t.Any = parameters.open_warning()[0]
    with store._lock("prod").held():
        pass
    assert len(locks(parameters)) == 1


def between(store_fixture: ParameterFixture, store: t.Any, monkeypatch: pytest.MonkeyPatch, save: Account) -> None:
    """Just before the store writes, somebody who knows no lock saves."""
    put, once = store._put, iter([1])

    def put_late(*arguments: t.Any, **more: t.Any) -> t.Any:
        if next(once, None):
            store_fixture.put(save.name, to_record(save))
        return put(*arguments, **more)

    monkeypatch.setattr(store, "_put", put_late)


def test_a_writer_that_knows_no_lock_is_not_lost(parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    store = parameters.open()
    store.write(make_account(), None, None)
    stored = store.read("prod", fresh=True)
    assert stored
    theirs = make_account(region="eu-west-1")
    between(parameters, store, monkeypatch, theirs)
    with pytest.raises(RevisionConflict):
        store.write(make_account(description="ours"), stored.revision, None)
    now = store.read("prod", fresh=True)
    assert now
    assert now.account == theirs


def test_a_change_of_an_account_that_is_deleted_meanwhile(
    parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, without the lock. The deletion holds: the save does not bring the account back."""
    store: t.Any = parameters.open()
    store.write(make_account(), None, None)
    stored = store.read("prod", fresh=True)
    put = store._put

    def put_late(*arguments: t.Any, **more: t.Any) -> t.Any:
        parameters.client.delete_parameter(Name=parameters.item("prod"))
        return put(*arguments, **more)

    monkeypatch.setattr(store, "_put", put_late)
    with pytest.raises(RevisionConflict):
        store.write(make_account(description="ours"), stored.revision, None)
    assert parameters.open().names() == []
    assert locks(parameters) == []


def test_a_save_goes_on_from_what_a_writer_without_lock_saved(
    parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = parameters.open()
    store.write(make_account(), None, None)
    between(parameters, store, monkeypatch, make_account(region="eu-west-1"))
    make_accounts(store).save("prod", {"description": "ours"}, vault_id=None, test=False)
    now = store.read("prod", fresh=True)
    assert now
    assert (now.account.region, now.account.description) == ("eu-west-1", "ours")


def test_who_else_makes_the_account_first(parameters: ParameterFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    store: t.Any = parameters.open()
    theirs = make_account(region="eu-west-1")
    put = store._put

    def put_late(*arguments: t.Any, **more: t.Any) -> t.Any:
        with contextlib.suppress(parameters.client.exceptions.ParameterAlreadyExists):
            parameters.client.put_parameter(Name=parameters.item("prod"), Value=to_record(theirs), Type="SecureString")
        return put(*arguments, **more)

    monkeypatch.setattr(store, "_put", put_late)
    with pytest.raises(RevisionConflict):
        store.write(make_account(), None, None)
    assert store.read("prod", fresh=True).account == theirs
    assert aws_client._ATTEMPTS > 1
