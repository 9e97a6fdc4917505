# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on demand."""

from __future__ import annotations

import dataclasses
import json
import socket
import typing as t
from xml.sax.saxutils import escape

from answers import StartResponse, answer

FAULTS: dict[str, tuple[str, str, str]] = {
    "throttle": ("400 Bad Request", "Throttling", "Rate exceeded"),
    "internal": ("500 Internal Server Error", "InternalFailure", "An internal error occurred"),
    "not_implemented": ("501 Not Implemented", "InternalFailure", "API action 'ExecuteChangeSet' not yet implemented"),
    "maintenance": ("503 Service Unavailable", "ServiceUnavailable", "Read-only until 06:00 for maintenance"),
    "denied": ("403 Forbidden", "AccessDenied", "Not authorized to perform this action"),
    "region_disabled": ("403 Forbidden", "RegionDisabledException", "STS is not activated in this region"),
    "scope": ("403 Forbidden", "SignatureDoesNotMatch", "Credential should be scoped to a valid region."),
    "other": ("400 Bad Request", "MalformedInput", "Could not parse the request"),
    "idp": ("400 Bad Request", "IDPCommunicationError", "An error occurred contacting the identity provider"),
    "kms": ("400 Bad Request", "KMS.NotFoundException", "Invalid keyId 'not-there'"),
    "kms_denied": ("403 Forbidden", "AccessDenied", "Not authorized to perform: kms:GenerateDataKey on resource: a"),
    "changed": ("412 Precondition Failed", "PreconditionFailed", "At least one of the pre-conditions did not hold"),
    "archived": ("403 Forbidden", "InvalidObjectState", "The action is not valid for the object's storage class"),
    "taken": ("409 Conflict", "BucketAlreadyExists", "The requested bucket name is not available."),
    "expired_token": ("400 Bad Request", "ExpiredToken", "The security token included in the request is expired"),
    "packed": ("400 Bad Request", "PackedPolicyTooLarge", "Packed size of session policy exceeds the limit"),
    "malformed_policy": ("400 Bad Request", "MalformedPolicyDocument", "Syntax errors in policy."),
    "not_aws": ("200 OK", "", "<html><body>A captive portal</body></html>"),
    "empty_identity": ("200 OK", "", "<GetCallerIdentityResponse></GetCallerIdentityResponse>"),
}
"""Status, AWS error code and message by kind; without a code, the message is the whole answer. ``drop`` closes the
connection, ``stall`` waits until the client gives up, and ``slow`` answers rightly after ``seconds``. The session that
STS answers with is wrong by ``wrong_role``, whose ARN is in another account, ``empty_session``, without keys, and
``no_expiration``. Secrets Manager and Parameter Store have errors of their own; see ``json_services``."""


@dataclasses.dataclass
class _ActionFault:
    kind: str
    times: int
    seconds: float
    after: int


@dataclasses.dataclass
class _ConnectionFault:
    """Of the requests to some services, those from ``first`` to ``last``, counted from one."""

    kind: str
    services: list[str]
    first: int
    last: int
    count: int = 0

    def of_next(self) -> str | None:
        self.count += 1
        if self.kind == "gone_after" and self.count > self.first:
            return "drop_before"
        return self.kind if self.first <= self.count <= self.last else None


class Faults:
    """The faults that are still to come; whoever asks has the lock of the front."""

    def __init__(self) -> None:
        self._of_actions: dict[str, _ActionFault] = {}
        self._of_connections: list[_ConnectionFault] = []

    def add(self, value: dict[str, t.Any]) -> None:
        """One more, as a test asks for it."""
        kind, times = value["kind"], value.get("times", 1)
        if "services" in value:
            number = value.get("number", 1)
            fault = _ConnectionFault(kind, value["services"], number, number + times - 1)
            self._of_connections.append(fault)
        else:
            self._of_actions[value["action"]] = _ActionFault(
                kind, times, value.get("seconds", 5), value.get("after", 0)
            )

    def of_next(self, action: str) -> tuple[str | None, float]:
        """What happens to the request that has just come, and after how many seconds if it is slow."""
        service = action.partition(":")[0]
        kinds = [fault.of_next() for fault in self._of_connections if service in fault.services]
        if kind := next(filter(None, kinds), None):
            return kind, 0
        # Such as "s3:PUT *" for all objects.
        fault = self._of_actions.get(action) or self._of_actions.get(f"{action.partition(' ')[0]} *")
        if not fault or fault.times <= 0:
            return None, 0
        if fault.after > 0:
            fault.after -= 1
            return None, 0
        fault.times -= 1
        return fault.kind, fault.seconds


_IN_JSON = {
    "Throttling": "ThrottlingException",
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
}
"""How services that speak JSON call some errors."""


def answer_fault(start_response: StartResponse, kind: str, *, as_json: bool = False) -> t.Iterable[bytes]:
    """The error of a service that speaks XML, or of one that speaks JSON and has no errors of its own."""
    status, code, message = FAULTS[kind]
    if code and as_json:
        status = status if status.startswith("5") else "400 Bad Request"
        body = json.dumps({"__type": _IN_JSON.get(code, code), "message": message})
        return answer(start_response, status, body, "application/x-amz-json-1.1")
    return answer(start_response, status, error_xml(code, message) if code else message)


def error_xml(code: str, message: str) -> str:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        "<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
    )


def drop(environ: dict[str, t.Any]) -> t.NoReturn:
    """Close the connection, and answer nothing."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
