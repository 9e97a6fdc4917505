# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: keeps secrets out of what people and log files see.

Ground: imports nothing of the collection. The only file that touches C(ansible.module_utils.secrets).
"""

from __future__ import annotations

import re
import typing as t

try:
    # ansible-core 2.22 masks registered values in everything it shows.
    from ansible.module_utils.secrets import register_secrets as _register_with_core  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # ansible-core 2.19 to 2.21
    _register_with_core = None

PLACEHOLDER = "(hidden)"
"""What stands in an output where a secret would have stood."""

CHANGED_PLACEHOLDER = "(hidden, changed)"
"""The same in a diff, where the secret is another one than before."""


SHORTEST = 6
"""Characters of the shortest value that is masked: the code of an MFA device, and the shortest password of IAM.

A shorter value is part of other words. To mask it would tear messages apart, from which it could be read.
"""


def can_be_masked(value: str) -> bool:
    """Whether a value is long enough to be masked wherever it stands."""
    return len(value) >= SHORTEST


def register(secrets: t.Iterable[str]) -> None:
    """Have the core mask these values in everything that it shows, where it can (ansible-core 2.22)."""
    if _register_with_core is not None:
        _register_with_core([secret for secret in secrets if can_be_masked(secret)])


def without_password(url: str) -> str:
    """RV(url) without the user name and the password that stand before its host."""
    # Greedy: a password may hold anything.
    return re.sub(r"//.*@", "//", url)


def redact(text: str, secrets: t.Iterable[str]) -> str:
    """``text`` with each of ``secrets`` replaced that is long enough to be one.

    For messages with words of AWS or of the core, whose argument validation quotes the value that it refuses.
    """
    for secret in sorted(filter(can_be_masked, secrets), key=len, reverse=True):
        text = text.replace(secret, PLACEHOLDER)
    return text
