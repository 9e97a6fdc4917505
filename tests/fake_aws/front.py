# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A WSGI layer in front of moto: sessions by the rules of AWS, instance metadata with real role credentials, faults on
demand, and counts.

``/_test/...`` steers it:

- ``GET /_test/requests``: the actions asked for since the last reset, as ``service:Action``, with region, access key,
  the ARN of its session, the ``token`` that came with it (``none``, ``own``, or ``foreign``, one that does not belong
  to the access key), the parameters of a form or, of Secrets Manager and Parameter Store, of JSON, and
  ``answered``, the status of the answer, which is nothing if none was sent
- ``GET /_test/secrets``: every secret key and session token that there ever was
- ``POST /_test/travels``: ``{"values": ["canary"]}``, for each request since the last reset its ``action``,
  ``answered``, and as ``request`` and ``answer`` those of the values that its body held, and that of its answer
- ``POST /_test/reset``: no requests, no faults, no MFA code used, clock, metadata and policies as at first
- ``POST /_test/fault``: ``{"action": "sts:GetCallerIdentity", "kind": "throttle", "times": 2}``; see ``faults.FAULTS``;
  with ``seconds`` for ``slow``, and with ``after``, the first so many requests go well
- ``POST /_test/fault``: ``{"kind": "drop_after", "services": ["secretsmanager"], "number": 3, "times": 5}``: of the
  requests to these services from now on, the third and the four after it are carried out, but their connections are
  closed without an answer. With ``drop_before``, they are not carried out. With ``gone_after``, the third is, and
  nothing that comes after it, until the next reset: whoever asked is gone. A client that tries again counts again, so
  that more ``times`` than it has attempts make it fail. With ``action`` in place of ``services``, only the requests of
  this action count
- ``POST /_test/policy``: ``{"user": "reader", "policy": {"Statement": [...]}}``, or with ``role``, what it is
  allowed until the next reset. There are ``Effect``, ``Action``, ``Resource``, and ``NotAction`` and ``NotResource``,
  but no conditions; secrets and parameters are looked at by their ARN
- ``POST /_test/empty``: all secrets and parameters are gone
- ``POST /_test/fill``: ``{"service": "ssm", "count": 10000, "parameters": {"Name": "/octo/{}", ...}}``, so many of them
  at once, in ``region``; see ``filling.fill``
- ``POST /_test/lifetime``: ``{"seconds": 60}``, the longest life of sessions of roles from now on, until the next reset
- ``POST /_test/clock``: ``{"offset": 900}``, seconds that this AWS is ahead of the machine
- ``POST /_test/session``: ``{"ends": 3600}``, keys of a session of the role that ends in so many seconds
- ``POST /_test/stack``: how the next operation on a CloudFormation stack goes; see ``cloudformation.plan``
- ``POST /_test/ecs``: how the next rollout or task of ECS goes, or a cluster to make; see ``ecs.plan``
- ``POST /_test/command``: how the next command of Run Command goes; see ``run_command.plan``
- ``POST /_test/function``: how the next update or invocation of a Lambda function goes; see ``functions.plan``
- ``POST /_test/keys``: ``{"late": 3}``, how many requests with a new access key are refused, or new keys of a user; see
  ``access_keys.plan``. With ``{"list": "reader"}``, the answer is the keys of this user
- ``POST /_test/late``: ``{"lists": 2}``, what Secrets Manager and Parameter Store show late; see ``consistency.plan``
- ``POST /_test/registry``: ``{"denied": true}`` or ``{"seconds": 2}``, how the registry of ECR takes layers until
  the next reset
- ``POST /_test/token``: ``{"subject": "a job", "audience": "sts.amazonaws.com", "seconds": 300}``, a signed web
  identity token
- ``POST /_test/ci``: ``{"mode": "slow", "seconds": 2}``, how the token endpoints of CI systems answer; see
  ``ci_tokens.CiTokens``
