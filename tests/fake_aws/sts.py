# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The actions of STS that make sessions, with the rules of AWS that moto does not have."""

from __future__ import annotations

import json
import re
import threading
import time
import typing as t
from unicodedata import category
from xml.sax.saxutils import escape

from accounts import OIDC_PROVIDER, mfa_serial
from ci_tokens import CI
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from sessions import Caller, Environ, FederatedSession, Refusal, SignedRequest, UserSession, denied
from trust import trusts

Parameters = dict[str, str]
Result = dict[str, t.Any]

MFA_CODES = frozenset({"123456", "234567", "345678"})
"""Each is good for once."""
WEB_IDENTITY_TOKENS = frozenset({"e30.e30.web-identity-token", "e30.e30.rotated-web-identity-token"})
"""Tokens without claims: ``e30`` stands for ``{}``. Those with claims are of ``ci_tokens``."""
EXPIRED_WEB_IDENTITY_TOKEN = "e30.e30.expired-web-identity-token"
VARIANTS = frozenset({"wrong_role", "empty_session", "no_expiration"})
"""Kinds of faults that are an answer with something wrong in it."""

_BAD_REQUEST = "400 Bad Request"
_ROLE_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]+", re.ASCII)
_RULES = {
    "RoleArn": (20, 2048, r"[\t\n\r -\U0010ffff]*"),
    "Name": (2, 32, r"[\w+=,.@-]*"),
    "RoleSessionName": (2, 64, r"[\w+=,.@-]*"),
    "ExternalId": (2, 1224, r"[\w+=,.@:/-]*"),
    "SourceIdentity": (2, 64, r"[\w+=,.@-]*"),
    "SerialNumber": (9, 256, r"[\w+=/:,.@-]*"),
    "TokenCode": (6, 6, r"\d*"),
    "WebIdentityToken": (4, 20000, r"(?s:.*)"),
    "ProviderId": (4, 2048, r"(?s:.*)"),
    "Policy": (1, 1_000_000, r"[\t\n\r -\xff]*"),
}
"""Shortest and longest length, and pattern."""
_MAY_BE_EMPTY = re.compile(r"Tags\.member\.\d+\.Value")
_MEMBERS = {"PolicyArns": (20, 2048, 10), "Tags": (1, 128, 50), "TransitiveTagKeys": (1, 128, 50)}
"""Shortest and longest length of an item (of a tag, its key), and how many there may be."""
_LONGEST_TAG_VALUE = 256
_TAG_SIGNS = frozenset("_.:/=+-@")
_POLICY_LENGTH = 2048
_CHAIN_DURATION = 3600


