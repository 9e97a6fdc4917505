# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens of GitHub Actions, requested from the runner (GitHub Actions, "OpenID Connect reference")."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import quote

from .environment import digest_of_variable, required_variable
from .token_request import TokenRequest

if t.TYPE_CHECKING:
    from .._accounts.account import Account

_URL = "ACTIONS_ID_TOKEN_REQUEST_URL"
_SECRET = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_HINT = "Give the job the permission for it in the workflow, `permissions: {id-token: write, contents: read}`."


class GitHubActionsTokens:
    """See :class:`.protocol.TokenSource`."""

    default_audience = "sts.amazonaws.com"

    def facts(self, account: Account) -> dict[str, str]:
        return {"url": os.environ.get(_URL, ""), "job": digest_of_variable(_SECRET)}

    def token(self, account: Account, audience: str) -> str:
        secret = required_variable(_SECRET, _HINT)
        url = required_variable(_URL, _HINT)
        separator = "&" if "?" in url else "?"
        request = TokenRequest(
            method="GET",
            url=f"{url}{separator}audience={quote(audience, safe='')}",
            variable=_URL,
            secret=secret,
            field="value",
            hint=_HINT,
        )
        return request.send()
