# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Circular credentials are an error that names the circle."""

from __future__ import annotations

import json
import os
import sys
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils import _circular_credentials
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._circular_credentials import (
    circle_in,
    is_nested,
    mark_resolving,
)
from ansible_collections.octo.aws.plugins.plugin_utils._command.process_command import account_of_command
from ansible_collections.octo.aws.plugins.plugin_utils._service.resolver import Resolver
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import store_of
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure, use_keys

if t.TYPE_CHECKING:
    from pathlib import Path

STORE = "secretsmanager:octo?region=eu-central-1"
PROCESS = "python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process"


@pytest.fixture(autouse=True)
def _no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_circular_credentials.VARIABLE, raising=False)


def mark() -> list[list[str]]:
    found: list[list[str]] = json.loads(os.environ[_circular_credentials.VARIABLE])
    return found


def test_a_way_twice_names_the_circle_alone() -> None:
    with mark_resolving("the store a", "profile x"), mark_resolving("account 'b'", "profile y"):
        assert mark() == [["the store a", "profile x"], ["account 'b'", "profile y"]]
        with pytest.raises(OctoAwsError) as caught, mark_resolving("account 'c'", "profile y"):
            raise AssertionError
    assert caught.value.code is ErrorCode.CREDENTIALS_CIRCLE
    assert "Circular credentials: account 'b' with profile y -> account 'c' with profile y." in str(caught.value)
    assert not is_nested()


def test_what_is_only_named_can_come_again() -> None:
    with mark_resolving("account 'b'", ""), mark_resolving("account 'b'", ""):
        assert len(mark()) == 2


def test_processes_that_change_a_name_each_time_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [("a step", str(number)) for number in range(_circular_credentials._DEEPEST)]
    monkeypatch.setenv(_circular_credentials.VARIABLE, json.dumps(steps))
    with pytest.raises(OctoAwsError, match="credentials_circle"), mark_resolving("a step", "another"):
        raise AssertionError


@pytest.mark.parametrize("value", ["", "{", "1", "[1]", '[["a"]]', "null"])
def test_a_mark_of_something_else_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(_circular_credentials.VARIABLE, value)
    with mark_resolving("the store a", "profile x"):
        assert mark() == [["the store a", "profile x"]]
    assert os.environ[_circular_credentials.VARIABLE] == value


def test_the_mark_holds_no_password() -> None:
    url = "ssm:/a?endpoint_url=https://alice:canary@example.org"
    with mark_resolving(f"the store {url}", f"account 'hub' of {url}"):
        assert "canary" not in os.environ[_circular_credentials.VARIABLE]


def test_the_circle_that_a_program_printed_is_said_once() -> None:
    with mark_resolving("account 'b'", "profile x"):
        inner = failure(lambda: mark_resolving("account 'b'", "profile x").__enter__())
    printed = f"Error of a client: Cannot access the store a: {inner}\n"
    found = circle_in(f"{printed}Error of another: {printed}")
    assert found
    assert (found.code, str(found)) == (ErrorCode.CREDENTIALS_CIRCLE, str(inner))
    assert circle_in("canary (credentials_circle)") is None


# Profiles and stores.


@pytest.fixture
def config(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An AWS config whose profile ``team`` runs a program that says what it was started with, and fails."""
    program = tmp_path / "program"
    program.write_text(
        f"import os\nopen({str(tmp_path / 'seen')!r}, 'a')"
        f".write(os.environ['{_circular_credentials.VARIABLE}'])\nexit(1)"
    )
    path = tmp_path / "config"
    path.write_text(
        f"[profile team]\nregion = eu-central-1\ncredential_process = {sys.executable} {program}\n"
        f"[default]\nregion = eu-central-1\nrole_arn = {aws.facts['roles']['deploy']}\nsource_profile = team\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


def use(kind: str) -> OctoAwsError:
    """What comes of using an account of the profile, a store that the profile is named for, or a store of the shell."""
    if kind == "account":
        account = Account(name="prod", type="profile", profile="team", session_key="1" * 64)
        return failure(
            lambda: Resolver(Settings("/nowhere"), SessionOptions(), None, pytest.fail).walk(account).credentials()
        )
    return failure(
        lambda: store_of(Settings(STORE + ("&profile=team" if kind == "named" else "")), pytest.fail).names()
    )


WHAT = {"account": "account 'prod'", "named": f"the store {STORE}", "shell": f"the store {STORE}"}


@pytest.mark.parametrize("kind", WHAT)
def test_a_program_that_gives_credentials_learns_what_for(config: Path, kind: str) -> None:
    way = f"the credential_process of the profile 'team' in {config}"
    assert use(kind).code is ErrorCode.PROFILE_FAILED
    assert json.loads((config.parent / "seen").read_text()) == [[WHAT[kind], way]]
    assert not is_nested()


@pytest.mark.parametrize("kind", WHAT)
def test_inside_of_itself_it_is_not_run_again(config: Path, kind: str) -> None:
    with mark_resolving("account 'other'", f"the credential_process of the profile 'team' in {config}"):
        error = use(kind)
    assert error.code is ErrorCode.CREDENTIALS_CIRCLE
    assert f"account 'other' with the credential_process of the profile 'team' in {config} -> {WHAT[kind]}" in str(
        error
    )
    assert not (config.parent / "seen").exists()


@pytest.mark.parametrize("kind", ["shell", "named"])
def test_inside_of_another_one_it_is_run(config: Path, kind: str) -> None:
    with mark_resolving("account 'other'", "the credential_process of the profile 'another'"):
        assert use(kind).code is ErrorCode.PROFILE_FAILED
    assert len(json.loads((config.parent / "seen").read_text())) == 2


def test_keys_of_the_environment_need_no_program(aws: FakeAws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, aws.facts)
    with mark_resolving("account 'other'", f"the credential_process of the profile 'team' in {config}"):
        assert store_of(Settings(STORE), pytest.fail).names() == []


def test_a_store_whose_account_needs_the_store(config: Path, tmp_path: Path) -> None:
    url = f"{STORE}&account=hub&account_store={tmp_path}"
    with mark_resolving("the store another", f"account 'hub' of {tmp_path}"):
        error = failure(lambda: store_of(Settings(url), pytest.fail))
    assert error.code is ErrorCode.CREDENTIALS_CIRCLE


# The collection's own command, in a profile.


@pytest.mark.parametrize(
    ("command", "account", "store"),
    [
        (f"{PROCESS} deploy", "deploy", ""),
        (f"/usr/bin/env PYTHONPATH=/x {PROCESS} ' my role ' --vault-password-file x", "my role", ""),
        (f"{PROCESS} --store /srv/a deploy --region eu-west-1", "deploy", "/srv/a"),
        (f"{PROCESS} deploy --store=ssm:/a", "deploy", "ssm:/a"),
        (f"env OCTO_AWS_STORE=/b OCTO_AWS_STORE=/c {PROCESS} deploy", "deploy", "/c"),
        (f"env OCTO_AWS_STORE=/b {PROCESS} deploy --store /d", "deploy", "/d"),
        ("python /x/octo/aws/plugins/plugin_utils/credential_process.py deploy", "deploy", ""),
    ],
)
def test_the_account_that_a_command_names(command: str, account: str, store: str) -> None:
    assert account_of_command(command) == (account, store)


@pytest.mark.parametrize(
    "command",
    ["", "'", "aws-vault export deploy", PROCESS, f"{PROCESS} --help", f"{PROCESS} a b", f"{PROCESS}2 deploy"],
)
def test_a_command_that_names_none(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert account_of_command(command) is None
    assert capfd.readouterr() == ("", "")
