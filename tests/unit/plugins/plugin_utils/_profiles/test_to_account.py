# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Profiles become the accounts that lead where AWS clients would get with them; those that cannot say why."""

from __future__ import annotations

import dataclasses
import os
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import files_of_user, read_files
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.sections import section_remarks
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import ImportedAccount, account_of

if t.TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary/secret+key/that+nobody/may+see+40"
KEYS = f"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {CANARY}\n"
OTHER_KEYS = f"aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = {CANARY}2\n"
ACCESS_KEY_LINE, SECRET_KEY_LINE = KEYS.splitlines(keepends=True)
TEMPORARY = f"{KEYS.replace('AKIA', 'ASIA')}aws_session_token = {CANARY}3\n"
ROLE = "arn:aws:iam::123456789012:role/"
MFA = "arn:aws:iam::123456789012:mfa/alice"
ASKED = "[profile asked]\n"
BASE = f"[profile base]\nregion = eu-west-1\n{KEYS}"
SSO = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"
TOKEN_FILE = "web_identity_token_file = /run/token\n"

HELD = {"type": "access_key", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": CANARY}
OTHER_HELD = {**HELD, "access_key": "AKIAI44QH8DHBEXAMPLE", "secret_key": f"{CANARY}2"}
HELD_FOR_NOW = {**HELD, "access_key": "ASIAIOSFODNN7EXAMPLE", "session_token": f"{CANARY}3"}


def role(name: str = "deploy", **fields: str) -> str:
    """The lines of a profile that assumes a role."""
    given = {"role_arn": f"{ROLE}{name}", "source_profile": "base", **fields}
    return "".join(f"{field} = {value}\n" for field, value in given.items() if value)


FIRST = f"{BASE}[profile first]\n{role('first')}"


def hop(name: str = "deploy", **fields: t.Any) -> dict[str, t.Any]:
    return {"role_arn": f"{ROLE}{name}", **fields}


@pytest.fixture
def read(tmp_path: Path) -> t.Callable[..., ImportedAccount]:
    def read_profile(config: str, credentials: str = "", profile: str = "asked") -> ImportedAccount:
        (tmp_path / "config").write_text(config)
        (tmp_path / "credentials").write_text(credentials)
        files = read_files(str(tmp_path / "config"), str(tmp_path / "credentials"))
        return account_of(files, profile, "account")

    return read_profile


def fields_of(account: Account) -> dict[str, t.Any]:
    """What is set of an account, but its name."""
    record = {field.name: getattr(account, field.name) for field in dataclasses.fields(account)}
    record["assume_role"] = [hop.as_record() for hop in account.assume_role]
    defaults = {"name": account.name, "validate_certs": True}
    return {field: value for field, value in record.items() if value and value != defaults.get(field)}


ACCOUNTS: dict[str, tuple[str, str, dict[str, t.Any]]] = {
    "keys": (f"{ASKED}region = eu-central-1\n{KEYS}", "", {**HELD, "region": "eu-central-1"}),
    "keys of the credentials file": (
        f"{ASKED}region = eu-central-1\n",
        f"[asked]\n{KEYS}",
        {**HELD, "region": "eu-central-1"},
    ),
    "keys of both files": (f"{ASKED}{KEYS}", f"[asked]\n{OTHER_KEYS}", OTHER_HELD),
    "keys of one file and the token of another": (f"{ASKED}{TEMPORARY}", f"[asked]\n{KEYS}", HELD),
    "any other value of both files": (
        f"{ASKED}region = eu-west-1\n",
        f"[asked]\nregion = eu-west-2\n{KEYS}",
        {**HELD, "region": "eu-west-2"},
    ),
    "temporary keys": (f"{ASKED}{TEMPORARY}", "", HELD_FOR_NOW),
    "the old name of the token": (f"{ASKED}{TEMPORARY.replace('session_token', 'security_token')}", "", HELD_FOR_NOW),
    "where STS is": (
        f"{ASKED}ca_bundle = /etc/ca.pem\nendpoint_url = https://aws.example.org\n{KEYS}",
        "",
        {**HELD, "ca_bundle": "/etc/ca.pem", "endpoint_url": "https://aws.example.org"},
    ),
    "where STS is, and other services": (
        "[services local]\nsts =\n  endpoint_url = https://sts.example.org\ns3 =\n  endpoint_url = https://s3.example.org\n"
        f"{ASKED}services = local\nendpoint_url = https://aws.example.org\n{KEYS}",
        "",
        {**HELD, "endpoint_url": "https://sts.example.org"},
    ),
    "where STS would be": (
        f"{ASKED}ignore_configured_endpoint_urls = True\nendpoint_url = https://aws.example.org\n{KEYS}",
        "",
        HELD,
    ),
    "a role, in a region of its own": (f"{BASE}{ASKED}{role()}", "", {**HELD, "assume_role": [hop()]}),
    "a role with all that it can have": (
        f"{BASE}{ASKED}region = eu-central-1\n"
        + role(external_id="external", role_session_name="me", duration_seconds="900", mfa_serial=MFA),
        "",
        {
            **HELD,
            "region": "eu-central-1",
            "assume_role": [hop(external_id="external", role_session_name="me", duration_seconds=900, mfa_serial=MFA)],
        },
    ),
    "a chain": (
        f"{BASE}[profile first]\nregion = eu-west-2\n{role('first', external_id='external')}"
        f"{ASKED}{role(source_profile='first')}",
        "",
        {**HELD, "assume_role": [hop("first", external_id="external"), hop()]},
    ),
    "a source in the credentials file": (f"{ASKED}{role()}", f"[base]\n{KEYS}", {**HELD, "assume_role": [hop()]}),
    "a role of its own keys": (f"{ASKED}{role(source_profile='asked')}{KEYS}", "", {**HELD, "assume_role": [hop()]}),
    "a role comes before keys": (f"{BASE}{ASKED}{role()}{OTHER_KEYS}", "", {**HELD, "assume_role": [hop()]}),
    "keys of a source come before its role": (
        f"{FIRST}{OTHER_KEYS}{ASKED}{role(source_profile='first')}",
        "",
        {**OTHER_HELD, "assume_role": [hop()]},
    ),
    "a role of the machine": (
        f"{ASKED}{role(source_profile='', credential_source='Ec2InstanceMetadata')}",
        "",
        {"type": "instance_role", "assume_role": [hop()]},
    ),
    "a chain from the container": (
        f"[profile first]\n{role('first', source_profile='', credential_source='EcsContainer')}"
        f"{ASKED}{role(source_profile='first')}",
        "",
        {"type": "instance_role", "assume_role": [hop("first"), hop()]},
    ),
    "a web identity": (
        f"{ASKED}role_arn = {ROLE}ci\n{TOKEN_FILE}{KEYS}",
        "",
        {"type": "web_identity", "role_arn": f"{ROLE}ci", "web_identity_token_file": "/run/token"},
    ),
    "a role after a web identity": (
        f"[profile base]\nrole_arn = {ROLE}ci\n{TOKEN_FILE}{ASKED}{role()}",
        "",
        {
            "type": "web_identity",
            "role_arn": f"{ROLE}ci",
            "web_identity_token_file": "/run/token",
            "assume_role": [hop()],
        },
    ),
    "SSO": (f"{ASKED}{SSO}{KEYS}", "", {"type": "profile", "profile": "asked"}),
    "a role after SSO": (
        f"[profile sso]\n{SSO}{ASKED}{role(source_profile='sso')}",
        "",
        {"type": "profile", "profile": "sso", "assume_role": [hop()]},
    ),
    "a process comes before keys of the config": (
        f"{ASKED}credential_process = keys {CANARY}\n{KEYS}",
        "",
        {"type": "profile", "profile": "asked"},
    ),
    "keys of the credentials file come before a process": (
        f"{ASKED}credential_process = keys {CANARY}\n",
        f"[asked]\n{KEYS}",
        HELD,
    ),
    "keys with an MFA device": (
        f"{ASKED}mfa_serial = {MFA}\n{KEYS}",
        "",
        {**HELD, "temporary": True, "mfa_serial": MFA},
    ),
    "a device in the other file": (
        f"{ASKED}mfa_serial = {MFA}\n",
        f"[asked]\n{KEYS}",
        {**HELD, "temporary": True, "mfa_serial": MFA},
    ),
    "temporary keys with an MFA device": (f"{ASKED}mfa_serial = {MFA}\n{TEMPORARY}", "", HELD_FOR_NOW),
    "a source with an MFA device": (f"{BASE}mfa_serial = {MFA}\n{ASKED}{role()}", "", {**HELD, "assume_role": [hop()]}),
    "a sign-in at the console": (
        f"{ASKED}login_session = arn:aws:iam::123456789012:user/alice\n",
        "",
        {"type": "profile", "profile": "asked"},
    ),
}
"""By what a profile has: the config file, the credentials file, and the fields of its account."""


@pytest.mark.parametrize("what", ACCOUNTS)
def test_a_profile_becomes_an_account(what: str, read: t.Callable[..., ImportedAccount]) -> None:
    config, credentials, expected = ACCOUNTS[what]
    found = read(config, credentials).account
    assert (found.name, fields_of(found)) == ("account", expected)


@pytest.mark.parametrize(
    "what", [what for what, (_config, _credentials, fields) in ACCOUNTS.items() if fields["type"] == "access_key"]
)
def test_botocore_finds_the_same_keys(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = pytest.importorskip("botocore.session")
    config, credentials, expected = ACCOUNTS[what]
    for name, text in (("AWS_CONFIG_FILE", config), ("AWS_SHARED_CREDENTIALS_FILE", credentials)):
        (tmp_path / name).write_text(text)
        monkeypatch.setenv(name, str(tmp_path / name))
    asked: list[t.Any] = []
    found = session.Session(profile="asked")
    provider = found.get_component("credential_provider").get_provider("assume-role")

    def client_creator(_service: str, **given: t.Any) -> t.Any:
        asked.append(given)
        raise LookupError

    provider._client_creator = client_creator
    provider._prompter = lambda _prompt: "123456"
    keys = found.get_credentials()
    if expected.get("assume_role"):
        # The chain begins where the first client is made: with the keys of the source.
        with pytest.raises(LookupError):
            keys.get_frozen_credentials()
        assert (asked[0]["aws_access_key_id"], asked[0]["aws_secret_access_key"]) == (
            expected["access_key"],
            expected["secret_key"],
        )
    else:
        assert (keys.access_key, keys.secret_key, keys.token or "") == (
            expected["access_key"],
            expected["secret_key"],
            expected.get("session_token", ""),
        )


REMARKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "keys": (f"{ASKED}{KEYS}", ()),
    "temporary keys": (f"{ASKED}{TEMPORARY}", ("The keys are temporary",)),
    "SSO": (
        f"[profile sso]\n{SSO}{ASKED}{role(source_profile='sso')}",
        ("Keep the profile 'sso' in the AWS config",),
    ),
    "a process": (
        f"{ASKED}credential_process = keys {CANARY}\n",
        ("Keep the profile 'asked' in the AWS config",),
    ),
    "a web identity": (
        f"{ASKED}role_arn = {ROLE}ci\n{TOKEN_FILE}role_session_name = me\nduration_seconds = 900\n",
        ("role_session_name is not imported", "duration_seconds is not imported"),
    ),
    "a web identity and keys": (
        f"{ASKED}role_arn = {ROLE}ci\n{TOKEN_FILE}{ACCESS_KEY_LINE}",
        ("aws_access_key_id of the profile 'asked' is not imported: AWS clients do not read it there",),
    ),
    "an MFA device": (
        f"{ASKED}mfa_serial = {MFA}\n{KEYS}",
        ("The account is temporary, because",),
    ),
    "an MFA device and a token": (
        f"{ASKED}mfa_serial = {MFA}\n{TEMPORARY}",
        ("The keys are temporary", "mfa_serial of the profile 'asked' is not imported"),
    ),
    "an MFA device of a source": (
        f"{BASE}mfa_serial = {MFA}\n{ASKED}{role()}",
        ("mfa_serial of the profile 'base' is not imported",),
    ),
    "a role and keys": (
        f"{BASE}{ASKED}{role()}{OTHER_KEYS}",
        (
            "aws_access_key_id of the profile 'asked' is not imported",
            "aws_secret_access_key of the profile 'asked' is not imported",
        ),
    ),
    "keys of a source and its role": (
        f"{FIRST}{OTHER_KEYS}{ASKED}{role(source_profile='first')}",
        ("role_arn of the profile 'first' is not imported", "source_profile of the profile 'first' is not imported"),
    ),
    "a source without a role": (
        f"{BASE}{ASKED}source_profile = base\n{KEYS}external_id = {CANARY}\n",
        ("source_profile of the profile 'asked' is not imported", "external_id of the profile 'asked' is not imported"),
    ),
    "a misspelt field": (
        f"{ASKED}{KEYS}aws_sesion_token = {CANARY}\n",
        ("'aws_sesion_token' of the profile 'asked' is not imported: AWS clients do not support it. Did you mean",),
    ),
    "fields that choose no identity": (
        f"{ASKED}{KEYS}cli_pager = less\ns3 =\n  max_queue_size = 1\noutput = json\n",
        (),
    ),
}


@pytest.mark.parametrize("what", REMARKS)
def test_what_a_person_should_know_is_remarked(what: str, read: t.Callable[..., ImportedAccount]) -> None:
    config, expected = REMARKS[what]
    remarks = read(config).remarks
    assert all(remark.startswith(start) for remark, start in zip(remarks, expected, strict=True))
    assert CANARY not in str(remarks)


def test_keys_in_both_files_are_remarked(read: t.Callable[..., ImportedAccount]) -> None:
    both = "Both files have keys of the profile 'asked': those of the credentials file are used."
    assert read(f"{ASKED}{OTHER_KEYS}", f"[asked]\n{KEYS}").remarks == (both,)
    assert read(f"{ASKED}{TEMPORARY}", f"[asked]\n{KEYS}").remarks[0] == both
    assert read(f"{ASKED}region = eu-west-1\n", f"[asked]\n{KEYS}").remarks == ()


SECTIONS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "known sections": (
        "[default]\n[profile a]\n[profile  b]\n[profile 'c d']\n[sso-session x]\n[services x]\n[preview]\n[plugins]\n",
        "[default]\n[a]\n[e f]\n[profiles]\n",
        [],
    ),
    "no word profile": (
        f"[dev]\n{KEYS}",
        "",
        [("dev", "AWS clients do not read [dev] in the config file")],
    ),
    "spaces in the config": (f"[ profile dev]\n{KEYS}", "", [("dev", "Change it to [profile dev].")]),
    "no quotes": ("[profile two words]\n", "", [("two words", 'Change it to [profile "two words"].')]),
    "half a quote": ("[profile 'dev]\n", "", [("dev", "Change it to [profile dev].")]),
    "no name": ("[profile]\n", "", [("profile", "do not read [profile]")]),
    "Default": ("[Default]\n", "", [("Default", "do not read [Default]")]),
    "other kinds": ("[sso-session a b]\n", "", [("a b", 'Change it to [sso-session "a b"].')]),
    "one profile twice": (
        f'[profile dev]\n{KEYS}[profile "dev"]\n{OTHER_KEYS}',
        "",
        [("dev", '[profile dev] and [profile "dev"] in the config file are the same profile')],
    ),
    "default twice": (f"[default]\n{KEYS}[profile default]\n", "", [("default", "[default] and [profile default] in")]),
    "the word profile": (
        "",
        f"[profile dev]\n{KEYS}",
        [("dev", "as the profile 'profile dev'")],
    ),
    "spaces": (
        "",
        f"[ spaced ]\n{KEYS}[spaced]\n{OTHER_KEYS}",
        [("spaced", "Change it to [spaced]")],
    ),
    "quotes": ("", f"['dev']\n{KEYS}", [("dev", "Change it to [dev]. It is not imported.")]),
    "a session in the credentials": ("", "[sso-session x]\n", [("x", "Move it to the config file")]),
}
"""The config file, the credentials file, and what is remarked: the profile, and a part of the sentence."""


