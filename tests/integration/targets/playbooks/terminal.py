# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program at a terminal and type answers: python terminal.py PROGRAM... -- ANSWER...

An answer is typed when the program has asked, which it does with a line that ends in a colon;
Ansible ends the question of a task with a line break.
"""

from __future__ import annotations

import os
import pty
import re
import sys
import time

split = sys.argv.index("--")
command, answers = sys.argv[1:split], sys.argv[split + 1 :]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
seen = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    seen += data
    if answers and re.search(rb": ?[\r\n]*$", seen):
        if seen.endswith(b"\n"):
            time.sleep(2)  # Ansible discards what is typed before it listens
        os.write(terminal, answers.pop(0).encode() + b"\n")
        seen = b""
if answers:
    sys.exit(f"It never asked for {len(answers)} of the answers.")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
