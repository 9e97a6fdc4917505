# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where secret keys travelled since the last reset: python travels.py URL AWS_JSON SERVICE."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

url, facts, service = sys.argv[1:]
ALLOWED = {
    "request": {"secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "ssm:PutParameter"},
    "answer": {
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
    },
}
aws = json.loads(Path(facts).read_text(encoding="utf-8"))
secrets = {"values": [aws["secret_key"], aws["second_key"]["secret_key"]]}
with urllib.request.urlopen(f"{url}/_test/travels", data=json.dumps(secrets).encode()) as answer:
    log = json.load(answer)
for way, allowed in ALLOWED.items():
    found = {entry["action"] for entry in log if entry[way]}
    assert found, f"no secret key in any {way}: is it looked for?"
    assert found <= allowed, f"in a {way} of {found - allowed}"
    assert any(action.startswith(service) for action in found), found
print(f"  {len(log)} requests, secret keys where they belong", flush=True)
