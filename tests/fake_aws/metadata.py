# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata services of EC2, ECS and EKS, which give a machine the credentials of its role."""

from __future__ import annotations

import datetime
import json
import threading
import time
import typing as t
import uuid

from answers import StartResponse, answer
from clock import now, utcnow
from moto.sts.models import sts_backends
from sessions import Environ

_LONGEST_TOKEN = 21600
"""Seconds that a session token of EC2 is good for, at most."""
_CONTAINER_TOKEN = "container-authorization-token"
_FOLDER = "/latest/meta-data/iam/security-credentials/"
_DURATION = 6 * 3600
_RENEWED_BEFORE = datetime.timedelta(minutes=30)
"""Sessions with less left are no longer handed out. EC2 promises five minutes."""


class Metadata:
    """What machines ask who they are; as in EC2, the answer depends on who asks.

    ``mode`` is one of ``normal``; ``stalled``, which answers no request; ``disabled``, 403 to all; ``version1``, which
    knows no session tokens and asks for none; ``no_role``; ``no_keys``, a role that EC2 may not assume. Container
    credentials know ``no_keys`` and ``expired``.

    :param role_arn: the role of all other machines
    :param instances: the roles of some machines, by their addresses
    """

    def __init__(self, role_arn: str, instances: dict[str, str]) -> None:
        self.mode = "normal"
        self._role_arn = role_arn
        self._instances = instances
        self._sessions: dict[str, t.Any] = {}
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()

    def of_instance(self, environ: Environ, path: str, start_response: StartResponse) -> t.Iterable[bytes]:
        """EC2 instance metadata, version 2."""
        mode = self.mode
        if mode == "stalled":
            time.sleep(5)
        if mode == "disabled":
            return answer(start_response, "403 Forbidden", "")
        if path == "/latest/api/token":
            if mode == "version1" or environ["REQUEST_METHOD"] != "PUT":
                return answer(start_response, "404 Not Found", "")
            return self._make_token(environ, start_response)
        token = environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN", "")
        if mode != "version1" and self._tokens.get(token, 0) < now():
            return answer(start_response, "401 Unauthorized", "")
        arn = self._instances.get(environ.get("REMOTE_ADDR", ""), self._role_arn)
        name = arn.rpartition("/")[2]
        if path == _FOLDER and mode != "no_role":
            return answer(start_response, "200 OK", name, "text/plain")
        if path == _FOLDER + name and mode == "no_keys":
            return answer(start_response, "200 OK", '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "No"}')
        if path == _FOLDER + name:
            return answer(start_response, "200 OK", json.dumps({"Code": "Success", **self._keys(arn)}))
        return answer(start_response, "404 Not Found", "")

    def _make_token(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        seconds = environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN_TTL_SECONDS", "")
        if "HTTP_X_FORWARDED_FOR" in environ:
            return answer(start_response, "403 Forbidden", "")
        if not seconds.isdecimal() or not 1 <= int(seconds) <= _LONGEST_TOKEN:
            return answer(start_response, "400 Bad Request", "")
        token = uuid.uuid4().hex
        self._tokens[token] = now() + int(seconds)
        return answer(start_response, "200 OK", token, "text/plain")

    def of_container(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        """Container credentials, as the agents of ECS and EKS Pod Identity serve them."""
        if environ.get("HTTP_AUTHORIZATION") != _CONTAINER_TOKEN:
            return answer(start_response, "403 Forbidden", "wrong authorization token")
        if self.mode == "no_keys":
            return answer(start_response, "200 OK", "{}", "application/json")
        keys = self._keys(self._role_arn)
        if self.mode == "expired":
            keys["Expiration"] = "2020-01-01T00:00:00Z"
        return answer(start_response, "200 OK", json.dumps(keys), "application/json")

    def assume(self, duration: int, role_arn: str | None = None) -> t.Any:
        """A new session of a role of a machine, which ends after so many seconds."""
        arn = role_arn or self._role_arn
        return sts_backends[arn.split(":")[4]]["aws"].assume_role(
            region_name="us-east-1",
            role_session_name="i-0123456789abcdef0",
            role_arn=arn,
            policy="",
            duration=duration,
            external_id="",
        )

    def _keys(self, role_arn: str) -> dict[str, str]:
        with self._lock:
            session = self._sessions.get(role_arn)
            if not session or session.expiration - utcnow() < _RENEWED_BEFORE:
                session = self._sessions[role_arn] = self.assume(_DURATION, role_arn)
        return {
            "Type": "AWS-HMAC",
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": session.secret_access_key,
            "Token": session.session_token,
            "Expiration": session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
