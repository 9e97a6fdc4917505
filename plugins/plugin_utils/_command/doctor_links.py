# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of the way to an account, checked one by one."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._aws.probe import probe
from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.identity import ids_as_text
from ...module_utils._secrecy import redact
from .._accounts.account import check_name
from .._regions import warn_of_region
from .._service.store_access import account_unknown, store_of
from .._sessions.identity import verify
from .listing import origin_of

if t.TYPE_CHECKING:
    from ...module_utils._aws.probe import Probe
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._sessions.session_reuse import ChainWalk
    from .._stores.protocol import Store, Stored
    from .start import Start

OK, FAIL, SKIPPED = "ok", "fail", "skipped"
_NOT_REACHED = "not reached"
_OF_REGION = (ErrorCode.PARTITION_MISMATCH, ErrorCode.REGION_DISABLED)
_OF_LIST = (ErrorCode.ACCESS_DENIED, ErrorCode.VAULT_DENIED)
"""Errors of a store with accounts that may be read, but not listed."""


class Link(t.NamedTuple):
    """The state of one link.

    :param code: of the error, if it failed and the error has one
    :param solution: of the failure; empty if there is none
    """

    link: str
    status: str
    text: str
    code: str = ""
    solution: str = ""


class _Skipped(Exception):
    """There is nothing to check, for the reason in the text."""


