# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A WSGI layer in front of moto: sessions by the rules of AWS, instance metadata with real role credentials, faults on
demand, and counts.

C(/_test/...) steers it:

- C(GET /_test/requests): the actions asked for since the last reset, as C(service:Action), with region, access key
  and the parameters of a form
- C(POST /_test/reset): no requests, no faults, no MFA code used, clock and metadata as at first
- C(POST /_test/fault): C({"action": "sts:GetCallerIdentity", "kind": "throttle", "times": 2}); see C(FAULTS);
  with C("seconds") for C(slow)
- C(POST /_test/clock): C({"offset": 900}), seconds that this AWS is ahead of the machine
- C(POST /_test/session): C({"ends": 3600}), keys of a session of the role that ends in so many seconds
- C(POST /_test/stack): how the next operation on a CloudFormation stack goes; see C(cloudformation.plan)
- C(POST /_test/metadata): C({"mode": "stalled"}); see C(Front._metadata)
"""

from __future__ import annotations

import datetime
import io
import json
import threading
import time
import typing as t
import urllib.parse
from xml.sax.saxutils import escape

import cloudformation
from moto.sts.models import sts_backends
from sessions import SCOPE, Environ, Refusal
from sts import VARIANTS, Sts

StartResponse = t.Callable[..., t.Any]

FAULTS: dict[str, tuple[str, str, str]] = {
    "throttle": ("400 Bad Request", "Throttling", "Rate exceeded"),
    "internal": ("500 Internal Server Error", "InternalFailure", "An internal error occurred"),
    "denied": ("403 Forbidden", "AccessDenied", "Not authorized to perform this action"),
    "region_disabled": ("403 Forbidden", "RegionDisabledException", "STS is not activated in this region"),
    "scope": ("403 Forbidden", "SignatureDoesNotMatch", "Credential should be scoped to a valid region."),
    "other": ("400 Bad Request", "MalformedInput", "Could not parse the request"),
    "idp": ("400 Bad Request", "IDPCommunicationError", "An error occurred contacting the identity provider"),
    "kms": ("400 Bad Request", "KMS.NotFoundException", "Invalid keyId 'not-there'"),
    "kms_denied": ("403 Forbidden", "AccessDenied", "Not authorized to perform: kms:GenerateDataKey on resource: a"),
    "expired_token": ("400 Bad Request", "ExpiredToken", "The security token included in the request is expired"),
    "packed": ("400 Bad Request", "PackedPolicyTooLarge", "Packed size of session policy exceeds the limit"),
    "malformed_policy": ("400 Bad Request", "MalformedPolicyDocument", "Syntax errors in policy."),
    "not_aws": ("200 OK", "", "<html><body>A captive portal</body></html>"),
    "empty_identity": ("200 OK", "", "<GetCallerIdentityResponse></GetCallerIdentityResponse>"),
}
"""Status, AWS error code and message by kind; without a code, the message is the whole answer. C(drop) closes the
connection, C(stall) waits until the client gives up, and C(slow) answers rightly after C(seconds). The session that
STS answers with is wrong by C(wrong_role), whose ARN is in another account, C(empty_session), without keys, and
C(no_expiration)."""

_STS_VERSION = "2011-06-15"
_METADATA_TOKEN = "metadata-session-token"
_CONTAINER_TOKEN = "container-authorization-token"
_CLOCK_TOLERANCE = 300


class Front:
    """The WSGI application."""

    def __init__(self, moto: t.Callable[..., t.Any], role_arn: str) -> None:
        self._moto = moto
        self._role_arn = role_arn
        self._role_keys: t.Any = None
        self._lock = threading.Lock()
        self._sts = Sts()
        self._reset({})

    def __call__(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        path = environ["PATH_INFO"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        if path.startswith("/_test/"):
            return self._steer(path.removeprefix("/_test/"), body, start_response)
        if path.startswith("/latest/"):
            return self._metadata(environ, path, start_response)
        if path == "/container":
            return self._container(environ, start_response)
        return self._aws(environ, body, start_response)

    def _steer(self, what: str, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        value = json.loads(body) if body else {}
        if what == "session":
            keys = self._assume(int(value["ends"]))
            names = {"access_key": keys.access_key_id, "secret_key": keys.secret_access_key}
            names["session_token"] = keys.session_token
            return _answer(start_response, "200 OK", json.dumps(names), "application/json")
        with self._lock:
            if what == "requests":
                return _answer(start_response, "200 OK", json.dumps(self._requests), "application/json")
            if what == "fault":
                self._faults[value["action"]] = [
                    value["kind"],
                    value.get("times", 1),
                    value.get("seconds", 5),
                ]
            elif what == "clock":
                self._offset = value["offset"]
            elif what == "stack":
                cloudformation.plan(value)
            elif what == "metadata":
                self._mode = value["mode"]
            elif what == "reset":
                self._reset(value)
        return _answer(start_response, "200 OK", "{}", "application/json")

    def _reset(self, _value: dict[str, t.Any]) -> None:
        self._requests: list[dict[str, t.Any]] = []
        self._faults: dict[str, list[t.Any]] = {}
        self._offset = 0
        self._mode = "normal"
        self._sts.reset()
        cloudformation.reset()

    def _aws(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        form = _form(environ, body)
        access_key, region, service = _scope(environ, form)
        action = f"{service}:{_action(environ, form)}"
        parameters = {name: values for name, values in form.items() if name not in ("Action", "Version")}
        entry = {
            "action": action,
            "region": region,
            "access_key": access_key,
            "parameters": {name: values[0] if len(values) == 1 else values for name, values in parameters.items()},
        }
        with self._lock:
            self._requests.append(entry)
            fault = self._faults.get(action)
            kind, seconds = (fault[0], fault[2]) if fault and fault[1] > 0 else (None, 0)
            if fault and kind:
                fault[1] -= 1
        if kind == "drop":
            _drop(environ)
        if kind == "stall":
            time.sleep(60)
        if kind == "slow":
            time.sleep(seconds)
        if kind and kind in FAULTS:
            status, code, message = FAULTS[kind]
            return _answer(start_response, status, _error(code, message) if code else message)
        refusal = self._refusal(environ, access_key)
        if refusal:
            return _answer(start_response, "403 Forbidden", _error(*refusal))
        if self._sts.serves(action):
            single = {name: values[0] for name, values in parameters.items()}
            try:
                made = self._sts.serve(action, environ, body, single, kind if kind in VARIANTS else None)
            except Refusal as error:
                return _answer(start_response, error.status, _error(error.code, str(error)))
            return _answer(start_response, "200 OK", made)
        answer: t.Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def _refusal(self, environ: Environ, access_key: str) -> tuple[str, str] | None:
        """What moto does not check: the time of a request and the end of a session."""
        sent = environ.get("HTTP_X_AMZ_DATE")
        now = time.time() + self._offset
        if sent:
            moment = datetime.datetime.strptime(sent + "+0000", "%Y%m%dT%H%M%SZ%z")
            if abs(moment.timestamp() - now) > _CLOCK_TOLERANCE:
                return "SignatureDoesNotMatch", f"Signature expired: {sent} is now earlier than the allowed time."
        for partitions in list(sts_backends.values()):
            for backend in list(partitions.values()):
                role = backend.get_assumed_role_from_access_key(access_key)
                if role and role.expiration.replace(tzinfo=datetime.timezone.utc).timestamp() < time.time():
                    return "ExpiredToken", "The security token included in the request is expired"
        return None

    def _metadata(self, environ: Environ, path: str, start_response: StartResponse) -> t.Iterable[bytes]:
        """EC2 instance metadata, version 2.

        Modes: C(normal); C(stalled), which answers no request; C(disabled), 403 to all; C(version1), which knows no
        session tokens and asks for none; C(no_role); C(no_keys), a role that EC2 may not assume. Container credentials
        know C(no_keys) and C(expired).
        """
        if self._mode == "stalled":
            time.sleep(5)
        if self._mode == "disabled":
            return _answer(start_response, "403 Forbidden", "")
        if path == "/latest/api/token":
            if self._mode == "version1" or environ["REQUEST_METHOD"] != "PUT":
                return _answer(start_response, "404 Not Found", "")
            return _answer(start_response, "200 OK", _METADATA_TOKEN, "text/plain")
        if self._mode != "version1" and environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN") != _METADATA_TOKEN:
            return _answer(start_response, "401 Unauthorized", "")
        folder = "/latest/meta-data/iam/security-credentials/"
        if path == folder and self._mode != "no_role":
            return _answer(start_response, "200 OK", "instance", "text/plain")
        if path == folder + "instance" and self._mode == "no_keys":
            return _answer(start_response, "200 OK", '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "No"}')
        if path == folder + "instance":
            return _answer(start_response, "200 OK", json.dumps({"Code": "Success", **self._keys()}))
        return _answer(start_response, "404 Not Found", "")

    def _container(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        """Container credentials, as the agents of ECS and EKS Pod Identity serve them."""
        if environ.get("HTTP_AUTHORIZATION") != _CONTAINER_TOKEN:
            return _answer(start_response, "403 Forbidden", "wrong authorization token")
        if self._mode == "no_keys":
            return _answer(start_response, "200 OK", "{}", "application/json")
        if self._mode == "expired":
            old = json.dumps({**self._keys(), "Expiration": "2020-01-01T00:00:00Z"})
            return _answer(start_response, "200 OK", old, "application/json")
        return _answer(start_response, "200 OK", json.dumps(self._keys()), "application/json")

    def _assume(self, duration: int) -> t.Any:
        return sts_backends[self._role_arn.split(":")[4]]["aws"].assume_role(
            region_name="us-east-1",
            role_session_name="i-0123456789abcdef0",
            role_arn=self._role_arn,
            policy="",
            duration=duration,
            external_id="",
        )

    def _keys(self) -> dict[str, str]:
        with self._lock:
            if not self._role_keys:
                self._role_keys = self._assume(6 * 3600)
        role = self._role_keys
        return {
            "Type": "AWS-HMAC",
            "AccessKeyId": role.access_key_id,
            "SecretAccessKey": role.secret_access_key,
            "Token": role.session_token,
            "Expiration": role.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def _form(environ: Environ, body: bytes) -> dict[str, list[str]]:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return urllib.parse.parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def _scope(environ: Environ, form: dict[str, list[str]]) -> tuple[str, str, str]:
    """Access key, region and service, of which an unsigned request may have the last only."""
    match = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if match:
        return match[1], match[2], match[3]
    return "", "", "sts" if form.get("Version") == [_STS_VERSION] else "unsigned"


def _action(environ: Environ, form: dict[str, list[str]]) -> str:
    """The API action: a parameter of a form, the last part of a JSON target, or method and path."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return target.rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return form.get("Action", ["?"])[0]
    return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"


def _error(code: str, message: str) -> str:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        "<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
    )


def _answer(start_response: StartResponse, status: str, body: str, kind: str = "text/xml") -> t.Iterable[bytes]:
    data = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]


def _drop(environ: Environ) -> t.NoReturn:
    import socket

    connection = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