class Sts:
    """Makes sessions, and knows the MFA codes that were used."""

    def __init__(self) -> None:
        self.lifetime: int | None = None
        """The longest life of sessions of roles in seconds, where a test shortens it."""
        self._lock = threading.Lock()
        self._used_codes: set[str] = set()
        self._actions: dict[str, t.Callable[[Environ, bytes, Parameters], Result]] = {
            "sts:AssumeRole": self._assume_role,
            "sts:AssumeRoleWithWebIdentity": self._assume_role_with_web_identity,
            "sts:GetFederationToken": self._get_federation_token,
            "sts:GetSessionToken": self._get_session_token,
        }

    def serves(self, action: str) -> bool:
        return action in self._actions

    def reset(self) -> None:
        """All MFA codes are good again, and sessions last as long as AWS lets them."""
        self.lifetime = None
        with self._lock:
            self._used_codes.clear()

    def serve(self, action: str, environ: Environ, body: bytes, parameters: Parameters, variant: str | None) -> str:
        """The answer as XML, with what ``variant`` makes wrong in it."""
        result = self._actions[action](environ, body, parameters)
        if variant == "wrong_role" and "AssumedRoleUser" in result:
            user = result["AssumedRoleUser"]
            user["Arn"] = re.sub(r"::\d{12}:", "::999999999999:", user["Arn"])
        if variant == "empty_session":
            del result["Credentials"]
        if variant == "no_expiration":
            del result["Credentials"]["Expiration"]
        name = action.partition(":")[2]
        return (
            f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<{name}Result>{_xml(result)}</{name}Result><ResponseMetadata>"
            f"<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata></{name}Response>"
        )

    def _shortened(self, role: t.Any, duration: int) -> int:
        if duration > int(role.max_session_duration):
            raise _invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
        return min(duration, self.lifetime or duration)

    def _assume_role(self, environ: Environ, body: bytes, parameters: Parameters) -> Result:
        request = SignedRequest(environ, body, "AssumeRole")
        caller = request.caller
        _check(parameters, ["RoleArn", "RoleSessionName"])
        duration = _duration(parameters, 3600, 43200)
        _check_members(parameters)
        _check_inherited(caller.session, parameters)
        _check_policy(parameters)
        context = {**caller.mfa, "sts:RoleSessionName": parameters["RoleSessionName"]}
        if self._check_mfa(caller, parameters):
            context["aws:MultiFactorAuthPresent"] = "true"
        context |= {f"sts:{name}": parameters[name] for name in ("ExternalId", "SourceIdentity") if name in parameters}

        arn = parameters["RoleArn"]
        role = _find_role(arn, caller.partition)
        for action in _actions_needed(parameters):
            request.check_permitted(action, arn)
            if not role or not trusts(role.assume_role_policy_document, action, {"AWS": caller.names}, context):
                raise denied(caller.arn, action, arn)
        if not caller.user and duration > _CHAIN_DURATION:
            raise _invalid(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            )
        return _make_role_session(role, parameters, self._shortened(role, duration), caller.session)

    def _assume_role_with_web_identity(self, _environ: Environ, _body: bytes, parameters: Parameters) -> Result:
        _check(parameters, ["RoleArn", "RoleSessionName", "WebIdentityToken"])
        duration = _duration(parameters, 3600, 43200)
        _check_members(parameters)
        _check_policy(parameters)
        token = parameters["WebIdentityToken"]
        claims = CI.claims_in(token)
        if token == EXPIRED_WEB_IDENTITY_TOKEN:
            now = int(time.time())
            message = f"Token expired: current date/time {now} must be before the expiration date/time {now - 3600}"
            raise Refusal("ExpiredTokenException", message, _BAD_REQUEST)
        if not claims and token not in WEB_IDENTITY_TOKENS:
            raise Refusal("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", _BAD_REQUEST)

        action = "sts:AssumeRoleWithWebIdentity"
        role = _find_role(parameters["RoleArn"])
        if not role or not trusts(role.assume_role_policy_document, action, {"Federated": {OIDC_PROVIDER}}, {}):
            raise Refusal("AccessDenied", f"Not authorized to perform {action}")
        subject = {
            "SubjectFromWebIdentityToken": claims["sub"] if claims else "system:serviceaccount:tests:deployer",
            "Audience": claims["aud"] if claims else "sts.amazonaws.com",
            "Provider": OIDC_PROVIDER,
        }
        return {**_make_role_session(role, parameters, self._shortened(role, duration)), **subject}

    def _get_session_token(self, environ: Environ, body: bytes, parameters: Parameters) -> Result:
        caller = SignedRequest(environ, body, "GetSessionToken").caller
        if caller.session:
            raise Refusal("AccessDenied", "Cannot call GetSessionToken with session credentials")
        _check(parameters, [])
        duration = _duration(parameters, 43200, 129600)
        mfa = self._check_mfa(caller, parameters)
        session = UserSession(caller.account_id, caller.partition, caller.user, duration, mfa)
        return {"Credentials": _credentials(session)}

    def _get_federation_token(self, environ: Environ, body: bytes, parameters: Parameters) -> Result:
        request = SignedRequest(environ, body, "GetFederationToken")
        caller = request.caller
        if caller.session:
            raise Refusal("AccessDenied", "Cannot call GetFederationToken with session credentials")
        _check(parameters, ["Name"])
        duration = _duration(parameters, 43200, 129600)
        _check_members(parameters)
        _check_policy(parameters)
        arn = f"arn:{caller.partition}:sts::{caller.account_id}:federated-user/{parameters['Name']}"
        request.check_permitted("sts:GetFederationToken", arn)
        session = FederatedSession(caller.account_id, caller.partition, caller.user, duration, parameters["Name"])
        user = {"FederatedUserId": session.user_id, "Arn": session.arn}
        return {"Credentials": _credentials(session), "FederatedUser": user}

    def _check_mfa(self, caller: Caller, parameters: Parameters) -> bool:
        """Whether the caller proves to have an MFA device; a wrong proof is refused."""
        serial, code = parameters.get("SerialNumber"), parameters.get("TokenCode")
        if not serial and not code:
            return False
        if not serial or not code:
            message = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
            raise Refusal("AccessDenied", message)
        if caller.session or serial != mfa_serial(caller.arn):
            message = (
                "MultiFactorAuthentication failed, unable to validate MFA code. "
                "Please verify your MFA serial number is valid and associated with this user."
            )
            raise Refusal("AccessDenied", message)
        with self._lock:
            if code not in MFA_CODES - self._used_codes:
                message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
                raise Refusal("AccessDenied", message)
            self._used_codes.add(code)
        return True


