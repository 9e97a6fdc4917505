# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account for every role that a person may use."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._sso.portal import Portal
from ansible_collections.octo.aws.plugins.plugin_utils._sso.roles import PortalRole, roles_of
from ansible_collections.octo.aws.plugins.plugin_utils._sso.to_account import (
    account_of_role,
    portal_of,
    roles_of_person,
    selected_roles,
)
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure

PORTAL = Portal("https://d-1234567890.awsapps.com/start", "eu-central-1")
SANDBOX = PortalRole("210987654321", "Sandbox", "ReadOnly")


def roles(aws: FakeAws) -> list[PortalRole]:
    aws.tell("sso", pending=0)
    return roles_of_person(PORTAL, "", lambda warning: None, lambda text: True)


def test_all_roles_of_all_pages(aws: FakeAws) -> None:
    aws.tell("sso", accounts=45)
    found = roles(aws)
    assert found[:3] == [
        PortalRole("123456789012", "Production", "Deployer"),
        PortalRole("123456789012", "Production", "ReadOnly"),
        SANDBOX,
    ]
    assert len(found) == 48
    actions = [request["action"] for request in aws.requests]
    assert actions.count("sso:ListAccounts") == 3
    assert actions.count("sso:ListAccountRoles") == 47
    assert actions.count("sso-oidc:StartDeviceAuthorization") == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"accountList": None},
        {"accountList": ["text"]},
        {"accountList": [{"accountName": "Sandbox"}]},
        {"accountList": [{"accountId": "1\x1b[2J"}]},
        {"nextToken": "again"},
    ],
)
def test_lists_that_aws_does_not_give(aws: FakeAws, answer: dict[str, t.Any]) -> None:
    aws.tell("sso", answers={"sso:ListAccounts": answer})
    error = failure(lambda: roles(aws))
    assert error.code in (ErrorCode.AWS_ANSWER_INVALID, ErrorCode.AWS_UNAVAILABLE)


def test_names() -> None:
    twins = [PortalRole("111111111111", "Twin", "Admin"), PortalRole("222222222222", " Twin", "Admin")]
    named = selected_roles([SANDBOX, *twins], None)
    assert list(named) == ["Sandbox/ReadOnly", "Twin 111111111111/Admin", "Twin 222222222222/Admin"]
    assert list(selected_roles([SANDBOX, *twins], ["Sandbox/*", "*/None"])) == ["Sandbox/ReadOnly"]
    error = failure(lambda: selected_roles([SANDBOX], ["Sandbox/Readonly"]))
    assert error.code is ErrorCode.SSO_ROLE_UNKNOWN
    assert error.hint == "Did you mean 'Sandbox/ReadOnly'?"


def test_accounts() -> None:
    account = account_of_role(PORTAL, SANDBOX, "Sandbox/ReadOnly")
    assert not isinstance(account, OctoAwsError)
    assert (account.type, account.sso_account_id, account.sso_role_name) == ("sso", "210987654321", "ReadOnly")
    assert (account.sso_start_url, account.sso_region) == PORTAL[:2]
    for role, name in ((SANDBOX._replace(role_name="a b"), "a"), (SANDBOX, "n" * 201), (SANDBOX, "a\nb")):
        assert isinstance(account_of_role(PORTAL, role, name), OctoAwsError)


def test_options() -> None:
    assert portal_of(" https://d-1234567890.awsapps.com/start/#/", "eu-central-1 ") == PORTAL
    assert failure(lambda: portal_of(PORTAL.start_url, None)).code is ErrorCode.OPTION_CONFLICT
    assert failure(lambda: portal_of(PORTAL.start_url, "Frankfurt")).code is ErrorCode.OPTION_INVALID
    assert failure(lambda: portal_of("start", "eu-central-1")).code is ErrorCode.OPTION_INVALID


def test_without_a_terminal(aws: FakeAws) -> None:
    error = failure(lambda: roles_of_person(PORTAL, "", lambda warning: None, None))
    assert error.code is ErrorCode.SSO_SIGN_IN_REQUIRED
    assert (
        "octo.aws.import_profiles --check -e sso=https://d-1234567890.awsapps.com/start -e sso_region=eu-c"
        in error.hint
    )


def test_a_token_that_never_works(aws: FakeAws) -> None:
    assert failure(lambda: roles_of(PORTAL, "wrong")).code is ErrorCode.AWS_REFUSED
