# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mask secrets in output and log files. The only file that uses ``ansible.module_utils.secrets``."""

from __future__ import annotations

import re
import typing as t

try:
    # ansible-core 2.22 masks registered values in all output.
    from ansible.module_utils.secrets import register_secrets as _register_with_core  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # ansible-core 2.19 to 2.21
    _register_with_core = None

PLACEHOLDER = "(hidden)"
"""The replacement of a secret in output."""

CHANGED_PLACEHOLDER = "(hidden, changed)"
"""The replacement of a changed secret in a diff."""

SHORTEST = 6
"""Characters of the shortest masked value: an MFA code, or the shortest password of IAM.

Shorter values are parts of other words. Masking these would make messages unreadable, and reveal the value.
"""

_SHORTEST_KEY = 30
"""Characters of a word that is a secret key or a session token. No label has so many."""
_ACCESS_KEY = re.compile("(?:AKIA|ASIA)[A-Z0-9]{12,}")


def can_be_masked(value: str) -> bool:
    """Whether a value is long enough to be masked."""
    return len(value) >= SHORTEST


def register(secrets: t.Iterable[str]) -> None:
    """Let ansible-core mask these values in all output, where it can (ansible-core 2.22)."""
    if _register_with_core is not None:
        _register_with_core([secret for secret in secrets if can_be_masked(secret)])


def register_typed(text: str) -> None:
    """Register the secrets in a text that was typed, pasted or read: one word, or keys with their labels.

    An access key ID is no secret, and the words of labels, such as ``Secret access key``, are in other output, too.
    """
    words = text.replace(",", " ").split()
    secrets = words if len(words) == 1 else [word for word in words if len(word) >= _SHORTEST_KEY]
    register(word for word in secrets if not _ACCESS_KEY.fullmatch(word))


def without_password(url: str) -> str:
    """Return ``url`` without user name and password."""
    # Greedy: a password may contain any character.
    return re.sub(r"//.*@", "//", url)


def redact_data(data: t.Any, secrets: t.Collection[str]) -> t.Any:
    """Return plain data with all secrets of sufficient length masked in its texts."""
    if isinstance(data, str):
        return redact(data, secrets) if any(secret in data for secret in secrets) else data
    if isinstance(data, t.Mapping):
        return {redact_data(key, secrets): redact_data(value, secrets) for key, value in data.items()}
    return [redact_data(item, secrets) for item in data] if isinstance(data, list) else data


def redact(text: str, secrets: t.Iterable[str]) -> str:
    """Return ``text`` with all secrets of sufficient length masked.

    For messages that quote AWS or ansible-core: argument validation quotes invalid values.
    """
    for secret in sorted(filter(can_be_masked, secrets), key=len, reverse=True):
        text = text.replace(secret, PLACEHOLDER)
    return text
