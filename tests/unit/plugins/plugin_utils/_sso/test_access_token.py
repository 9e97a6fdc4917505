# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign-ins to IAM Identity Center: one for all accounts and processes, refreshed before a person is needed again."""

from __future__ import annotations

import json
import os
import re
import typing as t
import urllib.request
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.plugin_utils._base import prompts
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._sso import access_token, device
from ansible_collections.octo.aws.plugins.plugin_utils._sso.oidc import OidcClient
from ansible_collections.octo.aws.plugins.plugin_utils._sso.portal import Portal
from ansible_collections.octo.aws.plugins.plugin_utils._sso.sign_in import SignInCache
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, cache_of, lookup

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore

DEPLOYER = {
    "type": "sso",
    "sso_start_url": "https://d-1234567890.awsapps.com/start",
    "sso_region": "eu-central-1",
    "sso_account_id": "123456789012",
    "sso_role_name": "Deployer",
}
DEVICE = ["RegisterClient", "StartDeviceAuthorization", "CreateToken"]


class Terminal:
    """A terminal that shows what is written."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.is_there = True

    def show(self, text: str) -> bool:
        self.shown.append(text)
        return self.is_there


@pytest.fixture(name="terminal")
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(prompts, "show_sign_in", terminal.show)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return terminal


@pytest.fixture(autouse=True)
def _a_fast_person(aws: FakeAws) -> None:
    aws.tell("sso", pending=0)


def save(store: FileStore, name: str = "prod", **fields: t.Any) -> None:
    make_accounts(store, str(cache_of(store))).save(name, {**DEPLOYER, **fields}, vault_id=None, test=False)


def forget(store: FileStore) -> None:
    """Start as a new process does, without sessions, but with the sign-in."""
    session_reuse._in_memory.clear()
    access_token._in_memory.clear()
    for path in cache_of(store).rglob("*.session"):
        path.unlink()


def actions(aws: FakeAws) -> list[str]:
    """The requests since the last call, those to STS left out."""
    found = [request["action"] for request in aws.requests]
    sent = [action.partition(":")[2] for action in found if action.startswith(("sso:", "sso-oidc:"))]
    start = _seen.get("count", 0)
    new = sent[start:]
    _seen["count"] = len(sent)
    return new


_seen: dict[str, int] = {}


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    _seen.clear()


def refused(store: FileStore, code: str, *names: str, **options: t.Any) -> str:
    with pytest.raises(AnsibleError) as caught:
        lookup(store, *(names or ("prod",)), **options)
    assert f"({code})" in str(caught.value)
    return str(caught.value)


def test_a_code_is_shown_once_and_confirmed(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", pending=2)
    save(store, region="eu-central-1")
    found = lookup(store, "prod")
    assert found["access_key"].startswith("ASIA")
    assert found["source"] == "sso"
    assert found["region"] == "eu-central-1"
    assert actions(aws) == [*DEVICE, "CreateToken", "CreateToken", "GetRoleCredentials"]
    assert [text.partition("\n")[0] for text in terminal.shown] == [
        "Signing in to https://d-1234567890.awsapps.com/start (IAM Identity Center in eu-central-1)",
        "Sign in to AWS. Open this page in a browser on any machine, and compare the code:",
    ]
    assert re.search(
        r"/start/#/device\?user_code=[A-Z]{4}-[A-Z]{4}\n  Code: [A-Z]{4}-[A-Z]{4} \(valid for 10", terminal.shown[1]
    )
    identity = make_accounts(store, str(cache_of(store))).test("prod").identity
    assert identity
    assert identity.arn.endswith(":assumed-role/AWSReservedSSO_Deployer_0123456789abcdef/alice@example.com")


def test_all_accounts_of_a_portal_share_the_sign_in(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store)
    save(store, "other", sso_account_id="210987654321", sso_role_name="ReadOnly")
    lookup(store, "prod")
    for name in ("prod", "other"):
        forget(store)
        lookup(store, name)
    assert actions(aws) == [*DEVICE, *["GetRoleCredentials"] * 3]
    assert len(terminal.shown) == 2


def test_a_session_that_is_cached_needs_no_request(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store)
    found = lookup(store, "prod")
    session_reuse._in_memory.clear()
    assert lookup(store, "prod") == found
    assert actions(aws) == [*DEVICE, "GetRoleCredentials"]


def test_a_token_is_refreshed_before_it_ends(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", token_seconds=200)
    save(store)
    lookup(store, "prod")
    terminal.is_there = False
    for _time in range(2):
        # Each refresh token is good for once, so the new one was stored.
        forget(store)
        lookup(store, "prod")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials", *["CreateToken", "GetRoleCredentials"] * 2]
    assert len(terminal.shown) == 2


def test_without_a_refresh_token_a_token_is_used_to_its_end(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", token_seconds=200, refresh=False)
    save(store)
    lookup(store, "prod")
    forget(store)
    lookup(store, "prod")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials", "GetRoleCredentials"]


def test_while_a_refresh_fails_the_token_is_used(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", token_seconds=200)
    save(store)
    lookup(store, "prod")
    forget(store)
    aws.tell("fault", action="sso-oidc:CreateToken", kind="internal", times=5)
    lookup(store, "prod")
    assert len(terminal.shown) == 2


def test_a_refresh_that_is_refused_while_the_token_is_valid(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", token_seconds=200)
    save(store)
    lookup(store, "prod")
    aws.tell("sso", forget_refresh=True)
    forget(store)
    lookup(store, "prod")
    assert len(terminal.shown) == 2


def test_a_token_that_another_process_has_just_refreshed(
    store: FileStore, aws: FakeAws, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Near the end of a session, new tokens are short, too."""
    aws.tell("sso", token_seconds=200)
    save(store)
    lookup(store, "prod")
    forget(store)
    actions(aws)
    wait = SignInCache.locked

    def refresh_first(self: SignInCache, seal: t.Any) -> t.Any:
        known = self.read()
        assert known
        refreshed = OidcClient(Portal(DEPLOYER["sso_start_url"], DEPLOYER["sso_region"])).refreshed(known)
        assert refreshed
        self.write(refreshed)
        return wait(self, seal)

    monkeypatch.setattr(SignInCache, "locked", refresh_first)
    lookup(store, "prod")
    assert actions(aws) == ["CreateToken", "GetRoleCredentials"]


