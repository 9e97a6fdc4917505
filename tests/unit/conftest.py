# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the unit tests share."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils import _sessions, _vault, _verify
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.accounts import make_vault

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test starts as a new process does."""
    for remembered in (_vault._opened, _sessions._held, _verify.asked):
        remembered.clear()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "store"), make_vault("default"))
