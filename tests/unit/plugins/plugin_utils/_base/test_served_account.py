# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account that is served while a task runs: it is renewed, but not for longer than Ansible."""

from __future__ import annotations

import os
import time
import typing as t
from pathlib import Path

import pytest
from ansible import constants as C
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._host.pointer_client import request_metadata
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._base.served_account import pointing, serve_run

EXPIRED = Credentials("ASIAIOSFODNN7EXAMPLE", "canary-old", "canary-old-token", expiration=now())
KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "canary-new")
OLD = Handover(region="eu-central-1", credentials=EXPIRED)
NEW = Handover(region="eu-central-1", credentials=KEYS)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(tmp_path))


def test_a_handover_has_a_pointer_in_place_of_keys() -> None:
    with pointing(OLD, lambda: NEW) as (handover, secrets):
        assert handover.credentials is None
        assert handover.region == "eu-central-1"
        assert "canary" not in str(handover.as_arguments())
        assert handover.pointer
        assert request_metadata(handover.pointer)["secret_key"] == "canary-new"
        # What a program prints is masked, whenever it was handed out.
        assert set(secrets) == {"canary-old", "canary-old-token", "canary-new"}


def test_it_is_not_renewed_after_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    with pointing(OLD, lambda: NEW) as (handover, _secrets):
        monkeypatch.setattr(os, "getppid", lambda: 1)
        assert handover.pointer
        with pytest.raises(OctoAwsError, match="Ansible has ended") as caught:
            request_metadata(handover.pointer)
    assert caught.value.code is ErrorCode.EXECUTOR_FAILED


def test_a_role_of_the_host_is_not_served() -> None:
    with pytest.raises(AssertionError), pointing(Handover(), Handover):
        pass


@pytest.fixture
def served() -> t.Iterator[Pointer]:
    pointer = serve_run(OLD, lambda: NEW)
    yield pointer
    Path(pointer.config_file).unlink(missing_ok=True)
    until = time.monotonic() + 20
    while Path(pointer.token_file).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(pointer.token_file).exists()


def test_a_run_is_served_by_another_process(served: Pointer) -> None:
    assert request_metadata(served)["secret_key"] == "canary-new"
    assert "canary" not in str(served)
