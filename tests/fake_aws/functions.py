# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of Lambda functions, which moto does not have, and their invocations, for which moto needs Docker.

A function is Pending after its creation, and its last update is InProgress, for as long as the tests plan.
"""

from __future__ import annotations

import base64
import json
import re
import time
import typing as t

from answers import Answer, StartResponse, collect
from moto.iam.access_control import IAMRequest
from sessions import Environ

_FUNCTION = re.compile(r"/2015-03-31/functions(?:/([^/]+))?(/code|/configuration|/invocations)?")

_AWS_REQUEST = IAMRequest._create_aws_request


def _without_data(request: t.Any) -> t.Any:
    """moto signs the parts of a path as the body of a request that has none."""
    if request._service == "lambda":
        request._data = {}
    return _AWS_REQUEST(request)


IAMRequest._create_aws_request = _without_data

_plans: list[dict[str, t.Any]] = []
_updates: dict[str, dict[str, t.Any]] = {}


def plan(value: dict[str, t.Any]) -> None:
    """How the next creation, update or invocation goes.

    ``seconds``: until it ends; ``reason`` and ``code``: with which it fails; ``error``, ``payload`` and ``log``: of an
    invocation.
    """
    _plans.append(value)


def reset() -> None:
    _plans.clear()
    _updates.clear()


def serve(moto: t.Callable[..., t.Any], environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
    method, match = environ["REQUEST_METHOD"], _FUNCTION.fullmatch(environ["PATH_INFO"])
    name, part = (match[1] or "", match[2] or "") if match else ("", "")
    if part == "/invocations":
        return _invocation().send(start_response)
    writes = match is not None and method in ("POST", "PUT")
    if writes and name and _state(name, {}).get("LastUpdateStatus") == "InProgress":
        return _conflict(name).send(start_response)
    answered = collect(moto, environ)
    if match is None or not answered.status.startswith("2") or method == "DELETE":
        return answered.send(start_response)
    made = json.loads(answered.body)
    if writes:
        planned = _plans.pop(0) if _plans else {}
        name = name or made["FunctionName"]
        _updates[name] = {**planned, "at": time.monotonic(), "created": not part}
    configuration = made.get("Configuration", made)
    configuration.update(_state(name, configuration))
    return answered.with_body(json.dumps(made).encode()).send(start_response)


def _state(name: str, configuration: dict[str, t.Any]) -> dict[str, t.Any]:
    update = _updates.get(name)
    # A version that is published stays as it is.
    if update is None or configuration.get("Version", "$LATEST") != "$LATEST":
        return {}
    names = {"reason": "StateReason", "code": "StateReasonCode"}
    if not update["created"]:
        names = {"reason": "LastUpdateStatusReason", "code": "LastUpdateStatusReasonCode"}
    if time.monotonic() - update["at"] < float(update.get("seconds", 0)):
        return {"State": "Pending" if update["created"] else "Active", "LastUpdateStatus": "InProgress"}
    if "reason" not in update:
        return {"State": "Active", "LastUpdateStatus": "Successful"}
    state = "Failed" if update["created"] else "Active"
    return {"State": state, "LastUpdateStatus": "Failed", **{names[key]: update[key] for key in names}}


def _conflict(name: str) -> Answer:
    text = f"The operation cannot be performed at this time. An update is in progress for resource: {name}"
    headers = [("Content-Type", "application/json"), ("X-Amzn-ErrorType", "ResourceConflictException")]
    return Answer("409 Conflict", headers, b"").with_body(json.dumps({"Type": "User", "message": text}).encode())


def _invocation() -> Answer:
    planned = _plans.pop(0) if _plans else {}
    log = base64.b64encode(planned.get("log", "END\n").encode()).decode()
    headers = [("Content-Type", "application/json"), ("X-Amz-Log-Result", log), ("X-Amz-Executed-Version", "$LATEST")]
    if planned.get("error"):
        headers.append(("X-Amz-Function-Error", planned["error"]))
    return Answer("200 OK", headers, b"").with_body(json.dumps(planned.get("payload", {})).encode())
