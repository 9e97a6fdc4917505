# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access keys of IAM users: who may change them, and how late IAM and STS know of a change.

moto makes, lists and deletes them. It compares policies with no resource, and takes keys that are inactive.
"""

from __future__ import annotations

import datetime
import threading
import typing as t

import policies
from answers import StartResponse, answer, collect
from faults import error_xml
from moto.iam import access_control
from moto.iam.models import iam_backends
from sessions import Environ, Refusal, SignedRequest

_ON_KEYS = (
    "CreateAccessKey",
    "DeleteAccessKey",
    "GetAccessKeyLastUsed",
    "ListAccessKeys",
    "UpdateAccessKey",
)
_permitted = threading.local()
"""Whether the permission for the request of this thread was checked here."""
_check_action_permitted = access_control.IAMRequestBase.check_action_permitted
_plan: dict[str, int] = {}
_seen: dict[str, int] = {}
SECRETS: set[str] = set()
"""The secret keys that were created for users, those that were deleted included."""


def _check_here(self: access_control.IAMRequestBase, resource: str) -> None:
    if not getattr(_permitted, "here", False):
        _check_action_permitted(self, resource)


access_control.IAMRequestBase.check_action_permitted = _check_here


def plan(value: dict[str, t.Any]) -> None:
    """The body of ``POST /_test/keys``: how many requests with a new key are refused (``late``).

    With ``user``, the user gets so many new keys (``count``), and only these; with ``age``, they are so many days old.
    """
    user = value.pop("user", "")
    count, age = value.pop("count", 1), value.pop("age", 0)
    _plan.clear()
    _plan.update(value)
    if user:
        iam = iam_backends["123456789012"]["aws"]
        for key in list(iam.list_access_keys(user)):
            iam.delete_access_key(key.access_key_id, user)
        for _key in range(count):
            key = iam.create_access_key(user)
            SECRETS.add(key.secret_access_key)
            key.create_date -= datetime.timedelta(days=age)
            _seen[key.access_key_id] = 1_000_000


def reset() -> None:
    """Keys are known at once."""
    _plan.clear()


def keys_of(user: str) -> list[dict[str, str]]:
    """The answer to ``list``: the keys of a user, with their secrets."""
    return [
        {"access_key": key.access_key_id, "secret_key": key.secret_access_key, "status": key.status}
        for key in iam_backends["123456789012"]["aws"].list_access_keys(user)
    ]


def refusal_of(access_key: str) -> tuple[str, str] | None:
    """What every service answers for a key that is inactive, or not known yet."""
    for account in list(iam_backends.values()):
        for backend in list(account.values()):
            key = backend.access_keys.get(access_key)
            if key and (key.status == "Inactive" or _is_early(access_key)):
                return "InvalidClientTokenId", "The security token included in the request is invalid."
    return None


def serves(action: str) -> bool:
    """Whether it is an action on keys."""
    service, _colon, name = action.partition(":")
    return service == "iam" and name in _ON_KEYS


def serve(
    moto: t.Callable[..., t.Any],
    environ: Environ,
    body: bytes,
    action: str,
    parameters: dict[str, str],
    start_response: StartResponse,
) -> t.Iterable[bytes]:
    """Answer as IAM does: a user may have permission for the own keys only."""
    name = action.partition(":")[2]
    try:
        request = SignedRequest(environ, body, name)
        caller = request.caller
        iam = iam_backends[caller.account_id][caller.partition]
        user = parameters.get("UserName") or (caller.user.name if caller.user else "")
        if name == "GetAccessKeyLastUsed":
            key = iam.access_keys.get(parameters["AccessKeyId"])
            user = key.user_name if key else "*"
        arn = f"arn:{caller.partition}:iam::{caller.account_id}:user/{user}"
        variables = {"${aws:username}": caller.user.name if caller.user else ""}
        try:
            policies.check_allowed(policies.Need(action, arn), caller, request.policies, variables)
        except Refusal as error:
            raise Refusal("AccessDenied", str(error)) from None
    except Refusal as error:
        return answer(start_response, error.status, error_xml(error.code, str(error)))
    before = set(iam.access_keys)
    _permitted.here = True
    try:
        answered = collect(moto, environ)
    finally:
        _permitted.here = False
    if name == "CreateAccessKey":
        for new in set(iam.access_keys) - before:
            _seen[new] = 0
            SECRETS.add(iam.access_keys[new].secret_access_key)
    return answered.send(start_response)


def _is_early(access_key: str) -> bool:
    late = _plan.get("late", 0)
    if not late or access_key not in _seen:
        return False
    _seen[access_key] += 1
    return _seen[access_key] <= late
