# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the playbook that saves the accounts of this target."""

from __future__ import annotations

import json

from runs import AWS, sts


def keys_of(user: dict[str, str]) -> dict[str, str]:
    """The keys of a user."""
    return {name: user[name] for name in ("access_key", "secret_key")}


KEYS = {"access_key": AWS["access_key"], "secret_key": AWS["secret_key"], "region": "eu-central-1"}
session = sts(KEYS).get_session_token()["Credentials"]
ACCOUNTS: dict[str, dict[str, object]] = {
    "prod": {**KEYS, "account_id": AWS["account_id"]},
    "deploy": {**KEYS, "assume_role": [{"role_arn": AWS["roles"]["deploy"]}]},
    "a $(name) `of` %odd signs": KEYS,
    "mfa": {**KEYS, "assume_role": [{"role_arn": AWS["roles"]["mfa"], "mfa_serial": AWS["mfa_serial"]}], "test": False},
    "user-session": {
        "access_key": session["AccessKeyId"],
        "secret_key": session["SecretAccessKey"],
        "session_token": session["SessionToken"],
    },
    "reader": {name: AWS["users"]["reader"][name] for name in ("access_key", "secret_key")},
    "china": {name: AWS["partitions"]["aws-cn"][name] for name in ("access_key", "secret_key")}
    | {"region": "cn-north-1"},
    "gov": {
        **keys_of(AWS["partitions"]["aws-us-gov"]),
        "region": "us-gov-west-1",
        "assume_role": [{"role_arn": AWS["partitions"]["aws-us-gov"]["role_arn"]}],
    },
}
tasks = [{"octo.aws.aws_account": {"name": name, **options}} for name, options in ACCOUNTS.items()]
print(json.dumps([{"name": "Save accounts", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
