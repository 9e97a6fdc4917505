# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS refuses."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from botocore.exceptions import ClientError


@contextlib.contextmanager
def refused(code: str, message: str = "") -> t.Iterator[None]:
    """What is done in here is refused with this code, and a message that has this part."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert (error["Code"], message in error["Message"]) == (code, True), error
