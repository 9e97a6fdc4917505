# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM Identity Center: ``sso-oidc``, with a person who signs in, and ``sso``.

``POST /_test/sso`` sets how it goes until the next reset; what is left out stays:

- ``person``: ``allow`` confirms a code at the poll after ``pending`` others; ``deny``; ``away``, who never comes
- ``pending`` (1), ``interval`` (1), ``slow_down`` (0): polls until the person comes; seconds between polls; polls that
  are refused as too fast, however slow they are
- ``code_seconds`` (600), ``token_seconds`` (3600): how long a device code and an access token are good for
- ``refresh`` (true): whether there are refresh tokens
- ``accounts`` (0): so many more AWS accounts, ``Member 1`` and so on, each with the role ReadOnly
- ``answers``: ``{"sso-oidc:CreateToken": {"accessToken": 5}}``, parts of answers that are other than AWS has them;
  ``null`` leaves a part out
- ``revoke``, ``forget_refresh`` and ``forget_clients``: at once, access tokens, refresh tokens and clients are invalid
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import secrets
import threading
import time
import typing as t
import urllib.parse

import clock
from accounts import ACCOUNT_ID, OTHER_ACCOUNT_ID, make_role
from answers import StartResponse, answer
from faults import FAULTS, drop
from moto.sts.models import sts_backends
from sessions import Environ

START_URL = "https://d-1234567890.awsapps.com/start"
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_GRANTS = ("authorization_code", _DEVICE_CODE, "refresh_token")
_SCOPES = {"sso:account:access"}
_ROLES = {
    (ACCOUNT_ID, "Production"): ("Deployer", "ReadOnly"),
    (OTHER_ACCOUNT_ID, "Sandbox"): ("ReadOnly",),
}
_PERSON = "alice@example.com"
_PAGE = 20
"""Most items of a page."""
_SESSION = 3600
_ACTIONS = {
    ("POST", "/client/register"): "sso-oidc:RegisterClient",
    ("POST", "/device_authorization"): "sso-oidc:StartDeviceAuthorization",
    ("POST", "/token"): "sso-oidc:CreateToken",
    ("GET", "/authorize"): "sso-oidc:Authorize",
    ("GET", "/federation/credentials"): "sso:GetRoleCredentials",
    ("GET", "/assignment/accounts"): "sso:ListAccounts",
    ("GET", "/assignment/roles"): "sso:ListAccountRoles",
    ("POST", "/logout"): "sso:Logout",
}
_OAUTH = {
    "InvalidRequestException": "invalid_request",
    "InvalidClientException": "invalid_client",
    "InvalidClientMetadataException": "invalid_client_metadata",
    "InvalidGrantException": "invalid_grant",
    "InvalidRedirectUriException": "invalid_redirect_uri",
    "InvalidScopeException": "invalid_scope",
    "UnauthorizedClientException": "unauthorized_client",
    "UnsupportedGrantTypeException": "unsupported_grant_type",
    "AuthorizationPendingException": "authorization_pending",
    "SlowDownException": "slow_down",
    "AccessDeniedException": "access_denied",
    "ExpiredTokenException": "expired_token",
    "InternalServerException": "server_error",
}


class _Refused(Exception):
    """An error of these services."""

    def __init__(self, code: str, message: str, status: str = "400 Bad Request") -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def action_of(environ: Environ) -> str | None:
    """The action of an unsigned request; no request to these services is signed."""
    if environ.get("HTTP_AUTHORIZATION"):
        return None
    return _ACTIONS.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))


def populate() -> None:
    """Make the roles of permission sets, as IAM Identity Center makes them in each AWS account."""
    for (account_id, _name), roles in _ROLES.items():
        for role in roles:
            make_role(
                _role_of(role), {"Federated": f"arn:aws:iam::{account_id}:saml-provider/AWSSSO"}, account_id=account_id
            )


def _role_of(permission_set: str) -> str:
    return f"AWSReservedSSO_{permission_set}_0123456789abcdef"


