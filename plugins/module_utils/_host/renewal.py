# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that are renewed while AWS clients use them."""

from __future__ import annotations

import datetime
import threading
import typing as t

from .._clock import now
from .._errors import ErrorCode, OctoAwsError
from .._model.credentials import Credentials

_PATIENCE = 1.0
"""Seconds. botocore waits two seconds for a response, three times."""
_LONGEST_OF_KEYS = datetime.timedelta(hours=1)
"""How long keys that do not expire are held by a process that cannot notice the end of Ansible."""


class HeldCredentials:
    """Credentials in memory that the controller replaces in time.

    :ivar secrets: the secret values of all credentials that there were
    """

    def __init__(self, first: Credentials) -> None:
        self.secrets: set[str] = set()
        self.replace(first)

    def __call__(self) -> Credentials:
        """Return the credentials.

        :raises OctoAwsError: they have expired
        """
        if not self.are_valid():
            raise OctoAwsError(
                ErrorCode.SESSION_TOKEN_EXPIRED, "The session has expired, and the controller has not renewed it."
            )
        return self._held

    def are_valid(self) -> bool:
        """Whether they have not expired."""
        return now() < self._end

    def replace(self, credentials: Credentials) -> None:
        """Use other credentials from now on."""
        self.secrets.update(credentials.secrets)
        self._held, self._end = credentials, credentials.expiration or now() + _LONGEST_OF_KEYS

    def forget(self) -> None:
        """Forget them, and all that there were."""
        self.replace(Credentials("", "", expiration=now()))
        self.secrets.clear()

    def refilled(self, request: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Replace them by those of a control request; see :func:`refill`. Return the response."""
        left = request["left"]
        self.replace(
            Credentials(
                access_key=request["access_key"],
                secret_key=request["secret_key"],
                session_token=request["session_token"],
                expiration=None if left is None else now() + datetime.timedelta(seconds=left),
            )
        )
        return {}


def refill(credentials: Credentials) -> dict[str, t.Any]:
    """Return a control request that replaces held credentials. The clocks of the two machines can differ."""
    expiration = credentials.expiration
    return {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "session_token": credentials.session_token,
        "left": (expiration - now()).total_seconds() if expiration else None,
    }


class RenewedCredentials:
    """Credentials in memory, with one renewal for all clients that need it.

    While the credentials are valid, a renewal that is slow or fails does not affect clients.

    :param first: the credentials at first
    :param renew: returns credentials of which enough is left, the same ones or new ones
    :ivar secrets: the secret values of all credentials that there were
    """

    def __init__(self, first: Credentials, renew: t.Callable[[], Credentials]) -> None:
        self._held = first
        self._renew = renew
        self._lock = threading.Lock()
        self.secrets = set(first.secrets)

    def __call__(self) -> Credentials:
        """Return credentials, after their renewal if little is left.

        :raises OctoAwsError: the renewal failed, and the credentials have expired
        """
        if self._lock.acquire(timeout=_PATIENCE if self._is_valid() else -1):
            try:
                self._held = self._renew()
                self.secrets.update(self._held.secrets)
            except OctoAwsError:
                if not self._is_valid():
                    raise
            finally:
                self._lock.release()
        return self._held

    def _is_valid(self) -> bool:
        expiration = self._held.expiration
        return expiration is None or expiration > now()
