# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search the environment and the arguments of every process of this machine for secrets: python processes.py GIVEN N

They must be with N scripts of ``aws_script`` and with what these started, and with nobody else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from secrets_of_test import Secrets


def read(process: Path, what: str) -> bytes:
    try:
        return (process / what).read_bytes()
    except OSError:
        return b""  # it ended meanwhile


def parent_of(process: int) -> int | None:
    fields = read(Path(f"/proc/{process}"), "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else None  # it ended meanwhile


given, wanted = Path(sys.argv[1]), int(sys.argv[2])
secrets = Secrets.given(given)
processes = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdecimal()}
arguments = [number for number, path in processes.items() if secrets.are_in(read(path, "cmdline"))]
environments = [number for number, path in processes.items() if secrets.are_in(read(path, "environ"))]
scripts = [number for number in environments if b"aws-script-" in read(processes[number], "cmdline")]
parents = {number: parent_of(number) for number in environments}
others = [number for number, parent in parents.items() if number not in scripts and parent not in (*environments, None)]
print(f"  {len(processes)} processes; with secrets: {len(scripts)} scripts, {len(environments)} in all", flush=True)
assert os.getpid() in processes
if arguments or others or len(scripts) != wanted or {parents[number] for number in scripts} & set(environments):
    sys.exit(f"Secrets are in the arguments of {arguments}, the environments of {others}, and {len(scripts)} scripts.")
