# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role for the token of a web identity, as in CI systems and EKS service accounts."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._aws.sts import assume_role_with_web_identity
from ...module_utils._model.hop import DEFAULT_SESSION, LONGEST_SESSION
from .._secret_program import refuse_nested
from .._web_identity.jwt import check_token
from .._web_identity.protocol import label_of, source_name
from .._web_identity.registry import token_source_of
from .protocol import Session

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .protocol import FetchOptions


class WebIdentitySource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        if account.web_identity_token_command:
            # Checked here: a process that waits for this session could be the one that started this process.
            refuse_nested("web_identity_token_command", f"account {account.name!r}")
        return Session(
            default_seconds=account.duration_seconds or DEFAULT_SESSION,
            longest_seconds=LONGEST_SESSION,
            facts=token_source_of(source_name(account)).facts(account),
        )

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        source = token_source_of(source_name(account))
        audience = account.web_identity_audience or source.default_audience
        token = source.token(account, audience)
        check_token(token, audience, label_of(account))
        session = assume_role_with_web_identity(
            account.role_arn,
            token,
            options.endpoint,
            session_name=options.session_name,
            duration_seconds=options.duration_seconds or account.duration_seconds,
            policy=account.policy,
            policy_arns=account.policy_arns,
        )
        return dataclasses.replace(session, region=options.region, source=account.type)
