# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameter Store as the fake AWS has it."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

import pytest
from aws import Aws
from botocore.validate import ParamValidator, ValidationErrors
from failure import refused

MALFORMED = "If formed as a path, it can consist of sub-paths divided by slash symbol"
TAGS = [{"Key": "a", "Value": "b"}]
ARN = "arn:aws:ssm:eu-central-1:123456789012:parameter/"


def put(parameters: t.Any, name: str = "/octo/a", value: str = "one", **options: t.Any) -> tuple[int, str]:
    answer = parameters.put_parameter(Name=name, Value=value, **{"Type": "SecureString", **options})
    return answer["Version"], answer["Tier"]


def test_a_parameter_and_what_is_said_of_it(parameters: t.Any) -> None:
    assert put(parameters, Description="a", Tags=TAGS) == (1, "Standard")
    with refused("ParameterAlreadyExists"):
        put(parameters)
    with refused("ValidationException", "tags and overwrite can't be used together"):
        put(parameters, Overwrite=True, Tags=TAGS)
    assert put(parameters, value="two", Overwrite=True) == (2, "Standard")
    assert parameters.get_parameter(Name="/octo/a", WithDecryption=True)["Parameter"]["Value"] == "two"
    assert parameters.get_parameter(Name="/octo/a")["Parameter"]["Value"] != "two"
    found = parameters.describe_parameters()["Parameters"][0]
    assert (found["Description"], found["Version"], found["Tier"]) == ("a", 2, "Standard")
    assert found["ARN"] == f"{ARN}octo/a"
    assert "Value" not in found
    parameters.delete_parameter(Name="/octo/a")
    with refused("ParameterNotFound"):
        parameters.delete_parameter(Name="/octo/a")
    with refused("ParameterNotFound"):
        parameters.get_parameter(Name="/octo/a")


def test_of_many_who_lock_one_does(parameters: t.Any) -> None:
    won = []

    def race(number: int) -> None:
        with contextlib.suppress(parameters.exceptions.ParameterAlreadyExists):
            won.append(put(parameters, "/octo/lock", str(number), Type="String"))

    threads = [threading.Thread(target=race, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [(1, "Standard")]


@pytest.mark.parametrize("name", ["/octo/a b", "/octo/ä", "/octo/a@b", "octo!", "/octo//a", "/octo/a/"])
def test_names_that_aws_does_not_take(parameters: t.Any, name: str) -> None:
    with refused("ValidationException", MALFORMED):
        put(parameters, name)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("/aws/a", "AccessDeniedException", "No access to reserved parameter name: /aws/a."),
        ("/AWS/a", "AccessDeniedException", "No access to reserved parameter name: /AWS/a."),
        ("/ssm/a", "ValidationException", 'can\'t be prefixed with "ssm" (case-insensitive)'),
        ("/SSM/a", "ValidationException", 'can\'t be prefixed with "ssm" (case-insensitive)'),
        ("awsome", "ValidationException", 'can\'t be prefixed with "aws" or "ssm" (case-insensitive)'),
        ("SsmA", "ValidationException", 'can\'t be prefixed with "aws" or "ssm" (case-insensitive)'),
        ("octo/a", "ValidationException", "Parameter name must be a fully qualified name"),
        ("/a" * 16, "HierarchyLevelLimitExceededException", "15"),
    ],
)
def test_names_that_aws_keeps_or_cannot_hold(parameters: t.Any, name: str, code: str, message: str) -> None:
    with refused(code, message):
        put(parameters, name)


def test_the_longest_name(parameters: t.Any) -> None:
    put(parameters, "/a" * 15)
    most = 1011 - len(ARN)
    put(parameters, "/" + "n" * most)
    with refused("ValidationException", "maximum length of 1011"):
        put(parameters, "/" + "n" * (most + 1))


@pytest.mark.parametrize("name", ["/octo/a b", "octo/a", "/ssm/a"])
def test_names_that_aws_is_not_asked_for(parameters: t.Any, name: str) -> None:
    with refused("ValidationException", MALFORMED):
        parameters.get_parameter(Name=name)
    with refused("ValidationException", MALFORMED):
        parameters.get_parameters(Names=[name])


def test_sizes_by_tier(parameters: t.Any) -> None:
    put(parameters, "/octo/standard", "v" * 4096)
    for value in ("v" * 4097, "ä" * 2049):
        with refused("ValidationException", "Standard tier parameters support a maximum parameter value of 4096"):
            put(parameters, "/octo/standard", value, Overwrite=True)
        assert put(parameters, f"/octo/{len(value)}", value, Tier="Intelligent-Tiering") == (1, "Advanced")
    assert put(parameters, "/octo/small", Tier="Intelligent-Tiering") == (1, "Standard")
    assert put(parameters, "/octo/advanced", "v" * 8192, Tier="Advanced") == (1, "Advanced")
    for tier in ("Advanced", "Intelligent-Tiering"):
        with refused("ValidationException", "Advanced tier parameters support a maximum parameter value of 8192"):
            put(parameters, "/octo/large", "v" * 8193, Tier=tier)


def test_a_tier_is_raised_and_never_lowered(parameters: t.Any) -> None:
    put(parameters)
    assert put(parameters, Overwrite=True, Tier="Advanced") == (2, "Advanced")
    assert put(parameters, Overwrite=True) == (3, "Advanced")
    assert put(parameters, Overwrite=True, Tier="Intelligent-Tiering") == (4, "Advanced")
    with refused("ValidationException", "You can't downgrade a parameter from the advanced-parameter tier"):
        put(parameters, Overwrite=True, Tier="Standard")


