# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A WSGI layer in front of moto: sessions by the rules of AWS, instance metadata with real role credentials, faults on
demand, and counts.

C(/_test/...) steers it:

- C(GET /_test/requests): the actions asked for since the last reset, as C(service:Action), with region, access key,
  the ARN of its session and the parameters of a form
- C(GET /_test/secrets): every secret key and session token that there ever was
- C(POST /_test/reset): no requests, no faults, no MFA code used, clock and metadata as at first
- C(POST /_test/fault): C({"action": "sts:GetCallerIdentity", "kind": "throttle", "times": 2}); see C(FAULTS);
  with C("seconds") for C(slow)
- C(POST /_test/clock): C({"offset": 900}), seconds that this AWS is ahead of the machine
- C(POST /_test/session): C({"ends": 3600}), keys of a session of the role that ends in so many seconds
- C(POST /_test/stack): how the next operation on a CloudFormation stack goes; see C(cloudformation.plan)
- C(POST /_test/metadata): C({"mode": "stalled"}); see C(Metadata)
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

import clock
import cloudformation
from answers import StartResponse, answer
from metadata import Metadata
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from sessions import SCOPE, Environ, Refusal
from sts import VARIANTS, Sts

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
_CLOCK_TOLERANCE = 300


class Front:
    """The WSGI application."""

    def __init__(self, moto: t.Callable[..., t.Any], metadata: Metadata) -> None:
        self._moto = moto
        self._metadata = metadata
        self._lock = threading.Lock()
        self._sts = Sts()
        self._reset({})

    def __call__(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        path = environ["PATH_INFO"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        if path.startswith("/_test/"):
            # A lookup sends no body.
            told = body or urllib.parse.unquote_to_bytes(environ.get("QUERY_STRING", ""))
            return self._steer(path.removeprefix("/_test/"), told, start_response)
        if path.startswith("/latest/"):
            return self._metadata.of_instance(environ, path, start_response)
        if path == "/container":
            return self._metadata.of_container(environ, start_response)
        return self._aws(environ, body, start_response)

    def _steer(self, what: str, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        value = json.loads(body) if body else {}
        if what == "session":
            keys = self._metadata.assume(int(value["ends"]))
            names = {"access_key": keys.access_key_id, "secret_key": keys.secret_access_key}
            names["session_token"] = keys.session_token
            return answer(start_response, "200 OK", json.dumps(names), "application/json")
        with self._lock:
            if what == "requests":
                return answer(start_response, "200 OK", json.dumps(self._requests), "application/json")
            if what == "secrets":
                return answer(start_response, "200 OK", json.dumps(sorted(_secrets())), "application/json")
            if what == "fault":
                self._faults[value["action"]] = [
                    value["kind"],
                    value.get("times", 1),
                    value.get("seconds", 5),
                ]
            elif what == "clock":
                clock.move(value["offset"])
            elif what == "stack":
                cloudformation.plan(value)
            elif what == "metadata":
                self._metadata.mode = value["mode"]
            elif what == "reset":
                self._reset(value)
        return answer(start_response, "200 OK", "{}", "application/json")

    def _reset(self, _value: dict[str, t.Any]) -> None:
        self._requests: list[dict[str, t.Any]] = []
        self._faults: dict[str, list[t.Any]] = {}
        clock.move(0)
        self._metadata.mode = "normal"
        self._sts.reset()
        cloudformation.reset()

    def _aws(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        form = _form(environ, body)
        access_key, region, service = _scope(environ, form)
        action = f"{service}:{_action(environ, form)}"
        parameters = {name: values for name, values in form.items() if name not in ("Action", "Version")}
        session = _session_of(access_key)
        entry = {
            "action": action,
            "region": region,
            "access_key": access_key,
            "session": session.arn if session else None,
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
            return answer(start_response, status, _error(code, message) if code else message)
        refusal = self._refusal(environ, access_key)
        if refusal:
            return answer(start_response, "403 Forbidden", _error(*refusal))
        if self._sts.serves(action):
            single = {name: values[0] for name, values in parameters.items()}
            try:
                made = self._sts.serve(action, environ, body, single, kind if kind in VARIANTS else None)
            except Refusal as error:
                return answer(start_response, error.status, _error(error.code, str(error)))
            return answer(start_response, "200 OK", made)
        answered: t.Iterable[bytes] = self._moto(environ, start_response)
        return answered

    def _refusal(self, environ: Environ, access_key: str) -> tuple[str, str] | None:
        """What moto does not check: the time of a request and the end of a session."""
        sent = environ.get("HTTP_X_AMZ_DATE")
        now = clock.now()
        if sent:
            moment = datetime.datetime.strptime(sent + "+0000", "%Y%m%dT%H%M%SZ%z")
            if abs(moment.timestamp() - now) > _CLOCK_TOLERANCE:
                return "SignatureDoesNotMatch", f"Signature expired: {sent} is now earlier than the allowed time."
        session = _session_of(access_key)
        if session and session.expiration.replace(tzinfo=datetime.timezone.utc).timestamp() < now:
            return "ExpiredToken", "The security token included in the request is expired"
        return None


def _session_of(access_key: str) -> t.Any:
    for partitions in list(sts_backends.values()):
        for backend in list(partitions.values()):
            if session := backend.get_assumed_role_from_access_key(access_key):
                return session
    return None


def _secrets() -> t.Iterator[str]:
    """Of users and of sessions, those that ended included."""
    for account in list(iam_backends.values()):
        for backend in list(account.values()):
            for key in list(backend.access_keys.values()):
                yield key.secret_access_key
    for account in list(sts_backends.values()):
        for backend in list(account.values()):
            for session in list(backend.assumed_roles):
                yield from (session.secret_access_key, session.session_token)


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


def _drop(environ: Environ) -> t.NoReturn:
    import socket

    connection = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
