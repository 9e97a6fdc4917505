# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recognize the command ``credential_process`` of this collection in a profile."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import typing as t

from .arguments import add_session_options

_THIS = re.compile(r"plugin_utils(\.credential_process|/credential_process\.py)$")
_STORE_SET = "OCTO_AWS_STORE="
"""The assignment of the store in a command that starts with ``env``."""


class Named(t.NamedTuple):
    """The account in the command line of a credential_process.

    :param store: the URL in the command line; empty for the default store
    """

    account: str
    store: str


def account_of_command(command: str) -> Named | None:
    """Return the account in the ``credential_process`` of a profile, or ``None`` if it is another program."""
    try:
        words = shlex.split(command)
        start = next(index for index, word in enumerate(words, 1) if _THIS.search(word))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            options = _parser().parse_args(words[start:])
    except (StopIteration, SystemExit, ValueError):
        return None
    set_before = [word.removeprefix(_STORE_SET) for word in words[:start] if word.startswith(_STORE_SET)]
    return Named(options.name.strip(), options.store or "".join(set_before[-1:]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    add_session_options(parser)
    parser.add_argument("name")
    return parser
