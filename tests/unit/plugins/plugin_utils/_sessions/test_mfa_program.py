# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MFA codes from a program: it runs once, and its output is a secret."""

from __future__ import annotations

import multiprocessing
import sys
import time
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.plugin_utils import _secret_program
from ansible_collections.octo.aws.plugins.plugin_utils._circular_credentials import mark_resolving
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import mfa_program
from ansible_collections.octo.aws.tests.unit.support.fake_aws import as_a_new_process, cache_of, lookup
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

FORK = multiprocessing.get_context("fork")


def save(
    store: FileStore, aws: FakeAws, program: list[str], *, of_hop: bool = False, **more: t.Any
) -> dict[str, t.Any]:
    aws.tell("reset")
    mfa = {"mfa_serial": aws.facts["mfa_serial"], "mfa_process": program}
    of_account: dict[str, t.Any] = {"assume_role": aws.hops("mfa", **mfa)} if of_hop else {"temporary": True, **mfa}
    given = {
        "name": "prod",
        "access_key": aws.facts["access_key"],
        "secret_key": aws.facts["secret_key"],
        "region": "eu-central-1",
        "store": store.url,
        "session_cache": str(cache_of(store)),
        **of_account,
        **more,
    }
    return run_task("aws_account", given)


def printing(text: str, runs: Path | None = None) -> list[str]:
    noted = f"open({str(runs)!r}, 'a').write('x'); " if runs else ""
    return [sys.executable, "-c", f"{noted}print({text!r})"]


@pytest.mark.parametrize("of_hop", [False, True])
def test_the_code_is_that_of_the_program(store: FileStore, aws: FakeAws, tmp_path: Path, of_hop: bool) -> None:
    saved = save(store, aws, printing("123456", tmp_path / "runs"), of_hop=of_hop)
    assert saved["tested"], saved
    # The session of the test serves all later processes: the code is good for once.
    assert as_a_new_process(store, "prod") == as_a_new_process(store, "prod")
    assert (tmp_path / "runs").read_text() == "x"
    assert aws.requests[0]["parameters"]["TokenCode"] == "123456"


def test_a_given_code_takes_precedence(store: FileStore, aws: FakeAws, tmp_path: Path) -> None:
    assert save(store, aws, printing("canary", tmp_path / "runs"), mfa_token="234567")["tested"]
    assert not (tmp_path / "runs").exists()


def test_60_processes_run_it_once(store: FileStore, aws: FakeAws, tmp_path: Path) -> None:
    save(store, aws, printing("123456", tmp_path / "runs"), test=False)
    answers = FORK.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(lookup(store, "prod")["access_key"])
        except AnsibleError as error:
            answers.put(str(error))

    processes = [FORK.Process(target=ask) for _number in range(60)]
    for process in processes:
        process.start()
    found = {answers.get() for _process in processes}
    for process in processes:
        process.join()
    assert len(found) == 1, found
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (["/not/there/code", "canary-argument"], "'/not/there/code' of mfa_process cannot be started: No such file"),
        (printing("canary"), "did not print an MFA code"),
        (printing("1234567"), "did not print an MFA code"),
        (printing(""), "did not print an MFA code"),
        ([sys.executable, "-c", "print('canary' * 300)"], "printed more than 1,000 characters"),
        ([sys.executable, "-c", "import sys; sys.exit('canary')"], "failed with exit code 1"),
        ([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"], "failed with exit code -15"),
    ],
)
def test_a_failing_program(store: FileStore, aws: FakeAws, program: list[str], says: str) -> None:
    saved = save(store, aws, program)
    assert saved["error"]["code"] == "mfa_process_failed"
    assert says in saved["msg"]
    assert "canary" not in saved["msg"]
    assert "1234567" not in saved["msg"]
    assert aws.requests == []


def test_a_wrong_code_is_refused_by_aws(store: FileStore, aws: FakeAws) -> None:
    assert save(store, aws, printing("999999"))["error"]["code"] == "mfa_token_refused"


def test_a_program_that_hangs_is_ended(
    store: FileStore, aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mfa_program, "_SECONDS", 0.5)
    begin = time.monotonic()
    program = ["sh", "-c", f"(sleep 5; touch {tmp_path}/late) & sleep 60"]
    assert "took longer than 0.5 seconds" in save(store, aws, program)["msg"]
    assert time.monotonic() - begin < 5
    time.sleep(5.5)
    assert not (tmp_path / "late").exists()


def test_background_processes_are_not_waited_for(store: FileStore, aws: FakeAws) -> None:
    begin = time.monotonic()
    assert save(store, aws, ["sh", "-c", "sleep 30 & echo 123456"])["tested"]
    assert time.monotonic() - begin < 20


def test_there_is_no_shell_and_no_input(store: FileStore, aws: FakeAws, tmp_path: Path) -> None:
    program = [
        sys.executable,
        "-c",
        "import sys; print(sys.stdin.read() + sys.argv[1][:6])",
        f"123456; touch {tmp_path}/x",
    ]
    assert save(store, aws, program)["tested"]
    assert not (tmp_path / "x").exists()


def test_a_program_cannot_need_its_own_account(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, printing("123456"), test=False)
    source = _secret_program._source("mfa_process", "account 'prod'")
    with mark_resolving("account 'prod'", source), pytest.raises(AnsibleError, match="credentials_circle"):
        as_a_new_process(store, "prod")


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"mfa_process": ["x"]}, "option_conflict", "mfa_process needs mfa_serial"),
        ({"mfa_process": [""]}, "option_invalid", "has no program"),
        (
            {"assume_role": [{"role_arn": "arn:aws:iam::123456789012:role/a", "mfa_process": ["x"]}]},
            "option_invalid",
            "needs",
        ),
    ],
)
def test_fields_that_are_not_valid(store: FileStore, fields: dict[str, t.Any], code: str, says: str) -> None:
    keys = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "canary"}
    saved = run_task("aws_account", {"name": "prod", "store": store.url, "test": False, **keys, **fields})
    assert saved["error"]["code"] == code
    assert says in saved["msg"]