@pytest.mark.parametrize("what", SECTIONS)
def test_sections_that_are_not_what_they_look_like(what: str, tmp_path: Path) -> None:
    config, credentials, expected = SECTIONS[what]
    (tmp_path / "config").write_text(config)
    (tmp_path / "credentials").write_text(credentials)
    remarks = section_remarks(read_files(str(tmp_path / "config"), str(tmp_path / "credentials")))
    assert [name for name, _remark in remarks] == [name for name, _part in expected]
    assert all(part in remark for (_name, remark), (_same, part) in zip(remarks, expected, strict=True)), remarks
    assert CANARY not in str(remarks)


REASONS: dict[str, tuple[str, str]] = {
    "nothing": (f"{ASKED}region = eu-central-1\n", "it has no credentials"),
    "a machine without a role": (f"{ASKED}credential_source = Ec2InstanceMetadata\n", "it has no credentials"),
    "half a pair": (f"{ASKED}{ACCESS_KEY_LINE}", "it has only one of a pair of keys"),
    "the other half": (f"{ASKED}{SECRET_KEY_LINE}", "it has only one of a pair of keys"),
    "half a pair in the source": (
        f"[profile base]\n{ACCESS_KEY_LINE}{ASKED}{role()}",
        "its source 'base' has only one of a pair",
    ),
    "a pair in two files": (f"{ASKED}{SECRET_KEY_LINE}", "it has only one of a pair of keys"),
    "no secret": (f"{ASKED}{ACCESS_KEY_LINE}aws_secret_access_key =\n", "needs secret_key"),
    "no token": (f"{ASKED}{KEYS.replace('AKIA', 'ASIA')}", "needs its session_token"),
    "no source": (f"{ASKED}{role(source_profile='')}", "role_arn and neither source_profile nor credential_source"),
    "two sources": (f"{BASE}{ASKED}{role(credential_source='EcsContainer')}", "role_arn and both source_profile and"),
    "a source that is not there": (
        f"{BASE}{ASKED}{role(source_profile='bsae')}",
        "does not exist, 'bsae'. Did you mean 'base'?",
    ),
    "itself": (f"{ASKED}{role(source_profile='asked')}", "has a circular source_profile"),
    "a circle": (
        f"[profile a]\n{role(source_profile='asked')}{ASKED}{role(source_profile='a')}",
        "its source 'a' has a circular source_profile",
    ),
    "a source that names nothing": (
        f"[profile base]\nregion = x\n{ASKED}{role()}",
        "its source 'base' has no credentials",
    ),
    "the environment": (
        f"{ASKED}{role(source_profile='', credential_source='Environment')}",
        "from environment variables",
    ),
    "no source that is known": (
        f"{ASKED}{role(source_profile='', credential_source='Ec2')}",
        "has an unknown credential_source",
    ),
    "MFA on the second role": (
        f"{FIRST}{ASKED}{role(source_profile='first', mfa_serial=MFA)}",
        "assume_role, hop 2: mfa_serial cannot be used",
    ),
    "a long session of the second role": (
        f"{FIRST}{ASKED}{role(source_profile='first', duration_seconds='7200')}",
        "at most an hour",
    ),
    "two partitions": (
        f"{FIRST}{ASKED}{role(source_profile='first').replace(':aws:', ':aws-cn:')}",
        "in the partition aws-cn",
    ),
    "a token without a role": (f"{ASKED}{TOKEN_FILE}", "without role_arn"),
    "a block": (f"{ASKED}region =\n  a = b\n{KEYS}", "it has an indented block for region"),
    "a block of keys": (
        f"{ASKED}aws_access_key_id =\n  a = {CANARY}\naws_secret_access_key = b\n",
        "it has an indented block for aws_access",
    ),
    **{
        f"a key as {field}": (f"{BASE}{ASKED}{role(**{field: CANARY * 12})}", f"{field} ")
        for field in ("role_arn", "role_session_name", "duration_seconds", "mfa_serial")
    },
    **{
        f"a key as {field}": (f"{ASKED}{KEYS}{field} = {CANARY * 12}\n", f"{field} ")
        for field in ("region", "endpoint_url")
    },
    "a key as access key": (
        f"{ASKED}{KEYS.replace('AKIAIOSFODNN7EXAMPLE', CANARY)}",
        "access_key is not an access key ID",
    ),
    "a key as credential_source": (
        f"{ASKED}{role(source_profile='', credential_source=CANARY)}",
        "has an unknown credential_source",
    ),
}


