# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens of Azure Pipelines (Azure DevOps REST API reference, "Oidctoken - Create")."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import quote

from .environment import digest_of_variable, required_variable
from .token_request import TokenRequest

if t.TYPE_CHECKING:
    from .._accounts.account import Account

_URL = "SYSTEM_OIDCREQUESTURI"
_SECRET = "SYSTEM_ACCESSTOKEN"
_CONNECTION = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
"""The service connection of a task such as ``AzureCLI@2``, which sets the variable."""

_VERSION = "7.1"
_HINT = (
    "Pass it to the step of the pipeline, with `env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}`, and check "
    "web_identity_service_connection."
)


class AzurePipelinesTokens:
    """See :class:`.protocol.TokenSource`. Tokens have the audience that Azure Pipelines sets."""

    default_audience = "api://AzureADTokenExchange"

    def facts(self, account: Account) -> dict[str, str]:
        return {"url": os.environ.get(_URL, ""), "job": digest_of_variable(_SECRET), "connection": _connection(account)}

    def token(self, account: Account, audience: str) -> str:
        secret = required_variable(_SECRET, _HINT)
        url = required_variable(_URL, "Run the play in a job of Azure Pipelines, which sets it.")
        separator = "&" if "?" in url else "?"
        connection = _connection(account)
        more = f"&serviceConnectionId={quote(connection, safe='')}" if connection else ""
        request = TokenRequest(
            method="POST",
            url=f"{url}{separator}api-version={_VERSION}{more}",
            variable=_URL,
            secret=secret,
            field="oidcToken",
            hint=_HINT,
        )
        return request.send()


def _connection(account: Account) -> str:
    return account.web_identity_service_connection or os.environ.get(_CONNECTION, "")
