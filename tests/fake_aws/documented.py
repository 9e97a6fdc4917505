# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users and roles of examples in the documentation, in the AWS accounts 123456789012 and 210987654321."""

from __future__ import annotations

import typing as t

from accounts import (
    ACCOUNT_ID,
    EXTERNAL_ID,
    OIDC_PROVIDER,
    OTHER_ACCOUNT_ID,
    make_role,
    make_user,
)

_DEPLOYER = f"arn:aws:iam::{ACCOUNT_ID}:user/deployer"
_ALICE = f"arn:aws:iam::{ACCOUNT_ID}:user/alice"
_ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/"
_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def populate() -> dict[str, t.Any]:
    """Make them: what a code block has to know of them."""
    alice = make_user("aws", "alice")
    make_role("hub", {"AWS": _DEPLOYER})
    make_role("read-only", {"AWS": [_DEPLOYER, _ROLE + "deploy"]})
    make_role("admin", {"AWS": _ALICE}, condition=_MFA)
    make_role("audit", {"AWS": _ALICE}, condition=_MFA)
    make_role("ci", {"Federated": OIDC_PROVIDER}, action="sts:AssumeRoleWithWebIdentity")
    make_role(
        "audit",
        {"AWS": _ROLE + "hub"},
        condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        account_id=OTHER_ACCOUNT_ID,
    )
    make_role("read-only", {"AWS": [_DEPLOYER, _ROLE + "deploy"]}, account_id=OTHER_ACCOUNT_ID)
    machines = [_ROLE + name for name in ("instance", "worker1", "worker2")]
    make_role("deploy", {"AWS": [_DEPLOYER, *machines, _ROLE + "ci"]}, account_id=OTHER_ACCOUNT_ID)
    return {"alice": alice, "external_id": EXTERNAL_ID}
