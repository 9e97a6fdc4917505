# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Return the identity of credentials, with a request to STS only if they came without it."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ...module_utils._aws.endpoint import Endpoint
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .chain import CredentialChain

Identities = dict[tuple["Endpoint", "Credentials"], "Identity"]
"""Identities by endpoint and credentials, on which the response of STS depends."""

known_identities: Identities = {}
"""The identities that STS returned to this process."""


def verify(chain: CredentialChain, credentials: Credentials) -> Identity:
    """Return the identity of credentials and check that their region belongs to its partition.

    :raises OctoAwsError: AWS refused the credentials, or their region is of another partition
    """
    from ...module_utils._aws.sts import caller_identity, check_partition

    identity = credentials.identity or caller_identity(credentials, chain.endpoint_in(credentials.region))
    check_partition(identity, credentials.region, chain.subject)
    return identity


def identity_of(chain: CredentialChain, credentials: Credentials, known: Identities) -> Identity:
    """Return the identity of credentials; see :func:`verify`.

    :param known: identities of earlier responses, to which a new one is added
    """
    if credentials.identity:
        return credentials.identity
    key = (chain.endpoint_in(credentials.region), credentials)
    if key not in known:
        known[key] = verify(chain, credentials)
    return known[key]
