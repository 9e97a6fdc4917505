# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: a role that AWS gives for the token of a web identity: CI systems, EKS service accounts."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._hop import DEFAULT_SESSION, LONGEST_SESSION
from ...module_utils._secrecy import register
from ...module_utils._sts import assume_role_with_web_identity
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._credentials import Credentials
    from .._account import Account
    from .protocol import Terms

# Characters. AWS STS API reference, AssumeRoleWithWebIdentity.
_SHORTEST_TOKEN = 4
_LONGEST_TOKEN = 20_000


class WebIdentitySource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        return Session(default_seconds=DEFAULT_SESSION, longest_seconds=LONGEST_SESSION)

    def fetch(self, account: Account, terms: Terms) -> Credentials:
        token = _read_token(account.web_identity_token_file)
        register([token])
        session = assume_role_with_web_identity(
            account.role_arn,
            token,
            terms.endpoint,
            session_name=terms.session_name,
            duration_seconds=terms.duration_seconds,
        )
        return dataclasses.replace(session, region=terms.region, source=account.type)


def _read_token(path: str) -> str:
    """The token that is in the file now. Tokens are short-lived, and whoever made the file renews it."""
    try:
        with open(path, encoding="ascii") as file:
            token = file.read(_LONGEST_TOKEN + 2).strip()
        why = "" if _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN and token.isprintable() else "it holds no token"
    except OSError as error:
        why = str(error.strerror)
    except UnicodeDecodeError:
        why = "it holds no token"
    if why:
        raise OctoAwsError(
            ErrorCode.WEB_IDENTITY_TOKEN_UNREADABLE,
            f"The web identity token file {path} cannot be used: {why}.",
            hint="It is written on the controller by the CI job or by the EKS agent, before the play. Check the path "
            "(web_identity_token_file), and that this user may read it.",
        )
    return token
