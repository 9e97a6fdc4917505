# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web identity tokens of GitLab CI/CD, from the variable that ``id_tokens`` of the job names."""

from __future__ import annotations

import typing as t

from .environment import EnvironmentTokens

if t.TYPE_CHECKING:
    from .._accounts.account import Account

_DEFAULT_VARIABLE = "GITLAB_OIDC_TOKEN"
"""The name in the documentation of GitLab ("Configure OpenID Connect in AWS to retrieve temporary credentials")."""


class GitLabTokens(EnvironmentTokens):
    """See :class:`.protocol.TokenSource`."""

    missing_hint = (
        "Add it to the job in .gitlab-ci.yml, with `id_tokens: {GITLAB_OIDC_TOKEN: {aud: https://gitlab.com}}`, or set "
        "web_identity_token_variable to the name that the job uses."
    )

    def variable(self, account: Account) -> str:
        return account.web_identity_token_variable or _DEFAULT_VARIABLE
