# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the keys that an account holds. Nobody is asked."""

from __future__ import annotations

import typing as t

from .._credentials import Credentials

if t.TYPE_CHECKING:
    from .._account import Account


class AccessKeySource:
    """See :class:`.protocol.Source`."""

    def fetch(self, account: Account, region: str) -> Credentials:
        return Credentials(
            access_key=account.access_key,
            secret_key=account.secret_key,
            session_token=account.session_token,
            region=region,
            source=account.type,
        )
