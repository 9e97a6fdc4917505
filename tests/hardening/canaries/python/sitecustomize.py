# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python imports this file when it starts: what modules write to the system log goes to a file instead."""

from __future__ import annotations

import os
import syslog


def _write(*arguments: object) -> None:
    with open(os.environ["CANARY_SYSLOG"], "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{arguments[-1]}\n")


if "CANARY_SYSLOG" in os.environ:
    syslog.syslog = _write
