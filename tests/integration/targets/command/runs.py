# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the command ``octo-aws``, and what the fake AWS knows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import typing as t
import urllib.request
from pathlib import Path

import boto3

WORK = Path(os.environ["WORK"])
COMMAND = os.environ["COMMAND"]
AWS: dict[str, t.Any] = json.loads((WORK / "aws.json").read_text(encoding="utf-8"))
FOREIGN = {
    "AWS_PROFILE": "of-another-account",
    "AWS_ACCESS_KEY_ID": "AKIAFOREIGN",
    "AWS_SECRET_ACCESS_KEY": "foreign",
    "AWS_SESSION_TOKEN": "foreign",
    "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/foreign",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/dev/null",
    "AWS_CONFIG_FILE": "/foreign/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/foreign/credentials",
    "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z",
}
"""Each would win over, or be mixed up with, the account."""


def octo_aws(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command where there is no terminal."""
    return subprocess.run(
        [COMMAND, *words],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


def steer(what: str, **value: t.Any) -> t.Any:
    """Steer the fake AWS; see ``front.py``."""
    data = json.dumps(value).encode() if value else None
    with urllib.request.urlopen(f"{AWS['url']}/_test/{what}", data=data) as response:
        return json.load(response)


def requests() -> list[str]:
    """The actions since the last reset."""
    return [entry["action"] for entry in steer("requests")]


def sts(keys: dict[str, str]) -> t.Any:
    """A client of the fake AWS."""
    return boto3.client(
        "sts",
        aws_access_key_id=keys["access_key"],
        aws_secret_access_key=keys["secret_key"],
        region_name=keys["region"],
        endpoint_url=AWS["url"],
    )


def run_all(names: dict[str, t.Any]) -> None:
    """Run the test functions of a file; with ``ONLY``, those with this text in their names."""
    # A shell lets its commands in the background ignore these signals, and so would the programs here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    for name, function in list(names.items()):
        if name.startswith("test_") and os.environ.get("ONLY", "") in name:
            print(name, flush=True)
            function()
