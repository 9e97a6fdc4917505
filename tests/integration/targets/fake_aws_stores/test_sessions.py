# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions as the fake AWS gives them, by STS and to instances."""

from __future__ import annotations

import json
import typing as t
import urllib.error
import urllib.request

import pytest
from aws import Aws, Connect
from conftest import SESSION
from failure import refused

TOKEN = "/latest/api/token"
ROLE = "/latest/meta-data/iam/security-credentials/"
POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}]}


def test_a_policy_has_the_characters_of_latin_1(aws: Aws, connect: Connect) -> None:
    sts = connect("sts")
    role = {"RoleArn": aws.facts["roles"]["deploy"], "RoleSessionName": "octo"}
    sts.assume_role(**role, Policy=json.dumps(POLICY).replace('"A"', '"\u00e4"'))
    with refused("ValidationError", "at 'policy' failed to satisfy constraint"):
        sts.assume_role(**role, Policy=json.dumps(POLICY).replace('"A"', '"\u0142"'))


def test_what_a_session_was_given_stays(aws: Aws, connect: Connect) -> None:
    def assume(sts: t.Any, role: str, **more: t.Any) -> dict[str, str]:
        answer = sts.assume_role(RoleArn=aws.facts["roles"][role], RoleSessionName="octo", **more)
        keys: dict[str, str] = answer["Credentials"]
        return keys

    tags = [{"Key": "Team", "Value": "a"}]
    keys = assume(connect("sts"), "first", SourceIdentity="alice", Tags=tags, TransitiveTagKeys=["Team"])
    session = SESSION.create_client(
        "sts",
        region_name="eu-central-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assume(session, "second", SourceIdentity="alice")
    with refused("AccessDenied", "source identity"):
        assume(session, "second", SourceIdentity="bob")
    with refused("InvalidParameterValue", "conflicts with a transitive tag key"):
        assume(session, "second", Tags=[{"Key": "team", "Value": "b"}])


def ask(aws: Aws, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{aws.facts['url']}{path}", method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_the_metadata_of_an_instance_want_a_token(aws: Aws) -> None:
    status, token = ask(aws, TOKEN, "PUT", X_aws_ec2_metadata_token_ttl_seconds="60")
    assert status == 200
    status, role = ask(aws, ROLE, X_aws_ec2_metadata_token=token)
    assert status == 200
    assert ask(aws, ROLE + role, X_aws_ec2_metadata_token=token)[0] == 200
    for headers in ({}, {"X_aws_ec2_metadata_token": "another"}):
        assert ask(aws, ROLE, **headers)[0] == 401
    aws.tell("clock", offset=61)
    assert ask(aws, ROLE, X_aws_ec2_metadata_token=token)[0] == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"X_aws_ec2_metadata_token_ttl_seconds": "0"}, 400),
        ({"X_aws_ec2_metadata_token_ttl_seconds": "21601"}, 400),
        ({"X_aws_ec2_metadata_token_ttl_seconds": "60", "X_Forwarded_For": "192.0.2.1"}, 403),
    ],
)
def test_how_no_token_is_given(aws: Aws, headers: dict[str, str], status: int) -> None:
    assert ask(aws, TOKEN, "PUT", **headers)[0] == status