- ``POST /_test/console``: ``{"status": 503, "times": 1}`` or ``{"body": "text"}``, how the sign-in service of the
  console answers; see ``console.Console``
- ``POST /_test/sso``: how sign-ins and answers of IAM Identity Center go; see ``identity_center``
- ``POST /_test/certificate``: ``{"kind": "rsa", "end": 3600}``, a certificate for IAM Roles Anywhere; see
  ``roles_anywhere.RolesAnywhere.issue``
- ``POST /_test/anywhere``: ``{"mode": "slow", "seconds": 2}`` or ``{"revoked": [serial]}``; see
  ``roles_anywhere.RolesAnywhere``
- ``POST /_test/metadata``: ``{"mode": "stalled"}``; see ``Metadata``
"""

from __future__ import annotations

import datetime
import io
import json
import threading
import time
import typing as t
import urllib.parse

import access_keys
import accounts
import clock
import cloudformation
import consistency
import containers
import ecs
import filling
import functions
import identity_center
import presigned
import run_command
from answers import StartResponse, answer, collect
from ci_tokens import CI
from console import CONSOLE
from faults import FAULTS, Faults, answer_fault, drop, error_xml
from journal import Journal
from json_services import JsonServices, refuse
from metadata import Metadata
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from roles_anywhere import ANYWHERE
from s3 import S3
from sessions import SCOPE, Environ, Refusal
from sts import VARIANTS, Sts

_STS_VERSION = "2011-06-15"
_CLOCK_TOLERANCE = 300
_JSON = "application/json"


class Front:
    """The WSGI application."""

    def __init__(self, moto: t.Callable[..., t.Any], metadata: Metadata, registry: containers.Registry) -> None:
        self._moto = moto
        self._registry = registry
        self._json_services = JsonServices(moto)
        self._s3 = S3(moto)
        self._metadata = metadata
        self._lock = threading.Lock()
        self._sts = Sts()
        self._identity_center = identity_center.IdentityCenter()
        self._reset({})

    def __call__(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/v2/"):
            with self._lock:
                self._journal.add({"action": containers.action_of(environ)}, b"")
            return self._registry.serve(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        if path.startswith("/_test/"):
            # A lookup sends no body.
            told = body or urllib.parse.unquote_to_bytes(environ.get("QUERY_STRING", ""))
            return self._steer(path.removeprefix("/_test/"), told, start_response)
        if path.startswith("/latest/"):
            return self._metadata.of_instance(environ, path, start_response)
        if path.startswith("/ci/"):
            with self._lock:
                self._journal.add({"action": f"ci:{environ['REQUEST_METHOD']} {path}"}, body)
            return CI.serve(environ, start_response)
        if path == "/sessions" and environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4-X509-"):
            with self._lock:
                self._journal.add({"action": "rolesanywhere:CreateSession"}, body)
            return ANYWHERE.serve(environ, body, start_response)
        if path == "/federation":
            with self._lock:
                self._journal.add({"action": f"signin:{environ['REQUEST_METHOD']}"}, body)
                return CONSOLE.serve(environ, body, start_response)
        if presigned.is_presigned(environ):
            return self._presigned(environ, start_response)
        if _is_bare(environ):
            return answer(start_response, "302 Found", "")
        if path == "/container":
            return self._metadata.of_container(environ, start_response)
        return self._aws(environ, body, start_response)

    def _steer(self, what: str, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        value = json.loads(body) if body else {}
        if what == "keys" and "list" in value:
            return answer(start_response, "200 OK", json.dumps(access_keys.keys_of(value["list"])), _JSON)
        if what == "session":
            keys = self._metadata.assume(int(value["ends"]))
            names = {"access_key": keys.access_key_id, "secret_key": keys.secret_access_key}
            names["session_token"] = keys.session_token
            return answer(start_response, "200 OK", json.dumps(names), _JSON)
        if what == "token":
            return answer(start_response, "200 OK", json.dumps({"token": CI.make(**value)}), _JSON)
        if what == "certificate":
            return answer(start_response, "200 OK", json.dumps(ANYWHERE.issue(**value)), _JSON)
        with self._lock:
            if what == "requests":
                return answer(start_response, "200 OK", json.dumps(self._journal.entries()), _JSON)
            if what == "secrets":
                others = (*self._registry.secrets, *self._identity_center.secrets)
                found = sorted(
                    {*_secrets(), *access_keys.SECRETS, *others, *CI.issued, *ANYWHERE.issued, *CONSOLE.secrets}
                )
                return answer(start_response, "200 OK", json.dumps(found), _JSON)
            if what == "travels":
                return answer(start_response, "200 OK", json.dumps(self._journal.travels(value["values"])), _JSON)
            if what == "fault":
                self._faults.add(value)
            elif what == "policy":
                accounts.set_policy(**value)
            elif what == "empty":
                filling.empty()
            elif what == "fill":
                filling.fill(value)
            elif what == "clock":
                clock.move(value["offset"])
            elif what == "lifetime":
                self._sts.lifetime = value["seconds"]
            elif what == "stack":
                cloudformation.plan(value)
            elif what == "ecs":
                ecs.plan(value, accounts.ACCOUNT_ID)
            elif what == "command":
                run_command.plan(value)
            elif what == "function":
                functions.plan(value)
            elif what == "keys":
                access_keys.plan(value)
            elif what == "late":
                consistency.plan(value, *filling.all_backends())
            elif what == "registry":
                self._registry.plan = value
            elif what == "ci":
                CI.plan = value
            elif what == "sso":
                self._identity_center.plan(value)
            elif what == "console":
                CONSOLE.plan = value
            elif what == "anywhere":
                ANYWHERE.revoked = set(value.pop("revoked", ()))
                ANYWHERE.plan = value
            elif what == "metadata":
                self._metadata.mode = value["mode"]
            elif what == "reset":
                self._reset(value)
        return answer(start_response, "200 OK", "{}", _JSON)

    def _reset(self, _value: dict[str, t.Any]) -> None:
        self._journal = Journal()
        self._faults = Faults()
        accounts.reset_policies()
        access_keys.reset()
        clock.move(0)
        self._metadata.mode = "normal"
        CI.plan = {}
        CONSOLE.plan = {}
        ANYWHERE.plan = {}
        ANYWHERE.revoked = set()
        self._sts.reset()
        self._identity_center.reset()
        self._registry.plan = {}
        cloudformation.reset()
        functions.reset()
        run_command.reset()
        consistency.reset()
        ecs.reset()

    def _presigned(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        entry = {"action": "sts:GetCallerIdentity", "access_key": presigned.access_key_of(environ), "presigned": True}
        with self._lock:
            self._journal.add(entry, b"")
        try:
            return answer(start_response, "200 OK", presigned.identify(environ))
        except Refusal as error:
            return answer(start_response, error.status, error_xml(error.code, str(error)))

    def _aws(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        form = _form(environ, body)
        access_key, region, service = _scope(environ, form)
        of_portal = identity_center.action_of(environ)
        action = of_portal or f"{service}:{_action(environ, form)}"
        parameters = {name: values for name, values in form.items() if name not in ("Action", "Version")}
        session = _session_of(access_key)
        entry = {
            "action": action,
            "region": region,
            "access_key": access_key,
            "session": session.arn if session else None,
            "token": _token_sent(environ, session),
            "parameters": {name: values[0] if len(values) == 1 else values for name, values in parameters.items()},
        }
        if self._json_services.serves(service) or _is_json(environ) or (of_portal and body):
            entry["parameters"] = json.loads(body or b"{}")
        with self._lock:
            journal, number = self._journal, self._journal.add(entry, body)
            kind, seconds = self._faults.of_next(action)
        if kind in ("drop", "drop_before"):
            drop(environ)
        if kind == "stall":
            time.sleep(60)
        if kind == "slow":
            time.sleep(seconds)
        single = {name: values[0] for name, values in parameters.items()}
        answered = collect(
            lambda environ, start: self._serve(environ, body, entry, single, kind, start),
            environ,
        )
        if kind in ("drop_after", "gone_after"):
            drop(environ)
        with self._lock:
            journal.answer(number, answered.status, answered.body)
        return answered.send(start_response)

    def _serve(
        self,
        environ: Environ,
        body: bytes,
        entry: dict[str, t.Any],
        parameters: dict[str, str],
        kind: str | None,
        start_response: StartResponse,
    ) -> t.Iterable[bytes]:
        """Answer, with a fault of this kind if there is one."""
        action = entry["action"]
        if identity_center.action_of(environ):
            return self._identity_center.serve(environ, body, action, kind, start_response)
        of_json = self._json_services.serves(action.partition(":")[0])
        if kind in FAULTS and (not of_json or kind == "not_aws"):
            return answer_fault(start_response, str(kind), as_json=_is_json(environ))
        refusal = self._refusal(environ, entry["access_key"])
        if refusal and (of_json or _is_json(environ)):
            return refuse(start_response, Refusal(*refusal))
        if of_json:
            return self._json_services.serve(environ, body, action, entry["region"], kind, start_response)
        if action in containers.TOKEN_ACTIONS or action.startswith("eks:GET /clusters/"):
            return self._of_containers(environ, body, action, refusal, start_response)
        if refusal:
            return answer(start_response, "403 Forbidden", error_xml(*refusal))
        if access_keys.serves(action):
            return access_keys.serve(self._moto, environ, body, action, parameters, start_response)
        if self._sts.serves(action):
            try:
                made = self._sts.serve(action, environ, body, parameters, kind if kind in VARIANTS else None)
            except Refusal as error:
                return answer(start_response, error.status, error_xml(error.code, str(error)))
            return answer(start_response, "200 OK", made)
        if action.startswith("lambda:"):
            return functions.serve(self._moto, environ, start_response)
        if action.startswith("s3:"):
            return self._s3.serve(environ, body, start_response)
        answered: t.Iterable[bytes] = self._moto(environ, start_response)
        return answered

    def _of_containers(
        self,
        environ: Environ,
        body: bytes,
        action: str,
        refusal: tuple[str, str] | None,
        start_response: StartResponse,
    ) -> t.Iterable[bytes]:
        try:
            if refusal:
                raise Refusal(*refusal)
            if action in containers.TOKEN_ACTIONS:
                found = self._registry.give_password(environ, body, action)
            else:
                found = containers.describe_cluster(environ, body)
        except Refusal as error:
            return refuse(start_response, error)
        return answer(start_response, "200 OK", json.dumps(found), "application/x-amz-json-1.1")

    def _refusal(self, environ: Environ, access_key: str) -> tuple[str, str] | None:
        """What moto does not check: the time of a request and the end of a session."""
        sent = environ.get("HTTP_X_AMZ_DATE")
        now = clock.now()
        if sent:
            moment = datetime.datetime.strptime(sent + "+0000", "%Y%m%dT%H%M%SZ%z")
            if abs(moment.timestamp() - now) > _CLOCK_TOLERANCE:
                return "SignatureDoesNotMatch", f"Signature expired: {sent} is now earlier than the allowed time."
        if refusal := access_keys.refusal_of(access_key):
            return refusal
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


def _token_sent(environ: Environ, session: t.Any) -> str:
    token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
    if token is None:
        return "none"
    return "own" if session and token == session.session_token else "foreign"


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


def _is_json(environ: Environ) -> bool:
    return str(environ.get("CONTENT_TYPE", "")).startswith("application/x-amz-json")


def _is_bare(environ: Environ) -> bool:
    """Whether a request has neither an action nor a signature. STS redirects it to a page."""
    unsigned = not environ.get("HTTP_AUTHORIZATION") and not environ.get("QUERY_STRING")
    return unsigned and environ["REQUEST_METHOD"] == "GET" and environ.get("PATH_INFO") in ("", "/")


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