def test_an_interruption_at_the_terminal(
    store: FileStore, aws: FakeAws, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "show_sign_in", lambda text: not text.startswith("Sign in to AWS"))
    save(store)
    assert "was interrupted" in refused(store, "sso_sign_in_failed")
    assert actions(aws) == DEVICE[:2]


@pytest.mark.parametrize("clients", [False, True])
def test_a_refresh_that_is_refused_needs_a_person(
    store: FileStore, aws: FakeAws, terminal: Terminal, clients: bool
) -> None:
    aws.tell("sso", token_seconds=20)
    save(store)
    lookup(store, "prod")
    aws.tell("sso", forget_refresh=True, forget_clients=clients, token_seconds=3600)
    forget(store)
    terminal.is_there = False
    actions(aws)
    refused(store, "sso_sign_in_required")
    assert actions(aws) == ["CreateToken"]
    terminal.is_there = True
    lookup(store, "prod")
    again = ["StartDeviceAuthorization", "RegisterClient", *DEVICE[1:]] if clients else DEVICE[1:]
    assert actions(aws) == ["CreateToken", *again, "GetRoleCredentials"]


def test_a_token_that_was_revoked_is_replaced_once(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store)
    lookup(store, "prod")
    forget(store)
    aws.tell("sso", revoke=True)
    lookup(store, "prod")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials", "GetRoleCredentials", "CreateToken", "GetRoleCredentials"]
    assert len(terminal.shown) == 2


def test_without_a_terminal_the_error_has_the_command(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store, "it's prod")
    terminal.is_there = False
    message = refused(store, "sso_sign_in_required", "it's prod")
    assert "A person has to sign in to https://d-1234567890.awsapps.com/start, and there is no terminal" in message
    assert """octo.aws.test_account -e 'account_name=it'"'"'s prod'`""" in message
    assert actions(aws) == []


def test_without_a_session_cache_a_process_signs_in_alone(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store)
    for _time in range(2):
        session_reuse._in_memory.clear()
        lookup(store, "prod", session_cache="none")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials", "GetRoleCredentials"]
    access_token._in_memory.clear()
    session_reuse._in_memory.clear()
    lookup(store, "prod", session_cache="none")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials"]


def test_the_sign_in_is_sealed(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    save(store)
    lookup(store, "prod")
    with urllib.request.urlopen(f"{aws.facts['url']}/_test/secrets") as answer:
        secrets = [secret.encode() for secret in json.load(answer)]
    files = [path for path in cache_of(store).rglob("*") if path.is_file()]
    assert [path.suffix for path in files].count(".sign_in") == 1
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content]
        assert path.stat().st_mode & 0o077 == 0
    assert "secret" not in repr(access_token._in_memory)


