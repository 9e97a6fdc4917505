# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what the fake AWS was asked for with what it should have been: python asked.py URL [--forget] ACTION=N..."""

from __future__ import annotations

import collections
import json
import operator
import re
import sys
import urllib.request

url, *expected = sys.argv[1:]
with urllib.request.urlopen(f"{url}/_test/requests") as answer:
    actions = collections.Counter(entry["action"].partition(":")[2] for entry in json.load(answer))
urllib.request.urlopen(f"{url}/_test/reset", data=b"{}").close()
if expected != ["--forget"]:
    print(f"  {' '.join(expected)}, found {dict(actions)}", flush=True)
    for expression in expected:
        match = re.fullmatch(r"(\w+)(>=|=)(\d+)", expression)
        if not match:
            sys.exit(f"{expression} is not ACTION=N or ACTION>=N")
        compare = operator.ge if match[2] == ">=" else operator.eq
        if not compare(actions[match[1]], int(match[3])):
            sys.exit(f"{expression} expected, but AWS was asked {actions[match[1]]} times")
