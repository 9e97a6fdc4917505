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

import os
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

_PROGRAM = Program("credential_process", "octo.aws.creds", {"format": "process"})


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Print the credentials. Return the exit code."""
    return _PROGRAM.run(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = _PROGRAM.parser(DESCRIPTION)
    parser.add_argument("name", help="name of the account")
    return parser


if __name__ == "__main__":
    sys.exit(main())
