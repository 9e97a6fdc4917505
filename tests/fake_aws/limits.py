# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long AWS lets a parameter of a request be."""

from __future__ import annotations

import typing as t


def check_length(name: str, value: str | None, most: int, error: t.Callable[[str], Exception]) -> None:
    """Refuse more than so many bytes, in the words of AWS, which do not hold the value."""
    if value is not None and len(value.encode()) > most:
        raise error(
            f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {most}"
        )
