# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the fake AWS is asked about a block."""

from __future__ import annotations

import json
import typing as t
import uuid

import boto3
from botocore.exceptions import ClientError


class AwsError(Exception):
    """What AWS does not take."""


def check_policy(text: str, facts: dict[str, t.Any], placeholders: dict[str, str]) -> None:
    """Have IAM make a policy of it, or a role with it, where it says whom to trust."""
    for name, value in placeholders.items():
        text = text.replace(name, value)
    document = json.loads(text)
    if "Statement" not in document:
        document = {"Version": "2012-10-17", "Statement": [document]}
    iam = boto3.client(
        "iam",
        aws_access_key_id=facts["access_key"],
        aws_secret_access_key=facts["secret_key"],
        region_name="us-east-1",
    )
    name = f"block-{uuid.uuid4()}"
    try:
        if any("Principal" in statement for statement in document["Statement"]):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        else:
            iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
    except ClientError as error:
        raise AwsError(str(error)) from error
