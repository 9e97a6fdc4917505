# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve a credential chain: reuse sessions with enough time left, and request only the missing ones."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .identity import identity_of, known_identities

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._cache.request_lock import RequestLock
    from .cache import SessionCache
    from .chain import CredentialChain, Link

# Seconds that must be left of a session for AWS clients: botocore starts to refresh 15 minutes before it expires, and
# waits for the new one 10 minutes before. That would be all of a session of 15 minutes, so a share is enough: a little
# less than two thirds, since AWS counts in whole seconds and from an earlier moment.
_LEFT_BY_DEFAULT = 900.0
_SHARE_LEFT = 0.66
# The largest share that a task can require by its timeout. The rest is for the tasks of other hosts: a fleet does not
# request a session for each.
_SHARE_FOR_TASK = 0.9

# Seconds by which a new session may be older than its response.
_RESPONSE_TIME = 30.0

_in_memory: dict[str, Credentials] = {}
"""The sessions of this process, by the names of their seals."""


def has_enough_left(session: Credentials, min_ttl: int | None, task_seconds: int = 0) -> bool:
    """Whether enough time is left of a session: ``min_ttl``, or the time that AWS clients and the task require."""
    if session.expiration is None:
        return False
    left = (session.expiration - now()).total_seconds()
    lifetime = (session.expiration - session.began).total_seconds() if session.began else None
    if lifetime is not None and left > lifetime + CLOCK_TOLERANCE:
        return False  # the clock was set back, so it may have expired
    if min_ttl is not None:
        return left > 0 and left >= min_ttl
    if lifetime is None:
        return left >= _LEFT_BY_DEFAULT
    for_clients = min(_LEFT_BY_DEFAULT, _SHARE_LEFT * lifetime)
    return left > 0 and left >= max(for_clients, min(task_seconds, _SHARE_FOR_TASK * lifetime))


