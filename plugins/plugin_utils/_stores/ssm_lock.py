# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lock for the writers of one account in Parameter Store.

Parameter Store overwrites unconditionally, but only one request can create a parameter, and each version number is
given once. The lock is a parameter, which the holder creates and deletes. If the holder is killed, its lease expires;
the next writer takes the lock by writing the next version number. Other writers, with later numbers, only renew it.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import random
import shlex
import socket
import time
import typing as t
import uuid

from ...module_utils._errors import ErrorCode, OctoAwsError
from .aws_client import response_time

if t.TYPE_CHECKING:
    from .aws_client import ServiceClient

LEASE = 60.0
"""Seconds after which a lock expires."""
MARGIN = 30.0
"""Seconds of the lease that must remain when a request is sent. A request times out after half of this."""
_PATIENCE = 120.0
"""Seconds to wait for other writers."""

EXISTS = "ParameterAlreadyExists"
MISSING = "ParameterNotFound"
NO_VERSION = "ParameterVersionNotFound"


class Lock:
    """The right to change one item.

    :param name: of the parameter
    """

    def __init__(self, client: ServiceClient, name: str) -> None:
        self._client = client
        self._name = name
        self._until = 0.0

    @contextlib.contextmanager
    def held(self) -> t.Iterator[Lock]:
        """Hold the lock inside. When the lease is about to expire, no more requests are sent, retries included.

        :raises OctoAwsError: other writers held it for too long, or Parameter Store was too slow
        """
        self._wait()
        too_late = OctoAwsError(
            ErrorCode.STORE_BUSY,
            f"Parameter Store took too long to respond while the lock {self._name} was held.",
            hint="No more requests were sent. Retry later.",
        )
        with self._client.sending_until(self._until - MARGIN, too_late):
            try:
                yield self
            finally:
                self._release()

    @property
    def is_valid(self) -> bool:
        """Whether the lease is still valid, so that no other writer has the lock."""
        return time.monotonic() < self._until

    def _release(self) -> None:
        """Delete the lock. If this fails, it expires."""
        try:
            self._client.call("delete_parameter", self._name, Name=self._name)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING):
                self._client.warn(
                    f"Cannot delete the lock of this account: the next save waits up to {LEASE:.0f} seconds. {error}"
                )

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        pause = 0.05
        while not self._try_acquire():
            if time.monotonic() > deadline:
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Other writers have held the lock {self._name} for {_PATIENCE:.0f} seconds.",
                    hint="Nothing was written. To see the last process that tried, run "
                    f"`aws ssm get-parameter --name {shlex.quote(self._name)}`.",
                )
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 1.5, 1.0)

    def _try_acquire(self) -> bool:
        """Try once. Each attempt has its own token, so that an earlier one never looks like its own."""
        began = time.monotonic()
        token = f"{_holder_name()} {uuid.uuid4()}"
        if not (self._try_create(token) or self._try_take_over(token)):
            return False
        self._until = began + LEASE
        return True

    def _try_create(self, token: str) -> bool:
        try:
            self._put(token, overwrite=False)
        except OctoAwsError as error:
            if not error.is_refusal(EXISTS):
                raise
            return False
        return True

    def _try_take_over(self, token: str) -> bool:
        """Take over an expired lock. Also succeed if this attempt had created the lock and lost the response."""
        response = self._get()
        if response is None:
            return False
        parameter = response["Parameter"]
        if parameter["Value"] == token:
            return True
        if response_time(response) - parameter["LastModifiedDate"].timestamp() < LEASE:
            return False
        version = self._put(token, overwrite=True)
        # A retried request has replaced its own first version.
        while version := version - 1:
            before = self._get(version)
            if before is None:
                return False
            if before["Parameter"]["Value"] != token:
                return bool((version, before["Parameter"]["Value"]) == (parameter["Version"], parameter["Value"]))
        return True  # the lock was deleted, and this attempt created it

    def _get(self, version: int = 0) -> dict[str, t.Any] | None:
        selector = f":{version}" if version else ""
        try:
            return self._client.call("get_parameter", self._name, Name=self._name + selector)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING, NO_VERSION):
                raise
            return None

    def _put(self, token: str, *, overwrite: bool) -> int:
        response = self._client.call(
            "put_parameter",
            self._name,
            Name=self._name,
            Value=token,
            Type="String",
            Description="octo.aws: a process is saving this account. Can be deleted after a minute.",
            Overwrite=overwrite,
        )
        return int(response["Version"])


def _holder_name() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()},"
