# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings and fixtures of the unit tests."""

from __future__ import annotations

import importlib.util
import typing as t

from hypothesis import HealthCheck, settings

# How long an example takes decides nothing.
settings.register_profile("octo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("octo")

if t.TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures of the controller. ansible-test hides most of ansible-core from tests of module_utils."""
    if importlib.util.find_spec("ansible.parsing"):
        config.pluginmanager.import_plugin("ansible_collections.octo.aws.tests.unit.support.fixtures")
