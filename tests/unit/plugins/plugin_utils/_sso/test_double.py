# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The double of IAM Identity Center answers as the cases for the real service have it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

SCRIPT = Path(__file__).resolve().parents[4] / "fake_aws" / "identity_center_cases.py"


def test_the_cases_for_the_real_service(aws: FakeAws) -> None:
    spec = importlib.util.spec_from_file_location("identity_center_cases", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shown: list[str] = []
    cases = module.Cases(aws.facts["sso_start_url"], "eu-central-1", shown.append, aws.facts["url"])
    cases.run()
    assert cases.differences == []
    assert cases.passed == 26
    assert len(shown) == 1