def _actions_needed(parameters: Parameters) -> t.Iterator[str]:
    """What the caller and the role's trust policy must both allow."""
    yield "sts:AssumeRole"
    if "SourceIdentity" in parameters:
        yield "sts:SetSourceIdentity"
    if any(name.startswith("Tags.") for name in parameters):
        yield "sts:TagSession"


def _find_role(arn: str, partition: str | None = None) -> t.Any:
    """The role, if there is one; in the partition of the caller, if there is a caller."""
    match = _ROLE_ARN.fullmatch(arn)
    if not match or partition not in (None, match[1]):
        raise _invalid("Request ARN is invalid")
    if match[2] not in iam_backends or match[1] not in iam_backends[match[2]]:
        return None
    try:
        return iam_backends[match[2]][match[1]].get_role_by_arn(arn)
    except NotFoundException:
        return None


def _check_inherited(session: t.Any, parameters: Parameters) -> None:
    """Refuse what the session of the caller was given for all that come after it."""
    identity = getattr(session, "source_identity", "")
    if identity and parameters.get("SourceIdentity", identity) != identity:
        raise Refusal("AccessDenied", "The source identity of a session cannot be changed")
    if getattr(session, "transitive_keys", set()) & {key.lower() for key in _members(parameters, "Tags", ".Key")}:
        raise _invalid_value(
            "One of the specified tag keys can't be set because it conflicts with a transitive tag key of the calling "
            "session."
        )


