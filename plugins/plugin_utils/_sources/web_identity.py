# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role for the token of a web identity, as in CI systems and EKS service accounts."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._aws.machine_role import read_token
from ...module_utils._aws.sts import assume_role_with_web_identity
from ...module_utils._model.hop import DEFAULT_SESSION, LONGEST_SESSION
from ...module_utils._secrecy import register
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions


class WebIdentitySource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        return Session(default_seconds=DEFAULT_SESSION, longest_seconds=LONGEST_SESSION)

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        token = read_token(account.web_identity_token_file)
        register([token])
        session = assume_role_with_web_identity(
            account.role_arn,
            token,
            options.endpoint,
            session_name=options.session_name,
            duration_seconds=options.duration_seconds,
        )
        return dataclasses.replace(session, region=options.region, source=account.type)