class IdentityCenter:
    """Both services, with one portal and one person."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.secrets: set[str] = set()
        self._clients: dict[str, dict[str, t.Any]] = {}
        self._devices: dict[str, dict[str, t.Any]] = {}
        self._codes: dict[str, dict[str, t.Any]] = {}
        self._access: dict[str, float] = {}
        self._refresh: dict[str, str] = {}
        self.reset()

    def reset(self) -> None:
        """All goes well; who has signed in stays so."""
        self._play: dict[str, t.Any] = {
            "person": "allow",
            "pending": 1,
            "interval": 1,
            "slow_down": 0,
            "code_seconds": 600,
            "token_seconds": 3600,
            "refresh": True,
            "accounts": 0,
            "answers": {},
        }

    def plan(self, value: dict[str, t.Any]) -> None:
        """Go as a test says from now on."""
        with self._lock:
            self._play.update(value)
            if value.get("revoke"):
                self._access.clear()
            if value.get("forget_refresh"):
                self._refresh.clear()
            if value.get("forget_clients"):
                self._clients.clear()

    def serve(
        self, environ: Environ, body: bytes, action: str, fault: str | None, start_response: StartResponse
    ) -> t.Iterable[bytes]:
        """Answer a request, with a fault of this kind if there is one."""
        name = action.partition(":")[2]
        query = {key: values[0] for key, values in urllib.parse.parse_qs(environ.get("QUERY_STRING", "")).items()}
        try:
            with self._lock:
                if name == "Authorize":
                    start_response("302 Found", [("Location", self._authorize(query)), ("Content-Length", "0")])
                    return []
                _raise_fault(action, fault)
                if name in ("RegisterClient", "StartDeviceAuthorization", "CreateToken"):
                    made = getattr(self, f"_{name}")(_parameters(environ, body))
                else:
                    self._check_token(environ.get("HTTP_X_AMZ_SSO_BEARER_TOKEN", ""))
                    made = getattr(self, f"_{name}")(query)
                other = self._play["answers"].get(action, {})
        except _Refused as error:
            return _refuse(start_response, action, error)
        if isinstance(other, dict):
            made = {key: value for key, value in _merged(made, other).items() if value is not None}
        else:
            made = other
        if fault == "not_aws":
            return answer(start_response, "200 OK", FAULTS["not_aws"][2], "text/html")
        if fault == "cut":
            _cut(environ, json.dumps(made))
        return answer(start_response, "200 OK", json.dumps(made), "application/json")

    def _secret(self) -> str:
        # Such as those of AWS: long, and with characters of Base64.
        made = "aoaAAAA" + secrets.token_urlsafe(90)
        self.secrets.add(made)
        return made

    def _RegisterClient(self, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        if not sent.get("clientName") or sent.get("clientType") != "public":
            raise _Refused("InvalidClientMetadataException", "Only public clients are supported")
        if not set(sent.get("scopes") or ()) <= _SCOPES:
            raise _Refused("InvalidScopeException", "The scope is not known")
        grants = sent.get("grantTypes")
        if grants is not None and not set(grants) <= set(_GRANTS):
            raise _Refused("UnsupportedGrantTypeException", "The grant type is not known")
        uris = sent.get("redirectUris") or []
        if any(urllib.parse.urlsplit(uri)[:2] != ("http", "127.0.0.1") for uri in uris):
            raise _Refused("InvalidRedirectUriException", "Only loopback")
        if grants and "authorization_code" in grants:
            if not uris:
                raise _Refused("InvalidRedirectUriException", "The grant type needs redirectUris")
            if sent.get("issuerUrl") != START_URL:
                raise _Refused("InvalidRequestException", "Invalid request provided")
        client_id, secret = secrets.token_urlsafe(16), self._secret()
        expires = clock.now() + 90 * 86400
        self._clients[client_id] = {"secret": secret, "grants": grants, "uris": uris, "expires": expires, **sent}
        return {
            "clientId": client_id,
            "clientSecret": secret,
            "clientIdIssuedAt": int(clock.now()),
            "clientSecretExpiresAt": int(expires),
        }

    def _StartDeviceAuthorization(self, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        self._client(sent)
        if sent.get("startUrl") != START_URL:
            raise _Refused("InvalidRequestException", "Invalid request provided")
        letters = "BCDFGHJKLMNPQRSTVWXZ"
        code = "-".join("".join(secrets.choice(letters) for _letter in range(4)) for _half in range(2))
        device_code = self._secret()
        self._devices[device_code] = {
            "client": sent["clientId"],
            "expires": clock.now() + self._play["code_seconds"],
            "pending": self._play["pending"],
            "slow_down": self._play["slow_down"],
            "polled": time.monotonic(),
        }
        return {
            "deviceCode": device_code,
            "userCode": code,
            "verificationUri": f"{START_URL}/#/device",
            "verificationUriComplete": f"{START_URL}/#/device?user_code={code}",
            "expiresIn": self._play["code_seconds"],
            "interval": self._play["interval"],
        }

    def _CreateToken(self, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        client = self._client(sent)
        grant = sent.get("grantType")
        if grant not in _GRANTS:
            raise _Refused("UnsupportedGrantTypeException", "The grant type is not known")
        if client["grants"] is not None and grant not in client["grants"]:
            raise _Refused("UnauthorizedClientException", "The client may not use this grant type")
        if grant == "refresh_token":
            # Each is good for once.
            if self._refresh.pop(str(sent.get("refreshToken")), None) != sent["clientId"]:
                raise _Refused("InvalidGrantException", "Invalid refresh token provided")
        elif grant == _DEVICE_CODE:
            self._poll(sent)
        else:
            self._redeem(sent)
        token = self._secret()
        self._access[token] = clock.now() + self._play["token_seconds"]
        made = {"accessToken": token, "tokenType": "Bearer", "expiresIn": self._play["token_seconds"]}
        if self._play["refresh"] and client.get("scopes"):
            made["refreshToken"] = self._secret()
            self._refresh[made["refreshToken"]] = sent["clientId"]
        return made

    def _poll(self, sent: dict[str, t.Any]) -> None:
        device = self._devices.get(str(sent.get("deviceCode")))
        if not device or device["client"] != sent["clientId"]:
            raise _Refused("InvalidGrantException", "Invalid device code provided")
        waited, device["polled"] = time.monotonic() - device["polled"], time.monotonic()
        if device["expires"] < clock.now():
            raise _Refused("ExpiredTokenException", "The device code has expired")
        if waited < 0.9 * self._play["interval"] or device["slow_down"] > 0:
            device["slow_down"] -= 1
            raise _Refused("SlowDownException", "Polling too fast")
        device["pending"] -= 1
        if self._play["person"] == "away" or device["pending"] >= 0:
            raise _Refused("AuthorizationPendingException", "The person has not confirmed yet")
        del self._devices[sent["deviceCode"]]
        if self._play["person"] == "deny":
            raise _Refused("AccessDeniedException", "The person denied it")

    def _redeem(self, sent: dict[str, t.Any]) -> None:
        code = self._codes.pop(str(sent.get("code")), None)
        digest = hashlib.sha256(str(sent.get("codeVerifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        expected = (sent["clientId"], sent.get("redirectUri"), challenge)
        if not code or (code["client"], code["redirect"], code["challenge"]) != expected:
            raise _Refused("InvalidGrantException", "Invalid grant provided")

    def _authorize(self, query: dict[str, str]) -> str:
        """The page on which the person allows it: where it leads the browser."""
        client = self._clients.get(query.get("client_id", ""))
        redirect = urllib.parse.urlsplit(query.get("redirect_uri", ""))
        if not client or redirect._replace(netloc=str(redirect.hostname)).geturl() not in client["uris"]:
            raise _Refused("InvalidRedirectUriException", "Not one that was registered")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            raise _Refused("InvalidRequestException", "Only codes with PKCE")
        if not query.get("code_challenge") or not query.get("state") or query.get("scopes") != " ".join(_SCOPES):
            raise _Refused("InvalidRequestException", "Something is missing")
        answered = {"state": query["state"]}
        if self._play["person"] == "allow":
            code = self._secret()
            answered["code"] = code
            self._codes[code] = {
                "client": query["client_id"],
                "redirect": query["redirect_uri"],
                "challenge": query["code_challenge"],
            }
        else:
            answered["error"] = "access_denied"
        return f"{query['redirect_uri']}?{urllib.parse.urlencode(answered)}"

    def _client(self, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        client = self._clients.get(str(sent.get("clientId")))
        if not client or client["secret"] != sent.get("clientSecret") or client["expires"] < clock.now():
            raise _Refused("InvalidClientException", "Invalid client provided", "401 Unauthorized")
        return client

    def _check_token(self, token: str) -> None:
        if self._access.get(token, 0) < clock.now():
            raise _Refused("UnauthorizedException", "Session token not found or invalid", "401 Unauthorized")

    def _accounts(self) -> dict[tuple[str, str], tuple[str, ...]]:
        more = range(1, self._play["accounts"] + 1)
        return {**_ROLES, **{(f"{number:012}", f"Member {number}"): ("ReadOnly",) for number in more}}

    def _GetRoleCredentials(self, query: dict[str, str]) -> dict[str, t.Any]:
        if "account_id" not in query or "role_name" not in query:
            raise _Refused("InvalidRequestException", "Something is missing")
        roles = {account_id: roles for (account_id, _name), roles in self._accounts().items()}
        if query["account_id"] not in roles:
            raise _Refused("ResourceNotFoundException", "The account does not exist", "404 Not Found")
        if query["role_name"] not in roles[query["account_id"]]:
            raise _Refused("ForbiddenException", "No access", "403 Forbidden")
        session = sts_backends[query["account_id"]]["aws"].assume_role(
            region_name="us-east-1",
            role_session_name=_PERSON,
            role_arn=f"arn:aws:iam::{query['account_id']}:role/{_role_of(query['role_name'])}",
            policy="",
            duration=_SESSION,
            external_id="",
        )
        expiration = session.expiration.replace(tzinfo=datetime.timezone.utc).timestamp()
        return {
            "roleCredentials": {
                "accessKeyId": session.access_key_id,
                "secretAccessKey": session.secret_access_key,
                "sessionToken": session.session_token,
                "expiration": int(expiration * 1000),
            }
        }

    def _Logout(self, _query: dict[str, str]) -> dict[str, t.Any]:
        self._access.clear()
        return {}

    def _ListAccounts(self, query: dict[str, str]) -> dict[str, t.Any]:
        found = [
            {"accountId": account_id, "accountName": name, "emailAddress": f"{account_id}@example.com"}
            for account_id, name in self._accounts()
        ]
        return _page("accountList", found, query)

    def _ListAccountRoles(self, query: dict[str, str]) -> dict[str, t.Any]:
        for (account_id, _name), roles in self._accounts().items():
            if account_id == query.get("account_id"):
                return _page("roleList", [{"roleName": role, "accountId": account_id} for role in roles], query)
        raise _Refused("ResourceNotFoundException", "The account does not exist", "404 Not Found")


def _page(key: str, items: list[dict[str, str]], query: dict[str, str]) -> dict[str, t.Any]:
    most = int(query.get("max_result", _PAGE))
    if not 1 <= most <= 100:
        raise _Refused("InvalidRequestException", "max_result is from 1 to 100")
    start = int(query.get("next_token", "0"))
    end = start + min(most, _PAGE)
    return {key: items[start:end], **({"nextToken": str(end)} if end < len(items) else {})}


def _parameters(environ: Environ, body: bytes) -> dict[str, t.Any]:
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/json"):
        raise _Refused("InvalidRequestException", "Not JSON")
    sent = json.loads(body)
    if not isinstance(sent, dict):
        raise _Refused("InvalidRequestException", "Not an object")
    return sent


def _raise_fault(action: str, fault: str | None) -> None:
    oidc = action.startswith("sso-oidc:")
    if fault == "throttle":
        code, status = (
            ("SlowDownException", "400 Bad Request") if oidc else ("TooManyRequestsException", "429 Too Many")
        )
        raise _Refused(code, "Rate exceeded", status)
    if fault == "internal":
        raise _Refused("InternalServerException", "An internal error occurred", "500 Internal Server Error")


def _refuse(start_response: StartResponse, action: str, error: _Refused) -> t.Iterable[bytes]:
    told = {"message": str(error), "__type": error.code}
    if action.startswith("sso-oidc:"):
        told = {"error": _OAUTH.get(error.code, "server_error"), "error_description": str(error)}
    body = json.dumps(told).encode()
    headers = [
        ("x-amzn-ErrorType", error.code),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    start_response(error.status, headers)
    return [body]


def _merged(made: dict[str, t.Any], other: dict[str, t.Any]) -> dict[str, t.Any]:
    inner = {key: {**made[key], **value} for key, value in other.items() if isinstance(value, dict) and key in made}
    return {**made, **other, **inner}


def _cut(environ: Environ, body: str) -> t.NoReturn:
    """Answer with a part of the body, and close the connection."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    half = len(body) // 2
    environ["werkzeug.socket"].sendall((head + body[:half]).encode())
    drop(environ)
