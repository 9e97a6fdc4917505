# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that stand for those that differ from run to run, so that the same run gives the same bytes.

The n-th value of a kind is replaced by the n-th one here. The example keys are those of the documentation of AWS.
"""

from __future__ import annotations

import functools
import re

USER = "alice"
HOME = f"/home/{USER}"
"""The home folder, which is also the folder where the commands run."""
COLLECTIONS = f"{HOME}/.ansible/collections"
"""The folder of the collections. It is where ``ansible-galaxy`` installs them."""
FIXED: dict[str, tuple[str, ...]] = {
    # IDs of access keys and of sessions, users and roles
    r"\bAKIA[A-Z0-9]{16}\b": ("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"),
    r"\bASIA[A-Z0-9]{16}\b": ("ASIAIOSFODNN7EXAMPLE", "ASIAI44QH8DHBEXAMPLE"),
    r"\bAIDA[A-Z0-9]{16}\b": ("AIDACKCEVSQ6C2EXAMPLE",),
    # the same, as moto has it
    r'(?<="UserId": ")[a-z0-9]{20}(?=")': ("AIDACKCEVSQ6C2EXAMPLE",),
    r"\bAROA[A-Z0-9]{16}\b": ("AROACKCEVSQ6C2EXAMPLE",),
    # IDs of stacks, change sets and requests
    r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])": (
        "1a2b3c4d-0000-4000-8000-000000000001",
        "1a2b3c4d-0000-4000-8000-000000000002",
        "1a2b3c4d-0000-4000-8000-000000000003",
    ),
    # times, in the formats of AWS and of octo-aws
    r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?": ("2026-11-30T09:00:00Z",) * 9,
    r"\b20\d\d-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?\b": ("2026-11-30",) * 9,
    # ages
    r"\bjust now\b|\b\d+ (?:second|minute)s? ago\b": ("just now",) * 9,
    # temporary files of Ansible and of the role
    r"\bansible-local-\w+/aws_steps_\w+\.yml": ("ansible-local-1a2b/aws_steps_1a2b.yml",),
    # ports of the local AWS
    r"\b127\.0\.0\.1:\d+\b": ("127.0.0.1:8080",) * 9,
}
"""By a pattern of what is replaced."""


class FixedValues:
    """Replaces values of one recording.

    :param home: the real home folder
    :param collections: the real folder of the collections
    """

    def __init__(self, home: str, collections: str) -> None:
        self._folders = {home: HOME, collections: COLLECTIONS}
        self._found: dict[str, list[str]] = {pattern: [] for pattern in FIXED}

    def replace(self, text: str) -> str:
        """The text with fixed values in place of those of this run."""
        for folder, shown in self._folders.items():
            text = text.replace(folder, shown)
        for pattern, values in FIXED.items():
            text = re.sub(pattern, functools.partial(self._stand_in, pattern, values), text)
        return text

    def _stand_in(self, pattern: str, values: tuple[str, ...], match: re.Match[str]) -> str:
        value = match[0]
        if value in values:
            return value
        found = self._found[pattern]
        if value not in found:
            found.append(value)
        if len(found) > len(values):
            raise ValueError(f"A recording has more than {len(values)} values like {pattern}. Add one to FIXED.")
        return values[found.index(value)]
