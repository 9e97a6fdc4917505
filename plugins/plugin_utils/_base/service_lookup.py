# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the lookups that give the login of another service: a registry of ECR, a cluster of EKS."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.botocore import isolated_session, make_client
from ...module_utils._errors import ErrorCode, OctoAwsError
from .lookup import AccountLookup

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials

_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10
"""In seconds."""
_ATTEMPTS = 5


class ServiceLookup(AccountLookup):
    """Requests the value for an account from an AWS service."""

    @staticmethod
    def region_of(credentials: Credentials) -> str:
        """Return the region of the request.

        :raises OctoAwsError: no region is set
        """
        if not credentials.region:
            raise OctoAwsError(
                ErrorCode.REGION_MISSING,
                "No region is set.",
                hint="Set region in the lookup, or save the account with a region.",
            )
        return credentials.region

    @staticmethod
    def client(service: str, region: str, credentials: Credentials) -> t.Any:
        """Create a client of a service that signs with exactly these credentials."""
        return make_client(
            isolated_session(),
            service,
            region,
            credentials,
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            attempts=_ATTEMPTS,
            bounded=True,
        )
