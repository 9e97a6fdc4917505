# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program with the standard input that ansible-core gives its workers: python unblocked.py PROGRAM ..."""

from __future__ import annotations

import os
import sys

os.dup2(os.open(os.devnull, os.O_RDWR | os.O_NONBLOCK), 0)
os.execvp(sys.argv[1], sys.argv[1:])
