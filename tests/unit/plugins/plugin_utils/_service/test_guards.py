# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guards: nothing is handed out that leads to another AWS account, or that has ended."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import role_identity
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_reuse import has_enough_left
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_verified
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, lookup, save
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore

ACCOUNT_ID = "123456789012"
ALIKE = ("123456789013", "123456000000", "023456789012", "123456789102")
"""IDs that share their begin, their end, or their digits with it."""


@pytest.mark.parametrize("use", [lookup, as_a_new_process])
def test_a_session_that_is_known_is_guarded(store: FileStore, aws: FakeAws, use: t.Callable[..., t.Any]) -> None:
    """The one who asked before did not say where it must lead to."""
    save(store, aws, "hub")
    hops = aws.hops("deploy")
    known = use(store, "hub", assume_role=hops)
    for account_id in ("210987654321", *ALIKE):
        with pytest.raises(AnsibleError, match="account_mismatch"):
            use(store, "hub", assume_role=hops, account_id=account_id)
    assert use(store, "hub", assume_role=hops, account_id=ACCOUNT_ID) == known
    assert aws.sessions == 1


@pytest.mark.parametrize("account_id", ALIKE)
def test_an_account_id_is_compared_whole(account_id: str) -> None:
    identity = make_verified().identity
    identity.must_belong_to(ACCOUNT_ID, "It")
    assert failure(lambda: identity.must_belong_to(account_id, "It")).code is ErrorCode.ACCOUNT_MISMATCH

    verified = make_account(account_id=account_id, verified=make_verified())
    assert not verified.is_static

    hop = Hop(f"arn:aws:iam::{ACCOUNT_ID}:role/deploy")
    chain = chain_of(make_account(account_id=account_id, assume_role=(hop,)), "", SessionOptions())
    assert failure(chain.check_roles).code is ErrorCode.ACCOUNT_MISMATCH

    twice = SessionOptions(account_id=account_id)
    account = make_account(account_id=ACCOUNT_ID)
    assert failure(lambda: chain_of(account, "", twice).links).code is ErrorCode.ACCOUNT_MISMATCH


