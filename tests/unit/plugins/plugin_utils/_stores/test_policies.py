# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM policies of the page on access to team stores: what they allow is enough, and all of it is needed."""

from __future__ import annotations

import json
import re
import textwrap
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Stored
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_accounts, make_context
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    REGION,
    ServiceFixture,
    actions,
    failure,
    let_locks_be_old,
    use_keys,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

PAGE = Path(__file__).resolve().parents[5] / "docs" / "docsite" / "rst" / "howto_store_policies.rst"
TARGET = ".. _ansible_collections.octo.aws.docsite.howto_store_policies.{}_{}:"
BLOCK = re.compile(r"^\.\. code-block:: json\n\n((?: .*\n|\n)+)", re.MULTILINE)
FIRST_DENIED = {
    "secretsmanager": ("CreateSecret", "PutSecretValue", "PutSecretValue"),
    "ssm": ("PutParameter", "PutParameter", "PutParameter"),
}
"""What a reader lacks first to make, change and delete an account."""


def policy_of(who: str, service: ServiceFixture, aws: FakeAws) -> dict[str, t.Any]:
    """The policy that the page has for readers or writers, filled in."""
    _before, found, after = PAGE.read_text(encoding="utf-8").partition(TARGET.format(service.scheme, who))
    block = BLOCK.search(after)
    assert found
    assert block
    text = textwrap.dedent(block[1])
    values = {"REGION": REGION, "ACCOUNT": aws.facts["account_id"], "PREFIX": service.prefix.removeprefix("/")}
    for placeholder, value in values.items():
        assert placeholder in text
        text = text.replace(placeholder, value)
    policy: dict[str, t.Any] = json.loads(text)
    return policy


def actions_of(policy: dict[str, t.Any]) -> list[str]:
    return [action for statement in policy["Statement"] for action in statement["Action"]]


def without(action: str, policy: dict[str, t.Any]) -> dict[str, t.Any]:
    statements = [
        {**statement, "Action": [each for each in statement["Action"] if each != action]}
        for statement in policy["Statement"]
    ]
    return {"Statement": [statement for statement in statements if statement["Action"]]}


def become(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, user: str, policy: dict[str, t.Any]) -> None:
    aws.tell("policy", user=user, policy=policy)
    use_keys(monkeypatch, aws.facts["users"][user])


def reading(store: Store) -> dict[str, t.Callable[[], object]]:
    """All that a reader does."""

    def details() -> None:
        for _name, found in store.read_many(["prod", "other", "absent"]):
            if isinstance(found, RecordError):
                raise found

    return {"resolve": lambda: find(store, "prod", fresh=True), "list": store.names, "details": details}


def writing(store: Store, at_once: Store) -> dict[str, t.Callable[[], object]]:
    """All that a writer does, in this order."""

    keys = {"access_key": make_account().access_key, "secret_key": make_account().secret_key}

    def change(**fields: t.Any) -> t.Callable[[], object]:
        return lambda: make_accounts(store).save("new", {**keys, **fields}, vault_id=None, test=False)

    return {
        "make": change(),
        "change": change(region="eu-west-3"),
        "describe": change(description="Other"),
        "delete": lambda: store.delete("new"),
        "restore": change(),
        "delete for good": lambda: at_once.delete("new"),
    }


def outcomes(works: dict[str, t.Callable[[], object]]) -> dict[str, OctoAwsError]:
    """What fails, and how."""
    failures = {}
    for name, work in works.items():
        try:
            work()
        except OctoAwsError as error:
            failures[name] = error
    return failures


def works_of(who: str, service: ServiceFixture) -> dict[str, t.Callable[[], object]]:
    # Who cannot give a lock back warns of it.
    context = make_context()._replace(warn=lambda _text: None)
    store = open_store(service.url, context)
    if who == "reader":
        return reading(store)
    options = {"recovery_window_days": "0"} if service.scheme == "secretsmanager" else {}
    return {**writing(store, open_store(service.with_options(**options), context)), **reading(store)}


