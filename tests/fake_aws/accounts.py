# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users and roles of the fake AWS, in two accounts and three partitions. All are allowed everything, but for three
users who are allowed what a test says."""

from __future__ import annotations

import json
import typing as t

from moto.iam.models import iam_backends
from policies import check_document

ACCOUNT_ID = "123456789012"
OTHER_ACCOUNT_ID = "210987654321"
EXTERNAL_ID = "canary-external-id"
OIDC_PROVIDER = f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/oidc.example.org"
MACHINES = ("instance", "worker1", "worker2")
"""The roles of machines."""
PARTITIONS = ("aws-cn", "aws-us-gov")
"""Beside ``aws``: each has a user and a role of its own."""
USERS = ("reader", "rotator", "writer")
"""Users who may at first only ask who they are; see ``set_policy``."""

_POLICY = "policy"
_ALLOW_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
_ALLOW_LITTLE = _ALLOW_ALL.replace('"Action": "*"', '"Action": "sts:GetCallerIdentity"')
_ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_DEPLOYER = f"arn:aws:iam::{ACCOUNT_ID}:user/deployer"
_ALICE = f"arn:aws:iam::{ACCOUNT_ID}:user/alice"
_ROTATOR = f"arn:aws:iam::{ACCOUNT_ID}:user/rotator"
_ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/"


def populate() -> dict[str, t.Any]:
    """Make users and roles: what a test has to know of them."""
    keys = make_user("aws")
    second_key = iam_backends[ACCOUNT_ID]["aws"].create_access_key("deployer")
    roles = {role.name: role.arn for role in _make_roles()}
    return {
        "access_key": keys["access_key"],
        "secret_key": keys["secret_key"],
        "account_id": ACCOUNT_ID,
        "user_arn": keys["user_arn"],
        "role_arn": roles["instance"],
        "second_key": {"access_key": second_key.access_key_id, "secret_key": second_key.secret_access_key},
        "mfa_serial": mfa_serial(keys["user_arn"]),
        "roles": roles,
        "users": {name: make_user("aws", name, _ALLOW_LITTLE) for name in USERS},
        "partitions": {partition: _make_partition(partition) for partition in PARTITIONS},
    }


def mfa_serial(user_arn: str) -> str:
    """The ARN of a user's only MFA device."""
    return user_arn.replace(":user/", ":mfa/")


def set_policy(policy: dict[str, t.Any], user: str | None = None, role: str | None = None) -> None:
    """Allow a user or a role what this policy says, and nothing else, until the next reset.

    It is understood by Secrets Manager and Parameter Store; other services take each resource for ``*``.
    """
    check_document(policy)
    document = json.dumps({"Version": "2012-10-17", **policy})
    iam = iam_backends[ACCOUNT_ID]["aws"]
    if user:
        iam.put_user_policy(user, _POLICY, document)
    else:
        iam.put_role_policy(role, _POLICY, document)


def reset_policies() -> None:
    """Users and roles are allowed what they were at first."""
    iam = iam_backends[ACCOUNT_ID]["aws"]
    for name in USERS:
        iam.put_user_policy(name, _POLICY, _ALLOW_LITTLE)
    for role in iam.get_roles():
        iam.put_role_policy(role.name, _POLICY, _ALLOW_ALL)


def _make_roles() -> t.Iterator[t.Any]:
    deployer = {"AWS": _DEPLOYER}
    for name in MACHINES:
        yield make_role(name, {"Service": "ec2.amazonaws.com"})
    yield make_role("deploy", {"AWS": [_DEPLOYER, _ALICE, _ROTATOR, *(_ROLE + name for name in MACHINES)]})
    yield make_role("after_worker1", {"AWS": _ROLE + "worker1"})
    yield make_role("first", deployer)
    yield make_role("second", {"AWS": _ROLE + "first"})
    yield make_role("third", {"AWS": _ROLE + "second"})
    yield make_role(
        "external",
        {"AWS": [_DEPLOYER, _ROLE + "instance"]},
        condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    )
    yield make_role("mfa", deployer, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    yield make_role("short", deployer, duration=3600)
    yield make_role("web", {"Federated": OIDC_PROVIDER}, action="sts:AssumeRoleWithWebIdentity")
    yield make_role("after_web", {"AWS": _ROLE + "web"})
    yield make_role("closed", {"Service": "lambda.amazonaws.com"})
    yield make_role("other", deployer, account_id=OTHER_ACCOUNT_ID)


def _make_partition(partition: str) -> dict[str, str]:
    keys = make_user(partition)
    role = make_role("deploy", {"AWS": keys["user_arn"]}, partition=partition)
    return {**keys, "role_arn": role.arn}


def make_user(partition: str, name: str = "deployer", policy: str = _ALLOW_ALL) -> dict[str, str]:
    iam = iam_backends[ACCOUNT_ID][partition]
    # moto takes a partition's name for a region of it.
    user = iam.create_user(partition, name)
    iam.put_user_policy(name, _POLICY, policy)
    key = iam.create_access_key(name)
    return {"access_key": key.access_key_id, "secret_key": key.secret_access_key, "user_arn": user.arn}


def make_role(
    name: str,
    principal: dict[str, t.Any],
    *,
    action: str | tuple[str, ...] = _ACTIONS,
    condition: dict[str, t.Any] | None = None,
    duration: int = 43200,
    account_id: str = ACCOUNT_ID,
    partition: str = "aws",
) -> t.Any:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    iam = iam_backends[account_id][partition]
    role = iam.create_role(
        role_name=name,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=str(duration),
    )
    iam.put_role_policy(role.name, _POLICY, _ALLOW_ALL)
    return role
