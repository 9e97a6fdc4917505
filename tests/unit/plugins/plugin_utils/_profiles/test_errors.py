# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A profile that gives no credentials says why: the cause, the file, and what to do, but no argument of a program. Each
is tried with botocore, as the profile of an account and as the one that a store is asked with."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._sources.profile import ProfileSource
from ansible_collections.octo.aws.plugins.plugin_utils._sources.protocol import FetchOptions
from ansible_collections.octo.aws.plugins.plugin_utils._stores.aws_client import ServiceClient
from ansible_collections.octo.aws.tests.unit.support.accounts import make_context

SECRET = "d0-not-sh0w"
ROLE = "role_arn = arn:aws:iam::123456789012:role/deploy\n"
BASE = f"[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n"
SSO = "sso_account_id = 123456789012\nsso_role_name = Admin\n"
CORP = "[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://corp.example.org/start\n"
FAILED = ErrorCode.PROFILE_FAILED


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1",
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def program(path: Path, text: str, *, mode: int = 0o700) -> None:
    path.write_text(text)
    path.chmod(mode)


def account_fails(profile: str) -> OctoAwsError:
    account = Account(name="one", type="profile", profile=profile)
    terms = FetchOptions(
        region="",
        endpoint=Endpoint(),
        session_name="one",
        duration_seconds=0,
        token_for=lambda _serial, _program: "123456",
    )
    source = ProfileSource()
    with pytest.raises(OctoAwsError) as raised:
        source.session(account) and source.fetch(account, terms)
    return raised.value


def store_fails(profile: str) -> OctoAwsError:
    client = ServiceClient("ssm", "ssm:/octo", {"region": "eu-central-1", "profile": profile}, make_context())
    with pytest.raises(OctoAwsError) as raised:
        client.call("get_parameter", "x", Name="x")
    return raised.value


def prints(text: str) -> str:
    return f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n"


KEYS = f'"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "{SECRET}"'
PROGRAMS: dict[str, tuple[str, str]] = {
    "fails": (f"#!/bin/sh\necho {SECRET} >&2\nexit 1\n", "'get-keys' failed"),
    "prints nothing": ("#!/bin/sh\n", "'get-keys' does not print a JSON document"),
    "prints no JSON": (prints(SECRET), "'get-keys' does not print a JSON document"),
    "prints a list": (prints(f'["{SECRET}"]'), "'get-keys' does not print a JSON document"),
    "prints no text": ("#!/bin/sh\nprintf '\\377\\376'\n", "'get-keys' does not print a JSON document"),
    "prints no version": (prints(f"{{{KEYS}}}"), "'get-keys' prints a Version other than 1"),
    "prints version 2": (prints(f'{{"Version": 2, {KEYS}}}'), "'get-keys' prints a Version other than 1"),
    "prints no keys": (prints('{"Version": 1}'), "'get-keys' prints no AccessKeyId or no SecretAccessKey"),
    "prints empty keys": (
        prints('{"Version": 1, "AccessKeyId": "", "SecretAccessKey": ""}'),
        "'get-keys' prints empty keys",
    ),
    "prints no time": (
        prints(f'{{"Version": 1, {KEYS}, "Expiration": "soon"}}'),
        "'get-keys' prints an invalid Expiration",
    ),
    "prints a time that is over": (
        prints(f'{{"Version": 1, {KEYS}, "SessionToken": "x", "Expiration": "2020-01-01T00:00:00Z"}}'),
        "'get-keys' prints expired credentials",
    ),
    "has no interpreter": ("#!/not/there\n", "'get-keys' has an interpreter (#!) that does not exist"),
    "has no format": (f"{SECRET}\n", "'get-keys' cannot be run: Exec format error"),
}


@pytest.mark.parametrize("fails", [account_fails, store_fails])
@pytest.mark.parametrize("what", PROGRAMS)
def test_a_program_that(what: str, fails: t.Callable[[str], OctoAwsError], home: Path) -> None:
    text, says = PROGRAMS[what]
    if "empty" in what and fails is store_fails:
        pytest.skip("botocore asks with them, and AWS refuses")
    program(home / "get-keys", text)
    (home / "config").write_text(f"[profile one]\ncredential_process = get-keys --token {SECRET}\n")
    check(fails("one"), FAILED, f"The profile 'one' in {home}/config cannot be used: its credential_process {says}.")


COMMANDS = {
    "/not/there": "'/not/there' does not exist",
    "not-there": "'not-there' does not exist",
    "~/get-keys": "'~/get-keys' does not exist",
    "'/with a space/keys'": "'/with a space/keys' does not exist",
    "./not-executable": "'./not-executable' cannot be run: Permission denied",
    "/etc": "'/etc' cannot be run: Permission denied",
    f"TOKEN={SECRET} get-keys": "starts with the assignment of 'TOKEN'",
    "'get-keys": "has an unclosed quote",
}


