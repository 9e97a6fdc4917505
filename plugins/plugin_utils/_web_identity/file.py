# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens from a file, which a CI job, EKS or another agent writes."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.machine_role import read_token
from ...module_utils._secrecy import register

if t.TYPE_CHECKING:
    from .._accounts.account import Account


class FileTokens:
    """See :class:`.protocol.TokenSource`. The file is read for every session: agents replace the token in it."""

    default_audience = ""

    def facts(self, account: Account) -> dict[str, str]:
        # A new token in the file is one for the same identity, and sessions outlive it.
        return {}

    def token(self, account: Account, audience: str) -> str:
        token = read_token(account.web_identity_token_file)
        register([token])
        return token
