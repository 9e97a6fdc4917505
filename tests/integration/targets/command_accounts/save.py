# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the playbook that saves the accounts of this target."""

from __future__ import annotations

import json
import os
from pathlib import Path

aws = json.loads((Path(os.environ["WORK"]) / "aws.json").read_text(encoding="utf-8"))
keys = {name: aws[name] for name in ("access_key", "secret_key")}
accounts = [
    {"name": "prod", "region": "eu-central-1", "account_id": aws["account_id"], **keys},
    {"name": "A röle's name", "region": "eu-central-1", "assume_role": [{"role_arn": aws["roles"]["deploy"]}], **keys},
    {"name": "-x", "region": "eu-central-1", **keys},
    {"name": "bad", "test": False, **keys, "secret_key": "canary-wrong-secret"},
    {"name": "guarded", "test": False, "account_id": "999999999999", **keys},
]
tasks = [{"octo.aws.aws_account": account} for account in accounts]
print(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
