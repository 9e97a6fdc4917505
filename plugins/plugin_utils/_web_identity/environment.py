# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens from an environment variable, such as that of an AWX credential type."""

from __future__ import annotations

import hashlib
import os
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

if t.TYPE_CHECKING:
    from .._accounts.account import Account


class EnvironmentTokens:
    """See :class:`.protocol.TokenSource`."""

    default_audience = ""

    missing_hint: t.ClassVar[str] = (
        "Set the variable in the environment of the user that runs Ansible, for example with a credential type of AWX."
    )

    def facts(self, account: Account) -> dict[str, str]:
        return {"token": digest_of_variable(self.variable(account))}

    def token(self, account: Account, audience: str) -> str:
        return required_variable(self.variable(account), self.missing_hint)

    def variable(self, account: Account) -> str:
        """Return the name of the variable."""
        return account.web_identity_token_variable


def required_variable(name: str, hint: str) -> str:
    """Return the secret in an environment variable.

    :param hint: how it is set
    :raises OctoAwsError: it is not set
    """
    secret = os.environ.get(name, "").strip()
    if not secret:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_MISSING, f"The environment variable {name} is not set.", hint=hint
        )
    register([secret])
    return secret


def digest_of_variable(name: str) -> str:
    """Return the digest of the secret in an environment variable.

    Each job of a CI system has its own secret. So jobs on one runner share no session: each may have another identity.
    """
    return hashlib.sha256(os.environ.get(name, "").strip().encode("utf-8", "surrogateescape")).hexdigest()
