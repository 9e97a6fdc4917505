# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens from a program on the controller."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._secret_program import output_of
from .protocol import label_of

if t.TYPE_CHECKING:
    from .._accounts.account import Account

_LONGEST = 20_000
"""Characters of a token. AWS STS API reference, AssumeRoleWithWebIdentity."""

_SECONDS = 60.0


class CommandTokens:
    """See :class:`.protocol.TokenSource`. The program runs only when a session is requested."""

    default_audience = ""

    def facts(self, account: Account) -> dict[str, str]:
        # The command is part of the account, and the job of a CI system is part of the session name.
        return {}

    def token(self, account: Account, audience: str) -> str:
        command = account.web_identity_token_command
        token = output_of(
            command,
            "web_identity_token_command",
            f"account {account.name!r}",
            code=ErrorCode.WEB_IDENTITY_COMMAND_FAILED,
            longest=_LONGEST,
            seconds=_SECONDS,
        )
        if not token:
            raise OctoAwsError(
                ErrorCode.WEB_IDENTITY_COMMAND_FAILED,
                f"{label_of(account)}: {command[0]} printed nothing.",
                hint="The program must print the token, and nothing else, on standard output.",
            )
        return token