@pytest.mark.parametrize("way", ["others can read it", "damaged", "no key", "another key", "swapped"])
def test_a_sign_in_that_cannot_be_opened_is_none(
    store: FileStore, aws: FakeAws, terminal: Terminal, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store)
    lookup(store, "prod")
    forget(store)
    key = cache_of(store) / ".sign-in-key"
    sealed = next(cache_of(store).rglob("*.sign_in"))
    if way == "others can read it":
        key.chmod(0o644)
    elif way == "damaged":
        sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    elif way == "no key":
        key.unlink()
    elif way == "another key":
        key.write_text("ab" * 32)
    else:
        sealed.write_bytes(b"")
    os.utime(sealed)
    actions(aws)
    lookup(store, "prod")
    assert actions(aws) == [*DEVICE, "GetRoleCredentials"]


def test_another_endpoint_never_gets_the_token(
    store: FileStore, aws: FakeAws, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store)
    lookup(store, "prod")
    forget(store)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", aws.facts["url"].replace("127.0.0.1", "localhost"))
    terminal.is_there = False
    refused(store, "sso_sign_in_required")


@pytest.mark.parametrize(
    ("play", "code", "words"),
    [
        ({"person": "deny"}, "sso_sign_in_denied", "was denied"),
        ({"person": "away", "code_seconds": 3}, "sso_sign_in_expired", "was not confirmed in time"),
    ],
)
def test_a_sign_in_that_is_not_confirmed(
    store: FileStore, aws: FakeAws, terminal: Terminal, play: dict[str, t.Any], code: str, words: str
) -> None:
    aws.tell("sso", **play)
    save(store)
    assert words in refused(store, code)


def test_a_code_that_expired_at_aws(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    aws.tell("sso", code_seconds=-1, answers={"sso-oidc:StartDeviceAuthorization": {"expiresIn": 60}})
    save(store)
    refused(store, "sso_sign_in_expired")


def test_polls_are_slowed_down(
    store: FileStore, aws: FakeAws, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(device.time, "sleep", waits.append)
    aws.tell("sso", interval=0, answers={"sso-oidc:StartDeviceAuthorization": {"interval": 2}}, slow_down=2)
    aws.tell("fault", action="sso-oidc:CreateToken", kind="throttle", times=1)
    save(store)
    lookup(store, "prod")
    assert [wait for wait in waits if wait >= 2] == [2, 7, 12, 17]


@pytest.mark.parametrize("kind", ["internal", "cut", "drop", "throttle"])
@pytest.mark.parametrize("action", [*(f"sso-oidc:{name}" for name in DEVICE), "sso:GetRoleCredentials"])
def test_a_fault_that_passes_is_not_noticed(
    store: FileStore, aws: FakeAws, terminal: Terminal, kind: str, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_SLOWER", 0)
    if (kind, action) == ("cut", "sso-oidc:CreateToken"):
        pytest.skip("the code is used up with the answer that was lost")
    save(store)
    aws.tell("fault", action=action, kind=kind, times=1)
    lookup(store, "prod")


def test_a_token_that_was_lost_with_its_answer_needs_another_sign_in(
    store: FileStore, aws: FakeAws, terminal: Terminal
) -> None:
    save(store)
    aws.tell("fault", action="sso-oidc:CreateToken", kind="cut", times=1)
    assert "rejected the sign-in" in refused(store, "sso_sign_in_failed")
    lookup(store, "prod")


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("sso-oidc:RegisterClient", {"clientSecret": None}),
        ("sso-oidc:RegisterClient", {"clientSecret": "a\x1b[2J"}),
        ("sso-oidc:RegisterClient", {"clientSecretExpiresAt": None}),
        ("sso-oidc:StartDeviceAuthorization", {"deviceCode": None}),
        ("sso-oidc:StartDeviceAuthorization", {"userCode": "\x1b]0;hello\x07"}),
        ("sso-oidc:StartDeviceAuthorization", {"verificationUriComplete": "javascript:alert(1)"}),
        ("sso-oidc:StartDeviceAuthorization", {"verificationUriComplete": None, "verificationUri": "file:///etc"}),
        ("sso-oidc:StartDeviceAuthorization", {"verificationUriComplete": "https://a\nb"}),
        ("sso-oidc:StartDeviceAuthorization", {"expiresIn": 0}),
        ("sso-oidc:StartDeviceAuthorization", {"expiresIn": None}),
        ("sso-oidc:StartDeviceAuthorization", {"interval": 0}),
        ("sso-oidc:CreateToken", {"accessToken": None}),
        ("sso-oidc:CreateToken", {"accessToken": ""}),
        ("sso-oidc:CreateToken", {"accessToken": "a\r\nx-header: b"}),
        ("sso-oidc:CreateToken", {"expiresIn": None}),
        ("sso:GetRoleCredentials", {"roleCredentials": None}),
        ("sso:GetRoleCredentials", {"roleCredentials": []}),
        ("sso:GetRoleCredentials", {"roleCredentials": {"secretAccessKey": None}}),
        ("sso:GetRoleCredentials", {"roleCredentials": {"sessionToken": ""}}),
        ("sso:GetRoleCredentials", {"roleCredentials": {"expiration": None}}),
        ("sso:GetRoleCredentials", {"roleCredentials": {"expiration": 10**18}}),
        ("sso:GetRoleCredentials", {"roleCredentials": {"expiration": 1_500_000_000_000}}),
        ("sso:GetRoleCredentials", "text"),
    ],
)
def test_an_answer_that_aws_does_not_give(
    store: FileStore, aws: FakeAws, terminal: Terminal, action: str, answer: t.Any
) -> None:
    aws.tell("sso", answers={action: answer})
    save(store)
    refused(store, "aws_answer_invalid")
    assert "\x1b" not in "".join(terminal.shown)


@pytest.mark.parametrize("action", [*(f"sso-oidc:{name}" for name in DEVICE), "sso:GetRoleCredentials"])
def test_a_captive_portal(store: FileStore, aws: FakeAws, terminal: Terminal, action: str) -> None:
    save(store)
    aws.tell("fault", action=action, kind="not_aws", times=20)
    refused(store, "aws_answer_invalid")


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"sso_role_name": "Admin"}, "sso_role_denied", "denied the role Admin in the AWS account 123456789012"),
        (
            {"sso_account_id": "999999999999"},
            "sso_role_unknown",
            "has no role Deployer in the AWS account 999999999999",
        ),
        (
            {"sso_start_url": "https://other.awsapps.com/start"},
            "sso_start_url_refused",
            "https://other.awsapps.com/start",
        ),
    ],
)
def test_a_wrong_account(
    store: FileStore, aws: FakeAws, terminal: Terminal, fields: dict[str, str], code: str, words: str
) -> None:
    save(store, **fields)
    assert words in refused(store, code)


