# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings and fixtures of the unit tests."""

from __future__ import annotations

import importlib.util

from hypothesis import HealthCheck, settings

# How long an example takes decides nothing.
settings.register_profile("octo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("octo")

# Tests of module_utils run as on a host: ansible-test hides all other parts of ansible-core from them.
if importlib.util.find_spec("ansible.parsing"):
    from ansible_collections.octo.aws.tests.unit.support.fixtures import *  # noqa: F403