@pytest.mark.parametrize("what", REASONS)
def test_a_profile_that_cannot_become_one_says_why(what: str, read: t.Callable[..., ImportedAccount]) -> None:
    config, expected = REASONS[what]
    with pytest.raises(OctoAwsError) as caught:
        read(config, f"[asked]\n{ACCESS_KEY_LINE}" if what == "a pair in two files" else "")
    assert caught.value.code is ErrorCode.PROFILE_FAILED
    assert str(caught.value).startswith("The profile 'asked' cannot become an account: ")
    assert expected in str(caught.value)
    assert "canary" not in str(caught.value)


def test_the_name_is_the_accounts_own(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(f'[default]\n{KEYS}[profile team a]\n{KEYS}[profile "team b"]\n{KEYS}')
    files = read_files(str(tmp_path / "config"), "/dev/null")
    assert files.names == ["default", "team b"]  # as botocore reads it
    assert account_of(files, "team b", "aws-team b").account.name == "aws-team b"
    with pytest.raises(OctoAwsError) as caught:
        account_of(files, "default", "x" * 201)
    assert caught.value.code is ErrorCode.NAME_INVALID


def test_the_files_are_those_of_aws_clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert files_of_user() == [str(tmp_path / ".aws/config"), str(tmp_path / ".aws/credentials")]
    with pytest.raises(OctoAwsError) as caught:
        read_files(None, None)
    assert caught.value.code is ErrorCode.PROFILES_UNREADABLE
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(f"[alone]\n{KEYS}")
    assert read_files(None, None).names == ["alone"]
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "$HOME/config")
    (tmp_path / "config").write_text(BASE)
    assert read_files(None, None).names == ["base"]
    assert CANARY not in repr(read_files(None, None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "No such file"),
        (f"aws_secret_access_key = {CANARY}\n", "(line 1)"),
        (f"[profile a]\n{CANARY}\n", "(line 2)"),
        (f"[profile a]\nregion = x\nregion = {CANARY}\n", "(line 3)"),
        (f"[profile {CANARY}]\n[profile {CANARY}]\n", "(line 2)"),
        (f"[profile a]\ns3 =\n  {CANARY}\n", "it is not a valid AWS config file."),
        (b"[profile a]\nregion = \xff\xfe\n", "it is not a valid AWS config file."),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text: str | bytes | None, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(OctoAwsError) as caught:
        read_files(str(path), "/dev/null")
    assert caught.value.code is ErrorCode.PROFILES_UNREADABLE
    assert expected in str(caught.value)
    assert str(path) in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_folder_and_a_file_of_others_are_not_taken_for_empty_ones(tmp_path: Path) -> None:
    with pytest.raises(OctoAwsError, match="directory"):
        read_files(str(tmp_path), "/dev/null")
    path = tmp_path / "config"
    path.write_text(BASE)
    path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)  # who may read everything becomes somebody who may not
        with pytest.raises(OctoAwsError, match="Permission"):
            read_files(str(path), "/dev/null")
    finally:
        os.seteuid(user)
