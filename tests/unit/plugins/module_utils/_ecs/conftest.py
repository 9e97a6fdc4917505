# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixture of the tests of ECS."""

from __future__ import annotations

import pytest
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.tests.unit.plugins.module_utils._ecs.fake_ecs import FakeEcs


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeEcs:
    fake = FakeEcs()

    def sleep(seconds: float) -> None:
        fake.now += seconds

    monkeypatch.setattr(slices.time, "monotonic", lambda: fake.now)
    monkeypatch.setattr(slices.time, "sleep", sleep)
    return fake
