# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare how many leases were requested: python leases.py URL (--forget | NUMBER)."""

from __future__ import annotations

import json
import sys
import urllib.request

url, expected = sys.argv[1:]
with urllib.request.urlopen(f"{url}/_test/{'reset' if expected == '--forget' else 'facts'}", data=b"{}") as answer:
    requests = json.load(answer)["requests"]
if expected != "--forget":
    made = [request["path"] for request in requests if request["path"].startswith("aws/")]
    print(f"  {expected} expected, found {made}", flush=True)
    if len(made) != int(expected):
        sys.exit("another number of leases was requested")
