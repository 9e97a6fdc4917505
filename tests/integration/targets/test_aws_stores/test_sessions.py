# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions as the test AWS gives them, by STS and to instances."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from aws import Aws, Connect
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
