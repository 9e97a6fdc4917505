# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever comes in: records, URLs, names, caches, AWS files, and answers of a server that means harm.

Bounds are shortened where the real ones would be half a minute; ``hostile_requests.fast_timeouts`` says which.
"""

from __future__ import annotations

import copy
import datetime
import json
import typing as t
from functools import partial
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from harness.attempts import MOMENTS, ODD_VALUES, Attempt, examples, run_attempt
from harness.hostile_requests import ACCOUNT_ID, LARGEST, HostileRequest, HostileRequests, asking, fast_timeouts
from harness.hostile_server import HUGE, SLOW, Answer, HostileServer, answer, wrong_answers
from harness.inputs import odd_inputs
from harness.promises import Case
from hypothesis import strategies as st

PROMISES = {
    "failures": "Any content of a file, a URL, a name or a response is accepted or causes an error with a code. There "
    "is never a traceback.",
    "bounds": "A response that is endless or arrives one byte at a time is aborted in time, with limited memory.",
    "elsewhere": "No request goes to a host that is not configured. Redirects, entities and addresses in responses are "
    "not followed.",
    "secrets": "No error contains a secret of an account, even if a response does.",
    "outside": "No name, URL or cache leads to a file or a request outside of its store.",
    "kept": "Nothing from a rejected response is kept. An accepted session has the requested role and AWS account, and "
    "has not expired.",
}

_LONGEST = 30.0
"""Seconds for a few attempts with short timeouts, on a machine that does other work, too."""
_EXAMPLES = 24
_OTHER = "arn:aws:sts::210987654321:assumed-role/deploy/octo"
"""The role of another AWS account."""

FIELDS = ("access_key", "secret_key", "session_token")


def cases(folder: Path) -> t.Iterator[Case]:
    """Ask a hostile server, and read what nobody wrote."""
    with fast_timeouts():
        yield from odd_inputs(folder)
        yield from _answers(folder)


def _answers(folder: Path) -> t.Iterator[Case]:
    server, elsewhere = HostileServer(), HostileServer()
    requests = HostileRequests(server, folder)
    for request in requests:
        asked = _Asked(request, requests, server, elsewhere)
        with asking(request):
            yield from asked.rightly()
            yield from asked.wrongly()
            yield from asked.oddly()
            yield from asked.refused()


class _Asked:
    """One request, with all kinds of answers."""

    def __init__(
        self, request: HostileRequest, requests: HostileRequests, server: HostileServer, elsewhere: HostileServer
    ) -> None:
        self._request = request
        self._requests = requests
        self._server = server
        self._elsewhere = elsewhere

    def rightly(self) -> t.Iterator[Case]:
        """That the request is a right one: its right answer is taken."""
        request = self._request
        attempt = self._ask(lambda: [answer(request.write(request.document), kind=request.kind)])
        # A store asks for other things, too, when it writes.
        taken = attempt.returned is not None or request.name.endswith(("write", "replace", "delete"))
        yield Case("failures", f"{request.name}, right", "" if taken else f"it was refused: {attempt}")

    def wrongly(self) -> t.Iterator[Case]:
        """What is no answer at all."""
        request = self._request
        good = request.write(request.document)
        for what in wrong_answers(good, request.kind, self._elsewhere.url):
            if what in SLOW and not request.patient:
                continue

            def play(what: str = what) -> t.Any:
                return wrong_answers(good, request.kind, self._elsewhere.url)[what]

            attempt = self._ask(play)
            yield from self._judged(what, attempt)
            read = self._server.sent / max(1, len(self._server.asked))
            if what in HUGE and read > LARGEST * 8:
                yield Case("bounds", f"{request.name}, {what}", f"{read} bytes of it were read")

    def oddly(self) -> t.Iterator[Case]:
        """An answer of the right form with anything in it."""
        request = self._request
        for path in _paths(request.document):
            for value in [
                _OTHER,
                *examples(st.one_of(ODD_VALUES, MOMENTS), max(3, _EXAMPLES // len(request.document))),
            ]:
                body = request.write(_changed(request.document, path, value))
                attempt = self._ask(partial(_whole, body, kind=request.kind))
                yield from self._judged(f"{'.'.join(map(str, path))} is {value!r:.80}", attempt)

    def refused(self) -> t.Iterator[Case]:
        """A refusal that quotes what it was sent, in every field."""
        said = " ".join(self._request.secrets) + "\x1b[31m\n" + "x" * 100_000
        error = f"<Error><Code>{said}</Code><Message>{said}</Message></Error><RequestId>{said}</RequestId>"
        texts = {
            "text/xml": f"<ErrorResponse>{error}</ErrorResponse>".replace("\x1b", ""),
            "application/x-amz-json-1.1": json.dumps({"__type": said, "message": said}),
        }
        body = texts.get(self._request.kind, said).encode()
        headers = [f"x-amzn-RequestId: {self._request.secrets[-1]}"]
        for status in ("400 Bad Request", "403 Forbidden", "404 Not Found", "500 Error", "503 Slow Down"):
            attempt = self._ask(partial(_whole, body, status, *headers, kind=self._request.kind))
            yield from self._judged(f"{status} with secrets", attempt)

    def _ask(self, play: t.Callable[[], t.Any]) -> Attempt:
        request = self._request

        def player(_method: str, target: str) -> t.Any:
            for other, body in request.others.items():
                if target.endswith(other):
                    return [answer(body, kind=request.kind)]
            return play()

        self._requests.forget()
        self._server.reset(player)
        return run_attempt(request.ask)

    def _judged(self, what: str, attempt: Attempt) -> t.Iterator[Case]:
        name = f"{self._request.name}, {what}"
        yield Case("failures", name, attempt.traceback)
        late = f"it took {attempt.seconds:.1f} s" if attempt.seconds > _LONGEST else ""
        yield Case("bounds", name, late)
        yield Case("elsewhere", name, ", ".join(self._elsewhere.asked))
        yield Case("secrets", name, attempt.leak)
        if isinstance(attempt.returned, Credentials):
            yield Case("kept", name, _wrong_with(attempt.returned))
        else:
            yield Case("kept", name, self._requests.kept())
        self._elsewhere.asked.clear()


def _whole(body: bytes, *more: str, kind: str) -> Answer:
    return [answer(body, *more, kind=kind)]


def _wrong_with(credentials: Credentials) -> str:
    """What credentials that were taken cannot have."""
    for field in FIELDS:
        value = getattr(credentials, field)
        if not isinstance(value, str) or not value.isprintable() or (field != "session_token" and not value):
            return f"{field} is {value!r:.80}"
    if credentials.identity and credentials.identity.account_id != ACCOUNT_ID:
        return f"it is {credentials.identity}"
    end = credentials.expiration
    if end and end < datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=5):
        return f"it ended at {end}"
    return ""


def _paths(document: t.Any) -> t.Iterator[tuple[t.Any, ...]]:
    """Where anything is in a document."""
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inner:
        yield (key,)
        if isinstance(value, (dict, list)):
            yield from ((key, *path) for path in _paths(value))


def _changed(document: dict[str, t.Any], path: tuple[t.Any, ...], value: t.Any) -> dict[str, t.Any]:
    changed = copy.deepcopy(document)
    place: t.Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed
