# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a source is."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._account import Account
    from .._credentials import Credentials


class Source(t.Protocol):
    """Where an account's base credentials come from. Each type is one class in one file, found through
    :mod:`.registry`."""

    def fetch(self, account: Account, region: str) -> Credentials:
        """The base credentials of the account, for use in RV(region).

        :raises OctoAwsError: there are none
        """
