# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of a source of web identity tokens."""

from __future__ import annotations

import typing as t

from .._accounts.web_identity_fields import DEFAULT_TOKEN_SOURCE

if t.TYPE_CHECKING:
    from .._accounts.account import Account


class TokenSource(t.Protocol):
    """A place where web identity tokens come from. Each is one class in one file, listed in :mod:`.registry`.

    :cvar default_audience: the audience of tokens of accounts without one; empty if it is not checked
    """

    default_audience: t.ClassVar[str]

    def facts(self, account: Account) -> dict[str, str]:
        """Return everything besides the account that determines the identity in the token. No request is sent."""

    def token(self, account: Account, audience: str) -> str:
        """Return a token, which is registered as a secret.

        :param audience: of the account, or the default; empty for any
        :raises OctoAwsError: there is none
        """


def source_name(account: Account) -> str:
    """Return the ``web_identity_token_source`` of an account."""
    return account.web_identity_token_source or DEFAULT_TOKEN_SOURCE


def label_of(account: Account) -> str:
    """Name the token of an account in errors."""
    return f"The web identity token (web_identity_token_source: {source_name(account)})"
