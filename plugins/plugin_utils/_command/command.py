# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse the command line of ``octo-aws``, run the subcommand, and print its errors."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import textwrap
import typing as t

from ansible.errors import AnsibleError

from ...module_utils._errors import OctoAwsError, closest
from .loading import INTERRUPTED
from .start import Start
from .subcommand import SUBCOMMANDS, subcommand_of

PROGRAM = "octo-aws"
_WRONG_USAGE = 2
_DESCRIPTION = "Use AWS accounts of the Ansible collection octo.aws at a terminal."


def main(arguments: t.Sequence[str]) -> int:
    """Run a subcommand. Return the exit code."""
    try:
        code = _dispatch(list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output has ended, such as head. Python must not write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OctoAwsError as error:
        return _failed(str(error))
    except AnsibleError as error:
        return _failed(error.message)
    except Exception as error:  # a person is at the terminal: no traceback
        return _failed(f"{type(error).__name__}: {error} (This is a bug of octo.aws.)")
    return code


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if words else _WRONG_USAGE
    name, *rest = words
    if name not in SUBCOMMANDS:
        hint = closest(name, SUBCOMMANDS) or f"Subcommands: {', '.join(SUBCOMMANDS)}."
        print(f"{PROGRAM}: Unknown subcommand {name!r:.80}. {hint}", file=sys.stderr)
        return _WRONG_USAGE
    return _run(name, rest)


def _run(name: str, words: list[str]) -> int:
    subcommand = subcommand_of(name)
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=SUBCOMMANDS[name].help)
    subcommand.add_arguments(parser)
    command: list[str] | None = None
    if subcommand.takes_command:
        parser.usage = parser.format_usage().removeprefix("usage: ").rstrip() + " -- COMMAND..."
        if "--" in words:
            end = words.index("--")
            after = end + 1
            words, command = words[:end], words[after:]
        else:
            # The first word that is neither an option nor a value of one is the account, and all after it the command.
            parser.add_argument("command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    try:
        # Names can stand before and after options.
        parsed = (parser.parse_args if subcommand.takes_command else parser.parse_intermixed_args)(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    if command is not None:
        parsed.command = command
    return subcommand.run(parsed, Start(parsed, f"{PROGRAM} {name}"))


def _overview() -> str:
    width = max(map(len, SUBCOMMANDS))
    lines = [f"  {name:{width}}  {entry.help}" for name, entry in SUBCOMMANDS.items()]
    return "\n".join(
        [
            f"usage: {PROGRAM} SUBCOMMAND ...",
            "",
            _DESCRIPTION,
            "",
            *lines,
            "",
            f"For the options of a subcommand, run {PROGRAM} SUBCOMMAND --help.",
        ]
    )


def _failed(text: str) -> int:
    # Not through words: paths and commands are copied from here.
    columns = shutil.get_terminal_size().columns if sys.stderr.isatty() else sys.maxsize
    for line in f"{PROGRAM}: {text}".splitlines():
        print(textwrap.fill(line, columns, break_long_words=False, break_on_hyphens=False), file=sys.stderr)
    return 1
