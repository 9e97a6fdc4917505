# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a store that is a service is asked: for lists, for details, and for the same account again."""

from __future__ import annotations

import multiprocessing
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import to_record
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Stored
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_accounts
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import ServiceFixture, actions

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

FORK = multiprocessing.get_context("fork")
READ = {"secretsmanager": "GetSecretValue", "ssm": "GetParameter"}
LIST = {"secretsmanager": ("ListSecrets", 100), "ssm": ("DescribeParameters", 50)}
BATCH = {"secretsmanager": ("BatchGetSecretValue", 20), "ssm": ("GetParameters", 10)}


def fill(aws: FakeAws, service: ServiceFixture, count: int) -> list[str]:
    """So many accounts, made at once."""
    text = to_record(make_account("account-{}"), compact=True)
    name = {"Name": f"{service.prefix}/account-{{}}"}
    value = {"SecretString": text} if service.scheme == "secretsmanager" else {"Value": text, "Type": "SecureString"}
    aws.tell("empty")
    aws.tell("fill", service=service.scheme, count=count, parameters={**name, **value})
    aws.tell("reset")
    return [f"account-{number:05}" for number in range(count)]


def test_10000_accounts(aws: FakeAws, service: ServiceFixture) -> None:
    names = fill(aws, service, 10_000)
    store = service.open()
    assert store.names() == names
    action, page = LIST[service.scheme]
    # The first page is empty, and a last page that is full may be followed by an empty one.
    assert actions(aws) in ([action] * (10_000 // page + 1), [action] * (10_000 // page + 2))
    aws.tell("reset")
    few = [*names[::200], "absent"]
    found = list(store.read_many(few))
    assert [name for name, _stored in found] == few
    assert [stored.account.name for _name, stored in found if isinstance(stored, Stored)] == few[:-1]
    assert found[-1] == ("absent", None)
    action, batch = BATCH[service.scheme]
    assert actions(aws) == [action] * -(-len(few) // batch)
    aws.tell("reset")
    assert store.read("account-05000")
    assert actions(aws) == [READ[service.scheme]]
    aws.tell("empty")


def test_one_fetch_a_process(aws: FakeAws, service: ServiceFixture) -> None:
    service.open().write(make_account(), None, None)
    aws.tell("reset")
    first = service.open().read("prod")
    assert first
    for _time in range(50):
        assert service.open().read("prod") == first
    assert actions(aws) == [READ[service.scheme]]
    assert service.open().read("prod", fresh=True) == first
    assert actions(aws) == [READ[service.scheme]] * 2
    # What is not there may be made at any time.
    aws.tell("reset")
    for _time in range(2):
        assert service.open().read("absent") is None
    assert actions(aws) == [READ[service.scheme]] * 2


def in_a_fork(work: t.Callable[[], object]) -> None:
    process = FORK.Process(target=work)
    process.start()
    process.join()
    assert process.exitcode == 0


@pytest.mark.parametrize("change", ["save", "delete"])
def test_what_a_process_changes_others_of_the_run_see(aws: FakeAws, service: ServiceFixture, change: str) -> None:
    def do(store: Store) -> None:
        if change == "save":
            make_accounts(store).save("prod", {"region": "eu-west-1"}, vault_id=None, test=False)
        else:
            assert store.delete("prod")

    store = service.open()
    store.write(make_account(), None, None)
    assert store.read("prod")
    aws.tell("reset")
    # A process that Ansible forks knows what was read before.
    in_a_fork(lambda: store.read("prod"))
    assert actions(aws) == []
    in_a_fork(lambda: do(service.open()))
    found = store.read("prod")
    assert (found.account.region if found else None) == {"save": "eu-west-1", "delete": None}[change]
