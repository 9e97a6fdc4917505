# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search folders and files for usages. A file that cannot be searched is listed, and does not stop the search."""

from __future__ import annotations

import os
import re
import stat
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .text_file import usages_in_aws_config, usages_in_text
from .usage import UnreadError, Usage
from .yaml_file import usages_in_yaml

LARGEST_FILE = 1_048_576
"""Bytes of a file that is searched."""
MOST_FILES = 50_000
"""Files in the folders of one search, those of other kinds included."""

_YAML = (".yml", ".yaml", ".json")
_TEXT = (".ini", ".cfg", ".conf", ".j2", ".sh", ".envrc", "")
_SKIPPED_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", "node_modules", "ansible_collections")
)
_PROFILES = re.compile(r"^\s*credential_process\s*=", re.MULTILINE)


class Found(t.NamedTuple):
    """The result of a search.

    :param usages: with the path of the file
    :param unread: the path and the reason of each file or folder that was not searched
    """

    usages: list[tuple[str, Usage]]
    unread: list[tuple[str, str]]


def search(paths: t.Sequence[str], account_of_command: t.Callable[[str], str | None]) -> Found:
    """Search files and folders.

    :param account_of_command: returns the account of a credential_process, or ``None`` for other programs
    :raises OctoAwsError: a path does not exist
    """
    found = Found([], [])
    seen: set[tuple[int, int]] = set()
    count = 0
    for path in paths:
        top = os.path.abspath(os.path.expanduser(path))
        if not os.path.lexists(top):
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"usage_paths has {path!r:.200}, which does not exist.",
                hint="Set folders and files of the controller.",
            )
        for file in [top] if not os.path.isdir(top) else _files(top, found):
            count += 1
            if count > MOST_FILES:
                found.unread.append((top, f"has more than {MOST_FILES} files with those before it"))
                return found
            try:
                text = _text(file, seen, given=file == top)
                if text:
                    found.usages.extend((file, usage) for usage in _usages(file, text, account_of_command))
            except UnreadError as error:
                found.unread.append((file, str(error)))
            except OSError as error:
                found.unread.append((file, f"cannot be read ({error.strerror})"))
    return found


def _files(top: str, found: Found) -> t.Iterator[str]:
    """Yield the files below a folder. Links to folders are not followed, so that there is no loop."""

    def unread(error: OSError) -> None:
        found.unread.append((str(error.filename), f"cannot be read ({error.strerror})"))

    for folder, folders, files in os.walk(top, onerror=unread):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED_FOLDERS and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        yield from (os.path.join(folder, name) for name in sorted(files))


def _text(path: str, seen: set[tuple[int, int]], *, given: bool) -> str:
    """Return the text of a file; an empty string if it is of another kind, or was searched under another path.

    :param given: whether the path itself was given, and not a folder above it
    :raises UnreadError: it is too large, encrypted, or not text
    :raises OSError: it cannot be read
    """
    extension = os.path.splitext(path)[1].lower()
    if extension not in (*_YAML, *_TEXT) and not given:
        return ""
    facts = os.stat(path)
    if not stat.S_ISREG(facts.st_mode) or (facts.st_dev, facts.st_ino) in seen:
        return ""
    seen.add((facts.st_dev, facts.st_ino))
    if facts.st_size > LARGEST_FILE:
        if extension not in _YAML and not given:
            return ""
        raise UnreadError(f"has more than {LARGEST_FILE} bytes")
    # It could have become a pipe, which would not end.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if data.startswith(b"$ANSIBLE_VAULT"):
        raise UnreadError("is encrypted with Ansible Vault")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        if extension in _YAML or given:
            raise UnreadError("is not a text file")
        return ""
    return text


def _usages(path: str, text: str, account_of_command: t.Callable[[str], str | None]) -> list[Usage]:
    extension = os.path.splitext(path)[1].lower()
    if extension in _YAML:
        try:
            return usages_in_yaml(text)
        except UnreadError:
            # JSON that is indented with tabs is no YAML.
            if extension != ".json":
                raise
    if _PROFILES.search(text):
        return usages_in_aws_config(text, account_of_command)
    return usages_in_text(text)
