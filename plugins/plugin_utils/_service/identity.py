# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: credentials -> identity, and the guard that an account leads to the right AWS account.

Service, above C(_chain).
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._sessions.chain import endpoint_of

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._sessions.chain import Link

Asked = tuple["Account", "Credentials"]
"""Everything that the answer of STS depends on."""

asked: dict[Asked, Identity] = {}
"""What this process asked STS."""


def verify(account: Account, credentials: Credentials) -> Identity:
    """Who the credentials are, asked of STS if it did not say so when it made them.

    :raises OctoAwsError: AWS refused them, or they are of another partition than the region
    """
    from ...module_utils._aws.sts import caller_identity, check_partition

    endpoint = endpoint_of(account, credentials.region)
    identity = credentials.identity or caller_identity(credentials, endpoint)
    check_partition(identity, credentials.region, f"Account {account.name!r}")
    return identity


def known_identity(account: Account, credentials: Credentials, memory: dict[Asked, Identity]) -> Identity:
    """Who the credentials are. STS is asked only where nobody knows.

    :param memory: what was asked before
    :raises OctoAwsError: see :func:`verify`
    """
    if credentials.identity:
        return credentials.identity
    if (account, credentials) not in memory:
        memory[account, credentials] = verify(account, credentials)
    return memory[account, credentials]


def guard(account: Account, memory: dict[Asked, Identity], link: Link, credentials: Credentials) -> Credentials:
    """The credentials of a link that must lead somewhere, with their identity.

    :param memory: what was asked before
    :raises OctoAwsError: they lead to another AWS account
    """
    identity = known_identity(account, credentials, memory)
    identity.must_belong_to(link.must_lead_to, f"Account {account.name!r}" if account.name else "The chain")
    return dataclasses.replace(credentials, identity=identity)
