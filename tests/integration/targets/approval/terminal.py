# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program at a terminal, and answer its questions in turn: terminal.py ANSWER... -- COMMAND...

An answer is a line, or ``ctrl-c``, ``timeout`` (no answer), or ``unfinished`` (yes without Enter, until the timeout).
"""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

SECONDS = 120
KEYS = {"ctrl-c": b"\x03", "timeout": b"", "unfinished": b"yes"}

split = sys.argv.index("--")
answers, command = sys.argv[1:split], sys.argv[split + 1 :]
ours, theirs = pty.openpty()
shown, asked = b"", 0
until = time.monotonic() + SECONDS
with subprocess.Popen(
    command,
    stdin=theirs,
    stdout=theirs,
    stderr=theirs,
    start_new_session=True,
    preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # it becomes the controlling terminal
) as process:
    os.close(theirs)
    while time.monotonic() < until:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
        if shown.count(b"anything else rejects it:") > asked:
            # Ansible discards all that is typed before it reads.
            time.sleep(0.5)
            answer = answers[asked] if asked < len(answers) else "no"
            os.write(ours, KEYS[answer] if answer in KEYS else answer.encode() + b"\r")
            asked += 1
    else:
        process.kill()
text = shown.decode("utf-8", "replace")
if process.returncode or asked != len(answers):
    sys.exit(f"{text}\nIt ended with {process.returncode} after {asked} questions.")
