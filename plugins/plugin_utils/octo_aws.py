# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command ``octo-aws``: AWS accounts at a terminal.

    python -m ansible_collections.octo.aws.plugins.plugin_utils.octo_aws exec prod -- aws sts get-caller-identity

``ansible-playbook octo.aws.install_command`` writes a short launcher for it. Settings and vault passwords are those of
Ansible. Errors go to standard error, with exit code 1; 2 for a wrong command line, 130 for Ctrl-C.

This is one of the public files of ``plugin_utils``: its module path and its command lines are documented.
"""

from __future__ import annotations

import sys
import typing as t

from ._command import loading


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Run a subcommand. Return the exit code."""
    try:
        loading.load_collection()
        # Imported with the collection loader of Ansible, which takes time to load.
        from ansible_collections.octo.aws.plugins.plugin_utils._command import command

        return command.main(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return loading.INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
