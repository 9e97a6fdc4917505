# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the options of a script, and the command that they make.

Ground, above C(_errors).
"""

from __future__ import annotations

import shlex
import typing as t

from ._errors import ErrorCode, OctoAwsError

SCRIPT_SPEC: dict[str, t.Any] = {
    "script": {"type": "str"},
    "executable": {"type": "str"},
    "cmd": {"type": "str"},
    "argv": {"type": "list", "elements": "str"},
    "chdir": {"type": "path"},
    "environment": {"type": "dict"},
    "stdin": {"type": "str"},
    "creates": {"type": "path"},
    "removes": {"type": "path"},
    "timeout": {"type": "int"},
    "expect_json": {"type": "bool", "default": False},
}

DEFAULT_EXECUTABLE = "/bin/sh"


def command_of(script_file: str | None, params: t.Mapping[str, t.Any]) -> list[str]:
    """The program and its arguments.

    :param script_file: holds RV(script), so that it is in no list of processes
    :raises OctoAwsError: quotes in it do not match
    """
    if params["argv"]:
        return [str(word) for word in params["argv"]]
    try:
        if script_file:
            named = shlex.split(params["executable"] or "")
            return [*(named or _interpreter_of(params["script"])), script_file]
        return shlex.split(params["cmd"])
    except ValueError:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID, "The quotes in cmd or executable do not match.", hint="Use argv."
        ) from None


def _interpreter_of(script: str) -> list[str]:
    """The program that the first line of a script names after ``#!``, or ``/bin/sh``.

    The line is read as Linux reads it: a path, and the rest as one argument.
    """
    first = script.partition("\n")[0].rstrip()
    return (first[2:].split(None, 1) if first.startswith("#!") else []) or [DEFAULT_EXECUTABLE]
