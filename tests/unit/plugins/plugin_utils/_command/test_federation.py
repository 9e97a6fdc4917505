# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links to the AWS console: which credentials AWS takes for them, and what is sent."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._command import federation

SESSION = Credentials("ASIAEXAMPLE", "secret-of-session", "token-of-session", region="eu-central-1")
KEYS = Credentials("AKIAEXAMPLE", "secret-of-user", region="eu-central-1")
ROLE = "sts::123456789012:assumed-role/deploy/x"


class SignIn:
    """Answers in place of the sign-in service.

    :ivar answers: the next ones; the last one is repeated
    """

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = [(200, b'{"SigninToken": "sign-in-token"}')]
        self.requests: list[tuple[str, dict[str, t.Any]]] = []

    def post(self, address: str, body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.requests.append((address, {**form, "Session": json.loads(form["Session"])}))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(name="sign_in")
def _sign_in(monkeypatch: pytest.MonkeyPatch) -> SignIn:
    sign_in = SignIn()
    monkeypatch.setattr(federation, "_post", sign_in.post)
    monkeypatch.setattr(federation.time, "sleep", lambda seconds: None)
    monkeypatch.delenv("AWS_ENDPOINT_URL_SIGNIN", raising=False)
    return sign_in


def link(arn: str, credentials: Credentials = SESSION, service: str = "") -> str:
    identity = Identity("123456789012", arn, "id")
    return federation.console_link(credentials, identity, Endpoint(), service=service, subject="account 'prod'")


def refusal(arn: str, credentials: Credentials = SESSION) -> OctoAwsError:
    with pytest.raises(OctoAwsError) as caught:
        link(arn, credentials)
    assert "secret-of" not in str(caught.value)
    assert "token-of" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("partition", "region", "sign_in_host", "console_host"),
    [
        ("aws", "eu-central-1", "signin.aws.amazon.com", "console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "signin.amazonaws.cn", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_addresses(
    sign_in: SignIn, partition: str, region: str, sign_in_host: str, console_host: str
) -> None:
    credentials = Credentials("ASIAEXAMPLE", "secret-of-session", "token-of-session", region=region)
    parts = urlsplit(link(f"arn:{partition}:{ROLE}", credentials, "s3"))
    query = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", sign_in_host, "/federation")
    assert query["Destination"] == [f"https://{console_host}/s3/home?region={region}"]
    assert (query["Action"], query["SigninToken"]) == (["login"], ["sign-in-token"])
    address, form = sign_in.requests[0]
    assert address == f"https://{sign_in_host}/federation"
    assert form["Action"] == "getSigninToken"
    assert form["Session"] == {
        "sessionId": "ASIAEXAMPLE",
        "sessionKey": "secret-of-session",
        "sessionToken": "token-of-session",
    }
    assert "SessionDuration" not in form, "AWS rejects it after another role"


def test_other_partitions_are_rejected(sign_in: SignIn) -> None:
    error = refusal(f"arn:aws-iso:{ROLE}")
    assert error.code == ErrorCode.CONSOLE_PARTITION_UNKNOWN
    assert "aws-iso" in error.message
    assert not sign_in.requests


def test_a_region_of_another_partition_is_rejected(sign_in: SignIn) -> None:
    assert refusal(f"arn:aws-cn:{ROLE}").code == ErrorCode.PARTITION_MISMATCH
    assert not sign_in.requests


@pytest.mark.parametrize(
    ("arn", "credentials", "reason"),
    [
        ("arn:aws:iam::123456789012:root", KEYS, "is the root user"),
        ("arn:aws:iam::123456789012:root", SESSION, "is the root user"),
        (
            "arn:aws:iam::123456789012:user/team/alice",
            SESSION,
            "a session of the user team/alice, from GetSessionToken",
        ),
    ],
)
def test_sessions_that_the_console_does_not_take(
    sign_in: SignIn, arn: str, credentials: Credentials, reason: str
) -> None:
    error = refusal(arn, credentials)
    assert error.code == ErrorCode.CONSOLE_SESSION_UNSUITABLE
    assert reason in error.message
    assert not sign_in.requests


@pytest.mark.parametrize(
    ("user", "name"),
    [("team/alice", "alice"), ("a", "octo-aws-a"), ("x" * 64, "x" * 32), ("ops+on@call", "ops+on@call")],
)
def test_keys_of_a_user_are_exchanged(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, user: str, name: str) -> None:
    names = []

    def federation_token(keys: Credentials, endpoint: Endpoint, *, name: str, policy: str) -> Credentials:
        assert json.loads(policy)["Statement"][0] == {"Effect": "Allow", "Action": "*", "Resource": "*"}
        names.append(name)
        return SESSION

    monkeypatch.setattr(federation, "federation_token", federation_token)
    link(f"arn:aws:iam::123456789012:user/{user}", KEYS)
    assert names == [name]
    assert sign_in.requests[0][1]["Session"]["sessionId"] == "ASIAEXAMPLE"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, b""), "responded with the status 400"),
        ((0, b""), "sent no complete response"),
        ((503, b""), "responded with the status 503"),
        ((200, b"<html>"), "sent no sign-in token"),
        ((200, b"[]"), "sent no sign-in token"),
        ((200, b'{"SigninToken": ""}'), "sent no sign-in token"),
        ((200, b'{"SigninToken": 5}'), "sent no sign-in token"),
    ],
)
def test_failures_are_explained(sign_in: SignIn, answer: tuple[int, bytes], reason: str) -> None:
    sign_in.answers = [answer]
    error = refusal(f"arn:aws:{ROLE}")
    assert error.code == ErrorCode.CONSOLE_SIGN_IN_FAILED
    assert reason in error.message
    assert len(sign_in.requests) == (3 if answer[0] in (0, 503) else 1)


def test_a_transient_failure_is_retried(sign_in: SignIn) -> None:
    sign_in.answers.insert(0, (503, b""))
    assert "sign-in-token" in link(f"arn:aws:{ROLE}")


@pytest.mark.parametrize("service", ["S3", "s3/home?x", "../x", "s 3", "x" * 61])
def test_a_service_is_part_of_an_address(service: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        federation.check_service(service)
    assert caught.value.code == ErrorCode.OPTION_INVALID
