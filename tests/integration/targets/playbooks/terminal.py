# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program at a terminal and type answers: python terminal.py PROGRAM... -- ANSWER...

An answer is typed when the program has asked, which it does with a line that ends in a colon;
Ansible ends the question of a task with a line break. In an answer, \\n is a line break of a paste, and \\x03 Ctrl-C.
TERMINAL_WIDTH is the number of columns, 80 by default.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import time

split = sys.argv.index("--")
command, answers = sys.argv[1:split], sys.argv[split + 1 :]
width = int(os.environ.get("TERMINAL_WIDTH", "80"))
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
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
            # Ansible discards what is typed before it listens, which it does without lines.
            while termios.tcgetattr(terminal)[3] & termios.ICANON:
                time.sleep(0.05)
            time.sleep(0.3)
        answer = answers.pop(0).replace("\\n", "\r").replace("\\x03", "\x03")
        os.write(terminal, answer.encode() + (b"" if answer == "\x03" else b"\r"))
        seen = b""
if answers:
    sys.exit(f"It never asked for {len(answers)} of the answers.")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
