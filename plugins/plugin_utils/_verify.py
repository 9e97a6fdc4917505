# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: credentials -> identity, and the guard that an account leads to the right AWS account.

Service, above C(_chain).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ._botocore import partition_of_region
from ._chain import endpoint_of
from ._errors import ErrorCode, OctoAwsError
from ._sts import caller_identity

if t.TYPE_CHECKING:
    from ._account import Account
    from ._chain import Link
    from ._credentials import Credentials
    from ._identity import Identity

Asked = tuple["Account", "Credentials"]
"""Everything that the answer of STS depends on."""

asked: dict[Asked, Identity] = {}
"""What this process asked STS."""


def verify(account: Account, credentials: Credentials) -> Identity:
    """Who the credentials are, asked of STS if it did not say so when it made them.

    :raises OctoAwsError: AWS refused them, or they are of another partition than the region
    """
    endpoint = endpoint_of(account, credentials.region)
    identity = credentials.identity or caller_identity(credentials, endpoint)
    check_partition(account, identity, credentials.region)
    return identity


def guard(account: Account, memory: dict[Asked, Identity], link: Link, credentials: Credentials) -> Credentials:
    """The credentials of a link that must lead somewhere, with their identity. STS is asked only where nobody knows.

    :param memory: what was asked before
    :raises OctoAwsError: they lead to another AWS account
    """
    identity = credentials.identity
    if identity is None:
        if (account, credentials) not in memory:
            memory[account, credentials] = verify(account, credentials)
        identity = memory[account, credentials]
    if link.must_lead_to != identity.account_id:
        whose = f"Account {account.name!r}" if account.name else "The chain"
        raise OctoAwsError(
            ErrorCode.ACCOUNT_MISMATCH,
            f"{whose} must lead to the AWS account {link.must_lead_to}, but its credentials belong to "
            f"{identity.account_id} ({identity.arn}).",
            hint="Give the credentials of the right AWS account, or correct account_id.",
        )
    return dataclasses.replace(credentials, identity=identity)


def check_partition(account: Account, identity: Identity, region: str) -> None:
    """Refuse a region where the identity's keys do not work (AWS general reference, AWS partitions).

    :raises OctoAwsError: it is of another partition
    """
    partition = partition_of_region(region) if region else None
    if partition and partition != identity.partition:
        raise OctoAwsError(
            ErrorCode.PARTITION_MISMATCH,
            f"The region {region} belongs to the partition {partition}, but the credentials of account "
            f"{account.name!r} belong to the partition {identity.partition}.",
            hint="Name a region of the partition that the credentials were made in.",
        )
