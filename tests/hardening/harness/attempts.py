# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trying something, and what came of it."""

from __future__ import annotations

import dataclasses
import time
import traceback
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from harness.promises import Case
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SECRETS = ("canary/secret+key", "canary-session-token", "canary-external-id", "e30.e30.canary-web-identity-token")
LONGEST_MESSAGE = 4_000


@dataclasses.dataclass(frozen=True)
class Attempt:
    """What came of it.

    :param returned: what it gave; nothing where it failed
    :param error: the error that it was, if it was one with a code
    :param traceback: how it failed otherwise
    :param seconds: how long it took
    """

    returned: t.Any = None
    error: OctoAwsError | None = None
    traceback: str = ""
    seconds: float = 0.0

    @property
    def leak(self) -> str:
        """The secret that is in the error, or what else has no place there."""
        if not self.error:
            return ""
        told = [str(self.error), *map(str, self.error.as_result().values())]
        found = [secret for secret in SECRETS for text in told if secret in text]
        if not found and (len(told[0]) > LONGEST_MESSAGE or not all(text.isprintable() for text in told)):
            return f"the error is too long, or has control characters: {told[0]!r:.300}"
        return f"the error quotes {found[0]!r}" if found else ""


def run_attempt(work: t.Callable[..., t.Any], *arguments: t.Any) -> Attempt:
    """Do it."""
    begin = time.monotonic()
    returned, error, trace = None, None, ""
    try:
        returned = work(*arguments)
    except OctoAwsError as failure:
        error = failure
    except Exception:
        trace = traceback.format_exc()[-1_500:]
    return Attempt(returned, error, trace, time.monotonic() - begin)


def examples(strategy: st.SearchStrategy[t.Any], count: int) -> list[t.Any]:
    """So many values, other ones with each run."""
    found: list[t.Any] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: t.Any) -> None:
        found.append(value)

    collect()
    return found


ODD_TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", " ", "\0", "\n", "\ud800", "a" * 10_000, "\N{GRINNING FACE}", "../../x", "/etc/passwd", "%00", "{{ 7*7 }}"]
    ),
)
ODD_VALUES: st.SearchStrategy[t.Any] = st.one_of(
    ODD_TEXTS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 0, 2**63, 1e308, float("inf"), float("nan"), [], {}, [[[[{}]]]], {"": None}]),
    st.lists(ODD_TEXTS, max_size=3),
    st.dictionaries(ODD_TEXTS, ODD_TEXTS, max_size=3),
)
MOMENTS = st.sampled_from(
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1969-12-31T23:59:59Z",
        "2001-01-01T00:00:00Z",
        "2099-01-01T00:00:00",
        "1e999",
        "-62135596801",
        "253402300800",
        "tomorrow",
        "2099-02-30T00:00:00Z",
    ]
)


def judged(name: str, attempt: Attempt) -> t.Iterator[Case]:
    """That it did not fail but with a code, and without a secret."""
    yield Case("failures", name, attempt.traceback)
    yield Case("secrets", name, attempt.leak)
