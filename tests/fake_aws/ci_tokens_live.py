# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request tokens as the collection does, from the real endpoint of a CI system.

    python tests/fake_aws/ci_tokens_live.py github_actions [--role-arn ARN]

It runs in a job of GitHub Actions (``permissions: {id-token: write}``) or of Azure Pipelines (``SYSTEM_ACCESSTOKEN`` in
``env``), where the collection is importable, and prints one line for each case. With ``--role-arn``, the real STS gets
the token. No token is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._aws.sts import assume_role_with_web_identity
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity.jwt import check_token
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity.registry import token_source_of

_SECRETS = {"github_actions": "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "azure_pipelines": "SYSTEM_ACCESSTOKEN"}


def _case(name: str, expected: str, work: t.Callable[[], object]) -> bool:
    code = ""
    try:
        work()
    except OctoAwsError as error:
        code = error.code.value
    print(f"{'ok' if code == expected else 'FAILED'}: {name}: {code or 'no error'}")
    return code == expected


def main() -> int:
    """Run the cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("source", choices=sorted(_SECRETS))
    parser.add_argument("--role-arn", default="")
    options = parser.parse_args()
    account = Account(name="live", type="web_identity", web_identity_token_source=options.source)
    source = token_source_of(options.source)
    audience = source.default_audience

    def token() -> str:
        found = source.token(account, audience)
        check_token(found, audience, "The token")
        return found

    def for_another_audience() -> None:
        check_token(source.token(account, audience), "another-audience", "The token")

    def with_wrong_secret() -> None:
        secret = os.environ[_SECRETS[options.source]]
        os.environ[_SECRETS[options.source]] = "wrong"
        try:
            source.token(account, audience)
        finally:
            os.environ[_SECRETS[options.source]] = secret

    def assume() -> None:
        assume_role_with_web_identity(
            options.role_arn, token(), Endpoint(region="us-east-1"), session_name="octo-aws-live", duration_seconds=900
        )

    results = [
        _case("a token for the default audience", "", token),
        _case("a token for another audience", "web_identity_audience_wrong", for_another_audience),
        _case("a wrong secret of the job", "web_identity_request_failed", with_wrong_secret),
    ]
    if options.role_arn:
        results.append(_case("a session of the role", "", assume))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
