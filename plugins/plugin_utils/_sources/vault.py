# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS credentials that HashiCorp Vault or OpenBao leases, by its AWS secrets engine."""

from __future__ import annotations

import dataclasses
import datetime
import random
import time
import typing as t

from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import Credentials, can_be_key
from ...module_utils._model.hop import LONGEST_SESSION, LONGEST_USER_SESSION
from ...module_utils._secrecy import register
from .._accounts.vault_fields import DEFAULT_CREDENTIAL_TYPE, DEFAULT_MOUNT
from .._hashi_vault.client import VaultClient
from .._hashi_vault.connection import connection_of
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .protocol import FetchOptions

_LONGEST = {"assumed_role": LONGEST_SESSION, "federation_token": LONGEST_USER_SESSION}
"""Seconds of the longest session, for types with a duration that can be chosen."""
_NEW_KEYS = ("iam_user", "static")
"""Types with keys of an IAM user, which AWS accepts only after a while (IAM user guide, eventual consistency)."""
_STATIC_SECONDS = 900
"""How long keys are used that Vault rotates at a time of its own."""
_PATIENCE = 60.0
"""Seconds for which AWS may refuse new keys."""


class VaultSource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        return Session(longest_seconds=_LONGEST.get(_type_of(account), 0), leases=VaultLeases(account))

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        return VaultLeases(account).lease(options)


class VaultLeases:
    """The leases of one account. Implements :class:`.protocol.Leases`."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client = VaultClient(connection_of(vars(account), "vault_"), f"Vault at {account.vault_url}")

    def lease(self, options: FetchOptions) -> Credentials:
        """Request a lease. New keys of IAM users are returned only once AWS accepts them.

        :raises OctoAwsError: Vault refused, or AWS does not accept the keys; the lease is then revoked
        """
        credentials = self._requested(options)
        if _type_of(self._account) not in _NEW_KEYS:
            return credentials
        try:
            return dataclasses.replace(credentials, identity=_accepted(credentials, options))
        except BaseException:
            if credentials.lease_id:
                self._client.call("put", "sys/leases/revoke", {"lease_id": credentials.lease_id})
            raise

    def _requested(self, options: FetchOptions) -> Credentials:
        account, kind = self._account, _type_of(self._account)
        path = {"iam_user": "creds", "static": "static-creds"}.get(kind, "sts")
        ttl = {"ttl": f"{options.duration_seconds}s"} if options.duration_seconds else {}
        began = now()
        # A second request would be a second lease.
        response = self._client.call(
            "get",
            f"{account.vault_mount or DEFAULT_MOUNT}/{path}/{account.vault_role}",
            repeatable=False,
            parameters=ttl or None,
        )
        data = response.get("data")
        if not isinstance(data, dict):
            raise self._client.unexpected("it has no data")
        token = data.get("security_token") or data.get("session_token") or ""
        values = [data.get("access_key"), data.get("secret_key")]
        if not all(map(can_be_key, values)) or (token and not can_be_key(token)):
            raise self._client.unexpected("it has no keys")
        register(filter(None, [str(values[1]), str(token)]))
        if bool(token) == (kind in _NEW_KEYS):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"The role {account.vault_role!r:.80} of Vault is not of the credential type {kind}.",
                hint="Correct vault_credential_type, or the role in Vault.",
            )
        seconds = _STATIC_SECONDS if kind == "static" else response.get("lease_duration")
        return Credentials(
            access_key=str(values[0]),
            secret_key=str(values[1]),
            session_token=str(token),
            region=options.region,
            began=began,
            expiration=self._end(began, seconds),
            source=account.type,
            lease_id=str(response.get("lease_id") or ""),
        )

    def _end(self, began: datetime.datetime, seconds: t.Any) -> datetime.datetime:
        if not isinstance(seconds, int) or not 0 < seconds < 10**9:
            raise self._client.unexpected("it has no lease duration")
        return began + datetime.timedelta(seconds=seconds)

    def renew(self, credentials: Credentials) -> Credentials:
        if not credentials.session_token and credentials.expiration and credentials.began:
            seconds = int((credentials.expiration - credentials.began).total_seconds())
            body = {"lease_id": credentials.lease_id, "increment": seconds}
            began = now()
            response = self._client.call("put", "sys/leases/renew", body)
            end = self._end(began, response.get("lease_duration"))
            return dataclasses.replace(credentials, began=began, expiration=end)
        return credentials  # AWS sets the end of a session

    def revoke(self, lease_id: str) -> None:
        self._client.call("put", "sys/leases/revoke", {"lease_id": lease_id})


def _type_of(account: Account) -> str:
    return account.vault_credential_type or DEFAULT_CREDENTIAL_TYPE


def _accepted(credentials: Credentials, options: FetchOptions) -> Identity:
    """Return the identity of new keys as soon as AWS accepts them."""
    from ...module_utils._aws.sts import caller_identity

    deadline, pause = time.monotonic() + _PATIENCE, 0.5
    while True:
        try:
            return caller_identity(credentials, options.endpoint)
        except OctoAwsError as error:
            if error.code is not ErrorCode.ACCESS_KEY_UNKNOWN or time.monotonic() + pause > deadline:
                raise error.about("The new keys from Vault") from None
        time.sleep(pause * random.uniform(0.8, 1.2))
        pause = min(pause * 2, 8.0)