class Examination:
    """Checks the links of one account. After a failure, the links behind it are skipped."""

    def __init__(self, start: Start, name: str) -> None:
        self._start = start
        self._name = name
        self._failed = False
        self._names: list[str] | None = None
        self._warnings: list[str] = []
        self._store: Store
        self._stored: Stored
        self._walk: ChainWalk
        self._probe: Probe
        self._secrets: list[str] = []

    def links(self) -> t.Iterator[Link]:
        """Yield each link when it is checked."""
        yield self._checked("settings", self._settings)
        yield self._checked("store", self._reach_store)
        yield self._checked("record", self._find)
        yield self._checked("password", self._open)
        yield self._checked("chain", self._chain)
        yield self._checked("network", self._network)
        yield self._checked("clock", self._clock)
        yield from self._credentials()

    def _checked(self, link: str, check: t.Callable[[], str]) -> Link:
        if self._failed:
            return Link(link, SKIPPED, _NOT_REACHED)
        try:
            return Link(link, OK, check())
        except _Skipped as skipped:
            return Link(link, SKIPPED, str(skipped))
        except OctoAwsError as error:
            return self._failure(link, error)
        except AnsibleError as error:
            self._failed = True
            return Link(link, FAIL, redact(str(error.message), self._secrets))

    def _failure(self, link: str, error: OctoAwsError) -> Link:
        self._failed = True
        error = error.reworded(lambda text: redact(text, self._secrets))
        return Link(link, FAIL, error.message, error.code.value, " ".join([*self._warnings, error.hint]).strip())

    # Links on this machine

    def _settings(self) -> str:
        from ansible import constants as C

        self._name = check_name(self._name)
        settings = self._start.settings
        cache = settings.session_cache or "none"
        return f"store {settings.store}, session cache {cache}, from {C.CONFIG_FILE or 'defaults: no ansible.cfg'}"

    def _reach_store(self) -> str:
        # Passwords are loaded for the link of the password.
        self._store = store_of(self._start.settings, self._warnings.append)
        if self._store.exists() is False:
            raise OctoAwsError(
                ErrorCode.STORE_UNAVAILABLE,
                f"The store {self._store.url} does not exist.",
                hint="Check octo_aws_store and --store, or save the first account: octo-aws add.",
            )
        try:
            self._names = self._store.names()
        except OctoAwsError as error:
            if error.code not in _OF_LIST:
                raise
            return f"{self._store.url}; these credentials may not list it"
        count = len(self._names)
        return f"{self._store.url} has {count} account{'' if count == 1 else 's'}"

    def _find(self) -> str:
        if self._names is None:
            raise _Skipped("the store cannot be listed; the record is read next")
        if self._name not in self._names:
            raise account_unknown(self._store, self._name)
        return f"there is a record of {self._name!r}"

    def _open(self) -> str:
        self._stored = self._start.find(self._name)
        self._store = self._start.store()
        self._secrets = self._stored.account.secrets
        if not self._store.seals_with_vault:
            return "the record was read; this store needs no vault password"
        return f"the vault password with the ID {self._stored.vault_id!r} opens the record"

    def _chain(self) -> str:
        account = self._stored.account
        self._reached: dict[int, Identity] = {}
        self._walk = self._start.resolver().walk(account, fresh=True, on_link=self._reach)
        self._walk.chain.check_roles()
        count = len(self._walk.chain.hops)
        roles = f", then {count} role{'' if count == 1 else 's'}" if count else ""
        return f"type {account.type}: {origin_of(account)}{roles}"

    # Links of AWS

    def _network(self) -> str:
        region = self._walk.chain.region
        if region:
            warn_of_region(region, self._warnings.append)
        self._probe = probe(self._walk.chain.endpoint)
        by = f" through the proxy {self._probe.proxy}" if self._probe.proxy else ""
        return f"{self._probe.url} responds{by}"

    def _clock(self) -> str:
        if self._probe.date is None:
            raise _Skipped("the response has no date")
        skew = (now() - self._probe.date).total_seconds()
        if abs(skew) > CLOCK_TOLERANCE:
            state = "ahead of" if skew > 0 else "behind"
            raise OctoAwsError(
                ErrorCode.CLOCK_SKEWED,
                f"The clock of this machine is {abs(skew):.0f} seconds {state} that of AWS, which refuses requests "
                f"beyond {CLOCK_TOLERANCE:.0f}.",
                hint="Synchronize the clock, for example with `timedatectl set-ntp true`.",
            )
        return f"differs from that of AWS by {abs(skew):.0f} seconds"

    def _reach(self, index: int, credentials: Credentials) -> None:
        """Note a link that works. Stored keys are sent to STS, which nothing else would do before the first role.

        :raises OctoAwsError: STS refuses them
        """
        self._reached[index] = verify(self._walk.chain, credentials)

    def _credentials(self) -> t.Iterator[Link]:
        """Yield the links of the credentials, of each role, of the region and of the expected AWS account."""
        if self._failed:
            for link in ("credentials", "region", "account_id"):
                yield Link(link, SKIPPED, _NOT_REACHED)
            return
        error = self._resolve()
        # A wrong AWS account or region is no failure of the credentials themselves.
        guarded = error is not None and error.code is ErrorCode.ACCOUNT_MISMATCH
        of_region = error is not None and error.code in _OF_REGION
        for index in range(len(self._walk.chain.links)):
            title = self._title(index)
            if index in self._reached:
                yield Link(title, OK, self._reached[index].arn)
            elif error is not None and not (self._failed or guarded or of_region):
                yield self._failure(title, error)
            elif guarded and index == max(self._reached, default=-1) + 1:
                yield Link(title, OK, "they lead to another AWS account than expected")
            else:
                yield Link(title, SKIPPED, _NOT_REACHED)
        yield self._region_link(error if of_region else None)
        yield self._guard_link(error if guarded else None)

    def _resolve(self) -> OctoAwsError | None:
        try:
            with self._start.resolving(self._name):
                self._walk.credentials()
                self._walk.store_sessions(costly_only=True)
        except OctoAwsError as error:
            return error
        return None

    def _title(self, index: int) -> str:
        if not index:
            return "credentials"
        return f"role {index} of {len(self._walk.chain.hops)}"

    def _region_link(self, error: OctoAwsError | None) -> Link:
        region = self._walk.chain.region
        if error:
            return self._failure("region", error)
        if self._failed:
            return Link("region", SKIPPED, _NOT_REACHED)
        if not region:
            return Link("region", SKIPPED, "none is set; each task or AWS client sets its own")
        return Link("region", OK, " ".join([region, *self._warnings]))

    def _guard_link(self, error: OctoAwsError | None) -> Link:
        expected = ids_as_text(self._stored.account.account_id)
        if error:
            return self._failure("account_id", error)
        if self._failed:
            return Link("account_id", SKIPPED, _NOT_REACHED)
        reached = self._reached[max(self._reached)].account_id
        if not expected:
            return Link("account_id", SKIPPED, f"none is expected; it leads to {reached}")
        return Link("account_id", OK, f"it leads to {reached}, as expected")
