# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the credentials of an account to the AWS CLI, Terraform and all AWS SDKs, as a ``credential_process``.

    python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process prod

It prints the JSON document from "Sourcing credentials with an external process" in the AWS CLI user guide. Settings and
vault passwords are those of Ansible. Errors go to standard error, with exit code 1.

This, ``eks_token`` and ``octo_aws`` are the public files of ``plugin_utils``: their module paths and command lines are
documented.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import typing as t

if not __package__:
    # Run by its path, as some profiles have it. This folder is in ansible_collections/octo/aws/plugins.
    sys.path[0] = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))
    __package__ = "ansible_collections.octo.aws.plugins.plugin_utils"

from ._command.document import Program

if t.TYPE_CHECKING:
    import argparse

DESCRIPTION = "Print the credentials of an octo.aws account, as a credential_process of AWS clients."

_THIS = re.compile(r"plugin_utils(\.credential_process|/credential_process\.py)$")
_STORE_SET = "OCTO_AWS_STORE="
"""The assignment of the store in a command that starts with ``env``."""

_PROGRAM = Program("credential_process", "octo.aws.creds", {"format": "process"})


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Print the credentials. Return the exit code."""
    return _PROGRAM.run(_parser().parse_args(arguments))


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
    parser = _PROGRAM.parser(DESCRIPTION)
    parser.add_argument("name", help="name of the account")
    return parser


if __name__ == "__main__":
    sys.exit(main())
