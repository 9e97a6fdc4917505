# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables from Parameter Store and Secrets Manager: their names, what is refused, and what is masked."""

from __future__ import annotations

import json
import types
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils import _secrecy
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import environment_values
from ansible_collections.octo.aws.plugins.module_utils._host.environment_sources import parse_sources
from ansible_collections.octo.aws.plugins.module_utils._host.environment_values import EnvironmentValues
from ansible_collections.octo.aws.plugins.module_utils._secrecy import redact
from botocore.exceptions import ClientError

PARAMETERS = {f"/app/prod/p{number}": f"value-{number}" for number in range(23)}
PARAMETERS |= {
    "/app/prod/db/pass-word": "canary-1",
    "/app/prodigal": "other",
    "plain": "canary-2",
    "/digit/1st": "canary",
}
PARAMETERS |= {
    "/twice/a-b": "1",
    "/twice/a_b": "2",
    "/aws/AWS_PROFILE": "x",
    "/aws2/aws_endpoint_url": "x",
    "/nul/x": "a\0b",
}
PARAMETERS |= {"/denied/x": "canary", "/large/x": "x" * 131_072}
SECRETS: dict[str, str | None] = {
    "app/prod": json.dumps({"user": "canary-user", "api-key": "canary-key", "port": 5432, "debug": True, "list": [1]}),
    "app/token": "canary-token",
    "app/null": json.dumps({"a": None}),
    "app/empty": "{}",
    "app/list": "[1, 2]",
    "app/binary": None,
    "key": '-----BEGIN KEY-----\ncanary-first-line\ncanary-second"line\n-----END KEY-----\n',
}


class Service:
    """SSM and Secrets Manager."""

    def __init__(self) -> None:
        self.meta = types.SimpleNamespace(endpoint_url="https://aws.example.org", region_name="eu-central-1")
        self.requests: list[str] = []

    def get_parameters_by_path(self, **request: t.Any) -> t.Any:
        self.requests.append("by path")
        assert (request["WithDecryption"], request["Recursive"], request["MaxResults"]) == (True, True, 10)
        self._refuse(request["Path"], "GetParametersByPath")
        found = sorted(name for name in PARAMETERS if name.startswith(request["Path"] + "/"))
        first = int(request.get("NextToken", 0))
        page = {"Parameters": [self._parameter(name) for name in found[first : first + 10]]}
        return {**page, "NextToken": str(first + 10)} if found[first + 10 :] else page

    def get_parameter(self, **request: t.Any) -> t.Any:
        self.requests.append("one")
        assert request["WithDecryption"]
        self._refuse(request["Name"], "GetParameter")
        name = request["Name"].partition(":")[0] if not request["Name"].startswith("arn:") else "plain"
        if name not in PARAMETERS:
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": ""}}, "GetParameter")
        return {"Parameter": self._parameter(name)}

    def get_secret_value(self, **request: t.Any) -> t.Any:
        self.requests.append("secret")
        name = request["SecretId"]
        if name == "deleted":
            message = "You can't perform this operation on the secret because it was marked for deletion."
            raise ClientError({"Error": {"Code": "InvalidRequestException", "Message": message}}, "GetSecretValue")
        if name.startswith("arn:"):
            name = "app/token"
        if name not in SECRETS:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")
        text = SECRETS[name]
        return {"Name": name, **({"SecretBinary": b"x"} if text is None else {"SecretString": text})}

    @staticmethod
    def _parameter(name: str) -> dict[str, str]:
        return {"Name": name, "Value": PARAMETERS[name]}

    @staticmethod
    def _refuse(name: str, operation: str) -> None:
        if name.startswith("/denied"):
            message = f"User: me is not authorized to perform: ssm:{operation} on resource: arn:x"
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


def read(*sources: str, taken: t.Container[str] = (), service: Service | None = None) -> EnvironmentValues:
    client = service or Service()
    return EnvironmentValues(lambda name: client, []).read(parse_sources(sources), taken)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ssm:plain", {"PLAIN": "canary-2"}),
        ("NAME=ssm:plain", {"NAME": "canary-2"}),
        ("NAME=ssm:plain:3", {"NAME": "canary-2"}),
        ("NAME=ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/plain", {"NAME": "canary-2"}),
        ("ssm:/app/prod/db/pass-word", {"PASS_WORD": "canary-1"}),
        ("ssm:/app/prod/db/", {"PASS_WORD": "canary-1"}),
        ("ssm:/app/prod/db", {"PASS_WORD": "canary-1"}),
        ("_x=ssm:/digit/1st", {"_x": "canary"}),
        ("secretsmanager:app/token", {"TOKEN": "canary-token"}),
        (
            "secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/token-AbCdEf",
            {"TOKEN": "canary-token"},
        ),
        ("API=secretsmanager:app/token", {"API": "canary-token"}),
        ("API=secretsmanager:app/prod#api-key", {"API": "canary-key"}),
        ("secretsmanager:app/prod#api-key", {"API_KEY": "canary-key"}),
        ("ALL=secretsmanager:app/prod", {"ALL": SECRETS["app/prod"]}),
        ("secretsmanager:app/list", {"LIST": "[1, 2]"}),
        ("secretsmanager:app/empty", {}),
        (
            "secretsmanager:app/prod",
            {"USER": "canary-user", "API_KEY": "canary-key", "PORT": "5432", "DEBUG": "true", "LIST": "[1]"},
        ),
    ],
)
def test_names_and_values(source: str, expected: dict[str, str]) -> None:
    assert read(source).variables == expected


