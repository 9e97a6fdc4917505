# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the files of an upload, before any of them is sent."""

from __future__ import annotations

import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .options import conflict, object_key
from .progress import FileTotal
from .source_files import source_invalid, unreadable

if t.TYPE_CHECKING:
    from .source_files import Selection


def check_files(selection: Selection, options: t.Mapping[str, t.Any]) -> FileTotal:
    """Check that there are files, that each can be read, and has a key of its own.

    :returns: the number and the size of all files
    :raises OctoAwsError: names the file
    """
    files = size = 0
    for file in selection.files():
        object_key(file.relative, options["key"], options["prefix"])
        try:
            # A file that cannot be opened is noticed now, not after others were sent.
            with open(file.path, "rb") as opened:
                size += os.fstat(opened.fileno()).st_size
        except OSError as error:
            raise unreadable(file.path, error) from None
        files += 1
    if not files and not options["allow_empty"]:
        raise OctoAwsError(
            ErrorCode.UPLOAD_EMPTY,
            f"{options['src']} has no files to upload.",
            hint="Correct src or exclude. To allow this, set allow_empty: true.",
        )
    if files and options["key"] is not None and not selection.single and (selection.pattern is None or files > 1):
        problem = "is a folder" if selection.pattern is None else f"matches {files} files"
        raise source_invalid(f"{options['src']} {problem}, but key is for a single file.", "Use prefix.")
    if options["delete_removed"] and selection.single:
        raise conflict(
            f"delete_removed is for several files, but {options['src']} is a single file.",
            "Remove delete_removed, or set src to a folder or a pattern.",
        )
    return FileTotal(files, size)
