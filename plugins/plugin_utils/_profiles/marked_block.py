# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The block of profiles that the collection manages in an AWS config file. The rest of the file stays as it is.

A file is text with any byte: it is decoded so that each byte that is not UTF-8 survives.
"""

from __future__ import annotations

import re
import shlex
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

BEGIN = "# BEGIN octo.aws"
END = "# END octo.aws"

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_./%@:+=-]+")
_MISREAD = re.compile(r'[][#;"\\]')
"""Characters that end a heading, or begin a comment or a text, for some AWS clients, even between quotes."""
_HEADING = re.compile(r"\[(.+)\]")
_DEFAULT = "default"


class GeneratedProfile(t.NamedTuple):
    """A profile that runs a program for its credentials.

    :param region: empty for none
    """

    name: str
    region: str
    command: t.Sequence[str]


class Parts(t.NamedTuple):
    """The text of a config file before the block, the block, and the text after it."""

    before: str
    block: str
    after: str

    @property
    def newline(self) -> str:
        """The line ending of the file, by its first line."""
        line, found, _rest = (self.before + self.block + self.after).partition("\n")
        return "\r\n" if found and line.endswith("\r") else "\n"

    def with_block(self, profiles: t.Sequence[GeneratedProfile]) -> str:
        """Return the file with other profiles in the block. Without any, there is no block."""
        lines = block_of(profiles)
        newline = self.newline
        # A block begins on a line of its own.
        glue = newline if lines and self.before and not self.before.endswith("\n") else ""
        return self.before + glue + "".join(line + newline for line in lines) + self.after


def split(text: str, path: str) -> Parts:
    """Find the block in a config file.

    :param path: for messages
    :raises OctoAwsError: its markers are not one pair
    """
    lines = text.splitlines(keepends=True) if "\n" in text else [text]
    begins, ends = ([at for at, line in enumerate(lines) if line.strip() == marker] for marker in (BEGIN, END))
    if not begins and not ends:
        return Parts(text, "", "")
    if len(begins) != 1 or len(ends) != 1 or ends < begins:
        numbers = ", ".join(str(at + 1) for at in sorted([*begins, *ends]))
        raise OctoAwsError(
            ErrorCode.PROFILES_UNREADABLE,
            f"The lines {BEGIN!r} and {END!r} in {path} are not one pair (line {numbers}).",
            hint="Remove the lines that are left over, and the profiles between them.",
        )
    after = ends[0] + 1
    return Parts("".join(lines[: begins[0]]), "".join(lines[begins[0] : after]), "".join(lines[after:]))


def names_in(text: str) -> list[str]:
    """Return the names of the profiles in a part of a config file, as AWS clients read them."""
    names = []
    for line in text.splitlines():
        found = _HEADING.match(line)
        words = _words(found[1]) if found else []
        if words == [_DEFAULT]:
            names.append(_DEFAULT)
        elif len(words) == 2 and words[0] == "profile":
            names.append(words[1])
    return names


def block_of(profiles: t.Sequence[GeneratedProfile]) -> list[str]:
    """Return the lines of the block, from the first marker to the last; none without profiles."""
    if not profiles:
        return []
    lines = [BEGIN, "# Written by `octo-aws profiles --write`, which replaces all lines up to the END."]
    for number, profile in enumerate(profiles):
        lines += [""] * bool(number) + [f"[{heading_of(profile.name)}]"]
        lines += [f"region = {profile.region}"] * bool(profile.region)
        lines.append(f"credential_process = {_quoted(profile.command)}")
    return [*lines, END]


def heading_of(name: str) -> str:
    """Return the heading of a profile, without the brackets; empty if AWS clients cannot read it."""
    if name == _DEFAULT:
        return name
    if _PLAIN_NAME.fullmatch(name):
        return f"profile {name}"
    return "" if _MISREAD.search(name) else f'profile "{name}"'


def _quoted(command: t.Sequence[str]) -> str:
    """Quote a command for botocore, which splits it as a shell does, and for SDKs that run a shell.

    Some SDKs read a space and ``#`` or ``;`` as a comment, even between quotes. An empty text separates the two.
    """
    return re.sub(r" (?=[#;])", " ''", shlex.join(command))


def _words(heading: str) -> list[str]:
    try:
        return shlex.split(heading)
    except ValueError:
        return []
