# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times in the documentation are those of the code, and none is in the documentation that this page does not know."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils import _clock
from ansible_collections.octo.aws.plugins.module_utils._aws import errors, sts
from ansible_collections.octo.aws.plugins.module_utils._host import credential_server, detached_server, renewal
from ansible_collections.octo.aws.plugins.module_utils._model import hop
from ansible_collections.octo.aws.plugins.module_utils._s3 import known_files
from ansible_collections.octo.aws.plugins.plugin_utils._base import distant_renewal, prompts, sliced_run
from ansible_collections.octo.aws.plugins.plugin_utils._cache import request_lock, shared_cache
from ansible_collections.octo.aws.plugins.plugin_utils._eks import token
from ansible_collections.octo.aws.plugins.plugin_utils._hashi_vault import client
from ansible_collections.octo.aws.plugins.plugin_utils._service import account_manager, rotation_steps
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import mfa_program, session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._sources import access_key, vault
from ansible_collections.octo.aws.plugins.plugin_utils._sso import browser, portal, sign_in
from ansible_collections.octo.aws.plugins.plugin_utils._stores import (
    aws_client,
    file_writing,
    secretsmanager,
    ssm_lock,
    url,
)
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity import command, token_request

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("docs/docsite/rst/*.rst", "plugins/modules/*.py", "plugins/lookup/*.py", "plugins/doc_fragments/*.py")
PAGES = [*(path for pattern in FOLDERS for path in sorted(ROOT.glob(pattern))), ROOT / "README.md"]
PAGES += sorted(ROOT.glob("roles/*/README.md"))
UNITS = {"second": 1, "minute": 60, "hour": 3600}
WORDS = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10}
FIGURE = re.compile(rf"\b(?:\d[\d,.]*|{'|'.join(WORDS)}) (?:seconds|minutes?|hours?)\b")
"""A number with its unit."""

LONGEST_SHARED = int(re.findall(r"cache_seconds\", 1, ([\d_]+)", Path(url.__file__).read_text())[0])
LONGEST_ACCEPTANCE = rotation_steps._ACCEPTANCE_ATTEMPTS * rotation_steps._ACCEPTANCE_PAUSE
LEFT, SHARE = session_reuse._LEFT_BY_DEFAULT, session_reuse._SHARE_LEFT

