# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a secret of AWS Secrets Manager holds, and what its service says of one that is not there.

A part, which imports nothing of the collection but errors.
"""

from __future__ import annotations

import math
import typing as t

if t.TYPE_CHECKING:
    from ...module_utils._errors import OctoAwsError

DELETED = '{"deleted":true}\n'
"""The note in the place of a record that was deleted."""

MISSING = "ResourceNotFoundException"
NOT_NOW = "InvalidRequestException"

_NO_VALUE_WORDS = "secret value for staging label"
_DELETED_WORDS = ("scheduled for deletion", "marked for deletion", "marked as deleted", "marked deleted", "was deleted")
"""Parts of messages of AWS, which has one code for all that is missing, and one for all that a secret cannot do now."""


class Version(t.NamedTuple):
    """The current version of a secret, a note of a deletion included.

    :param text: ``None`` where it holds none
    :param age: in seconds, by the clock of AWS
    """

    text: str | None
    revision: str
    age: float = 0.0

    @property
    def is_note(self) -> bool:
        return self.text == DELETED


NO_VERSION = Version("", "", math.inf)
"""Of a secret that has no current version."""
UNREADABLE = Version(None, "unreadable")
"""Of a secret that is there, and more is not known."""


def version_in(value: t.Mapping[str, t.Any], name: str) -> Version:
    """The version that a response is about, without its age.

    :param name: of the secret that was asked for
    """
    if value["Name"] != name:
        raise ValueError("the response is about another secret")
    text = value.get("SecretString")
    return Version(None if text is None else str(text), str(value["VersionId"]))


def is_no_version_message(message: str) -> bool:
    """Whether this is the message of :data:`MISSING` about a secret that is there."""
    return _NO_VALUE_WORDS in message


def has_no_version(error: OctoAwsError) -> bool:
    """Whether the secret is there, without a current version."""
    return error.is_refusal(MISSING, saying=_NO_VALUE_WORDS)


def is_gone(error: OctoAwsError) -> bool:
    """Whether there is no such secret, or one that is deleted. AWS says "delete" in other messages, too."""
    if error.is_refusal(MISSING):
        return not has_no_version(error)
    return any(error.is_refusal(NOT_NOW, saying=words) for words in _DELETED_WORDS)
