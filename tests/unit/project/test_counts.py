# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lookup, a list and a save take, counted exactly, each in a process of its own. Behind each number of the
benchmark is one of these."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    make_account,
    make_vault,
    make_verified,
    quiet_context,
)
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, cache_of, lookup, save

ROOT = Path(__file__).resolve().parents[6]
SCRIPT = Path(__file__).resolve().parents[1] / "support" / "lookup_probe.py"

# The files of the collection that a lookup of keys loads, two documentation fragments included. ansible-core compiles
# each file in each process, so that each costs something.
FILES_OF_KEYS = 24
# And for a session that is known, beside these: the chain that leads to it, its seal, and the folder where it is.
FILES_OF_A_SESSION = {
    *("_clock", "_aws.endpoint", "_model.hop", "_model.hop_chain", "_model.yaml_values"),
    *("_cache.seal", "_cache.shared_cache", "_service.resolver"),
    *("_sessions.cache", "_sessions.chain", "_sessions.identity", "_sessions.session_name", "_sessions.session_reuse"),
    *("_sources.access_key", "_sources.protocol", "_sources.registry"),
}

ROUTING = "read runtime.yml"
"""ansible-core reads it once a process, for each collection."""
LOOKED_UP = ["read STORE", "read prod.vault"]
SAVED = [
    *LOOKED_UP,
    *("mkdir STORE", "read STORE", "write .lock", "remove .new"),
    *("read prod.vault", "write .new", "rename .new"),
]


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "store"), quiet_context(make_vault("default")))


def counted(store: FileStore, *whats: str) -> list[dict[str, t.Any]]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(ROOT), store.url, str(cache_of(store)), *whats],
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, t.Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_lookup_of_keys(store: FileStore) -> None:
    store.write(make_account(account_id="123456789012", verified=make_verified()), None, None)
    first, *others = counted(store, "lookup", "lookup", "lookup")
    assert first["files"] == [ROUTING, *LOOKED_UP]
    assert first["derivations"] == 1
    assert len(first["modules"]) == FILES_OF_KEYS
    assert first["others"] == first["programs"] == first["connections"] == []
    for again in others:
        assert again["files"] == LOOKED_UP
        assert again["derivations"] == 0
        assert again["modules"] == again["others"] == again["programs"] == again["connections"] == []


def test_a_lookup_of_a_session_that_is_known(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"), account_id="123456789012")
    lookup(store, "prod")
    assert aws.sessions == 1
    first, again = counted(store, "lookup", "lookup")
    # The folder of the account, and the session in it.
    assert first["files"] == [ROUTING, *LOOKED_UP, "read *", "read *.session"]
    assert first["derivations"] == 1
    assert {name.partition(".")[2] for name in first["modules"]} >= FILES_OF_A_SESSION
    assert len(first["modules"]) == FILES_OF_KEYS + len(FILES_OF_A_SESSION)
    assert first["programs"] == first["connections"] == []
    assert not {name for name in first["others"] if name.partition(".")[0] in ("boto3", "botocore", "urllib3")}
    assert again["files"] == LOOKED_UP
    assert again["derivations"] == 0
    assert aws.sessions == 1


def test_a_list_opens_the_folder_and_no_record(store: FileStore) -> None:
    for number in range(20):
        store.write(make_account(f"account{number}"), None, None)
    [found] = counted(store, "list")
    assert [entry for entry in found["files"] if entry != ROUTING] == ["read STORE"]
    assert found["derivations"] == 0
    assert found["programs"] == found["connections"] == []


def test_a_save(store: FileStore) -> None:
    store.write(make_account(), None, None)
    [found] = counted(store, "save")
    written = [entry for entry in found["files"] if entry != ROUTING]
    # Whose sessions can no longer be opened: their folder is looked for, and is not there.
    assert written == [*SAVED, "read *", "rmdir *"]
    # One key opens what was stored, and one seals what is.
    assert found["derivations"] == 2
    assert found["programs"] == found["connections"] == []