@pytest.mark.parametrize("own", ["210987654321", *ALIKE, ACCOUNT_ID])
def test_the_role_of_a_worker_is_guarded_before_its_hops(monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    assumed: list[str] = []
    of_machine = Credentials(access_key="ASIAIOSFODNN7EXAMPLE", secret_key="secret")
    role = Identity(own, f"arn:aws:sts::{own}:assumed-role/worker/i-1", "AROA:i-1")

    def assume_role(credentials: Credentials, hop: Hop, *_arguments: t.Any, **_options: t.Any) -> Credentials:
        assumed.append(hop.role_arn)
        raise OctoAwsError(ErrorCode.ACCESS_DENIED, "No.")

    monkeypatch.setattr(role_identity, "machine_credentials", lambda *_where: of_machine)
    monkeypatch.setattr(role_identity, "caller_identity", lambda credentials, endpoint: role)
    monkeypatch.setattr(role_identity, "assume_role", assume_role)
    handover = Handover(hops=(Hop(f"arn:aws:iam::{ACCOUNT_ID}:role/deploy"),), own_account_id=ACCOUNT_ID)
    error = failure(lambda: role_identity.role_identity(handover))
    assert error.code is (ErrorCode.ACCESS_DENIED if own == ACCOUNT_ID else ErrorCode.ACCOUNT_MISMATCH)
    assert len(assumed) == (own == ACCOUNT_ID)


@pytest.mark.parametrize(
    ("task_seconds", "left", "fresh"),
    [
        (0, 900, True),
        (0, 899, False),
        (600, 900, True),
        (600, 899, False),
        (1800, 1800, True),
        (1800, 1799, False),
        # Nine tenths of an hour.
        (3600, 3240, True),
        (3600, 3239, False),
        (86400, 3240, True),
    ],
)
def test_a_task_needs_a_session_for_its_timeout(task_seconds: int, left: float, fresh: bool) -> None:
    began = now() + datetime.timedelta(seconds=left + 0.5 - 3600)
    session = Credentials("a", "b", "c", began=began, expiration=began + datetime.timedelta(hours=1))
    assert has_enough_left(session, None, task_seconds) == fresh
    assert has_enough_left(session, 60, task_seconds)


@pytest.mark.parametrize("min_ttl", [None, 0, 600])
@pytest.mark.parametrize(("hours", "fresh"), [(0, True), (0.5, False), (2, False), (24, False)])
def test_a_clock_that_was_set_back_revives_nothing(hours: float, fresh: bool, min_ttl: int | None) -> None:
    """A session that would begin later than now began when the clock was ahead: nobody knows when it ends."""
    began = now() + datetime.timedelta(hours=hours)
    keys = Credentials(access_key="ASIAIOSFODNN7EXAMPLE", secret_key="secret", session_token="token", began=began)
    for seconds in (900, 3600, 43200):
        session = dataclasses.replace(keys, expiration=began + datetime.timedelta(seconds=seconds))
        assert has_enough_left(session, min_ttl) == fresh


OTHER_ID = "210987654321"


def test_one_of_several_accounts_is_right(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, account_id=[OTHER_ID, ACCOUNT_ID], assume_role=aws.hops("deploy"))
    assert lookup(store, "prod")["account_id"] == ACCOUNT_ID
    assert lookup(store, "prod", account_id=ACCOUNT_ID)["account_id"] == ACCOUNT_ID
    with pytest.raises(AnsibleError, match=f"must lead to the AWS account {OTHER_ID} or {ACCOUNT_ID}, not to 999"):
        lookup(store, "prod", account_id="999999999999")
    save(store, aws, account_id=[OTHER_ID, "123456789013"])
    with pytest.raises(AnsibleError, match=f"AWS account {OTHER_ID} or 123456789013, but .* a role of {ACCOUNT_ID}"):
        lookup(store, "prod")
    save(store, aws, assume_role=[])
    with pytest.raises(AnsibleError, match=f"{OTHER_ID} or 123456789013, but its credentials belong to {ACCOUNT_ID}"):
        lookup(store, "prod")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (ACCOUNT_ID, ACCOUNT_ID),
        (int(ACCOUNT_ID), ACCOUNT_ID),
        ([ACCOUNT_ID], ACCOUNT_ID),
        ([ACCOUNT_ID, ACCOUNT_ID], ACCOUNT_ID),
        ([ACCOUNT_ID, OTHER_ID], [ACCOUNT_ID, OTHER_ID]),
        ([], ""),
        ("", ""),
    ],
)
def test_a_list_with_one_is_the_one(store: FileStore, aws: FakeAws, given: t.Any, kept: t.Any) -> None:
    fields = {
        "name": "prod",
        "type": "instance_role",
        "account_id": given,
        "test": False,
        "store": store.url,
        "session_cache": "none",
    }
    saved = run_task("aws_account", fields)
    assert "account" in saved, saved
    assert saved["account"]["account_id"] == kept, saved
    again = run_task("aws_account", {**fields, "account_id": None})
    assert again["account"]["account_id"] == kept
    assert not again["changed"]


@pytest.mark.parametrize(
    "given", [["1"], [ACCOUNT_ID, ""], {"a": ACCOUNT_ID}, True, [[ACCOUNT_ID]], [ACCOUNT_ID] * 101]
)
def test_each_account_of_a_list_is_checked(store: FileStore, given: t.Any) -> None:
    fields = {
        "name": "prod",
        "type": "instance_role",
        "account_id": given,
        "test": False,
        "store": store.url,
        "session_cache": "none",
    }
    assert run_task("aws_account", fields)["error"]["code"] == "option_invalid"


def test_the_host_gets_all_of_them() -> None:
    ids = (ACCOUNT_ID, OTHER_ID)
    handover = Handover(account_id=ids, own_account_id=ids)
    there = Handover.of_arguments(json.loads(json.dumps(handover.as_arguments())))
    assert (there.account_id, there.own_account_id) == (ids, ids)
