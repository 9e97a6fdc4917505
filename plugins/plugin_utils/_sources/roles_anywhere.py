# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role for a certificate, by IAM Roles Anywhere, for controllers outside AWS."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ...module_utils._model.hop import LONGEST_SESSION
from .client_certificate import client_certificate, digest_of
from .protocol import Session
from .roles_anywhere_request import create_session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions

_ENDPOINT = "AWS_ENDPOINT_URL_ROLESANYWHERE"


class RolesAnywhereSource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        return Session(
            # Without a duration, that of the profile applies.
            default_seconds=account.duration_seconds,
            longest_seconds=LONGEST_SESSION,
            # A new certificate can be that of another subject.
            facts={"certificate": digest_of(account), "endpoint": os.environ.get(_ENDPOINT, "")},
        )

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        session = create_session(account, client_certificate(account), options)
        return dataclasses.replace(session, region=options.region, source=account.type)
