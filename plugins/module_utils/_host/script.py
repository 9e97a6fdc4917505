# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a script, and its command."""

from __future__ import annotations

import shlex
import typing as t

from .._errors import ErrorCode, OctoAwsError

SCRIPT_SPEC: dict[str, t.Any] = {
    "script": {"type": "str"},
    "executable": {"type": "str"},
    "cmd": {"type": "str"},
    "argv": {"type": "list", "elements": "str"},
    "chdir": {"type": "path"},
    "environment": {"type": "dict"},
    "environment_from": {"type": "list", "elements": "str"},
    "stdin": {"type": "str"},
    "creates": {"type": "path"},
    "removes": {"type": "path"},
    "timeout": {"type": "int"},
    "expect_json": {"type": "bool", "default": False},
}

DEFAULT_EXECUTABLE = "/bin/sh"


def build_command(script_file: str | None, params: t.Mapping[str, t.Any]) -> list[str]:
    """Return the program and its arguments.

    :param script_file: a file with ``script``, which process lists would show as an argument
    :raises OctoAwsError: a quote is not closed
    """
    if params["argv"]:
        return [str(word) for word in params["argv"]]
    try:
        if script_file:
            named = shlex.split(params["executable"] or "")
            return [*(named or _interpreter(params["script"])), script_file]
        return shlex.split(params["cmd"])
    except ValueError:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            "A quote in cmd or executable is not closed.",
            hint="Close the quote, or use argv.",
        ) from None


def _interpreter(script: str) -> list[str]:
    """Return the program from the ``#!`` line of a script, or ``/bin/sh``.

    As on Linux, the line is a path, and the rest is one argument.
    """
    first = script.partition("\n")[0].rstrip()
    return (first[2:].split(None, 1) if first.startswith("#!") else []) or [DEFAULT_EXECUTABLE]
