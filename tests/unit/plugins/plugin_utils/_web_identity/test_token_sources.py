# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each source of web identity tokens, against the token endpoints of the fake AWS, which check the requests."""

from __future__ import annotations

import base64
import json
import multiprocessing
import sys
import time
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account_types import TYPES
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.web_identity_fields import (
    CHECKS,
    TOKEN_SOURCE_FIELDS,
)
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity import token_request
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity.registry import TOKEN_SOURCES, token_source_of
from ansible_collections.octo.aws.tests.unit.support.fake_aws import as_a_new_process, cache_of, lookup
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

FORK = multiprocessing.get_context("fork")
VARIABLES = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_OIDCREQUESTURI")
AZURE = {"web_identity_token_source": "azure_pipelines"}
GITHUB = {"web_identity_token_source": "github_actions"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> None:
    """The variables of both jobs; no pause between attempts."""
    aws.tell("reset")
    ci = aws.facts["ci"]
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", ci["github_url"])
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", ci["github_secret"])
    monkeypatch.setenv("SYSTEM_OIDCREQUESTURI", ci["azure_url"])
    monkeypatch.setenv("SYSTEM_ACCESSTOKEN", ci["azure_secret"])
    monkeypatch.delenv("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", raising=False)
    monkeypatch.setattr(token_request, "_PAUSES", (0.0, 0.0))


def save(store: FileStore, aws: FakeAws, **fields: t.Any) -> dict[str, t.Any]:
    """Save an account with this source of tokens, and test it."""
    given = {"type": "web_identity", "role_arn": aws.facts["roles"]["web"], "region": "eu-central-1", **fields}
    return run_task("aws_account", {"name": "prod", "store": store.url, "session_cache": str(cache_of(store)), **given})


def token_of(aws: FakeAws, **values: t.Any) -> str:
    import urllib.request

    data = json.dumps({"subject": "a job", "audience": "sts.amazonaws.com", **values}).encode()
    with urllib.request.urlopen(f"{aws.facts['url']}/_test/token", data=data) as answer:
        return str(json.load(answer)["token"])


def actions(aws: FakeAws) -> list[str]:
    return [request["action"] for request in aws.requests]


def test_every_source_has_fields_and_a_class() -> None:
    assert set(TOKEN_SOURCES) == set(TOKEN_SOURCE_FIELDS)
    assert set(TYPES["web_identity"].optional) == set(CHECKS)
    for name in TOKEN_SOURCES:
        assert token_source_of(name)


def test_github_actions(store: FileStore, aws: FakeAws) -> None:
    saved = save(store, aws, **GITHUB)
    assert saved["identity"]["arn"].split("/")[1] == "web", saved
    assert actions(aws) == ["ci:GET /ci/github/idtoken", "sts:AssumeRoleWithWebIdentity"]
    assert saved["account"]["web_identity_token_source"] == "github_actions"


@pytest.mark.parametrize("given", ["nothing", "option", "variable"])
def test_azure_pipelines(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    connection = aws.facts["ci"]["service_connection"]
    if given == "variable":
        monkeypatch.setenv("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", connection)
    more = {"web_identity_service_connection": connection} if given == "option" else {}
    assert save(store, aws, **AZURE, **more)["tested"]
    assert actions(aws) == ["ci:POST /ci/azure/oidctoken", "sts:AssumeRoleWithWebIdentity"]


@pytest.mark.parametrize("source", ["environment", "gitlab", "gitlab with a name"])
def test_variables(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    variable = "GITLAB_OIDC_TOKEN" if source == "gitlab" else "AWS_TOKEN_OF_JOB"
    monkeypatch.setenv(variable, token_of(aws) + "\n")
    name = {} if source == "gitlab" else {"web_identity_token_variable": variable}
    assert save(store, aws, web_identity_token_source=source.split()[0], **name)["tested"]


def test_a_command(store: FileStore, aws: FakeAws, tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[2], 'a').write('x'); print(sys.argv[1])"
    command = [sys.executable, "-c", program, token_of(aws), str(tmp_path / "runs")]
    assert save(store, aws, web_identity_token_source="command", web_identity_token_command=command)["tested"]
    # For the test, and for the first lookup.
    assert as_a_new_process(store, "prod") == as_a_new_process(store, "prod")
    assert (tmp_path / "runs").read_text() == "xx"


def test_the_session_is_the_narrow_one(store: FileStore, aws: FakeAws) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    saved = save(store, aws, **GITHUB, policy=policy, policy_arns=[arn], duration_seconds=900)
    assert saved["account"]["policy"] == '{"Version":"2012-10-17","Statement":[]}'
    parameters = aws.requests[-1]["parameters"]
    assert parameters["Policy"] == saved["account"]["policy"]
    assert parameters["PolicyArns.member.1.arn"] == arn
    assert parameters["DurationSeconds"] == "900"
    as_a_new_process(store, "prod", duration_seconds=1800)
    assert aws.requests[-1]["parameters"]["DurationSeconds"] == "1800"
    assert save(store, aws, duration_seconds=0, policy="", policy_arns=[])["account"]["policy_arns"] == []
    as_a_new_process(store, "prod")
    assert "Policy" not in aws.requests[-1]["parameters"]
    assert "DurationSeconds" not in aws.requests[-1]["parameters"]


CASES: list[tuple[dict[str, t.Any], str, int]] = [
    ({"mode": "status", "status": 401}, "web_identity_request_failed", 1),
    ({"mode": "status", "status": 400}, "web_identity_request_failed", 1),
    ({"mode": "status", "status": 500}, "web_identity_request_failed", 3),
    ({"mode": "status", "status": 429}, "web_identity_request_failed", 3),
    ({"mode": "status", "status": 503, "times": 2}, "", 3),
    ({"mode": "drop", "times": 1}, "", 2),
    ({"mode": "drop"}, "web_identity_request_failed", 3),
    ({"mode": "cut"}, "web_identity_request_failed", 3),
    ({"mode": "huge"}, "web_identity_request_failed", 3),
    ({"mode": "redirect"}, "web_identity_request_failed", 1),
    ({"mode": "html"}, "web_identity_request_failed", 1),
    ({"mode": "no_token"}, "web_identity_request_failed", 1),
    ({"mode": "no_jwt"}, "web_identity_token_invalid", 1),
    ({"mode": "expired"}, "web_identity_token_expired", 1),
    ({"mode": "audience"}, "web_identity_audience_wrong", 1),
]


@pytest.mark.parametrize("source", [GITHUB, AZURE], ids=["github", "azure"])
@pytest.mark.parametrize(("plan", "code", "requests"), CASES, ids=json.dumps)
def test_a_hostile_endpoint(
    store: FileStore, aws: FakeAws, source: dict[str, str], plan: dict[str, t.Any], code: str, requests: int
) -> None:
    aws.tell("ci", **plan)
    saved = save(store, aws, **source)
    assert (saved.get("error") or {"code": ""})["code"] == code, saved
    found = actions(aws)
    assert sum(action.startswith("ci:") for action in found) == requests
    # The secret of the job goes nowhere else, and AWS gets no token that it cannot accept.
    assert not [action for action in found if "stolen" in action]
    assert sum(action.startswith("sts:") for action in found) == (0 if code else 1)
    secrets = (aws.facts["ci"]["github_secret"], aws.facts["ci"]["azure_secret"])
    assert not [secret for secret in secrets if secret in json.dumps(saved)]


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_an_endpoint_that_takes_too_long(
    store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(token_request, "_SECONDS", 0.5)
    monkeypatch.setattr(token_request, "_PAUSES", ())
    aws.tell("ci", mode=mode, seconds=3)
    begin = time.monotonic()
    assert save(store, aws, **GITHUB)["error"]["code"] == "web_identity_request_failed"
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize(
    ("variable", "value", "code", "says"),
    [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "", "web_identity_token_missing", "id-token: write"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "", "web_identity_token_missing", "id-token: write"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong", "web_identity_request_failed", "status 401"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "a\r\nHost: b", "web_identity_request_failed", "not an https"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://example.org/?a=b", "web_identity_request_failed", "not an https"),
        (
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "https://u:canary@example.org/",
            "web_identity_request_failed",
            "not an https",
        ),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://[::1", "web_identity_request_failed", "not an https"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "file:///etc/passwd", "web_identity_request_failed", "not an https"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:1/", "web_identity_request_failed", "no complete response"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://127.0.0.1:1/", "web_identity_request_failed", "no complete response"),
    ],
)
def test_wrong_variables(
    store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    saved = save(store, aws, **GITHUB)
    assert saved["error"]["code"] == code
    assert says in saved["msg"]
    assert "canary" not in saved["msg"]


def test_an_endpoint_without_tls(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    url = aws.facts["ci"]["github_url"].replace("http:", "https:")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", url)
    saved = save(store, aws, **GITHUB)
    assert saved["error"]["code"] == "web_identity_request_failed"
    assert "the TLS connection failed" in saved["msg"]
    assert "SSL_CERT_FILE" in saved["msg"]


def test_a_wrong_service_connection(store: FileStore, aws: FakeAws) -> None:
    saved = save(store, aws, **AZURE, web_identity_service_connection="another")
    assert saved["error"]["code"] == "web_identity_request_failed"
    assert "status 404" in saved["msg"]
    assert "web_identity_service_connection" in saved["msg"]


def test_another_audience_is_requested(store: FileStore, aws: FakeAws) -> None:
    saved = save(store, aws, **GITHUB, web_identity_audience="https://example.org/?a=b&audience=c")
    # The token has it, and IAM does not know it.
    assert saved["error"]["code"] == "web_identity_refused"
    assert actions(aws)[-1] == "sts:AssumeRoleWithWebIdentity"


@pytest.mark.parametrize(
    ("program", "code", "says"),
    [
        ("", "web_identity_command_failed", "printed nothing"),
        ("print('canary-token')", "web_identity_token_invalid", "not a JSON Web Token"),
        ("print('canary'); import sys; sys.exit(3)", "web_identity_command_failed", "exit code 3"),
        ("print('canary' * 10000)", "web_identity_command_failed", "20,000 characters"),
        ("print('canary' * 1000000)", "web_identity_command_failed", "too much"),
    ],
)
def test_a_failing_command(store: FileStore, aws: FakeAws, program: str, code: str, says: str) -> None:
    command = [sys.executable, "-c", program]
    saved = save(store, aws, web_identity_token_source="command", web_identity_token_command=command)
    assert saved["error"]["code"] == code
    assert says in saved["msg"]
    assert "canary" not in saved["msg"]
    assert aws.requests == []


def test_a_command_that_is_not_there(store: FileStore, aws: FakeAws) -> None:
    command = ["/not/there/token", "canary-argument"]
    saved = save(store, aws, web_identity_token_source="command", web_identity_token_command=command)
    assert saved["error"]["code"] == "web_identity_command_failed"
    assert "'/not/there/token'" in saved["msg"]
    assert "No such file" in saved["msg"]
    assert "canary" not in saved["msg"]


def test_jobs_on_one_runner_share_no_session(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, aws, web_identity_token_source="gitlab", test=False)
    monkeypatch.setenv("GITLAB_OIDC_TOKEN", token_of(aws))
    first = as_a_new_process(store, "prod")
    assert as_a_new_process(store, "prod") == first
    monkeypatch.setenv("GITLAB_OIDC_TOKEN", token_of(aws))
    assert as_a_new_process(store, "prod") != first


def test_60_cold_processes_make_one_request(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, **GITHUB, test=False)
    aws.tell("ci", mode="slow", seconds=2)
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
    assert actions(aws) == ["ci:GET /ci/github/idtoken", "sts:AssumeRoleWithWebIdentity"]


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"web_identity_token_source": "environment"}, "option_conflict", "needs web_identity_token_variable"),
        ({"web_identity_token_source": "command"}, "option_conflict", "needs web_identity_token_command"),
        ({**GITHUB, "web_identity_token_file": "/x"}, "option_conflict", "web_identity_token_file cannot be used"),
        ({**GITHUB, "web_identity_service_connection": "x"}, "option_conflict", "cannot be used with"),
        ({"web_identity_token_source": "jenkins"}, "option_invalid", "web_identity_token_source"),
        (
            {"web_identity_token_source": "environment", "web_identity_token_variable": "$canary"},
            "option_invalid",
            "not the name of an environment variable",
        ),
        ({**GITHUB, "web_identity_audience": "a b"}, "option_invalid", "web_identity_audience contains"),
        ({**GITHUB, "policy": "no policy"}, "option_invalid", "policy is not an IAM policy"),
        ({**GITHUB, "policy_arns": ["x"]}, "option_invalid", "policy_arns cannot have"),
        (
            {**GITHUB, "policy_arns": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]},
            "option_invalid",
            "not in the partition",
        ),
        ({**GITHUB, "duration_seconds": 60}, "option_invalid", "duration_seconds cannot be 60"),
        (
            {"web_identity_token_source": "command", "web_identity_token_command": [" "]},
            "option_invalid",
            "has no program",
        ),
    ],
)
def test_fields_that_are_not_valid(
    store: FileStore, aws: FakeAws, fields: dict[str, t.Any], code: str, says: str
) -> None:
    saved = save(store, aws, **fields)
    assert saved["error"]["code"] == code
    assert says in saved["msg"]
    assert "canary" not in saved["msg"]


def test_another_source_removes_the_fields_of_the_first(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, web_identity_token_file="/token", web_identity_audience="a", duration_seconds=900, test=False)
    saved = save(store, aws, **GITHUB, test=False)
    assert saved["account"]["web_identity_token_file"] == ""
    assert saved["account"]["web_identity_audience"] == ""
    assert saved["account"]["duration_seconds"] == 900
    assert saved["replaced"]["web_identity_token_file"] == "/token"
    assert save(store, aws, **GITHUB, test=False)["changed"] is False


def test_tokens_of_the_double_are_jwts(aws: FakeAws) -> None:
    claims = token_of(aws).split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"] == "a job"
