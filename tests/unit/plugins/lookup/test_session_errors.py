# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each way in which AWS can refuse a session, when an account is saved and tested, and when it is looked up.

It has its own code, names the hop, makes as many requests as it should, and leaves nothing behind.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import test_note
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

CASES: list[dict[str, t.Any]] = yaml.safe_load(Path(__file__).with_name("session_errors.yml").read_text("utf-8"))
PROFILES = """\
[profile base]
region = eu-central-1
aws_access_key_id = {access_key}
aws_secret_access_key = {secret_key}
[profile deploy]
region = eu-central-1
role_arn = {deploy}
source_profile = base
[profile empty]
region = eu-central-1
[profile closed]
region = eu-central-1
role_arn = {closed}
source_profile = base
[profile no-program]
credential_process = /not/there/keys --secret canary-argument
[profile refused]
credential_process = /etc/hostname canary-argument
[profile failing]
credential_process = sh -c "echo canary-output; exit 1"
[profile no-json]
credential_process = echo canary-output
[profile through-program]
role_arn = {closed}
source_profile = no-program
[profile container]
role_arn = {closed}
credential_source = EcsContainer
[profile environment]
role_arn = {closed}
credential_source = Environment
[profile no-source]
role_arn = {closed}
source_profile = bsae
[profile no-token]
role_arn = {closed}
web_identity_token_file = /not/there/token
[profile signed-out]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session corp]
sso_start_url = https://corp.example.org/start
sso_region = eu-central-1
"""


class Outcome(t.NamedTuple):
    """The message of an error, empty where there was none; its code and the code of AWS, which only a task returns."""

    message: str
    code: str = ""
    aws_code: str = ""


@pytest.fixture
def work(aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with tokens and profiles, of which AWS clients know."""
    for name, token in {
        "good": "e30.e30.web-identity-token",
        "expired": "e30.e30.expired-web-identity-token",
        "empty": "",
    }.items():
        (tmp_path / name).write_text(token)
    (tmp_path / "invalid").write_text("e30.e30.canary-web-identity-token")
    config = tmp_path / "config"
    config.write_text(PROFILES.format(**{**aws.facts, **aws.facts["roles"]}))
    for path in (path for path in tmp_path.iterdir() if path.is_file()):
        path.chmod(0o600)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "not-there"))
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws.facts["url"])
    return tmp_path


def label(case: dict[str, t.Any]) -> str:
    return json.dumps({key: value for key, value in case.items() if key not in ("sts", "save_sts", "says")})


@pytest.mark.parametrize("case", [case for case in CASES if "lookup" not in case], ids=label)
def test_a_save_that_tests(store: FileStore, aws: FakeAws, work: Path, case: dict[str, t.Any]) -> None:
    account = {**saved(aws, work, case), **found(aws, work, case.get("save", {}))}
    begin(aws, case)
    outcome = save(store, aws, account)
    verify(aws, work, case, outcome, case.get("save_sts", case["sts"]))
    assert outcome.code == case["code"]
    assert outcome.aws_code == case.get("aws_code", outcome.aws_code)
    # The sessions of a test are for the test alone. It leaves the note of its success.
    stored = store.read("prod")
    notes = [f"{test_note._seal(stored.account).name}.session"] if stored and not case["code"] else []
    assert [path.name for path in cache_of(store).rglob("*.session")] == notes
    if case["code"]:
        with pytest.raises(AnsibleError, match=r"\(account_unknown\)"):
            as_a_new_process(store, "prod")
    else:
        assert as_a_new_process(store, "prod")["access_key"]


@pytest.mark.parametrize("case", [case for case in CASES if "save" not in case], ids=label)
def test_a_lookup(store: FileStore, aws: FakeAws, work: Path, case: dict[str, t.Any]) -> None:
    assert save(store, aws, {**saved(aws, work, case), "test": False}) == Outcome("")
    begin(aws, case)
    try:
        as_a_new_process(store, "prod", **found(aws, work, case.get("lookup", {})))
        outcome = Outcome("")
    except AnsibleError as error:
        outcome = Outcome(str(error))
    verify(aws, work, case, outcome, case["sts"])
    assert bool(list(cache_of(store).rglob("*.session"))) == (case["code"] == "" and case["sts"] > 0)


def begin(aws: FakeAws, case: dict[str, t.Any]) -> None:
    aws.tell("reset")
    action = f"sts:{case.get('action', 'AssumeRole')}"
    aws.tell("fault", action=action, kind=case.get("fault", "none"), times=case.get("times", 9))


def verify(aws: FakeAws, work: Path, case: dict[str, t.Any], outcome: Outcome, requests: int) -> None:
    said = [*found(aws, work, case.get("says", [])), *([f"({case['code']})"] if case["code"] else [])]
    if "hop" in case:
        hops = case.get("hops", [])
        failing = case.get("hop_role") or hops[case["hop"] - 1]
        said.append(f"hop {case['hop']} of {case.get('hop_of', len(hops))} ({arn(aws, failing)})")
    assert bool(outcome.message) == bool(case["code"]), outcome
    assert [part for part in said if part not in outcome.message] == [], outcome
    assert sum(request["action"].startswith("sts:") for request in aws.requests) == requests
    assert "canary" not in outcome.message
    assert aws.facts["secret_key"] not in outcome.message


def saved(aws: FakeAws, work: Path, case: dict[str, t.Any]) -> dict[str, t.Any]:
    """The options of the account."""
    keys = {"access_key": aws.facts["access_key"], "secret_key": aws.facts["secret_key"]}
    web = {"type": "web_identity", "role_arn": "role:web", "web_identity_token_file": "work:good"}
    account = case.get("account", keys)
    hops = [{"role_arn": f"role:{name}", **case.get("more", {})} for name in case.get("hops", [])]
    region = {} if account != "web" and account.get("type") == "profile" else {"region": "eu-central-1"}
    options = {**(web if account == "web" else account), **region, **({"assume_role": hops} if hops else {})}
    return {"name": "prod", **found(aws, work, {**options, **case.get("options", {})})}


def found(aws: FakeAws, work: Path, value: t.Any) -> t.Any:
    """A value of a case with the roles and the files that it names."""
    if isinstance(value, dict):
        return {key: found(aws, work, item) for key, item in value.items()}
    if isinstance(value, list):
        return [found(aws, work, item) for item in value]
    if isinstance(value, str) and value.startswith("role:"):
        return arn(aws, value.removeprefix("role:"))
    return str(work / value.removeprefix("work:")) if isinstance(value, str) and value.startswith("work:") else value


def arn(aws: FakeAws, role: str) -> str:
    roles: dict[str, str] = aws.facts["roles"]
    return roles["deploy"] + "-not-there" if role == "not_there" else roles[role]


def save(store: FileStore, aws: FakeAws, options: dict[str, t.Any]) -> Outcome:
    """Run the task that saves the account."""
    result = run_task("aws_account", {**options, "store": store.url, "session_cache": str(cache_of(store))})
    assert "canary" not in str(result)
    assert aws.facts["secret_key"] not in str(result)
    if not result.get("failed"):
        return Outcome("")
    error = result["error"]
    return Outcome(result["msg"], error["code"], error.get("aws_code") or "")
