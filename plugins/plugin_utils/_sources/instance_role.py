# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM role of the controller, for tasks that run there."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.machine_role import machine_credentials, machine_role_facts
from ...module_utils._model.hop import DEFAULT_SESSION
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions


class InstanceRoleSource:
    """See :class:`.protocol.Source`."""

    of_executor = True

    def session(self, account: Account) -> Session | None:
        # Processes on the same machine or in the same container get the same role, and share the sessions that it
        # assumes. The session of a web identity comes from STS, so it is shared, too.
        facts = machine_role_facts()
        web_identity = bool(facts["web_identity"])
        return Session(shared=web_identity, default_seconds=DEFAULT_SESSION if web_identity else 0, facts=facts)

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        return machine_credentials(options.region, options.endpoint, options.session_name)
