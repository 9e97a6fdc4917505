# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of a role, through the lookup and against the fake AWS: how many are made, and when."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._aws import errors as aws_errors
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._cache import request_lock
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of, lookup, save
from botocore.retries.standard import ExponentialBackoff

ROOT = Path(__file__).resolve().parents[7]
FORK = multiprocessing.get_context("fork")
CHAIN = ("first", "second", "third")


def test_one_request_a_hop_then_none(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops(*CHAIN), account_id="123456789012")
    first = lookup(store, "prod")
    assert first["arn"].startswith("arn:aws:sts::123456789012:assumed-role/third/")
    assert aws.sessions == 3
    assert as_a_new_process(store, "prod") == first
    assert as_a_new_process(store, "prod", session_cache="none") != first
    assert aws.sessions == 6
    assert {request["action"] for request in aws.requests} == {"sts:AssumeRole"}


def test_what_is_not_set_is_not_sent(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy", external_id=None, tags={}, policy=None, policy_arns=[]))
    lookup(store, "prod")
    [request] = aws.requests
    assert set(request["parameters"]) == {"RoleArn", "RoleSessionName"}
    assert request["region"] == "eu-central-1"


def test_all_that_is_set_is_sent(store: FileStore, aws: FakeAws) -> None:
    hop = aws.hops(
        "deploy",
        role_session_name="me",
        external_id="canary-external-id",
        duration_seconds=1800,
        policy={"Version": "2012-10-17", "Statement": []},
        policy_arns=["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        tags={"team": "a", "cost": "b"},
        transitive_tag_keys=["team"],
        source_identity="alice",
    )
    save(store, aws, assume_role=hop)
    lookup(store, "prod", duration_seconds=900)
    [request] = aws.requests
    assert request["parameters"] == {
        "RoleArn": aws.facts["roles"]["deploy"],
        "RoleSessionName": "me",
        "ExternalId": "canary-external-id",
        "DurationSeconds": "900",
        "Policy": '{"Version":"2012-10-17","Statement":[]}',
        "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "Tags.member.1.Key": "team",
        "Tags.member.1.Value": "a",
        "Tags.member.2.Key": "cost",
        "Tags.member.2.Value": "b",
        "TransitiveTagKeys.member.1": "team",
        "SourceIdentity": "alice",
    }


def test_hops_at_the_lookup_come_after_those_of_the_account(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("first"))
    assert ":assumed-role/third/" in lookup(store, "prod", assume_role=aws.hops("second", "third"))["arn"]
    assert aws.sessions == 3
    # The way is known up to the second one.
    assert ":assumed-role/second/" in as_a_new_process(store, "prod", assume_role=aws.hops("second"))["arn"]
    assert ":assumed-role/first/" in as_a_new_process(store, "prod")["arn"]
    assert aws.sessions == 3


def test_keys_that_are_never_handed_out(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, temporary=True)
    session = lookup(store, "prod", duration_seconds=3600)
    assert session["session_token"]
    assert session["access_key"] != aws.facts["access_key"]
    assert as_a_new_process(store, "prod", duration_seconds=3600) == session
    assert [request["parameters"] for request in aws.requests] == [{"DurationSeconds": "3600"}]


# How many sessions a long play makes, and how much is left when one is renewed.


@pytest.mark.parametrize(
    ("duration", "every", "tasks", "sessions"),
    [(900, 6, 51, 1), (900, 6, 101, 2), (3600, 60, 45, 1), (3600, 60, 47, 2), (43200, 600, 71, 1), (43200, 600, 72, 2)],
)
def test_a_session_is_used_as_long_as_aws_clients_would(
    store: FileStore,
    aws: FakeAws,
    clock: t.Callable[[float], None],
    duration: int,
    every: int,
    tasks: int,
    sessions: int,
) -> None:
    save(store, aws, assume_role=aws.hops("deploy", duration_seconds=duration))
    for task in range(tasks):
        lookup(store, "prod") if task % 2 else as_a_new_process(store, "prod")
        clock(every)
    assert aws.sessions == sessions


def test_a_running_template_gets_a_new_session_in_time(
    store: FileStore, aws: FakeAws, clock: t.Callable[[float], None]
) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    old = lookup(store, "prod")
    clock(3600 - 901)
    assert lookup(store, "prod") == old
    clock(2)
    assert lookup(store, "prod") != old
    assert aws.sessions == 2


def test_as_much_time_as_was_asked_for(store: FileStore, aws: FakeAws, clock: t.Callable[[float], None]) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    lookup(store, "prod")
    clock(600)
    as_a_new_process(store, "prod", min_ttl=2900)
    assert aws.sessions == 1
    as_a_new_process(store, "prod", min_ttl=3300)
    assert aws.sessions == 2
    clock(3500)
    as_a_new_process(store, "prod", min_ttl=0)
    assert aws.sessions == 2
    with pytest.raises(AnsibleError, match=r"session_too_short"):
        lookup(store, "prod", min_ttl=3601)
    assert aws.sessions == 2


def test_a_clock_that_was_set_back(store: FileStore, aws: FakeAws, clock: t.Callable[[float], None]) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    lookup(store, "prod")
    clock(-7200)
    as_a_new_process(store, "prod")
    assert aws.sessions == 2


# Where the chain must lead to.


def test_a_chain_that_leads_elsewhere_leaves_nothing(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("other"), account_id="123456789012")
    for _time in range(2):
        with pytest.raises(AnsibleError, match=r"hop 1|must lead to the AWS account 123456789012.*account_mismatch"):
            as_a_new_process(store, "prod")
    assert aws.requests == []
    assert not list(cache_of(store).rglob("*.session"))
    save(store, aws, "hub", account_id="123456789012")
    with pytest.raises(AnsibleError, match=r"account_mismatch"):
        lookup(store, "hub", assume_role=aws.hops("other"))
    assert (
        lookup(store, "hub", assume_role=aws.hops("other"), account_id="210987654321")["account_id"] == "210987654321"
    )
    with pytest.raises(AnsibleError, match=r"account_mismatch"):
        as_a_new_process(store, "hub", assume_role=aws.hops("deploy"), account_id="210987654321")
    with pytest.raises(AnsibleError, match=r"account_mismatch"):
        as_a_new_process(store, "hub", account_id="210987654321")


def test_several_accounts_can_be_right(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, "hub", account_id=("123456789012", "999999999999"))
    right = ["210987654321", 123456789012]
    assert (
        lookup(store, "hub", assume_role=aws.hops("other"), account_id=["210987654321", "123456789012"])["account_id"]
        == "210987654321"
    )
    assert lookup(store, "hub", assume_role=aws.hops("deploy"), account_id=right)["account_id"] == "123456789012"
    wrong = ["999999999999", "888888888888"]
    with pytest.raises(AnsibleError, match=r"999999999999 or 888888888888.*account_mismatch"):
        as_a_new_process(store, "hub", assume_role=aws.hops("deploy"), account_id=wrong)
    # Without hops, each must be one of those of the account.
    assert lookup(store, "hub", account_id=["123456789012", "999999999999"])["account_id"] == "123456789012"
    with pytest.raises(AnsibleError, match=r"account_mismatch"):
        as_a_new_process(store, "hub", account_id=right)


@pytest.mark.parametrize(
    ("account_id", "message"),
    [
        ([], "account_id is empty"),
        ([""], "account_id cannot be ''"),
        (["123456789012", "prod"], "account_id cannot be 'prod'"),
        ({"id": "123456789012"}, "account_id is neither text nor a list"),
        (True, "account_id is neither text nor a list"),
    ],
)
def test_a_list_without_an_account_is_refused(store: FileStore, aws: FakeAws, account_id: object, message: str) -> None:
    save(store, aws, "hub")
    with pytest.raises(AnsibleError, match=message + r".*option_invalid"):
        as_a_new_process(store, "hub", account_id=account_id)


def test_an_answer_about_another_role_is_not_taken(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"), account_id="123456789012")
    aws.tell("fault", action="sts:AssumeRole", kind="wrong_role", times=1)
    with pytest.raises(AnsibleError, match=r"aws_answer_invalid"):
        lookup(store, "prod")
    assert not list(cache_of(store).rglob("*.session"))


@pytest.mark.parametrize("change", ["description", "delete"])
def test_a_changed_account_has_no_sessions(store: FileStore, aws: FakeAws, change: str) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    lookup(store, "prod")
    kept = {path: path.read_bytes() for path in cache_of(store).rglob("*.session")}
    assert len(kept) == 1
    if change == "delete":
        make_accounts(store, str(cache_of(store))).delete("prod")
    else:
        save(store, aws, description="another")
    assert not list(cache_of(store).rglob("*.session"))
    save(store, aws, assume_role=aws.hops("deploy"), description="")
    for path, data in kept.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    as_a_new_process(store, "prod")
    assert aws.sessions == 2


def test_saving_what_is_saved_keeps_the_sessions(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    first = lookup(store, "prod")
    save(store, aws, assume_role=aws.hops("deploy"))
    assert as_a_new_process(store, "prod") == first


# Many processes at once.


def crowd(store: FileStore, size: int, **options: t.Any) -> list[tuple[str, str]]:
    """What so many processes get that ask at the same moment: keys or errors."""
    answers = FORK.SimpleQueue()
    start = FORK.Event()

    def ask() -> None:
        start.wait()
        try:
            answers.put(("", lookup(store, "prod", **options)["access_key"]))
        except AnsibleError as error:
            answers.put((str(error), ""))

    processes = [FORK.Process(target=ask) for _number in range(size)]
    for process in processes:
        process.start()
    start.set()
    found = [answers.get() for _process in processes]
    for process in processes:
        process.join()
    return found


def test_100_processes_make_one_session(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    aws.tell("fault", action="sts:AssumeRole", kind="slow", seconds=5, times=1)
    found = crowd(store, 100)
    assert len({key for error, key in found if not error}) == 1
    assert not [error for error, _key in found if error]
    assert aws.sessions == 1


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for between two requests."""
    monkeypatch.setattr(aws_errors, "_RETRY_DELAYS", (0.0,) * len(aws_errors._RETRY_DELAYS))
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_arguments: 0)


@pytest.mark.parametrize(
    ("kind", "times", "requests", "code"),
    [
        ("throttle", 2, 3, None),
        ("throttle", 10, 11, None),
        ("throttle", 99, 15, "throttled"),
        ("internal", 99, 3, "aws_unavailable"),
        ("denied", 99, 1, "access_denied"),
    ],
)
@pytest.mark.usefixtures("in_no_time")
def test_a_crowd_shares_a_failure(
    store: FileStore, aws: FakeAws, kind: str, times: int, requests: int, code: str | None
) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    # While the first one's request takes its time, all others wait for it.
    with (waiting := Waiting(store, 30)):
        aws.tell("fault", action="sts:AssumeRole", kind=kind, times=times)
        errors = [error for error, _key in waiting.go()]
    assert aws.sessions == requests
    assert all(code in error if code else not error for error in errors)
    if code:
        # Who comes later asks for itself.
        aws.tell("reset")
        assert lookup(store, "prod")["access_key"]


@pytest.mark.parametrize(("times", "requests", "code"), [(10, 11, None), (99, 15, "throttled")])
@pytest.mark.usefixtures("in_no_time")
def test_the_role_of_a_profile_is_throttled(
    store: FileStore,
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    times: int,
    requests: int,
    code: str | None,
) -> None:
    keys = "aws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n".format(**aws.facts)
    role = f"region = eu-central-1\nrole_arn = {aws.facts['roles']['deploy']}\nsource_profile = deploy\n"
    (tmp_path / "config").write_text(f"[profile deploy]\n{role}{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    make_accounts(store).save("prod", {"type": "profile", "profile": "deploy"}, vault_id=None, test=False)
    aws.tell("fault", action="sts:AssumeRole", kind="throttle", times=times)
    with pytest.raises(AnsibleError, match=code) if code else contextlib.nullcontext():
        lookup(store, "prod")
    assert aws.sessions == requests


def test_throttling_is_waited_out_for_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    throttled = OctoAwsError(ErrorCode.THROTTLED, "Throttled.")

    def ask() -> None:
        raise throttled

    for _time in range(100):
        with pytest.raises(OctoAwsError):
            aws_errors.retry_throttled(ask)
    # botocore's own two pauses between three requests are 1.5 seconds in the mean.
    assert 15 < sum(slept) / 100 + len(aws_errors._RETRY_DELAYS) * 1.5 + 1.5 < 35
    assert len(set(slept)) > 100, "it has no jitter"
    monkeypatch.setattr(aws_errors, "_RETRY_TIME", -1.0)
    slept.clear()
    with pytest.raises(OctoAwsError):
        aws_errors.retry_throttled(ask)
    assert slept == []


class Waiting:
    """Processes that wait for a turn which this one has, until it lets go without an answer."""

    def __init__(self, store: FileStore, size: int) -> None:
        self._store = store
        self._size = size
        self._answers = FORK.SimpleQueue()

    def __enter__(self) -> Waiting:
        real = request_lock.acquire_lock
        reached = FORK.Semaphore(0)
        gate = FORK.Event()

        def take(lock: int, timeout: float, max_pause: float) -> bool:
            reached.release()
            gate.wait()
            return real(lock, timeout, max_pause)

        def ask() -> None:
            request_lock.acquire_lock = take
            try:
                self._answers.put(("", lookup(self._store, "prod")["access_key"]))
            except AnsibleError as error:
                self._answers.put((str(error), ""))

        self._gate = gate
        self._processes = [FORK.Process(target=ask) for _number in range(self._size)]
        for process in self._processes:
            process.start()
        for _process in self._processes:
            reached.acquire()
        return self

    def go(self) -> list[tuple[str, str]]:
        self._gate.set()
        return [self._answers.get() for _process in self._processes]

    def __exit__(self, *_exception: object) -> None:
        self._gate.set()
        for process in self._processes:
            process.join()


def test_the_first_one_is_killed_in_its_request(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    aws.tell("fault", action="sts:AssumeRole", kind="slow", seconds=60, times=1)
    first = FORK.Process(target=lookup, args=(store, "prod"))
    first.start()
    deadline = time.monotonic() + 30
    while aws.sessions == 0 and time.monotonic() < deadline:
        time.sleep(0.02)

    def kill() -> None:
        time.sleep(0.5)
        os.kill(t.cast("int", first.pid), signal.SIGKILL)

    killer = FORK.Process(target=kill)
    killer.start()
    found = crowd(store, 20)
    killer.join()
    first.join()
    assert len(set(found)) == 1
    assert not found[0][0]
    assert aws.sessions == 2


def test_a_stopped_one_is_not_waited_for_for_ever(
    store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    aws.tell("fault", action="sts:AssumeRole", kind="slow", seconds=60, times=1)
    first = FORK.Process(target=lookup, args=(store, "prod"))
    first.start()
    deadline = time.monotonic() + 30
    while aws.sessions == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(t.cast("int", first.pid), signal.SIGSTOP)
    monkeypatch.setattr(request_lock, "_PATIENCE", 1.0)
    found = crowd(store, 10)
    first.kill()
    first.join()
    assert not [error for error, _key in found if error]
    # Two may find at the same moment that it was stopped.
    assert 2 <= aws.sessions <= 4


IMPORTS = """
import sys
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret, VaultSecretsContext
from ansible.plugins.loader import init_plugin_loader, lookup_loader
from ansible.template import Templar

init_plugin_loader([sys.argv[1]])
VaultSecretsContext.initialize(VaultSecretsContext([("default", VaultSecret(b"default"))]))
loader = DataLoader()
plugin = lookup_loader.get("octo.aws.creds", loader=loader, templar=Templar(loader=loader))
options = {"store": sys.argv[2], "session_cache": sys.argv[3]}
print(plugin.run(["prod"], variables={}, **options)[0]["access_key"])
print(*{name.partition(".")[0] for name in sys.modules} & {"boto3", "botocore", "urllib3"})
"""


def test_a_cached_session_imports_no_aws_library(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"), account_id="123456789012")
    key = lookup(store, "prod")["access_key"]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(ROOT), store.url, str(cache_of(store))],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-2:] == [key, ""], done.stderr
    assert aws.sessions == 1
