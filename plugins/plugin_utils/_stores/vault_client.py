# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send the requests of a store to Vault, and explain what fails."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import typing as t
from functools import cached_property

from ...module_utils._errors import OctoAwsError
from .._hashi_vault.client import VaultClient

if t.TYPE_CHECKING:
    from .._hashi_vault.connection import Connection


class VaultStoreClient(VaultClient):
    """The client of one store; see :class:`.aws_client.ServiceClient`."""

    def __init__(self, connection: Connection, url: str) -> None:
        super().__init__(connection, f"The store {url}")
        self._written: list[str] = []

    @cached_property
    def access_digest(self) -> str:
        """A digest of everything that selects the identity in Vault. It takes no request."""
        names = [name for name in os.environ if name.startswith(("VAULT_", "ANSIBLE_HASHI_VAULT_", "AWS_"))]
        variables = {name: os.environ[name] for name in names}
        facts = [repr(self.connection), variables]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    @contextlib.contextmanager
    def parsing_responses(self) -> t.Iterator[None]:
        """Turn errors raised while parsing a malformed response into an :class:`OctoAwsError`."""
        try:
            yield
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise self.unexpected(type(error).__name__) from None

    @contextlib.contextmanager
    def redacting(self, secrets: t.Sequence[str]) -> t.Iterator[None]:
        """Redact these secrets in errors raised inside."""
        self._written = list(secrets)
        try:
            yield
        finally:
            self._written = []

    def request(
        self, method: str, path: str, body: t.Mapping[str, t.Any] | None = None, **parameters: str
    ) -> dict[str, t.Any] | None:
        """Send a request that can be repeated. Return ``None`` where there is nothing at the path."""
        try:
            return self.call(method, path, body, secrets=self._written, parameters=parameters or None)
        except OctoAwsError as error:
            # An unknown mount is no empty store.
            if error.is_refusal("404") and not error.is_refusal("404", message="no handler for route"):
                return None
            raise