OURS: dict[str, list[tuple[str, float]]] = {
    "errors.rst": [
        ("although it was created {} ago", LONGEST_ACCEPTANCE),
        ("kept changing the account for {} while it was saved", account_manager._PATIENCE),
        ("other writers held the lock of the account for {}", ssm_lock._PATIENCE),
        ("deleting the secret of this name after {}", secretsmanager._PATIENCE),
        ("one that is more than {} old can be deleted", ssm_lock.LEASE),
        ("expired more than {} ago", _clock.CLOCK_TOLERANCE),
        ("takes longer than {}, or prints nothing", command._SECONDS),
        ("takes longer than {}, or prints something", mfa_program._SECONDS),
        ("off by more than {}", _clock.CLOCK_TOLERANCE),
        ("AWS throttled the request for {}", errors._RETRY_TIME),
        ("none was entered at a terminal within {}", prompts._PATIENCE),
        ("with the session of another role lasts at most {}", hop.LONGEST_CHAINED_SESSION),
        ("takes longer than {}, redirects", client._LONGEST_RESPONSE),
    ],
    "howto_console.rst": [("after another role, AWS allows {}", hop.LONGEST_CHAINED_SESSION)],
    "howto_rotate_access_keys.rst": [
        ("Waits {} for another run", rotation_steps._OTHER_RUN_ATTEMPTS * rotation_steps._OTHER_RUN_PAUSE),
        ("accepts the new key, for up to {}", LONGEST_ACCEPTANCE),
    ],
    "aws_account.py": [
        ("awaited for up to {}", vault._PATIENCE),
        ("They are read again every {}", vault._STATIC_SECONDS),
        ("It has {}, and runs", command._SECONDS),
        ("for the session, and has {}. It", mfa_program._SECONDS),
        ("43200 ({})", hop.LONGEST_SESSION),
        ("the default of AWS is {}", hop.DEFAULT_SESSION),
    ],
    "howto_vault_credentials.rst": [
        ("with longer and longer pauses, for up to {}", vault._PATIENCE),
        ("They are read again every {}", vault._STATIC_SECONDS),
    ],
    "howto_save_accounts.rst": [
        ("Connecting times out after {}, and the response", sts._CONNECT_TIMEOUT),
        ("it is repeated for {}", errors._RETRY_TIME),
    ],
    "from_aws_vault.rst": [("one code every {}", access_key._DEFAULT)],
    "s3_upload.py": [("has not changed for {}", known_files._LEAST_AGE)],
    "aws_identity.py": [
        ("at the latest after {}", detached_server._LONGEST),
        ("or after {} for keys", renewal._LONGEST_OF_KEYS.total_seconds()),
        ("or {} are over", distant_renewal._LONGEST),
    ],
    "aws_script.py": [("is tried again for {}", sliced_run._RECONNECT)],
    "formats.rst": [("1 to {}", LONGEST_SHARED)],
    "howto_file_store.rst": [("It waits {}", prompts._PATIENCE)],
    "stores.rst": [
        ("After {} of this, it gives up", account_manager._PATIENCE),
        ("holds the lock for {}, the save fails", file_writing._PATIENCE),
        ("The lock is a lease of {}", ssm_lock.LEASE),
        ("wait until it is deleted, or {} more", ssm_lock.LEASE),
        ("with less than {} of the lease left", ssm_lock.MARGIN),
        ("waits for other writers for {}", ssm_lock._PATIENCE),
        ("at least {} after it was sent", ssm_lock.MARGIN),
        ("or up to {} where the lock is not free", ssm_lock.LEASE),
        ("For {}, by the clock of AWS", secretsmanager._LEASE),
        ("a lock that is more than {} old", ssm_lock.LEASE),
        ("up to six attempts and for about {}", errors._RETRY_TIME),
        ("waits for it up to {}", secretsmanager._PATIENCE),
    ],
    "security.rst": [
        ("takes longer than {} gets nothing", credential_server._SECONDS),
        ("or after {} where keys", renewal._LONGEST_OF_KEYS.total_seconds()),
    ],
    "howto_azure_pipelines.rst": [("follows no redirects, and has {}", token_request._SECONDS)],
    "howto_github_actions.rst": [("follows no redirects, and has {}", token_request._SECONDS)],
    "howto_assume_role.rst": [
        ("- 900 ({}) to", hop.SHORTEST_SESSION),
        ("43,200 ({})", hop.LONGEST_SESSION),
        ("lasts at most {}, regardless", hop.LONGEST_CHAINED_SESSION),
        ("all following hops last at most {}", hop.LONGEST_CHAINED_SESSION),
    ],
    "howto_mfa.rst": [
        ("The prompt waits for {}", prompts._PATIENCE),
        ("one session of the user, of {}", access_key._DEFAULT),
        ("A session lasts {}, or", access_key._DEFAULT),
        ("129,600 ({})", hop.LONGEST_USER_SESSION),
        ("It has {}, and no terminal", mfa_program._SECONDS),
    ],
    "howto_web_identity.rst": [
        ("The session lasts {}, or", hop.DEFAULT_SESSION),
        ("for {} at most for each hop", hop.LONGEST_CHAINED_SESSION),
    ],
    "howto_sso.rst": [
        ("and waits for up to {}", browser._PATIENCE),
        ("is refreshed {} before it ends", portal._RENEWED_BEFORE),
        ("a hop lasts at most {}", hop.LONGEST_CHAINED_SESSION),
    ],
    "sessions.rst": [
        ("the value of AWS clients: {}", LEFT),
        ("* - {}\n    - 594", hop.SHORTEST_SESSION),
        ("    - {}\n    - 306", hop.SHORTEST_SESSION * SHARE),
        ("    - {}, about 5 minutes", hop.SHORTEST_SESSION * (1 - SHARE)),
        ("  * - 1,800 seconds\n    - {}\n    - 15 minutes", LEFT),
        ("  * - 3,600 seconds\n    - {}\n    - 45 minutes", LEFT),
        ("  * - 12 hours\n    - {}\n    - 11 hours 45 minutes", LEFT),
        ("those of all accounts once {}", shared_cache._PRUNE_EVERY),
        ("it is skipped after {}", request_lock._PATIENCE),
        ("during a sign-in after {}", sign_in.SignInCache.PATIENCE),
    ],
    "howto_workers.rst": [
        ("The rest of the session: {} at least", LEFT),
        ("is tried again for {}", sliced_run._RECONNECT),
    ],
    "eks.py": [("A token is valid for {}, and", token._LIFETIME.total_seconds())],
    "howto_eks.rst": [("which is valid for {}", token._LIFETIME.total_seconds())],
    "session.py": [
        ("from 900 ({}) to", hop.SHORTEST_SESSION),
        ("43200 ({})", hop.LONGEST_SESSION),
        ("defaults to 3600 ({})", hop.DEFAULT_SESSION),
        ("129600 ({})", hop.LONGEST_USER_SESSION),
        ("what AWS clients require ({})", LEFT),
    ],
}
"""By page, what is said around a time, and the seconds that it is."""

