# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One command with an account, as people start it at a terminal."""

from __future__ import annotations

import statistics
import sys

from fixture import AWS_CLI, Fixture
from report import Goal, Report, compare, seconds
from rounds import Ratio, Row

_TEXT = """\
`octo-aws exec` runs `true` with an account: keys, or a cached session of a role, from an encrypted file of the store.
Each process is new, as at a terminal. For comparison, the AWS CLI prints the same credentials of a profile."""

_PROGRAM = "ansible_collections.octo.aws.plugins.plugin_utils"
_LONGEST = 0.4
"""Seconds."""
_ROUNDS = 7


def measure(fixture: Fixture) -> Report:
    """The time from the start to the end."""
    python = (sys.executable, "-P", "-m")
    command = (*python, f"{_PROGRAM}.octo_aws", "exec")
    rows = {
        "keys": Row("`octo-aws exec`, keys", command=(*command, "keys", "--", "true")),
        "role": Row("`octo-aws exec`, a cached session", command=(*command, "role", "--", "true")),
        "plain": Row(
            "`octo-aws exec --no-refresh`, a cached session", command=(*command, "role", "--no-refresh", "--", "true")
        ),
        "process": Row(
            "`credential_process`, a cached session", command=(*python, f"{_PROGRAM}.credential_process", "role")
        ),
        "cli": Row(
            "`aws configure export-credentials`, keys",
            # pyperf would take --profile for an option of its own.
            command=("/usr/bin/env", "AWS_PROFILE=keys", AWS_CLI, "configure", "export-credentials"),
        ),
    }
    times = fixture.time(rows, _ROUNDS)
    middle = statistics.median(times["role"])
    return Report(
        "A command at a terminal",
        _TEXT,
        [compare("In a fresh process", "From the start to the end of the command.", rows, times, "role")],
        [
            Goal(f"A command with a known session takes less than {_LONGEST} s.", seconds(middle), middle < _LONGEST),
            Goal.at_most(
                "A command takes at most 1.1 times as long as `aws configure export-credentials`.",
                Ratio.of(times["role"], times["cli"]),
                1.1,
            ),
        ],
    )
