# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotation of access keys: at every moment a key that works, and no key at IAM that no record knows."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
import typing as t
import urllib.request
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws import iam, sts
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.rotation import PENDING
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service import rotation_steps
from ansible_collections.octo.aws.plugins.plugin_utils._service.key_rotation import KeyRotation, RotationOutcome
from ansible_collections.octo.aws.plugins.plugin_utils._service.rotation_steps import RotationSteps
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts, make_vault, quiet_context
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import FIXTURES, failure, use_keys
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store, Stored

USER = "rotator"
GUIDE = Path(__file__).resolve().parents[5] / "docs" / "docsite" / "rst" / "howto_rotate_access_keys.rst"
KEY_ACTIONS = ("iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:UpdateAccessKey")


def policy_of_guide() -> dict[str, t.Any]:
    found = re.search(r"^\.\. code-block:: json\n\n((?: .*\n|\n)+)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    policy: dict[str, t.Any] = json.loads(found[1])
    return {"Statement": policy["Statement"]}


def keys(aws: FakeAws) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{aws.facts['url']}/_test/keys", data=json.dumps({"list": USER}).encode()) as answer:
        found: list[dict[str, str]] = json.load(answer)
        return found


def active(aws: FakeAws) -> list[str]:
    return [key["access_key"] for key in keys(aws) if key["status"] == "Active"]


@pytest.fixture
def user(aws: FakeAws) -> FakeAws:
    """The fake AWS, with a user who has one old key, and the policy of the guide."""
    aws.tell("keys", user=USER, age=100)
    aws.tell("policy", user=USER, policy=policy_of_guide())
    return aws


def save(store: Store, aws: FakeAws, *names: str, **fields: t.Any) -> str:
    """Save accounts with the first key of the user; the key."""
    key = keys(aws)[0]
    given = {"access_key": key["access_key"], "secret_key": key["secret_key"], "region": "eu-central-1", **fields}
    for name in names or ("prod",):
        make_accounts(store).save(name, given, vault_id=None, test=False)
    return key["access_key"]


class Pauses(list[float]):
    """What waited, without waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def rotation(store: Store, *, dry_run: bool = False, pause: t.Callable[[float], None] | None = None) -> KeyRotation:
    def warn(text: str) -> None:
        raise AssertionError(text)

    cache = str(cache_of(store)) if isinstance(store, FileStore) else ""
    settings = Settings(store.url, session_cache=cache)
    return KeyRotation(store, settings, dry_run=dry_run, warn=warn, pause=Pauses() if pause is None else pause)


def rotate(store: Store, name: str = "prod", *, days: int = 90, keep_old: str = "delete") -> RotationOutcome:
    return rotation(store).rotate(name, after_days=days, keep_old=keep_old)


def account(store: Store, name: str = "prod") -> Account:
    stored = store.read(name, fresh=True)
    assert stored
    return stored.account


def asked(aws: FakeAws, *actions: str) -> list[str]:
    return [request["action"] for request in aws.requests if request["action"] in (actions or KEY_ACTIONS)]


def has_one_key(aws: FakeAws, store: Store, *names: str) -> None:
    """All is clean: one key at IAM, which the accounts have, and whose secret is right."""
    [key] = keys(aws)
    for name in names or ("prod",):
        stored = account(store, name)
        assert (stored.access_key, stored.secret_key) == (key["access_key"], key["secret_key"])
        assert stored.rotation is None


def test_a_due_key_is_rotated_with_the_policy_of_the_guide(store: FileStore, user: FakeAws) -> None:
    old = save(store, user)
    outcome = rotate(store)
    assert outcome.changed
    assert outcome.old_key == old
    assert outcome.accounts == ("prod",)
    assert outcome.identity
    assert outcome.identity.arn.endswith(":user/rotator")
    has_one_key(user, store)
    assert outcome.account.access_key == active(user)[0] != old
    assert outcome.account.key_created.startswith("20")
    assert asked(user, "iam:CreateAccessKey") == ["iam:CreateAccessKey"]
    # Not due again, which takes no request.
    user.tell("reset")
    assert not rotate(store).changed
    assert user.requests == []
    user.tell("policy", user=USER, policy=policy_of_guide())
    assert rotate(store, days=0).changed


@pytest.mark.parametrize("action", policy_of_guide()["Statement"][0]["Action"])
def test_each_permission_is_needed(store: FileStore, user: FakeAws, action: str) -> None:
    """And one that is missing is found before a key is created."""
    old = save(store, user)
    [statement] = policy_of_guide()["Statement"]
    rest = [other for other in statement["Action"] if other != action]
    user.tell("policy", user=USER, policy={"Statement": [{**statement, "Action": rest}]})
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_DENIED
    assert "The user rotator may not rotate its access key" in error.message
    assert action in error.message
    assert "the policy of the page 'Rotate access keys'" in error.hint
    assert active(user) == [old]
    assert account(store).rotation is None
    user.tell("policy", user=USER, policy=policy_of_guide())
    assert rotate(store).changed
    has_one_key(user, store)


def test_other_accounts_with_the_key_get_the_new_one(store: FileStore, user: FakeAws) -> None:
    hops = user.hops("deploy")
    old = save(store, user, "b", "prod")
    save(store, user, "a", assume_role=hops, description="kept")
    make_accounts(store).save(
        "other", {"access_key": "AKIAIOSFODNN7OTHERS1", "secret_key": "x"}, vault_id=None, test=False
    )
    outcome = rotate(store, "prod")
    assert outcome.accounts == ("a", "b", "prod")
    has_one_key(user, store, "a", "b", "prod")
    assert account(store, "other").access_key == "AKIAIOSFODNN7OTHERS1"
    changed = account(store, "a")
    assert [hop.role_arn for hop in changed.assume_role] == [user.facts["roles"]["deploy"]]
    assert changed.description == "kept"
    assert changed.verified is None
    assert old not in active(user)


@pytest.mark.parametrize(
    ("keep_old", "statuses"),
    [("delete", ["Active"]), ("deactivate", ["Inactive", "Active"]), ("keep", ["Active", "Active"])],
)
def test_the_old_key(store: FileStore, user: FakeAws, keep_old: str, statuses: list[str]) -> None:
    old = save(store, user)
    rotate(store, keep_old=keep_old)
    found = keys(user)
    assert [key["status"] for key in found] == statuses
    assert account(store).access_key == found[-1]["access_key"] != old
    assert account(store).rotation is None


def test_check_mode_creates_nothing(store: FileStore, user: FakeAws) -> None:
    old = save(store, user)
    before = store.read("prod")
    outcome = rotation(store, dry_run=True).rotate("prod", after_days=90, keep_old="delete")
    assert outcome.changed
    assert active(user) == [old]
    assert store.read("prod") == before
    assert asked(user, "iam:CreateAccessKey") == []


def test_a_young_key_is_not_rotated(store: FileStore, user: FakeAws) -> None:
    save(store, user)
    assert not rotate(store, days=101).changed
    assert asked(user) == []


def test_two_keys(store: FileStore, user: FakeAws) -> None:
    user.tell("keys", user=USER, count=2, age=100)
    old = save(store, user)
    other = keys(user)[1]["access_key"]
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_KEY_LIMIT
    assert re.search(rf"{old} \(active, created 20\S+, last used 20\S+ \S+ UTC, of this account\)", error.message)
    assert re.search(rf"{other} \(active, created 20\S+, never used\)", error.message)
    assert f"aws iam delete-access-key --user-name rotator --access-key-id {other}" in error.hint
    assert len(active(user)) == 2
    assert account(store).rotation is None


def test_two_keys_in_one_store(store: FileStore, user: FakeAws) -> None:
    user.tell("keys", user=USER, count=2, age=100)
    save(store, user)
    other = {name: value for name, value in keys(user)[1].items() if name != "status"}
    make_accounts(store).save("other", other, vault_id=None, test=False)
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_KEY_LIMIT
    assert f"{other['access_key']} is the key of 'other' in this store" in error.hint
    assert "aws iam delete-access-key" not in error.hint


def test_an_unreadable_record_stops_it(store: FileStore, user: FakeAws) -> None:
    old = save(store, user)
    foreign = FileStore(store.url, quiet_context(make_vault("other")))
    make_accounts(foreign).save("foreign", {"access_key": old, "secret_key": "x"}, vault_id="other", test=False)
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_BLOCKED
    assert "'foreign' (vault_id_unknown)" in error.message
    assert active(user) == [old]
    assert account(store).rotation is None
    foreign.delete("foreign")
    rotate(store)
    has_one_key(user, store)


def test_the_key_of_the_environment(store: FileStore, user: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", save(store, user))
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_BLOCKED
    assert "AWS_ACCESS_KEY_ID" in error.message
    assert asked(user) == []
    rotate(store, keep_old="keep")
    assert len(active(user)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "instance_role"},
        {"type": "profile", "profile": "prod"},
        {"access_key": "ASIAIOSFODNN7EXAMPLE", "secret_key": "x", "session_token": "y"},
    ],
)
def test_accounts_without_a_long_term_key(store: FileStore, user: FakeAws, fields: dict[str, t.Any]) -> None:
    make_accounts(store).save("prod", fields, vault_id=None, test=False)
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_UNSUPPORTED
    assert user.requests == []


def test_a_key_that_aws_accepts_late(store: FileStore, user: FakeAws) -> None:
    save(store, user)
    user.tell("keys", late=5)
    pauses = Pauses()
    rotation(store, pause=pauses).rotate("prod", after_days=90, keep_old="delete")
    assert len(pauses) >= 5
    has_one_key(user, store)


def test_a_key_that_aws_never_accepts(store: FileStore, user: FakeAws) -> None:
    old = save(store, user)
    user.tell("keys", late=1000)
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_KEY_NOT_ACCEPTED
    assert account(store).access_key == old
    step = account(store).rotation
    assert step
    assert step.step == PENDING
    assert old in active(user)
    # No other key can be saved, and the next run finishes.
    other = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "x"}
    refused = failure(lambda: make_accounts(store).save("prod", other, vault_id=None, test=False))
    assert refused.code is ErrorCode.ROTATION_UNFINISHED
    make_accounts(store).save("prod", {"description": "new"}, vault_id=None, test=False)
    assert account(store).rotation == step
    user.tell("keys", late=0)
    rotate(store, days=1000)
    has_one_key(user, store)
    assert account(store).description == "new"


def test_sessions_of_the_old_key_are_not_used(store: FileStore, user: FakeAws) -> None:
    user.tell("policy", user=USER, policy={"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    save(store, user, temporary=True)
    before = as_a_new_process(store, "prod")
    assert as_a_new_process(store, "prod") == before
    rotate(store)
    assert as_a_new_process(store, "prod")["access_key"] != before["access_key"]


class Killed(BaseException):
    """SIGKILL, as far as a process can have it."""


def requests_of_a_rotation(store: FileStore, aws: FakeAws) -> int:
    save(store, aws, "a", "prod")
    aws.tell("reset")
    aws.tell("policy", user=USER, policy=policy_of_guide())
    rotate(store)
    return len(aws.requests)


@pytest.mark.parametrize("kind", ["gone_before", "gone_after"])
def test_gone_between_any_two_requests(
    store: FileStore, user: FakeAws, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Of a process that is gone, requests after some number are not carried out; of the last one it sees no answer."""
    for module in (iam, sts):
        monkeypatch.setattr(module, "_ATTEMPTS", 1)
    count = requests_of_a_rotation(store, user)
    assert count > 12
    for number in range(1, count + 1):
        user.tell("keys", user=USER, age=100)
        for name in ("a", "prod"):
            store.delete(name)
        save(store, user, "a", "prod")
        first = number if kind == "gone_after" else number - 1
        if first:
            user.tell("fault", kind="gone_after", services=["iam", "sts"], number=first)
        else:
            user.tell("fault", kind="drop_before", services=["iam", "sts"], number=1, times=1000)
        failure(lambda: rotate(store))
        user.tell("reset")
        user.tell("policy", user=USER, policy=policy_of_guide())
        for name in ("a", "prod"):
            current = account(store, name)
            assert current.access_key in active(user), (number, name)
        rotate(store, days=0 if account(store).rotation or account(store, "a").rotation else 90)
        has_one_key(user, store, "a", "prod")


class Dying:
    """A store whose process is killed before or after some write."""

    def __init__(self, store: Store, number: int, *, after: bool) -> None:
        self._store = store
        self._left = number
        self._after = after

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._store, name)

    def write(self, *arguments: t.Any, dry_run: bool = False) -> None:
        if dry_run:
            return
        self._left -= 1
        if self._left or self._after:
            self._store.write(*arguments)
        if not self._left:
            raise Killed


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_write(store: FileStore, user: FakeAws, after: bool) -> None:
    for number in range(1, 6):
        user.tell("keys", user=USER, age=100)
        for name in ("a", "prod"):
            store.delete(name)
        old = save(store, user, "a", "prod")
        with pytest.raises(Killed):
            rotate(t.cast("Store", Dying(store, number, after=after)))
        for name in ("a", "prod"):
            assert account(store, name).access_key in active(user), (number, name)
        if not (after and number == 5):
            rotate(store, days=0)
        has_one_key(user, store, "a", "prod")
        assert active(user) != [old]


