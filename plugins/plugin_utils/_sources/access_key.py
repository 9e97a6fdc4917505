# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access key of an account, or a session of it."""

from __future__ import annotations

import typing as t

from ...module_utils._model.hop import LONGEST_USER_SESSION
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions

_DEFAULT = 43_200
"""The default duration in seconds (AWS STS API reference, GetSessionToken)."""


class AccessKeySource:
    """See :class:`.protocol.Source`. It sends a request only for ``temporary`` accounts."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        if not account.temporary:
            return None
        return Session(default_seconds=_DEFAULT, longest_seconds=LONGEST_USER_SESSION, mfa_serial=account.mfa_serial)

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        keys = account.keys(options.region)
        if not account.temporary:
            return keys
        from ...module_utils._aws.sts import session_token

        return session_token(
            keys,
            options.endpoint,
            duration_seconds=options.duration_seconds,
            mfa_serial=account.mfa_serial,
            token_code=options.token_for(account.mfa_serial, account.mfa_process) if account.mfa_serial else "",
        )
