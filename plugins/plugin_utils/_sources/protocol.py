# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a source is."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

if t.TYPE_CHECKING:
    from ...module_utils._aws.endpoint import Endpoint
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account


class Session(t.NamedTuple):
    """What is known, before it is asked for, about the session that a source makes.

    :param shared: whether others can use it; what a machine gives to whoever asks it is not worth sharing
    :param default_seconds: how long it lasts where nobody asks for anything; V(0) where the source alone knows
    :param longest_seconds: how long it can last at most; V(0) where nobody can choose
    :param mfa_serial: the MFA device that a person needs for it
    :param facts: what shapes it besides the account
    """

    shared: bool = True
    default_seconds: int = 0
    longest_seconds: int = 0
    mfa_serial: str = ""
    facts: t.Mapping[str, t.Any] = MappingProxyType({})


class FetchOptions(t.NamedTuple):
    """How base credentials are asked for.

    :param region: to use them in; empty when nobody named one
    :param endpoint: the STS to ask, for sources that do
    :param session_name: tells who asks
    :param duration_seconds: V(0) for the default
    :param token_for: gives the code of an MFA device, by its serial number
    """

    region: str
    endpoint: Endpoint
    session_name: str
    duration_seconds: int
    token_for: t.Callable[[str], str]


class Source(t.Protocol):
    """Where an account's base credentials come from. Each type is one class in one file, found through
    :mod:`.registry`.

    :cvar of_executor: whether it is the role of whatever host does the work, and so is taken there
    """

    of_executor: t.ClassVar[bool]

    def session(self, account: Account) -> Session | None:
        """The session that it makes for the account, or V(None) where it makes none and nobody is asked."""

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        """The base credentials of the account.

        :raises OctoAwsError: there are none
        """