@pytest.mark.parametrize("fails", [account_fails, store_fails])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command(
    command: str, fails: t.Callable[[str], OctoAwsError], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    program(home / "not-executable", "", mode=0o600)
    (home / "credentials").write_text(f"[one]\ncredential_process = {command} --token {SECRET}\n")
    says = f"The profile 'one' in {home}/credentials cannot be used: its credential_process {COMMANDS[command]}."
    check(fails("one"), FAILED, says)


ONE = "[profile one]\nregion = eu-central-1\n"
PROFILES: dict[str, tuple[str, ErrorCode, str]] = {
    "instance": (
        f"{ROLE}credential_source = Ec2InstanceMetadata\n",
        ErrorCode.INSTANCE_METADATA_UNREACHABLE,
        "its credential_source Ec2InstanceMetadata failed: There is no instance metadata service",
    ),
    "container": (
        f"{ROLE}credential_source = EcsContainer\n",
        ErrorCode.CONTAINER_CREDENTIALS_FAILED,
        "its credential_source EcsContainer failed: no variable AWS_CONTAINER_CREDENTIALS_... is set.",
    ),
    "environment": (
        f"{ROLE}credential_source = Environment\n",
        FAILED,
        "its credential_source Environment needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.",
    ),
    "unknown source": (f"{ROLE}credential_source = {SECRET}\n", FAILED, "it has an unknown credential_source"),
    "no source": (ROLE, FAILED, "it has role_arn and neither source_profile nor credential_source."),
    "two sources": (
        f"{ROLE}source_profile = base\ncredential_source = Environment\n{BASE}",
        FAILED,
        "it has role_arn and both source_profile and credential_source.",
    ),
    "no source profile": (
        f"{ROLE}source_profile = bsae\n{BASE}",
        FAILED,
        "it has a source_profile that does not exist, 'bsae'. Did you mean 'base'?",
    ),
    "empty source profile": (
        f"{ROLE}source_profile = base\n[profile base]\nregion = eu-central-1\n",
        FAILED,
        "its source 'base' has no credentials.",
    ),
    "circle": (
        f"{ROLE}source_profile = two\n[profile two]\n{ROLE}source_profile = one\n",
        FAILED,
        "its source 'two' has a circular source_profile, 'one'.",
    ),
    "nothing": ("output = json\n", FAILED, "it has no credentials."),
    "half a pair": (f"aws_secret_access_key = {SECRET}\n", FAILED, "it has only one of a pair of keys."),
    "the other half": (f"aws_access_key_id = {SECRET}\n", FAILED, "it has only one of a pair of keys."),
    "web identity": (
        f"{ROLE}web_identity_token_file = /not/there\n",
        ErrorCode.WEB_IDENTITY_TOKEN_UNREADABLE,
        "its web_identity_token_file failed: Cannot read the web identity token file /not/there: No such",
    ),
    "no role": (
        "web_identity_token_file = /not/there\n",
        FAILED,
        "it has a web_identity_token_file without role_arn.",
    ),
    "SSO": (f"sso_session = corp\n{SSO}{CORP}", FAILED, "its SSO session is missing or has expired."),
    "no SSO session": (f"sso_session = crop\n{SSO}{CORP}", FAILED, "its sso_session 'crop' does not exist. Did you"),
    "half of SSO": (f"sso_region = eu-central-1\n{SSO}", FAILED, "its SSO needs sso_start_url."),
    "old SSO": (
        f"sso_region = eu-central-1\nsso_start_url = https://corp.example.org/start\n{SSO}",
        FAILED,
        "its SSO session is missing or has expired.",
    ),
    "a bad role": (
        f"role_arn = deploy\nsource_profile = base\n{BASE}",
        ErrorCode.OPTION_INVALID,
        "role_arn must have at least 20 characters.",
    ),
}


@pytest.mark.parametrize("fails", [account_fails, store_fails])
@pytest.mark.parametrize("what", PROFILES)
def test_a_profile(what: str, fails: t.Callable[[str], OctoAwsError], home: Path) -> None:
    text, code, says = PROFILES[what]
    (home / "config").write_text(f"{ONE}{text}")
    check(fails("one"), code, f"The profile 'one' in {home}/config cannot be used: {says}")


@pytest.mark.parametrize("fails", [account_fails, store_fails])
def test_a_source_that_gives_nothing_is_named(fails: t.Callable[[str], OctoAwsError], home: Path) -> None:
    (home / "config").write_text(f"{ONE}{ROLE}source_profile = keys\n[profile keys]\ncredential_process = /not/there\n")
    source = f"The profile 'one' in {home}/config cannot be used, because its source 'keys' failed: "
    check(fails("one"), FAILED, f"{source}its credential_process '/not/there' does not exist.")


@pytest.mark.parametrize("fails", [account_fails, store_fails])
def test_a_profile_that_is_not_there(fails: t.Callable[[str], OctoAwsError], home: Path) -> None:
    (home / "config").write_text(f"{ONE}{BASE}")
    error = check(fails("noe"), FAILED, f"There is no profile 'noe' in {home}/config or {home}/credentials. Did you")
    assert error.hint == "Did you mean 'one'?"


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_the_profile_of_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "config").write_text(f"{ONE}credential_process = /not/there\n")
    monkeypatch.setenv(variable, "one")
    check(store_fails(""), FAILED, f"The profile 'one' in {home}/config cannot be used: its credential_process '/not")


def test_half_a_pair_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", SECRET)
    check(store_fails(""), FAILED, "The environment has incomplete credentials: AWS_SECRET_ACCESS_KEY is missing.")


def test_a_file_that_cannot_be_read(home: Path) -> None:
    (home / "config").write_text(f"{ONE}{SECRET}\n")
    for fails in (account_fails, store_fails):
        check(fails("one"), ErrorCode.PROFILES_UNREADABLE, f"The file {home}/config cannot be read: ")


def check(error: OctoAwsError, code: ErrorCode, says: str) -> OctoAwsError:
    assert says in str(error)
    assert error.code is code
    assert error.hint
    assert SECRET not in str(error)
    return error
