# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: who may change a parameter.

A part, above C(.service_client). Parameter Store overwrites whatever is there, but two things are for one alone: to
make a parameter that does not exist yet, and to be given the next version number of one that does. The lock of an
account is a parameter that its holder makes and deletes. Of one that was left by a process which was killed, the lease
runs out; who then is given the number after the one that it had has it.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import random
import socket
import time
import typing as t
import uuid

from ...module_utils._errors import ErrorCode, OctoAwsError
from .service_client import moment_of

if t.TYPE_CHECKING:
    from .service_client import ServiceClient

LEASE = 60.0
"""Seconds after which a lock is nobody's."""
ENOUGH = 30.0
"""Seconds of the lease that must be left for a request."""
_PATIENCE = 120.0
"""Seconds that a writer waits for others."""

EXISTS = "ParameterAlreadyExists"
MISSING = "ParameterNotFound"


class Lock:
    """The right to change one item.

    :param name: of the parameter
    """

    def __init__(self, client: ServiceClient, name: str) -> None:
        self._client = client
        self._name = name
        self._holder = f"{_who()} {uuid.uuid4()}"
        self._until = 0.0

    @contextlib.contextmanager
    def held(self) -> t.Iterator[None]:
        """Hold the lock inside.

        :raises OctoAwsError: others had it for too long
        """
        self._wait()
        try:
            yield
        finally:
            # Who could not, or is too late, leaves it; its lease ends.
            if time.monotonic() < self._until:
                self._release()

    def _release(self) -> None:
        try:
            self._client.ask("delete_parameter", self._name, Name=self._name)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING):
                self._client.warn(f"The next save of this account has to wait {LEASE:.0f} seconds. {error}")

    def must_last(self) -> None:
        """Refuse to go on when the lease might end before AWS has answered.

        :raises OctoAwsError: too little of it is left
        """
        if time.monotonic() > self._until - ENOUGH:
            raise OctoAwsError(
                ErrorCode.STORE_BUSY,
                f"Parameter Store took too long to answer while {self._name} was held.",
                hint="Nothing was written. Try again when it answers faster.",
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        pause = 0.05
        while not (self._made() or self._taken_over()):
            if time.monotonic() > deadline:
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Others have had the lock {self._name} for {_PATIENCE:.0f} seconds.",
                    hint="Nothing was written. Its value says who has it.",
                )
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 1.5, 1.0)

    def _made(self) -> bool:
        began = time.monotonic()
        try:
            self._put(overwrite=False)
        except OctoAwsError as error:
            if not error.is_refusal(EXISTS):
                raise
            return False
        self._until = began + LEASE
        return True

    def _taken_over(self) -> bool:
        """Whether the lock was left, or is this process's own after an answer that was lost."""
        began = time.monotonic()
        try:
            answer = self._client.ask("get_parameter", self._name, Name=self._name)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING):
                raise
            return False
        found = answer["Parameter"]
        if found["Value"] != self._holder:
            age = moment_of(answer) - found["LastModifiedDate"].timestamp()
            # The number after the one that was seen goes to one writer alone.
            if age < LEASE or self._put(overwrite=True) != found["Version"] + 1:
                return False
        self._until = began + LEASE
        return True

    def _put(self, *, overwrite: bool) -> int:
        answer = self._client.ask(
            "put_parameter",
            self._name,
            Name=self._name,
            Value=self._holder,
            Type="String",
            Description="octo.aws: somebody saves this account. It can be deleted when it is a minute old.",
            Overwrite=overwrite,
        )
        return int(answer["Version"])


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()},"