OTHERS: dict[str, list[str]] = {
    "errors.rst": ["save again in a minute"],
    "ecr.py": ["The password is valid for 12 hours"],
    "howto_console.rst": [
        "can use it for 15 minutes",
        "from GetFederationToken, for 12 hours",
        "For more than an hour, set",
    ],
    "howto_ecr.rst": ["The password is valid for 12 hours"],
    "image_push.py": ["is valid for 12 hours"],
    "howto_sso.rst": ["BCDF-GHJK (valid for 10 minutes)", "8 hours by default"],
    "sessions.rst": [
        "about 5 minutes",
        "1,800 seconds\n    - 15 minutes\n    - 15 minutes",
        "3,600 seconds\n    - 15 minutes\n    - 45 minutes",
        "12 hours\n    - 15 minutes\n    - 11 hours 45 minutes",
    ],
    "tutorial_start.rst": ["Get started in five minutes", "In five minutes you will"],
    "howto_workers.rst": ["at least 50 minutes left"],
    "s3_upload.py": ["within about two seconds of its upload"],
    "hardening.rst": ["a clock that is an hour off"],
    "README.md": ["Get started in five minutes"],
}
"""Times that are examples, results of others, or no promise."""


def seconds(figure: str) -> float:
    number, unit = figure.rsplit(" ", 1)
    count = WORDS[number] if number in WORDS else float(number.replace(",", ""))
    return count * UNITS[unit.removesuffix("s")]


def spans(text: str, fragment: str) -> t.Iterator[tuple[tuple[int, int], str]]:
    """Where a fragment is in a page, and the time in it."""
    pattern = re.escape(fragment).replace(r"\{\}", rf"(?P<figure>{FIGURE.pattern})")
    for match in re.finditer(pattern.replace(r"\ ", r"\s+"), text):
        yield match.span(), match.groupdict().get("figure") or ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_times_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known: list[tuple[int, int]] = []
    for fragment, value in OURS.get(page.name, ()):
        found = list(spans(text, fragment))
        assert found, f"{page.name} no longer says: {fragment}"
        for span, figure in found:
            assert seconds(figure) == pytest.approx(value), f"{page.name}: {text[slice(*span)]}"
            known.append(span)
    for fragment in OTHERS.get(page.name, ()):
        known += [span for span, _figure in spans(text, fragment)]
    unknown = [
        f"{page.name}: ...{text[max(0, match.start() - 60) : match.end() + 20]}..."
        for match in FIGURE.finditer(text)
        if not any(start <= match.start() and match.end() <= end for start, end in known)
    ]
    assert not unknown


def test_other_figures_are_those_of_the_code() -> None:
    accounts = (ROOT / "docs/docsite/rst/howto_save_accounts.rst").read_text(encoding="utf-8")
    assert f"the response after {sts._READ_TIMEOUT}." in accounts
    assert (sts._ATTEMPTS, "are tried three times" in accounts) == (3, True)
    stores = (ROOT / "docs/docsite/rst/stores.rst").read_text(encoding="utf-8")
    assert (aws_client._ATTEMPTS, "with up to six attempts" in stores) == (6, True)
    sessions = (ROOT / "docs/docsite/rst/sessions.rst").read_text(encoding="utf-8")
    assert f"or {SHARE} of the lifetime" in sessions
