# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renew the credentials that a process on a worker serves for several tasks, from a process on the controller."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import tempfile
import time
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.utils.display import Display

from ...module_utils._clock import now
from ...module_utils._errors import OctoAwsError
from ...module_utils._host.detached_server import ObservedProcess, start_detached

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .resolved_account import ResolvedAccount

_INTERVAL = 0.5
"""Seconds between two checks whether it is needed."""
_LONGEST = 24 * 3600.0
"""Seconds after which it ends in any case."""
_PAUSE = 5.0
"""Seconds before a renewal that failed is tried again."""
_OFTEN = 900.0
"""Seconds after which credentials are brought again, even if they are the same. Keys do not expire, but are held for a
limited time."""
_SHARE = 0.1
"""Of what is left of credentials, until the next look whether that is enough."""


def renew_elsewhere(account: ResolvedAccount, bring: t.Callable[[Credentials], bool]) -> str:
    """Start a process that renews credentials until this run of Ansible ends, or the process on the worker.

    :param bring: brings credentials to the process on the worker; returns whether it has not ended
    :returns: a file; when it is removed, the process ends as well
    :raises OctoAwsError: it could not be started
    """
    run = ObservedProcess(os.getppid())
    # ansible-core removes this folder at the end of the run.
    descriptor, path = tempfile.mkstemp(prefix="octo-aws-renewal-", dir=C.DEFAULT_LOCAL_TMP)
    os.close(descriptor)

    def renew(started: t.Callable[[str], None]) -> None:
        started(path)
        _be_quiet()
        end = time.monotonic() + _LONGEST
        renewal = _Renewal(account, bring)
        while os.path.exists(path) and run.is_alive() and time.monotonic() < end and renewal.goes_on():
            time.sleep(_INTERVAL)
        with contextlib.suppress(OSError):
            os.unlink(path)

    try:
        return start_detached(renew)
    except OctoAwsError:
        os.unlink(path)
        raise


class _Renewal:
    """The renewal of the credentials of one account.

    :param bring: see :func:`renew_elsewhere`
    """

    def __init__(self, account: ResolvedAccount, bring: t.Callable[[Credentials], bool]) -> None:
        self._account = account
        self._bring = bring
        self._brought_at = time.monotonic()
        self._next = self._next_time()

    def goes_on(self) -> bool:
        """Renew the credentials if it is time, and return whether there is something to renew."""
        if time.monotonic() < self._next:
            return True
        try:
            needed = self._renew()
        except (OctoAwsError, AnsibleError, OSError):
            # The credentials that are there may last until it works again.
            self._next = time.monotonic() + _PAUSE
            return self._seconds_left() > 0
        self._next = self._next_time()
        return needed

    def _renew(self) -> bool:
        before = self._account.handover.credentials
        handover = self._account.renew()
        credentials = handover.credentials
        if credentials is None:
            raise AssertionError("a role of the host is not renewed")
        if credentials == before and time.monotonic() < self._brought_at + _OFTEN:
            return True
        needed = self._bring(credentials)
        self._account = dataclasses.replace(self._account, handover=handover)
        self._brought_at = time.monotonic()
        return needed

    def _next_time(self) -> float:
        return time.monotonic() + max(1.0, min(self._seconds_left() * _SHARE, 60.0))

    def _seconds_left(self) -> float:
        credentials = self._account.handover.credentials
        if not credentials or not credentials.expiration:
            return _LONGEST
        return (credentials.expiration - now()).total_seconds()


def _be_quiet() -> None:
    """Let a connection show and log nothing: the files for that are closed here."""
    logging.disable()
    display = Display()
    display._final_q = None
    display.verbosity = display.log_verbosity = 0
