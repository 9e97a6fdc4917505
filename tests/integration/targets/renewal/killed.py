# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kill the process of a task, and find nothing that answers in its place: python killed.py POINTER PID [--run].

PID is that of ansible-playbook, which is killed in place of the process of the task with ``--run``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

url, token_file, script = Path(sys.argv[1]).read_text().split()
request = urllib.request.Request(url, headers={"Authorization": Path(token_file).read_text()})
with urllib.request.urlopen(request) as answer:
    if b"SecretAccessKey" not in answer.read():
        sys.exit("the server does not answer")

run = sys.argv[2]
[worker] = Path(f"/proc/{run}/task/{run}/children").read_text().split()
os.kill(int(run if "--run" in sys.argv else worker), signal.SIGKILL)
time.sleep(2)
os.kill(int(script), signal.SIGKILL)  # the program of the task
try:
    urllib.request.urlopen(request)
except urllib.error.URLError as error:
    print(f"  {error.reason}")
else:
    sys.exit("the server answers although its task was killed")
