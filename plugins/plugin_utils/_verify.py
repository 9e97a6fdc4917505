# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: credentials -> identity, and the guard that an account leads to the right AWS account.

Service, above C(_sts).
"""

from __future__ import annotations

import typing as t

from ._botocore import partition_of_region
from ._errors import ErrorCode, OctoAwsError
from ._sts import Endpoint, caller_identity

if t.TYPE_CHECKING:
    from ._account import Account, Identity
    from ._credentials import Credentials


def verify(account: Account, credentials: Credentials) -> Identity:
    """Who the credentials are, asked of STS, and compared with what the account must lead to.

    :raises OctoAwsError: AWS refused them, or they lead elsewhere
    """
    if account.region and (identity := account.verified_identity):
        _check_partition(account, identity, credentials.region)
    endpoint = Endpoint(
        region=credentials.region,
        url=account.endpoint_url,
        validate_certs=account.validate_certs,
        ca_bundle=account.ca_bundle,
    )
    try:
        identity = caller_identity(credentials, endpoint)
    except OctoAwsError as error:
        raise error.about(f"The test of account {account.name!r} failed" if account.name else "") from None
    _check_partition(account, identity, credentials.region)
    guard(account, identity)
    return identity


def guard(account: Account, identity: Identity) -> None:
    """Refuse an identity of another AWS account than O(account_id) names.

    :raises OctoAwsError: it is of another one
    """
    if account.account_id and account.account_id != identity.account_id:
        raise OctoAwsError(
            ErrorCode.ACCOUNT_MISMATCH,
            f"Account {account.name!r} must lead to the AWS account {account.account_id}, but its credentials belong "
            f"to {identity.account_id} ({identity.arn}).",
            hint="Give the credentials of the right AWS account, or correct account_id.",
        )


def _check_partition(account: Account, identity: Identity, region: str) -> None:
    """A key works in one partition only (AWS general reference, AWS partitions)."""
    partition = partition_of_region(region) if region else None
    if partition and partition != identity.partition:
        raise OctoAwsError(
            ErrorCode.PARTITION_MISMATCH,
            f"The region {region} belongs to the partition {partition}, but the credentials of account "
            f"{account.name!r} belong to the partition {identity.partition}.",
            hint="Name a region of the partition that the credentials were made in.",
        )
