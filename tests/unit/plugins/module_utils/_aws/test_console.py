# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.console import console_url, with_console


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-central-1", "https://eu-central-1.console.aws.amazon.com/x"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/x"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/x"),
        ("us-iso-east-1", ""),
    ],
)
def test_the_console_is_that_of_the_partition(region: str, url: str) -> None:
    assert console_url(region, "x") == url


def test_a_hint_ends_with_the_address() -> None:
    assert with_console("https://x", "Wait.", "", "Then look.") == "Wait. Then look. Console: https://x"


def test_a_hint_without_a_console_has_no_word_of_it() -> None:
    assert with_console("", "Wait.") == "Wait."
    assert with_console("") == ""
