# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether each machine took the role to assume by itself, from its own role: python hops.py URL ROLE..."""

from __future__ import annotations

import json
import sys
import urllib.request

with urllib.request.urlopen(f"{sys.argv[1]}/_test/requests") as answer:
    requests = json.load(answer)
callers = {
    entry["session"].split("/")[1] if entry["session"] else ""
    for entry in requests
    if entry["action"] == "sts:AssumeRole"
}
print(f"  assumed by {sorted(callers)}", flush=True)
assert callers == set(sys.argv[2:]), requests
assert not [entry for entry in requests if ":assumed-role/instance/" in (entry["session"] or "")], requests
