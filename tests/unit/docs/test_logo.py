# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the logo come from its drawing."""

from __future__ import annotations

import struct

from ansible_collections.octo.aws.tests.tools import logo


def test_the_logo_is_drawn() -> None:
    for path, text in logo.draw().items():
        assert path.read_text(encoding="utf-8") == text, "run: python tests/tools/logo.py"


def test_the_card_has_the_size_that_other_sites_show() -> None:
    head = logo.CARD.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    assert struct.unpack(">II", head[16:]) == logo.CARD_SIZE
