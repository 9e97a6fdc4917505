# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The protocol of sources, and the types that they share with their callers."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

if t.TYPE_CHECKING:
    from ...module_utils._aws.endpoint import Endpoint
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account


class Leases(t.Protocol):
    """Credentials that a service leases, and that it can renew and revoke."""

    def renew(self, credentials: Credentials) -> Credentials:
        """Return the same credentials with a later end, or unchanged if there cannot be one.

        :raises OctoAwsError: the lease was not renewed
        """

    def revoke(self, lease_id: str) -> None:
        """End a lease, and its credentials.

        :raises OctoAwsError: the service did not end it
        """


class Session(t.NamedTuple):
    """The properties of a session, known before it is requested.

    :param shared: whether to cache it for other processes; credentials that a machine gives to every process are not
    :param default_seconds: the default duration; 0 if only the source knows it
    :param longest_seconds: the maximum duration; 0 if the duration cannot be chosen
    :param mfa_serial: serial number of the MFA device that it needs
    :param facts: everything besides the account that determines the session
    :param leases: ``None`` for credentials that cannot be renewed or revoked
    """

    shared: bool = True
    default_seconds: int = 0
    longest_seconds: int = 0
    mfa_serial: str = ""
    facts: t.Mapping[str, t.Any] = MappingProxyType({})
    leases: Leases | None = None


def ignore_warning(text: str) -> None:
    """Ignore a warning."""


class FetchOptions(t.NamedTuple):
    """The options of a request for base credentials.

    :param region: of the credentials; empty if none is set
    :param endpoint: of STS, for sources that use it
    :param session_name: identifies the caller in CloudTrail
    :param duration_seconds: 0 for the default
    :param token_for: returns the code of an MFA device, by its serial number and the program that prints codes
    :param session_cache: the folder of sealed sessions and sign-ins; empty if they are not shared
    :param warn: called with a user-facing warning
    :param show_sign_in: see :class:`.._accounts.settings.SessionOptions`
    """

    region: str
    endpoint: Endpoint
    session_name: str
    duration_seconds: int
    token_for: t.Callable[[str, tuple[str, ...]], str]
    session_cache: str = ""
    warn: t.Callable[[str], None] = ignore_warning
    show_sign_in: t.Callable[[str], bool] | None = None


class Source(t.Protocol):
    """The source of an account's base credentials. Each account type is one class in one file, listed in
    :mod:`.registry`.

    :cvar of_executor: whether the source is the role of the host that runs the task, and is resolved there
    """

    of_executor: t.ClassVar[bool]

    def session(self, account: Account) -> Session | None:
        """Return the session of the account, or ``None`` if the account has static credentials."""

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        """Request the base credentials of the account.

        :raises OctoAwsError: the request failed
        """
