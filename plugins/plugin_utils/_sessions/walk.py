# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: walks a chain, and asks AWS only for what nobody has.

Service, above C(_chain), C(_session_cache) and C(_verify).
"""

from __future__ import annotations

import contextlib
import os
import typing as t
from functools import cached_property

from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .chain import Link, check_before_asking
from .session_seal import SessionSeal

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._cache.request_lock import RequestLock
    from .cache import SessionCache

# Seconds that AWS clients want to be left of a session (botocore: they look for another one 15 minutes before the end,
# and no longer wait 10 minutes before it). Of a session of 15 minutes that would be all; two thirds are left of it for
# its first 5 minutes. A little less than two thirds, since AWS counts in whole seconds and from an earlier moment.
_LEFT_BY_DEFAULT = 900.0
_SHARE_LEFT = 0.66

_PROCESS_KEY = os.urandom(32).hex()
"""Names sessions that no account's key can seal. It is never written."""

_held: dict[str, Credentials] = {}
"""The sessions that this process knows, by the names of their seals."""

Guard = t.Callable[[Link, "Credentials"], "Credentials"]
"""Returns the credentials of a guarded link with their identity, or raises."""


def is_fresh(session: Credentials, min_ttl: int | None) -> bool:
    """Whether a session can be handed out: as much is left of it as was asked for, or as AWS clients require."""
    if session.expiration is None:
        return False
    left = (session.expiration - now()).total_seconds()
    lifetime = (session.expiration - session.began).total_seconds() if session.began else None
    if lifetime is not None and left > lifetime + CLOCK_TOLERANCE:
        return False  # the clock was set back, and nothing is known about its end
    if min_ttl is not None:
        return left > 0 and left >= min_ttl
    return left > 0 and left >= min(_LEFT_BY_DEFAULT, _SHARE_LEFT * lifetime if lifetime else _LEFT_BY_DEFAULT)


class ChainWalk:
    """One way along a chain.

    :param session_key: of the account; without one, sessions are held by this process alone
    :param cache: V(None) where sessions are not shared with other processes
    :param anew: take every link, but those that would need a person again
    """

    def __init__(
        self,
        links: t.Sequence[Link],
        *,
        region: str,
        session_key: str,
        cache: SessionCache | None,
        guard: Guard,
        min_ttl: int | None = None,
        fresh: bool = False,
    ) -> None:
        self._links = links
        self._region = region
        self._cache = cache if session_key else None
        self._session_key = session_key
        self._guard = guard
        self._min_ttl = min_ttl
        self._anew = fresh
        self.taken: list[tuple[int, Credentials]] = []
        """What was asked for, by the index of its link."""

    @cached_property
    def _seals(self) -> list[SessionSeal]:
        return seals_of(self._links, self._session_key)

    def credentials(self) -> Credentials:
        """Where the chain leads to. Nothing is kept of a chain that did not lead where it must.

        :raises OctoAwsError: names the hop that could not be taken
        """
        with contextlib.ExitStack() as turns:
            start, credentials, held = self._nearest(turns)
            if start < len(self._links):
                check_before_asking(self._links, self._region)
            for index in range(start, len(self._links)):
                credentials = self._take(index, credentials, held)
            if credentials is None:
                raise AssertionError("a chain has a source")
            if not self._anew:
                self.keep()
        return credentials

    def keep(self, *, only_a_persons: bool = False) -> None:
        """Keep what was asked for. Whoever has the turns calls it.

        :param only_a_persons: only what cannot be taken again without a person, and what is before it
        """
        last = max((index for index, link in enumerate(self._links) if link.needs_a_person), default=-1)
        for index, session in self.taken:
            if session.expiration and self._links[index].session and (index <= last or not only_a_persons):
                _held[self._seals[index].name] = session
                if self._cache and self._links[index].shared:
                    self._cache.write(self._seals[index], session)

    def _nearest(self, turns: contextlib.ExitStack) -> tuple[int, Credentials | None, dict[int, RequestLock]]:
        """The last link whose session is known, and the turns for those after it. The order in which turns are taken,
        from the end of a chain to its start, is the same for all chains that have links in common."""
        held: dict[int, RequestLock] = {}
        for index in reversed(range(len(self._links))):
            link = self._links[index]
            if not link.session or (self._anew and not link.needs_a_person):
                continue
            if known := self._known(index):
                return index + 1, known, held
            if self._cache and link.shared and not self._anew:
                held[index] = turns.enter_context(self._cache.locked(self._seals[index]))
                if known := self._known(index):
                    return index + 1, known, held
                held[index].raise_shared_failure()
        return 0, None, held

    def _known(self, index: int) -> Credentials | None:
        seal, link = self._seals[index], self._links[index]
        min_ttl = self._min_ttl if index == len(self._links) - 1 else None
        session = _held.get(seal.name)
        if (not session or not is_fresh(session, min_ttl)) and self._cache and link.shared:
            session = self._cache.read(seal)
        if not session or not is_fresh(session, min_ttl):
            return None
        register(session.secrets)
        _held[seal.name] = session
        return self._guard(link, session) if link.must_lead_to else session

    def _take(self, index: int, before: Credentials | None, held: dict[int, RequestLock]) -> Credentials:
        link = self._links[index]
        try:
            credentials = link.take(before)
            register(credentials.secrets)
            if link.must_lead_to:
                credentials = self._guard(link, credentials)
            if index == len(self._links) - 1:
                self._check_time_left(credentials)
        except OctoAwsError as error:
            error = error.about(link.what)
            for later, turn in held.items():
                if later >= index:
                    turn.share_failure(error)
            raise error from None
        self.taken.append((index, credentials))
        return credentials

    def _check_time_left(self, credentials: Credentials) -> None:
        if self._min_ttl and credentials.expiration:
            left = (credentials.expiration - now()).total_seconds()
            # A new session is a little older than nothing when it arrives.
            if left < self._min_ttl - CLOCK_TOLERANCE / 10:
                raise OctoAwsError(
                    ErrorCode.SESSION_TOO_SHORT,
                    f"min_ttl asks for {self._min_ttl} seconds, and new credentials have {max(0, int(left))} left.",
                    hint="Ask for less. Where the machine or a profile gives them, it decides how long they last.",
                )


def seals_of(links: t.Sequence[Link], session_key: str) -> list[SessionSeal]:
    """The seal of each link's session; it depends on all links before it, too."""
    made_by = [link.made_by for link in links]
    return [SessionSeal.of(session_key or _PROCESS_KEY, made_by[: index + 1]) for index in range(len(links))]
