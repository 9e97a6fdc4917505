# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sign-in service of the AWS console, which moto lacks: tokens for sessions, and sign-in with them.

Written from the IAM user guide, "Enable custom identity broker access to the AWS console". It accepts sessions of roles
and of federated users, a token once and for 15 minutes, and destinations in the console. The words of its refusals are
not documented.
"""

from __future__ import annotations

import json
import re
import secrets
import time
import typing as t
from urllib.parse import parse_qs

from answers import StartResponse, answer
from clock import utcnow
from moto.sts.models import sts_backends
from sessions import Environ, FederatedSession, UserSession

_SECONDS = 900
_CONSOLE = re.compile(r"https://console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/[\w./?=&-]*", re.ASCII)


class Console:
    """Knows its tokens."""

    def __init__(self) -> None:
        self.plan: dict[str, t.Any] = {}
        """``{"status": 503, "times": 1}``, or ``{"body": "no JSON"}``."""
        self._tokens: dict[str, tuple[str, float]] = {}

    @property
    def secrets(self) -> list[str]:
        """All tokens that there ever were."""
        return list(self._tokens)

    def serve(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        """Answer a request to ``/federation``."""
        text = body.decode() if environ["REQUEST_METHOD"] == "POST" else environ.get("QUERY_STRING", "")
        form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        if form.get("Action") == "login":
            return self._login(form, start_response)
        if self.plan.get("times", 1) > 0 and "status" in self.plan:
            self.plan["times"] = self.plan.get("times", 1) - 1
            return answer(start_response, f"{self.plan['status']} Planned", "planned", "text/html")
        if "body" in self.plan:
            return answer(start_response, "200 OK", self.plan["body"], "text/html")
        arn = self._arn_of(form)
        if form.get("Action") != "getSigninToken" or not arn:
            return answer(start_response, "400 Bad Request", "<html>Bad Request</html>", "text/html")
        token = secrets.token_urlsafe(300)
        self._tokens[token] = (arn, time.monotonic() + _SECONDS)
        return answer(start_response, "200 OK", json.dumps({"SigninToken": token}), "application/json")

    def _arn_of(self, form: dict[str, str]) -> str:
        try:
            keys = json.loads(form["Session"])
            wanted = [keys[name] for name in ("sessionId", "sessionKey", "sessionToken")]
        except (KeyError, TypeError, ValueError):
            return ""
        for partitions in list(sts_backends.values()):
            for backend in list(partitions.values()):
                session: t.Any = backend.get_assumed_role_from_access_key(wanted[0])
                if not session:
                    continue
                is_of_user = isinstance(session, UserSession) and not isinstance(session, FederatedSession)
                same = [session.access_key_id, session.secret_access_key, session.session_token] == wanted
                if same and not is_of_user and session.expiration > utcnow():
                    return str(session.arn)
        return ""

    def _login(self, form: dict[str, str], start_response: StartResponse) -> t.Iterable[bytes]:
        arn, end = self._tokens.get(form.get("SigninToken", ""), ("", 0.0))
        if time.monotonic() > end or not _CONSOLE.fullmatch(form.get("Destination", "")):
            return answer(start_response, "400 Bad Request", "<html>Bad Request</html>", "text/html")
        document = json.dumps({"arn": arn, "destination": form["Destination"]})
        return answer(start_response, "200 OK", document, "application/json")


CONSOLE = Console()
