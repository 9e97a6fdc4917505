# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role of IAM Identity Center, for the person who signs in."""

from __future__ import annotations

import dataclasses
import os
import shlex
import typing as t

from .._sso.access_token import with_token
from .._sso.portal import ENDPOINT_VARIABLES, Access, Portal
from .._sso.roles import role_credentials
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions


class SsoSource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        return Session(facts={variable: os.environ.get(variable, "") for variable in ENDPOINT_VARIABLES})

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        portal = Portal.of(account)
        # For a role of another name, the sign-in is the same.
        test = f"ansible-playbook octo.aws.test_account -e {shlex.quote(f'account_name={account.name}')}"
        access = Access(options.session_cache, options.warn, options.show_sign_in, test)
        keys = with_token(
            portal,
            access,
            lambda token: role_credentials(portal, account.sso_account_id, account.sso_role_name, token),
        )
        return dataclasses.replace(keys, region=options.region, source=account.type)
