# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checksum of a file."""

from __future__ import annotations

import typing as t

_BLOCK = 1024 * 1024


def digest_of(path: str, digest: t.Any) -> str:
    """Return the checksum of a file, in hexadecimal digits."""
    with open(path, "rb") as file:
        return digest_of_open(file, digest)


def digest_of_open(file: t.BinaryIO, digest: t.Any) -> str:
    """Return the checksum of the rest of an open file, in hexadecimal digits."""
    while True:
        block = file.read(_BLOCK)
        if not block:
            return str(digest.hexdigest())
        digest.update(block)