def test_throttled_for_long(
    store: FileStore, aws: FakeAws, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store)
    lookup(store, "prod")
    forget(store)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    aws.tell("fault", action="sso:GetRoleCredentials", kind="throttle", times=50)
    refused(store, "throttled")


@pytest.mark.parametrize("fields", [{"account_id": "210987654321"}, {"sso_account_id": "12"}, {"sso_role_name": "a/b"}])
def test_what_no_account_can_be(store: FileStore, fields: dict[str, str]) -> None:
    with pytest.raises(Exception, match=r"sso_"):
        save(store, **fields)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://d-1234567890.awsapps.com/start/#/?tab=accounts", "https://d-1234567890.awsapps.com/start"),
        (" https://d-1234567890.awsapps.com/start/ ", "https://d-1234567890.awsapps.com/start"),
        ("http://d-1234567890.awsapps.com/start", None),
        ("https://me:canary@d-1234567890.awsapps.com/start", None),
        ("https://", None),
        ("d-1234567890.awsapps.com/start", None),
        ("https://a.com/start?x=y", None),
        ("https://a.com/a b", None),
        ("https://[a", None),
    ],
)
def test_start_urls(store: FileStore, given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Exception, match="sso_start_url is not the URL of an AWS access portal") as caught:
            save(store, sso_start_url=given)
        assert "canary" not in str(caught.value)
        return
    save(store, sso_start_url=given)
    stored = store.read("prod")
    assert stored
    assert stored.account.sso_start_url == kept


def test_roles_after_the_role(store: FileStore, aws: FakeAws, terminal: Terminal) -> None:
    """They are role chaining, with at most an hour."""
    save(store, assume_role=[{"role_arn": aws.facts["roles"]["deploy"], "duration_seconds": 900}])
    refused(store, "access_denied")
    with pytest.raises(Exception, match="duration_seconds"):
        save(store, "long", assume_role=[{"role_arn": aws.facts["roles"]["deploy"], "duration_seconds": 7200}])
    save(store, "bare")
    assert "for credentials of type sso" in refused(store, "option_conflict", "bare", duration_seconds=900)


def test_files_of_the_cache(store: FileStore, aws: FakeAws, terminal: Terminal, tmp_path: Path) -> None:
    """A folder that cannot be used is a warning, not an error."""
    save(store)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    lookup(store, "prod", session_cache=str(blocked))
    assert actions(aws) == [*DEVICE, "GetRoleCredentials"]
