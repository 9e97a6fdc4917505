# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """The ansible-cores that are supported, as the tools of the tests know them."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "tools"))
    found: dict[str, t.Any] = importlib.import_module("environment").CORES
    return found
