# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of an account in the environment of a program."""

from __future__ import annotations

import contextlib
import os
import time
import typing as t

from ...module_utils._host.aws_environment import environment_of
from ...module_utils._host.credential_server import serve
from ...module_utils._host.handover import Handover
from ...module_utils._host.renewal import RenewedCredentials
from ...module_utils._model.credentials import timestamp
from .._accounts.account import check_name, error_context

if t.TYPE_CHECKING:
    from ...module_utils._host.pointer import Pointer
    from ...module_utils._model.credentials import Credentials
    from .._stores.protocol import Stored
    from .start import Start

ACCOUNT_VARIABLE = "OCTO_AWS_ACCOUNT"
"""Names the account of a program, for prompts of shells. The collection does not read it as a setting."""

_READ_AGAIN = 300.0
"""Seconds after which a record is read again: its keys may have been rotated."""


class NamedAccount:
    """An account of the store, resolved for a program.

    :param name: of the account
    """

    def __init__(self, start: Start, name: str) -> None:
        self.name = check_name(name)
        self._start = start
        with start.resolving(self.name):
            self._stored: Stored = start.find(self.name)
            self._read_at = time.monotonic()
            self.credentials = self._resolve()

    def environment(self) -> dict[str, str]:
        """Return an environment with the credentials themselves, which end with the session."""
        handover = Handover(region=self.credentials.region, credentials=self.credentials)
        environment = self._environment(handover)
        if end := timestamp(self.credentials.expiration):
            environment["AWS_CREDENTIAL_EXPIRATION"] = end
        return environment

    @contextlib.contextmanager
    def served(self, folder: str | None = None) -> t.Iterator[dict[str, str]]:
        """Serve the credentials on loopback inside a ``with`` block, and renew them. Return an environment without
        credentials that refers to them.

        :param folder: for the private folder of the server; ``None`` for the default
        """
        with serve(RenewedCredentials(self.credentials, self._renew), folder) as pointer:
            yield self._environment(self._pointing(pointer))

    def _pointing(self, pointer: Pointer) -> Handover:
        return Handover(region=self.credentials.region, pointer=pointer)

    def _environment(self, handover: Handover) -> dict[str, str]:
        return {**environment_of(handover, os.environ, ""), ACCOUNT_VARIABLE: self.name}

    def _renew(self) -> Credentials:
        """Resolve the account again, without prompts. A session with enough time left is reused."""
        from .._service.store_access import find

        if time.monotonic() - self._read_at > _READ_AGAIN:
            self._stored = find(self._start.store(), self.name, fresh=True)
            self._read_at = time.monotonic()
        return self._resolve(unattended=True)

    def _resolve(self, *, unattended: bool = False) -> Credentials:
        account = self._stored.account
        with error_context(account):
            keys = account.own_keys(self._start.settings, self._start.session_options)
            if keys:
                return keys
            resolver = self._start.resolver()
            return (resolver.unattended() if unattended else resolver).walk(account).credentials()
