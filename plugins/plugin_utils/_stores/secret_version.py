# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of secrets in AWS Secrets Manager, and the errors for missing and deleted secrets."""

from __future__ import annotations

import math
import typing as t

if t.TYPE_CHECKING:
    from ...module_utils._errors import OctoAwsError

DELETED = '{"deleted":true}\n'
"""The note that replaces a deleted record."""

MISSING = "ResourceNotFoundException"
INVALID_STATE = "InvalidRequestException"

_ROUNDING = 1.0
"""Maximum rounding of times in responses, in seconds."""

_NO_VALUE_WORDS = "secret value for staging label"
_DELETED_WORDS = ("scheduled for deletion", "marked for deletion", "marked as deleted", "marked deleted", "was deleted")
"""Parts of AWS messages: AWS has one error code for everything that is missing, and one for every invalid state."""


class Version(t.NamedTuple):
    """The current version of a secret, which can be the note of a deletion.

    :param text: ``None`` if it has no text
    :param age: in seconds, by the clock of AWS
    """

    text: str | None
    revision: str
    age: float = 0.0

    @property
    def is_note(self) -> bool:
        return self.text == DELETED

    def is_replaceable(self, restored: bool, seconds: float, lease: float) -> bool:
        """Whether a new account may replace this version.

        :param restored: whether the secret was restored, by this save or another one
        :param seconds: maximum time since the deletion; a younger version comes from another save
        :param lease: seconds after which a note has expired
        """
        if self.is_note:
            return restored or self.age > lease
        return restored and self.age > seconds + _ROUNDING


NO_VERSION = Version("", "", math.inf)
"""Stands for the version of a secret that has no current one."""
UNREADABLE = Version(None, "unreadable")
"""Stands for the version of a secret that exists but cannot be read."""


def version_in(value: t.Mapping[str, t.Any], name: str) -> Version:
    """Parse the version in a response, without its age.

    :param name: of the requested secret
    """
    if value["Name"] != name:
        raise ValueError("the response is for another secret")
    text = value.get("SecretString")
    return Version(None if text is None else str(text), str(value["VersionId"]))


def is_no_version_message(message: str) -> bool:
    """Whether a message of :data:`MISSING` is about an existing secret without a current version."""
    return _NO_VALUE_WORDS in message


def has_no_version(error: OctoAwsError) -> bool:
    """Whether the secret exists without a current version."""
    return error.is_refusal(MISSING, message=_NO_VALUE_WORDS)


def is_gone(error: OctoAwsError) -> bool:
    """Whether the secret does not exist or is deleted. Other AWS messages contain "delete", too."""
    if error.is_refusal(MISSING):
        return not has_no_version(error)
    return any(error.is_refusal(INVALID_STATE, message=words) for words in _DELETED_WORDS)
