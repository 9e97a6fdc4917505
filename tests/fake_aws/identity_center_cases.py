# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM Identity Center answers, as ``identity_center.py`` has it: cases for the double and for the real service.

    python tests/fake_aws/identity_center_cases.py --region REGION --start-url URL

It signs in with a device code, which a person confirms, only reads, and signs out at the end. The last line reads
"N passed", or "N differ": then ``identity_center.py`` has to be corrected, or the case.
"""

from __future__ import annotations

import argparse
import sys
import time
import typing as t

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = ["sso:account:access"]
_NO_ACCOUNT = "000000000000"


class Cases:
    """The cases, one after the other: each goes on from those before.

    :param show: shows a text to the person who confirms the code
    :param endpoint_url: of the double
    """

    def __init__(self, start_url: str, region: str, show: t.Callable[[str], object], endpoint_url: str = "") -> None:
        self._start_url = start_url
        self._show = show
        session = botocore.session.Session()
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        self._oidc, self._sso = (
            session.create_client(name, region_name=region, endpoint_url=endpoint_url or None, config=config)
            for name in ("sso-oidc", "sso")
        )
        self.differences: list[str] = []
        self.passed = 0

    def run(self) -> None:
        """Run all of them."""
        client = self._register()
        self._refusals(client)
        tokens = self._sign_in(client)
        self._lists(tokens["accessToken"])
        tokens = self._refresh(client, tokens)
        self._sign_out(tokens["accessToken"])

    def _expect(self, case: str, expected: t.Collection[str], found: str) -> None:
        if found in expected:
            self.passed += 1
        else:
            self.differences.append(f"{case}: {' or '.join(expected)} expected, but it was {found}")

    def _refused(
        self, case: str, expected: t.Collection[str], request: t.Callable[..., t.Any], **values: t.Any
    ) -> None:
        try:
            request(**values)
        except ClientError as error:
            self._expect(case, expected, error.response["Error"]["Code"])
        else:
            self._expect(case, expected, "no error")

    def _has(self, case: str, answer: t.Mapping[str, t.Any], **kinds: type) -> None:
        wrong = [name for name, kind in kinds.items() if not isinstance(answer.get(name), kind)]
        self._expect(case, ["complete"], f"without a valid {', '.join(wrong)}" if wrong else "complete")

    def _register(self) -> dict[str, str]:
        register = self._oidc.register_client
        answer = register(clientName="octo.aws cases", clientType="public", scopes=SCOPES)
        self._has("RegisterClient", answer, clientId=str, clientSecret=str, clientSecretExpiresAt=int)
        given = {"clientName": "octo.aws cases", "clientType": "public"}
        self._refused("another type", ["InvalidClientMetadataException"], register, **{**given, "clientType": "secret"})
        self._refused("another scope", ["InvalidScopeException"], register, **given, scopes=["not:a:scope"])
        code = {**given, "scopes": SCOPES, "grantTypes": ["authorization_code", "refresh_token"]}
        remote, local = "https://example.com/callback", "http://127.0.0.1/oauth/callback"
        self._refused(
            "a redirect to a host",
            ["InvalidRedirectUriException"],
            register,
            **code,
            redirectUris=[remote],
            issuerUrl=self._start_url,
        )
        of_browser = register(**code, redirectUris=[local], issuerUrl=self._start_url)
        self._has("RegisterClient for a browser", of_browser, clientId=str, clientSecret=str, clientSecretExpiresAt=int)
        return {name: answer[name] for name in ("clientId", "clientSecret")}

    def _refusals(self, client: dict[str, str]) -> None:
        start, create = self._oidc.start_device_authorization, self._oidc.create_token
        wrong = {**client, "clientSecret": "wrong"}
        elsewhere = "https://d-0000000000.awsapps.com/start"
        self._refused("a wrong secret", ["InvalidClientException"], start, **wrong, startUrl=self._start_url)
        self._refused("another start URL", ["InvalidRequestException"], start, **client, startUrl=elsewhere)
        poll = {"grantType": DEVICE_CODE, "deviceCode": "wrong"}
        self._refused("a wrong device code", ["InvalidGrantException"], create, **client, **poll)
        self._refused("another grant", ["UnsupportedGrantTypeException"], create, **client, grantType="password")
        self._refused(
            "a wrong refresh token",
            ["InvalidGrantException"],
            create,
            **client,
            grantType="refresh_token",
            refreshToken="wrong",
        )

    def _sign_in(self, client: dict[str, str]) -> dict[str, t.Any]:
        started = self._oidc.start_device_authorization(**client, startUrl=self._start_url)
        texts = dict.fromkeys(("deviceCode", "userCode", "verificationUri", "verificationUriComplete"), str)
        self._has("StartDeviceAuthorization", started, **texts, expiresIn=int)
        poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
        waiting = ("AuthorizationPendingException", "SlowDownException")
        self._refused("before it is confirmed", waiting, self._oidc.create_token, **poll)
        self._show(f"Confirm the code {started['userCode']}: {started['verificationUriComplete']}")
        interval, deadline = started.get("interval", 5), time.monotonic() + started["expiresIn"]
        while time.monotonic() < deadline:
            time.sleep(interval)
            try:
                tokens: dict[str, t.Any] = self._oidc.create_token(**poll)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code not in waiting:
                    raise
                interval += 5 if code == "SlowDownException" else 0
            else:
                self._has("CreateToken", tokens, accessToken=str, expiresIn=int, refreshToken=str)
                self._refused("the code again", ["InvalidGrantException"], self._oidc.create_token, **poll)
                return tokens
        sys.exit("The code was not confirmed.")

    def _lists(self, token: str) -> None:
        sso = self._sso
        refused = ["UnauthorizedException"]
        self._refused("accounts, with a wrong token", refused, sso.list_accounts, accessToken="wrong")
        accounts = sso.list_accounts(accessToken=token, maxResults=1)
        self._has("ListAccounts", accounts, accountList=list)
        account = accounts["accountList"][0]
        self._has("an account", account, accountId=str, accountName=str)
        roles = sso.list_account_roles(accessToken=token, accountId=account["accountId"])["roleList"]
        self._has("a role", roles[0], roleName=str, accountId=str)
        wanted = {"accountId": account["accountId"], "roleName": roles[0]["roleName"]}
        answer = sso.get_role_credentials(accessToken=token, **wanted)["roleCredentials"]
        self._has("keys", answer, accessKeyId=str, secretAccessKey=str, sessionToken=str, expiration=int)
        self._expect("milliseconds", ["True"], str(0 < answer["expiration"] / 1000 - time.time() < 13 * 3600))
        get = sso.get_role_credentials
        self._refused("keys, with a wrong token", refused, get, accessToken="wrong", **wanted)
        denied, unknown = "ForbiddenException", "ResourceNotFoundException"
        self._refused("another role", [denied], get, accessToken=token, **{**wanted, "roleName": "NotThere"})
        # AWS documents ResourceNotFoundException; users report ForbiddenException ("No access").
        self._refused(
            "another account", [unknown, denied], get, accessToken=token, **{**wanted, "accountId": _NO_ACCOUNT}
        )

    def _refresh(self, client: dict[str, str], tokens: dict[str, t.Any]) -> dict[str, t.Any]:
        grant = {**client, "grantType": "refresh_token", "refreshToken": tokens["refreshToken"]}
        refreshed: dict[str, t.Any] = self._oidc.create_token(**grant)
        self._has("a refresh", refreshed, accessToken=str, expiresIn=int)
        accounts = self._sso.list_accounts(accessToken=refreshed["accessToken"])
        self._has("ListAccounts, refreshed", accounts, accountList=list)
        return refreshed

    def _sign_out(self, token: str) -> None:
        self._sso.logout(accessToken=token)
        self._refused("after the sign-out", ["UnauthorizedException"], self._sso.list_accounts, accessToken=token)


def main() -> int:
    """Run the cases against the real service; 1 where it differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--start-url", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--endpoint-url", default="", help="of the double")
    options = parser.parse_args()
    cases = Cases(options.start_url, options.region, print, options.endpoint_url)
    cases.run()
    print("\n".join(cases.differences))
    print(f"{len(cases.differences)} differ" if cases.differences else f"{cases.passed} passed")
    return int(bool(cases.differences))


if __name__ == "__main__":
    sys.exit(main())