def test_a_foreign_key_is_not_deleted(store: FileStore, user: FakeAws) -> None:
    """A key that a person created after a run was killed is not taken for the lost one."""
    save(store, user)
    with pytest.raises(Killed):
        rotate(t.cast("Store", Dying(store, 1, after=True)))
    stored = t.cast("Stored", store.read("prod"))
    assert stored.account.rotation
    old = dataclasses.replace(stored.account.rotation, attempts=("2026-01-01T00:00:00+00:00",))
    store.write(dataclasses.replace(stored.account, rotation=old), stored.revision, stored.vault_id)
    [mine] = keys(user)
    made = _client(user, mine).create_access_key(UserName=USER)["AccessKey"]["AccessKeyId"]
    error = failure(lambda: rotate(store))
    assert error.code is ErrorCode.ROTATION_KEY_LIMIT
    assert made in error.message
    assert made in active(user)
    assert account(store).rotation is None


def _client(aws: FakeAws, key: dict[str, str]) -> t.Any:
    import boto3

    return boto3.client(
        "iam",
        region_name="us-east-1",
        endpoint_url=aws.facts["url"],
        aws_access_key_id=key["access_key"],
        aws_secret_access_key=key["secret_key"],
    )


def test_several_at_once(store: FileStore, user: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them creates a key, and all of them end well."""
    save(store, user, "a", "b", "prod")
    monkeypatch.setattr(rotation_steps, "_OTHER_RUN_ATTEMPTS", 500)
    ends: list[object] = []
    wait = threading.Event()

    def pause(_seconds: float) -> None:
        wait.wait(0.05)

    def run(name: str) -> None:
        try:
            ends.append(rotation(store, pause=pause).rotate(name, after_days=90, keep_old="delete"))
        except OctoAwsError as error:
            ends.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b", "prod")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked(user, "iam:CreateAccessKey") == ["iam:CreateAccessKey"]
    assert any(isinstance(end, RotationOutcome) for end in ends), ends
    has_one_key(user, store, "a", "b", "prod")


def test_a_conflict_after_the_creation_deletes_the_key(
    store: FileStore, user: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run took over while the key was created."""
    save(store, user)
    create = RotationSteps._new_key

    def taken_over(self: RotationSteps, keys: t.Any, stored: Stored, begun: t.Any) -> t.Any:
        made = create(self, keys, stored, begun)
        monkeypatch.setattr(RotationSteps, "_new_key", create)
        current = t.cast("Stored", store.read("prod"))
        assert current.account.rotation
        other = dataclasses.replace(current.account.rotation, run="f" * 32)
        store.write(dataclasses.replace(current.account, rotation=other), current.revision, current.vault_id)
        return made

    monkeypatch.setattr(RotationSteps, "_new_key", taken_over)
    rotate(store)
    has_one_key(user, store)
    assert len(asked(user, "iam:CreateAccessKey")) == 2


def test_a_deletion_names_the_keys_that_stay(store: FileStore, user: FakeAws) -> None:
    save(store, user)
    with pytest.raises(Killed):
        rotate(t.cast("Store", Dying(store, 2, after=True)))
    warnings: list[str] = []
    accounts = make_accounts(store)
    accounts._warn = warnings.append
    accounts.delete("prod")
    [warning] = warnings
    for key in active(user):
        assert key in warning


@pytest.mark.parametrize("scheme", [scheme for scheme in FIXTURES if scheme != "file"])
def test_in_every_store(scheme: str, user: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, user.facts)
    place = FIXTURES[scheme].make(tmp_path, monkeypatch).open()
    old = save(place, user, "a", "prod")
    with pytest.raises(Killed):
        rotate(t.cast("Store", Dying(place, 3, after=True)))
    assert {account(place, name).access_key == old for name in ("a", "prod")} == {True, False}
    rotate(place, days=0)
    has_one_key(user, place, "a", "prod")


def test_the_task(store: FileStore, user: FakeAws) -> None:
    old = save(store, user, "a", "prod")
    base = {"store": store.url, "session_cache": str(cache_of(store)), "name": "prod", "state": "rotated"}
    young = run_task("aws_account", {**base, "rotate_after_days": 1000})
    assert (young["changed"], young["rotated"]) == (False, None)
    for wrong in (-1, 36_501):
        assert run_task("aws_account", {**base, "rotate_after_days": wrong})["error"]["code"] == "option_invalid"
    refused = run_task("aws_account", {**base, "region": "eu-west-1"})
    assert refused["error"]["code"] == "option_conflict"
    assert "not region" in refused["msg"]
    assert active(user) == [old]
