# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever comes in: records, URLs, names, caches, AWS files, and answers of a server that means harm.

Bounds are shortened where the real ones would be half a minute; C(questions.fast_timeouts) says which.
"""

from __future__ import annotations

import copy
import datetime
import json
import typing as t
from functools import partial
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from harness.attempts import MOMENTS, ODD_VALUES, Trial, examples, tried
from harness.hostile_requests import ACCOUNT_ID, LARGEST, Question, Questions, asking, fast_timeouts
from harness.hostile_server import HUGE, SLOW, Answer, HostileServer, answer, wrong_answers
from harness.inputs import odd_inputs
from harness.promises import Case
from hypothesis import strategies as st

PROMISES = {
    "failures": "Whatever a file, a URL, a name or an answer holds, it is taken, or it is an error with a code; it is "
    "never a traceback.",
    "bounds": "An answer that never ends, or that comes a byte at a time, is given up in time, and fills no memory.",
    "elsewhere": "No request goes to a host that was not asked for: redirections, entities and addresses in answers "
    "are not followed.",
    "secrets": "No error quotes a secret of an account, not even where an answer did.",
    "outside": "No name, no URL and no cache leads to a file or a request outside of its store.",
    "kept": "Nothing is kept of an answer that is refused, and a session that is taken is of the role and the AWS "
    "account that were asked for, and has not ended.",
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
    questions = Questions(server, folder)
    for question in questions:
        asked = _Asked(question, questions, server, elsewhere)
        with asking(question):
            yield from asked.rightly()
            yield from asked.wrongly()
            yield from asked.oddly()
            yield from asked.refused()


class _Asked:
    """One question, with all kinds of answers."""

    def __init__(
        self, question: Question, questions: Questions, server: HostileServer, elsewhere: HostileServer
    ) -> None:
        self._question = question
        self._questions = questions
        self._server = server
        self._elsewhere = elsewhere

    def rightly(self) -> t.Iterator[Case]:
        """That the question is a right one: its right answer is taken."""
        question = self._question
        trial = self._ask(lambda: [answer(question.write(question.document), kind=question.kind)])
        # A store asks for other things, too, when it writes.
        taken = trial.returned is not None or question.name.endswith(("write", "replace", "delete"))
        yield Case("failures", f"{question.name}, right", "" if taken else f"it was refused: {trial}")

    def wrongly(self) -> t.Iterator[Case]:
        """What is no answer at all."""
        question = self._question
        good = question.write(question.document)
        for what in wrong_answers(good, question.kind, self._elsewhere.url):
            if what in SLOW and not question.patient:
                continue

            def play(what: str = what) -> t.Any:
                return wrong_answers(good, question.kind, self._elsewhere.url)[what]

            trial = self._ask(play)
            yield from self._judged(what, trial)
            read = self._server.sent / max(1, len(self._server.asked))
            if what in HUGE and read > LARGEST * 8:
                yield Case("bounds", f"{question.name}, {what}", f"{read} bytes of it were read")

    def oddly(self) -> t.Iterator[Case]:
        """An answer of the right form with anything in it."""
        question = self._question
        for path in _paths(question.document):
            for value in [
                _OTHER,
                *examples(st.one_of(ODD_VALUES, MOMENTS), max(3, _EXAMPLES // len(question.document))),
            ]:
                body = question.write(_changed(question.document, path, value))
                trial = self._ask(partial(_whole, body, kind=question.kind))
                yield from self._judged(f"{'.'.join(map(str, path))} is {value!r:.80}", trial)

    def refused(self) -> t.Iterator[Case]:
        """A refusal that quotes what it was sent, in every field."""
        said = " ".join(self._question.secrets) + "\x1b[31m\n" + "x" * 100_000
        error = f"<Error><Code>{said}</Code><Message>{said}</Message></Error><RequestId>{said}</RequestId>"
        texts = {
            "text/xml": f"<ErrorResponse>{error}</ErrorResponse>".replace("\x1b", ""),
            "application/x-amz-json-1.1": json.dumps({"__type": said, "message": said}),
        }
        body = texts.get(self._question.kind, said).encode()
        headers = [f"x-amzn-RequestId: {self._question.secrets[-1]}"]
        for status in ("400 Bad Request", "403 Forbidden", "404 Not Found", "500 Error", "503 Slow Down"):
            trial = self._ask(partial(_whole, body, status, *headers, kind=self._question.kind))
            yield from self._judged(f"{status} with secrets", trial)

    def _ask(self, play: t.Callable[[], t.Any]) -> Trial:
        question = self._question

        def player(_method: str, target: str) -> t.Any:
            for other, body in question.others.items():
                if target.endswith(other):
                    return [answer(body, kind=question.kind)]
            return play()

        self._questions.forget()
        self._server.reset(player)
        return tried(question.ask)

    def _judged(self, what: str, trial: Trial) -> t.Iterator[Case]:
        name = f"{self._question.name}, {what}"
        yield Case("failures", name, trial.traceback)
        late = f"it took {trial.seconds:.1f} s" if trial.seconds > _LONGEST else ""
        yield Case("bounds", name, late)
        yield Case("elsewhere", name, ", ".join(self._elsewhere.asked))
        yield Case("secrets", name, trial.leak)
        if isinstance(trial.returned, Credentials):
            yield Case("kept", name, _wrong_with(trial.returned))
        else:
            yield Case("kept", name, self._questions.kept())
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