@pytest.fixture
def filled(service: ServiceFixture) -> ServiceFixture:
    store = service.open()
    for name in ("prod", "other"):
        store.write(make_account(name), None, None)
    return service


@pytest.mark.parametrize("who", ["reader", "writer"])
def test_what_the_page_allows_is_enough(
    aws: FakeAws, filled: ServiceFixture, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    become(aws, monkeypatch, who, policy_of(who, filled, aws))
    assert outcomes(works_of(who, filled)) == {}
    error = failure(lambda: find(filled.open(), "prdo"))
    assert error.code is ErrorCode.ACCOUNT_UNKNOWN
    assert "Did you mean 'prod'?" in str(error)


BATCHES = {"ssm:GetParameters": "GetParameter", "secretsmanager:BatchGetSecretValue": "GetSecretValue"}


@pytest.mark.parametrize("who", ["reader", "writer"])
def test_all_that_the_page_allows_is_needed(
    aws: FakeAws, filled: ServiceFixture, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    # Who may not delete leaves a lock.
    let_locks_be_old(monkeypatch)
    policy = policy_of(who, filled, aws)
    keys = {name: aws.facts[name] for name in ("access_key", "secret_key")}
    for action in actions_of(policy):
        become(aws, monkeypatch, who, without(action, policy))
        failures = outcomes(works_of(who, filled))
        if action in BATCHES:
            # What cannot be had at once is asked for one by one.
            assert failures == {}
            assert actions(aws)[-4:] == [action.partition(":")[2], *3 * [BATCHES[action]]]
        else:
            assert failures
            assert {error.code for error in failures.values()} == {ErrorCode.ACCESS_DENIED}
            assert all(f"AWS denied {action} " in str(error) for error in failures.values())
        use_keys(monkeypatch, keys)
        filled.open().delete("new")


def test_a_reader_changes_nothing(aws: FakeAws, filled: ServiceFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {name: aws.facts[name] for name in ("access_key", "secret_key")}
    become(aws, monkeypatch, "reader", policy_of("reader", filled, aws))
    accounts = make_accounts(filled.open())
    works: list[t.Callable[[], object]] = [
        lambda: accounts.save("new", keys, vault_id=None, test=False),
        lambda: accounts.save("prod", {"region": "eu-west-3"}, vault_id=None, test=False),
        lambda: accounts.delete("prod"),
    ]
    before = len(aws.requests)
    for work, action in zip(works, FIRST_DENIED[filled.scheme], strict=True):
        error = failure(work)
        assert error.code is ErrorCode.ACCESS_DENIED
        assert f"AWS denied {filled.scheme}:{action} on " in str(error)
        assert f"{filled.prefix}/" in error.message.partition(" on ")[2]
        assert "Attach a policy for readers or writers" in str(error)
    writes = [request for request in aws.requests[before:] if not request["action"].partition(":")[2].startswith("Get")]
    assert all(request["answered"] == 400 for request in writes)
    use_keys(monkeypatch, aws.facts)
    store = filled.open()
    assert store.names() == ["other", "prod"]
    assert find(store, "prod").account == make_account()


def test_what_a_reader_may_not_read_is_an_error_of_its_own(
    aws: FakeAws, filled: ServiceFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the resource is narrower than the prefix."""
    policy = policy_of("reader", filled, aws)
    text = json.dumps(policy).replace(f"{filled.prefix.strip('/')}/*", f"{filled.prefix.strip('/')}/prod*")
    become(aws, monkeypatch, "reader", json.loads(text))
    store = filled.open()
    assert store.names() == ["other", "prod"]
    found = dict(store.read_many(["prod", "other"]))
    assert isinstance(found["prod"], Stored)
    error = found["other"]
    assert isinstance(error, RecordError)
    assert error.code is ErrorCode.ACCESS_DENIED
    read = {"secretsmanager": "GetSecretValue", "ssm": "GetParameter"}[filled.scheme]
    assert f"AWS denied {filled.scheme}:{read} on " in str(error)
    assert f"{filled.prefix}/other" in error.message.partition(" on ")[2]
