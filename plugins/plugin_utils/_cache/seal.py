# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The protocol for sealing shared files, and the representation of errors in them."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

Kind = t.Literal["session", "record", "failure"]
"""The kind of content, sealed with it: a file that is copied over one of another kind does not open."""

LOCK = ".lock"
"""The suffix of lock files; see :mod:`.request_lock`."""

LARGEST = 2 * 1024 * 1024
"""Maximum size of a sealed file, in bytes."""


class Damaged(Exception):
    """The content was sealed with another key, or changed since."""


class Seal(t.Protocol):
    """Encrypts and authenticates the content of one shared file."""

    @property
    def name(self) -> str:
        """The name of the file: a digest of 40 hexadecimal digits."""

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        """Seal a value as this kind."""

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        """Return the sealed value.

        :raises Damaged: it is damaged, or of another kind
        """


def failure_as_data(error: OctoAwsError) -> dict[str, t.Any]:
    """Convert an error to plain data, for the processes that waited for the same response."""
    return {"message": error.message, **error.as_result()}


def failure_from_data(data: t.Any) -> OctoAwsError:
    """Convert the data of :func:`failure_as_data` back to an error.

    :raises Damaged: the data comes from another version of the collection, with an unknown code
    """
    try:
        code = ErrorCode(data["code"])
        more = {name: data[name] for name in ("hint", "aws_code", "request_id")}
        return OctoAwsError(code, data["message"], **more)
    except (KeyError, TypeError, ValueError):
        raise Damaged from None