class ChainWalk:
    """One resolution of a chain.

    :param cache: ``None`` where sessions are not shared with other processes
    :param min_ttl: seconds that must be left of the last session
    :param task_seconds: seconds that the task can take; see :func:`has_enough_left`
    :param fresh: request every link, except those that would need an MFA code again
    :param on_link: called with the index and the credentials of each link that succeeded or was reused
    """

    def __init__(
        self,
        chain: CredentialChain,
        cache: SessionCache | None,
        *,
        min_ttl: int | None = None,
        task_seconds: int = 0,
        fresh: bool = False,
        on_link: t.Callable[[int, Credentials], None] | None = None,
    ) -> None:
        self.chain = chain
        self._on_link = on_link
        self._links = chain.links
        self._cache = cache if chain.session_key else None
        self._min_ttl = min_ttl
        self._task_seconds = task_seconds
        self._fresh = fresh
        self._identities = {} if fresh else known_identities
        self._complete = False
        self._requested: list[tuple[int, Credentials]] = []
        """New sessions, by the index of their link."""

    def credentials(self) -> Credentials:
        """Return the credentials at the end of the chain. Sessions are stored only if all of the chain succeeds.

        :raises OctoAwsError: names the hop that failed
        """
        with contextlib.ExitStack() as stack:
            stack.callback(self._revoke_unless_complete)
            start, credentials, locks = self._reuse_last(stack)
            self._report(start - 1, credentials)
            if start < len(self._links):
                self.chain.check_roles()
            for index in range(start, len(self._links)):
                credentials = self._request(index, credentials, locks)
                self._report(index, credentials)
            if credentials is None:
                raise AssertionError("a chain has a source")
            if not self._fresh:
                self.store_sessions()
            self._complete = True
        return credentials

    def _report(self, index: int, credentials: Credentials | None) -> None:
        if self._on_link and credentials:
            self._on_link(index, credentials)

    def discard(self) -> None:
        """Revoke the leases that were requested and are not stored, as far as possible."""
        for index, session in self._requested:
            leases = self._links[index].leases
            if leases and session.lease_id:
                with contextlib.suppress(OctoAwsError):
                    leases.revoke(session.lease_id)

    def _revoke_unless_complete(self) -> None:
        if not self._complete:
            self.discard()

    def identity(self, credentials: Credentials) -> Identity:
        """Return the identity of credentials of this chain, from STS only if it is not known."""
        return identity_of(self.chain, credentials, self._identities)

    def store_sessions(self, *, costly_only: bool = False) -> None:
        """Store the requested sessions, in memory and in the cache.

        :param costly_only: only sessions that needed an MFA code or a lease, and those that they depend on
        """
        costly = (index for index, link in enumerate(self._links) if link.needs_mfa or link.leases)
        last_costly = max(costly, default=-1)
        for index, session in self._requested:
            if session.expiration and self._links[index].session and (index <= last_costly or not costly_only):
                seal = self.chain.seals[index]
                _in_memory[seal.name] = session
                if self._cache and self._links[index].shared:
                    self._cache.write(seal, session)
                    if session.lease_id:
                        from .leases import LeaseList

                        LeaseList(self._cache, self.chain.session_key).add(session)

    def _reuse_last(self, stack: contextlib.ExitStack) -> tuple[int, Credentials | None, dict[int, RequestLock]]:
        """Return the index after the last link with a session to reuse, the session, and the locks of later links.

        Locks are taken from the end of a chain to its start, in the same order for all chains with links in common, so
        that there is no deadlock.
        """
        locks: dict[int, RequestLock] = {}
        for index in reversed(range(len(self._links))):
            link = self._links[index]
            if not link.session or (self._fresh and not link.needs_mfa):
                continue
            if session := self._reuse(index):
                return index + 1, session, locks
            if self._cache and link.shared and not self._fresh:
                locks[index] = stack.enter_context(self._cache.locked(self.chain.seals[index]))
                if session := self._reuse(index):
                    return index + 1, session, locks
                locks[index].raise_shared_failure()
        return 0, None, locks

    def _reuse(self, index: int) -> Credentials | None:
        seal, link = self.chain.seals[index], self._links[index]
        last = index == len(self._links) - 1
        needs = (self._min_ttl, self._task_seconds) if last else (None, 0)
        session = _in_memory.get(seal.name)
        if (not session or not has_enough_left(session, *needs)) and self._cache and link.shared:
            session = self._cache.read(seal)
        if not session or not has_enough_left(session, *needs):
            return None
        register(session.secrets)
        _in_memory[seal.name] = session
        return self._guarded(link, session)

    def _request(self, index: int, before: Credentials | None, locks: dict[int, RequestLock]) -> Credentials:
        link = self._links[index]
        try:
            credentials = self._renewed(index) or (link.request(before) if before else link.request())
            register(credentials.secrets)
            credentials = self._guarded(link, credentials)
            if index == len(self._links) - 1:
                self._check_time_left(credentials)
        except OctoAwsError as error:
            error = error.about(link.label)
            for later, lock in locks.items():
                if later >= index:
                    lock.share_failure(error)
            raise error from None
        self._requested.append((index, credentials))
        return credentials

    def _renewed(self, index: int) -> Credentials | None:
        """Return the session of a link with a later end, or ``None`` if it cannot last long enough."""
        seal, link = self.chain.seals[index], self._links[index]
        if not link.leases or self._fresh:
            return None
        session = (self._cache.read(seal) if self._cache else None) or _in_memory.get(seal.name)
        if not session or not session.lease_id or not has_enough_left(session, 0):
            return None
        needs = (self._min_ttl, self._task_seconds) if index == len(self._links) - 1 else (None, 0)
        try:
            renewed = link.leases.renew(session)
        except OctoAwsError:
            return None  # a new lease has the error, if it fails, too
        return renewed if has_enough_left(renewed, *needs) else None

    def _guarded(self, link: Link, credentials: Credentials) -> Credentials:
        """Return the credentials of a link, with their identity if the link must lead to an AWS account.

        :raises OctoAwsError: they lead to another AWS account
        """
        if not link.must_lead_to:
            return credentials
        identity = self.identity(credentials)
        identity.must_belong_to(link.must_lead_to, self.chain.subject)
        return dataclasses.replace(credentials, identity=identity)

    def _check_time_left(self, credentials: Credentials) -> None:
        if self._min_ttl and credentials.expiration:
            left = (credentials.expiration - now()).total_seconds()
            if left < self._min_ttl - _RESPONSE_TIME:
                raise OctoAwsError(
                    ErrorCode.SESSION_TOO_SHORT,
                    f"min_ttl is {self._min_ttl} seconds, but new credentials have only {max(0, int(left))} left.",
                    hint="Set a lower min_ttl. The lifetime of credentials of a machine or a profile is set there.",
                )