def test_all_pages_of_a_path() -> None:
    service = Service()
    found = read("ssm:/app/prod", service=service).variables
    assert found == {**{f"P{number}": f"value-{number}" for number in range(23)}, "DB_PASS_WORD": "canary-1"}
    assert service.requests == ["by path"] * 3


def test_a_named_parameter_needs_one_permission() -> None:
    service = Service()
    read("X=ssm:/app/prod/p1", service=service)
    assert service.requests == ["one"]


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("ssm:/nothing", ErrorCode.PARAMETER_UNKNOWN, "no such parameter, nor one below it in the region eu-central-1"),
        ("ssm:/nothing/", ErrorCode.PARAMETER_UNKNOWN, "no parameters below this path"),
        (
            "X=ssm:nothing",
            ErrorCode.PARAMETER_UNKNOWN,
            "environment_from: X=ssm:nothing: There is no such parameter in",
        ),
        ("ssm:/denied", ErrorCode.ACCESS_DENIED, "ssm:GetParametersByPath"),
        ("X=ssm:/denied", ErrorCode.ACCESS_DENIED, "ssm:GetParameter"),
        ("secretsmanager:nothing", ErrorCode.SECRET_UNKNOWN, "no such secret in the region eu-central-1"),
        ("secretsmanager:deleted", ErrorCode.SECRET_UNKNOWN, "marked for deletion"),
        ("secretsmanager:app/prod#key", ErrorCode.SECRET_UNKNOWN, "api-key, debug, list, port, user"),
        ("secretsmanager:app/empty#key", ErrorCode.SECRET_UNKNOWN, "no keys at all"),
        ("secretsmanager:app/token#key", ErrorCode.ENVIRONMENT_INVALID, "not a JSON object"),
        ("secretsmanager:app/binary", ErrorCode.ENVIRONMENT_INVALID, "binary"),
        ("secretsmanager:app/null", ErrorCode.OPTION_INVALID, "'a' is null"),
        ("ssm:/digit", ErrorCode.ENVIRONMENT_INVALID, "'1ST', which is not a name"),
        ("ssm:/twice", ErrorCode.OPTION_CONFLICT, "'A_B', which ssm:/twice sets as well"),
        ("ssm:/aws", ErrorCode.OPTION_CONFLICT, "'AWS_PROFILE', which is for AWS clients"),
        ("ssm:/aws2", ErrorCode.OPTION_CONFLICT, "'AWS_ENDPOINT_URL'"),
        ("EC2_SECRET_KEY=ssm:plain", ErrorCode.OPTION_CONFLICT, "'EC2_SECRET_KEY'"),
        ("ssm:/nul", ErrorCode.ENVIRONMENT_INVALID, "NUL character"),
        ("ssm:/large", ErrorCode.ENVIRONMENT_INVALID, "131,075 bytes, and the limit of Linux is 131,072"),
        ("PLAIN=secretsmanager:app/token", ErrorCode.OPTION_CONFLICT, "which ssm:plain sets as well"),
        ("TEAM=secretsmanager:app/token", ErrorCode.OPTION_CONFLICT, "which environment of the task sets as well"),
    ],
)
def test_refused(source: str, code: ErrorCode, says: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        read("ssm:plain", source, taken=["TEAM"])
    assert caught.value.code is code
    assert says in str(caught.value)
    assert source in str(caught.value)
    assert "canary" not in str(caught.value)


def test_the_sum_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_values, "_LARGEST_SUM", 30)
    with pytest.raises(OctoAwsError, match=r"has \d+ bytes, and the limit is 30") as caught:
        read("ssm:plain", "X=secretsmanager:app/prod#user", "Y=ssm:/app/prod/p1")
    assert caught.value.code is ErrorCode.ENVIRONMENT_INVALID


@pytest.mark.parametrize(
    "source",
    [
        *("", "/app/prod", "ssm:", "ssm:/", "ssm://x", "ssm:/a b", "ssm:a#b", "X=ssm:/a/", "X-Y=ssm:a", "1=ssm:a"),
        *("secretsmanager:", "secretsmanager:a b", "secretsmanager:a#", "file:x", "X=", "SSM:/a", "ssm:/a?", "ssm:/é"),
    ],
)
def test_sources_that_are_none(source: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        parse_sources([source])
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert "ssm:/app/prod" in caught.value.hint


def test_values_are_masked_as_they_are_printed() -> None:
    secrets = read("secretsmanager:key", "ALL=secretsmanager:app/prod").secrets
    for text in (
        SECRETS["key"],
        json.dumps(SECRETS["key"]),
        "canary-first-line",
        'canary-second\\"line',
        "a canary-key b",
    ):
        assert "canary" not in redact(str(text), secrets)
    # Booleans and short numbers are parts of other words.
    assert redact("true 5432", secrets) == "true 5432"


def test_values_are_not_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """ansible-core would write them into the result, and with async into a file of the host."""
    registered: list[str] = []
    monkeypatch.setattr(_secrecy, "_register_with_core", registered.extend)
    assert read("ssm:/app/prod/db").secrets
    assert registered == []