def _make_role_session(role: t.Any, parameters: Parameters, duration: int, caller: t.Any = None) -> Result:
    _arn, partition, _iam, _region, account_id, _name = role.arn.split(":", 5)
    session = sts_backends[account_id][partition].assume_role(
        region_name=partition,
        role_session_name=parameters["RoleSessionName"],
        role_arn=role.arn,
        policy=parameters.get("Policy", ""),
        duration=duration,
        external_id=parameters.get("ExternalId", ""),
    )
    session.source_identity = parameters.get("SourceIdentity", getattr(caller, "source_identity", ""))
    given = {key.lower() for key in _members(parameters, "TransitiveTagKeys")}
    session.transitive_keys = given | getattr(caller, "transitive_keys", set())
    result: Result = {
        "Credentials": _credentials(session),
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
    }
    if "Policy" in parameters:
        result["PackedPolicySize"] = str(len(parameters["Policy"]) * 100 // _POLICY_LENGTH)
    if "SourceIdentity" in parameters:
        result["SourceIdentity"] = parameters["SourceIdentity"]
    return result


def _credentials(session: t.Any) -> dict[str, str]:
    return {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
        "Expiration": session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _check(parameters: Parameters, required: list[str]) -> None:
    for name in required:
        if name not in parameters:
            raise _violation(name, None, "Member must not be null")
    for name, value in parameters.items():
        least, most, pattern = _RULES.get(name, (1, 1_000_000, r"(?s:.*)"))
        if len(value) < least and not _MAY_BE_EMPTY.fullmatch(name):
            raise _violation(name, value, f"Member must have length greater than or equal to {least}")
        if len(value) > most:
            raise _violation(name, value, f"Member must have length less than or equal to {most}")
        if not re.fullmatch(pattern, value, re.ASCII):
            raise _violation(name, value, f"Member must satisfy regular expression pattern: {pattern}")


def _members(parameters: Parameters, name: str, field: str = "") -> list[str]:
    """The items of a list, in their order."""
    pattern = re.compile(rf"{name}\.member\.(\d+){re.escape(field)}")
    found = [(int(match[1]), value) for key, value in parameters.items() if (match := pattern.fullmatch(key))]
    return [value for _number, value in sorted(found)]


def _check_members(parameters: Parameters) -> None:
    """The rules of lists, and of what one says of another."""
    keys, values = _members(parameters, "Tags", ".Key"), _members(parameters, "Tags", ".Value")
    transitive = _members(parameters, "TransitiveTagKeys")
    given = {"PolicyArns": _members(parameters, "PolicyArns", ".arn"), "Tags": keys, "TransitiveTagKeys": transitive}
    for name, (least, longest, most) in _MEMBERS.items():
        if len(given[name]) > most:
            raise _violation(name, None, f"Member must have length less than or equal to {most}")
        for value in given[name]:
            if not least <= len(value) <= longest:
                raise _violation(name, value, f"Member must have length between {least} and {longest}")
    for text in (*keys, *transitive, *values):
        if len(text) > _LONGEST_TAG_VALUE or not all(sign in _TAG_SIGNS or category(sign)[0] in "LNZ" for sign in text):
            raise _violation(
                "Tags", text, "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"
            )
    lower = {key.lower() for key in keys}
    if len(lower) < len(keys):
        raise _invalid_value("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in lower):
        raise _invalid_value("Tag keys cannot begin with aws:.")
    if not {key.lower() for key in transitive} <= lower:
        raise _invalid_value("The specified transitive tag key must be included in the requested tags.")
    if len(parameters.get("Policy", "")) + sum(map(len, given["PolicyArns"])) > _POLICY_LENGTH:
        raise Refusal("PackedPolicyTooLarge", "Packed size of session policy exceeds the limit", _BAD_REQUEST)


def _duration(parameters: Parameters, default: int, most: int) -> int:
    value = parameters.get("DurationSeconds", str(default))
    if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII) or int(value) < 900:
        raise _violation("DurationSeconds", value, "Member must have value greater than or equal to 900")
    if int(value) > most:
        raise _violation("DurationSeconds", value, f"Member must have value less than or equal to {most}")
    return int(value)


def _check_policy(parameters: Parameters) -> None:
    policy = parameters.get("Policy")
    if policy is None:
        return
    if len(policy) > _POLICY_LENGTH:
        raise Refusal("PackedPolicyTooLarge", "Packed size of session policy exceeds the limit", _BAD_REQUEST)
    try:
        document = json.loads(policy)
    except ValueError:
        raise Refusal("MalformedPolicyDocument", "This policy contains invalid Json", _BAD_REQUEST) from None
    if not isinstance(document, dict) or "Statement" not in document:
        raise Refusal("MalformedPolicyDocument", "Syntax errors in policy.", _BAD_REQUEST)


def _violation(name: str, value: str | None, constraint: str) -> Refusal:
    shown = "null" if value is None else f"'{value}'"
    member = name[0].lower() + name[1:]
    return _invalid(
        f"1 validation error detected: Value {shown} at '{member}' failed to satisfy constraint: {constraint}"
    )


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationError", message, _BAD_REQUEST)


def _invalid_value(message: str) -> Refusal:
    return Refusal("InvalidParameterValue", message, _BAD_REQUEST)


def _xml(value: t.Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(inner)}</{name}>" for name, inner in value.items())
    return escape(value)
