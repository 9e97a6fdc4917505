# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a seal is, and what processes tell each other under one.

Ground, above C(_errors).
"""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

Kind = t.Literal["session", "record", "failure"]
"""What lies in a file. One is not taken for the other, whoever copied it."""

LOCK = ".lock"
"""How the name of a file ends whose lock is the right to ask AWS for what is under a seal."""

LARGEST = 2 * 1024 * 1024
"""More bytes than anything sealed can have."""


class Damaged(Exception):
    """It was not sealed with this key, or was changed since."""


class Seal(t.Protocol):
    """Seals what was made in one way."""

    @property
    def name(self) -> str:
        """The name of its file, 40 hexadecimal digits that tell nothing."""

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        """Plain data, sealed as what it is."""

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        """What was sealed as this.

        :raises Damaged: it is something else
        """


def failure_as_data(error: OctoAwsError) -> dict[str, t.Any]:
    """A failure, for those who waited for the same answer."""
    return {"message": error.message, **error.as_result()}


def failure_from_data(data: t.Any) -> OctoAwsError:
    """What :func:`failure_as_data` wrote.

    :raises Damaged: another version of the collection wrote it, with a code that is not known here
    """
    try:
        code = ErrorCode(data["code"])
        more = {name: data[name] for name in ("hint", "aws_code", "request_id")}
        return OctoAwsError(code, data["message"], **more)
    except (KeyError, TypeError, ValueError):
        raise Damaged from None
