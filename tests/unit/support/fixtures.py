# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests that have ansible-core, as a controller has it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import botocore.session
import pytest
from ansible.parsing.vault import VaultSecretsContext
from ansible_collections.octo.aws.plugins.module_utils import _clock
from ansible_collections.octo.aws.plugins.module_utils._aws import sts
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils import _vault
from ansible_collections.octo.aws.plugins.plugin_utils._cache import shared_cache
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import identity, session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._sso import access_token
from ansible_collections.octo.aws.plugins.plugin_utils._stores import run_cache
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_vault, quiet_context
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import (
    SERVICES,
    ParameterFixture,
    SecretsManagerFixture,
    ServiceFixture,
    use_keys,
)

SERVER = Path(__file__).resolve().parents[2] / "fake_aws" / "server.py"
_FACTS = pytest.StashKey[Path]()


@pytest.fixture(autouse=True)
def forget_all() -> None:
    """Each test starts as a new process does."""
    for remembered in (
        _vault._opened,
        session_reuse._in_memory,
        identity.known_identities,
        run_cache._read,
        access_token._in_memory,
    ):
        remembered.clear()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "store"), quiet_context(make_vault("default")))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the fake AWS, which ends with this process: ansible-test forks one for each test, and would start it
    anew each time."""
    if any("server" in getattr(item, "fixturenames", ()) for item in session.items):
        folder = Path(tempfile.mkdtemp())
        session.config.add_cleanup(lambda: shutil.rmtree(folder))
        program = [sys.executable, str(SERVER), "--write", str(folder / "facts.json")]
        process = subprocess.Popen(program)
        session.config.add_cleanup(process.wait)
        session.config.add_cleanup(process.kill)
        session.config.stash[_FACTS] = folder / "facts.json"


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> FakeAws:
    facts = pytestconfig.stash[_FACTS]
    deadline = time.monotonic() + 60
    while not facts.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return FakeAws(json.loads(facts.read_text()))


_load_once = functools.lru_cache(None)(botocore.session.create_loader)


@pytest.fixture
def aws(server: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    # All sessions read the same descriptions of services, which takes longer than most tests.
    monkeypatch.setattr(botocore.session, "create_loader", _load_once)
    for name in [name for name in os.environ if name.startswith(("AWS_", "OCTO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.facts["url"])
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(VaultSecretsContext, "_current", VaultSecretsContext(make_vault("default")._secrets))
    server.tell("reset")
    return server


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> ServiceFixture:
    """A store of each kind that is a service."""
    use_keys(monkeypatch, aws.facts)
    return SERVICES[request.param]()


@pytest.fixture
def secrets_manager(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> SecretsManagerFixture:
    use_keys(monkeypatch, aws.facts)
    return SecretsManagerFixture()


@pytest.fixture
def parameters(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> ParameterFixture:
    use_keys(monkeypatch, aws.facts)
    return ParameterFixture()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[float], None]:
    """Moves the clock that sessions begin and end by, that of AWS, too. Otherwise it stands still, however long a test
    takes."""
    start = _clock.now().replace(microsecond=0)
    moved = [0.0]
    make = sts._session

    def present() -> datetime.datetime:
        return start + datetime.timedelta(seconds=moved[0])

    def made_now(*arguments: t.Any) -> Credentials:
        session = make(*arguments)
        assert session.began
        assert session.expiration
        minutes = round((session.expiration - session.began).total_seconds() / 60)
        return dataclasses.replace(session, began=present(), expiration=present() + datetime.timedelta(minutes=minutes))

    monkeypatch.setattr(sts, "_session", made_now)
    for module in (session_reuse, shared_cache):
        monkeypatch.setattr(module, "now", present)

    def move(seconds: float) -> None:
        moved[0] += seconds

    return move