def test_ten_at_once(parameters: t.Any) -> None:
    put(parameters)
    answer = parameters.get_parameters(Names=["/octo/a", "/octo/b"], WithDecryption=True)
    assert [parameter["Value"] for parameter in answer["Parameters"]] == ["one"]
    assert answer["InvalidParameters"] == ["/octo/b"]
    with refused("ValidationException", "less than or equal to 10"):
        parameters.get_parameters(Names=[f"/octo/{number}" for number in range(11)])


def names_below(parameters: t.Any, path: str, option: str = "OneLevel", size: int = 50) -> list[str]:
    pages = parameters.get_paginator("describe_parameters").paginate(
        ParameterFilters=[{"Key": "Path", "Option": option, "Values": [path]}], PaginationConfig={"PageSize": size}
    )
    return [parameter["Name"] for page in pages for parameter in page["Parameters"]]


def test_what_is_below_a_path(parameters: t.Any) -> None:
    for name in ("/octo/a", "/octo/b", "/octo/b/c", "/octo-other/a", "octo"):
        put(parameters, name)
    assert names_below(parameters, "/octo", size=1) == ["/octo/a", "/octo/b"]
    assert names_below(parameters, "/octo/") == ["/octo/a", "/octo/b"]
    assert names_below(parameters, "/octo", "Recursive") == ["/octo/a", "/octo/b", "/octo/b/c"]
    for path in ("/aws/a", "/SSM/a"):
        with refused("ValidationException", 'can\'t be prefixed with "aws" or "ssm"'):
            names_below(parameters, path)
    with refused("ValidationException", "less than or equal to 50"):
        parameters.describe_parameters(MaxResults=51)


def test_the_last_page_may_be_empty(parameters: t.Any) -> None:
    put(parameters)
    first = parameters.describe_parameters(MaxResults=1)
    last = parameters.describe_parameters(MaxResults=1, NextToken=first["NextToken"])
    assert last["Parameters"] == []
    assert "NextToken" not in last


@pytest.mark.parametrize("kinds", [("String", "SecureString"), ("SecureString", "String"), ("StringList", "String")])
def test_a_parameter_keeps_its_type(parameters: t.Any, kinds: tuple[str, str]) -> None:
    put(parameters, Type=kinds[0])
    with refused("HierarchyTypeMismatchException"):
        put(parameters, Type=kinds[1], Overwrite=True)
    with refused("ParameterAlreadyExists"):
        put(parameters, Type=kinds[1])
    assert put(parameters, value="two", Type=kinds[0], Overwrite=True) == (2, "Standard")
    assert parameters.get_parameter(Name="/octo/a", WithDecryption=True)["Parameter"]["Type"] == kinds[0]


@pytest.mark.parametrize(
    ("operation", "given", "message"),
    [
        ("put_parameter", {"Name": "/octo/a", "Value": "", "Type": "String"}, "greater than or equal to 1"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a"}, "A parameter type is required"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a", "Type": "Text"}, "enum value set"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a", "Type": "String", "KeyId": "alias/a"}, "KeyId is required"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a", "Type": "SecureString", "KeyId": "a b"}, "pattern"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a", "Type": "String", "Description": "d" * 1025}, "to 1024"),
        (
            "put_parameter",
            {"Name": "/octo/a", "Value": "a", "Type": "String", "Tags": [{"Key": "a*", "Value": ""}]},
            "pattern",
        ),
        ("put_parameter", {"Name": "/octo/a", "Value": "{{ a }}", "Type": "String"}, "can't nest another parameter"),
        ("put_parameter", {"Name": "/octo/a", "Value": "a", "Type": "String", "Tier": "Large"}, "enum value set"),
        ("get_parameters", {"Names": []}, "greater than or equal to 1"),
        ("describe_parameters", {"MaxResults": 0}, "greater than or equal to 1"),
        (
            "describe_parameters",
            {
                "Filters": [{"Key": "Name", "Values": ["a"]}],
                "ParameterFilters": [{"Key": "Name", "Values": ["a"]}],
            },
            "either Filters or ParameterFilters",
        ),
    ],
)
def test_what_aws_does_not_take(
    parameters: t.Any, monkeypatch: pytest.MonkeyPatch, operation: str, given: dict[str, t.Any], message: str
) -> None:
    # Not even what botocore looks at.
    monkeypatch.setattr(ParamValidator, "validate", lambda *_arguments: ValidationErrors())
    with refused("ValidationException", message):
        getattr(parameters, operation)(**given)


def test_a_page_may_be_empty_and_not_the_last(parameters: t.Any) -> None:
    for name in ("/octo/a", "/octo/b"):
        put(parameters, name)
    first = parameters.describe_parameters()
    assert first["Parameters"] == []
    second = parameters.describe_parameters(NextToken=first["NextToken"])
    assert [parameter["Name"] for parameter in second["Parameters"]] == ["/octo/a", "/octo/b"]


def test_a_deletion_and_a_list_are_late(aws: Aws, parameters: t.Any) -> None:
    put(parameters)
    aws.tell("late", lists=1, deleted=1)
    parameters.delete_parameter(Name="/octo/a")
    assert names_below(parameters, "/octo") == ["/octo/a"]
    with refused("ParameterNotFound"):
        parameters.get_parameter(Name="/octo/a")
    with refused("ParameterAlreadyExists"):
        put(parameters)
    assert put(parameters) == (1, "Standard")
    assert names_below(parameters, "/octo") == ["/octo/a"]


def test_ten_thousand_parameters(aws: Aws, parameters: t.Any) -> None:
    given = {"Name": "/octo/{}", "Value": "one", "Type": "SecureString"}
    aws.tell("fill", count=10000, service="ssm", parameters=given)
    began = time.monotonic()
    assert len(set(names_below(parameters, "/octo"))) == 10000
    assert time.monotonic() - began < 30
