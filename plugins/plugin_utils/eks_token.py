# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the token of an EKS cluster to ``kubectl``, Helm and all Kubernetes clients, with an account.

    python -m ansible_collections.octo.aws.plugins.plugin_utils.eks_token prod --cluster shop

It prints an ExecCredential, as in "client-go credential plugins" of the Kubernetes documentation. The lookup
``octo.aws.eks`` writes this command into a kubeconfig. Settings and vault passwords are those of Ansible. Errors go to
standard error, with exit code 1.
"""

from __future__ import annotations

import sys
import typing as t

from ._command.document import Program

if t.TYPE_CHECKING:
    import argparse

DESCRIPTION = "Print the token of an EKS cluster for Kubernetes clients, signed with an octo.aws account."


_PROGRAM = Program("eks_token", "octo.aws.eks", {"format": "exec"}, ("cluster",))


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Print the token. Return the exit code."""
    return _PROGRAM.run(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = _PROGRAM.parser(DESCRIPTION)
    parser.add_argument("name", nargs="?", help="name of the account; without it, the role of this machine is used")
    parser.add_argument(
        "--cluster", required=True, help="name of the cluster, or ID of a local cluster on AWS Outposts"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
