# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write that AWS refuses does not count as done: each request of a save and of a deletion is refused once, with each
code that the stores know."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import secretsmanager
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import SERVICES, ServiceFixture, use_keys

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

OLD, NEW = make_account(), make_account(region="eu-west-1", description="new")
CODES = {
    "secretsmanager": [
        "InvalidRequestException: The secret is managed by another service",
        "InvalidRequestException: You can't delete the secret, because it still has replica regions",
        "InvalidParameterException: The parameter is not valid",
        "ResourceNotFoundException: Secrets Manager can't find the specified secret",
        "ResourceExistsException: A resource with the ID you requested already exists",
        "AccessDeniedException: no",
    ],
    "ssm": [
        "ParameterAlreadyExists: no",
        "ParameterNotFound: no",
        "ParameterVersionNotFound: no",
        "ValidationException: no",
        "AccessDeniedException: no",
    ],
}
CASES = [(scheme, told) for scheme, codes in CODES.items() for told in codes]
WORKS: dict[str, Account | None] = {"create": None, "change": OLD, "delete": OLD}


def refuse(monkeypatch: pytest.MonkeyPatch, store: t.Any, number: int, told: str) -> list[str]:
    """Have one request refused, by its number; which one that was, once it was sent."""
    ask, sent, refused = store.client.call, itertools.count(1), []

    def ask_and_refuse(operation: str, resource: str, /, **parameters: t.Any) -> t.Any:
        if next(sent) == number:
            refused.append(operation)
            code, aws_code = ErrorCode.AWS_REFUSED, told.partition(":")[0]
            if aws_code == "AccessDeniedException":
                code = ErrorCode.ACCESS_DENIED
            raise OctoAwsError(code, f"AWS refused the request: {told}.", aws_code=aws_code)
        return ask(operation, resource, **parameters)

    monkeypatch.setattr(store.client, "call", ask_and_refuse)
    return refused


def is_done(work: str, store: t.Any, revision: str | None) -> bool:
    """Whether the work says that it is."""
    try:
        if work == "delete":
            return bool(store.delete("prod"))
        store.write(NEW, revision, None)
    except (OctoAwsError, RevisionConflict):
        return False
    return True


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(("scheme", "told"), CASES, ids=[f"{scheme} {told}" for scheme, told in CASES])
def test_what_is_refused_is_not_done(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, scheme: str, told: str, work: str
) -> None:
    use_keys(monkeypatch, aws.facts)
    monkeypatch.setattr(secretsmanager, "_PATIENCE", 0.2)
    for number in range(1, 20):
        store_fixture: ServiceFixture = SERVICES[scheme]()
        others = store_fixture.open()
        if begin := WORKS[work]:
            others.write(begin, None, None)
        store, _warnings = store_fixture.open_warning()
        stored = store.read("prod", fresh=True)
        refused = refuse(monkeypatch, store, number, told)
        done = is_done(work, store, stored.revision if stored else None)
        found = others.read("prod", fresh=True)
        now = found.account if found else None
        wanted = None if work == "delete" else NEW
        if done:
            assert now == wanted, f"{refused} was refused, and the {work} counts as done"
        else:
            assert now in (begin, wanted)
        if not refused:
            assert done
            return
    raise AssertionError("the last refusal was reached")


def test_a_deletion_that_is_refused_leaves_the_account(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS refuses to delete a secret that has replicas, with the code and the verb of one that is deleted."""
    use_keys(monkeypatch, aws.facts)
    for options in ({}, {"recovery_window_days": "0"}):
        store_fixture = SERVICES["secretsmanager"](**options)
        store: t.Any = store_fixture.open()
        store.write(OLD, None, None)
        ask = store.client.call

        def ask_and_refuse(operation: str, resource: str, /, _ask: t.Any = ask, **parameters: t.Any) -> t.Any:
            if operation == "delete_secret":
                told = "AWS refused the request: InvalidRequestException: You can't delete a secret that has replicas."
                raise OctoAwsError(ErrorCode.AWS_REFUSED, told, aws_code="InvalidRequestException")
            return _ask(operation, resource, **parameters)

        monkeypatch.setattr(store.client, "call", ask_and_refuse)
        with pytest.raises(OctoAwsError, match="replicas"):
            store.delete("prod")
        found = store_fixture.open().read("prod", fresh=True)
        assert found
        assert found.account == OLD
        assert store_fixture.open().names() == ["prod"]


@pytest.mark.parametrize("scheme", SERVICES)
def test_a_response_about_another_record(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """No account is made of it, and nothing is written over it."""
    use_keys(monkeypatch, aws.facts)
    store_fixture = SERVICES[scheme]()
    others = store_fixture.open()
    others.write(OLD, None, None)
    store: t.Any = store_fixture.open()
    stored = store.read("prod", fresh=True)
    ask = store.client.call

    def ask_elsewhere(operation: str, resource: str, /, **parameters: t.Any) -> t.Any:
        answer = ask(operation, resource, **parameters)
        about = answer.get("Parameter", answer)
        if operation in ("get_parameter", "get_secret_value") and ".locks" not in about["Name"]:
            about["Name"] += "-other"
        for about in (*answer.get("Parameters", ()), *answer.get("SecretValues", ())):
            about["Name"] += "-other"
        return answer

    monkeypatch.setattr(store.client, "call", ask_elsewhere)
    works: list[t.Callable[[], object]] = [
        lambda: store.read("prod", fresh=True),
        lambda: list(store.read_many(["prod"])),
    ]
    if scheme == "ssm":
        works.append(lambda: store.write(NEW, stored.revision, None))
    for work in works:
        with pytest.raises(OctoAwsError) as raised:
            work()
        assert raised.value.code is ErrorCode.AWS_ANSWER_INVALID
    found = others.read("prod", fresh=True)
    assert found
    assert found.account == OLD
