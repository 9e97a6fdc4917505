# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that are renewed while AWS clients use them."""

from __future__ import annotations

import threading
import typing as t

from .._clock import now
from .._errors import OctoAwsError

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

_PATIENCE = 1.0
"""Seconds. botocore waits two seconds for a response, three times."""


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
