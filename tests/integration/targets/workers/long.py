# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs on a worker, with a clock that it can move: the same session is used before its end and after it, as is the AWS
CLI."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

HOURS = 7
"""Longer than any of the sessions lasts."""


def move(seconds: int) -> None:
    """Move the clock of this program, and of what it starts, and that of the fake AWS."""
    Path(os.environ["FAKETIME_TIMESTAMP_FILE"]).write_text(f"+{seconds}\n", encoding="utf-8")
    data = json.dumps({"offset": seconds}).encode()
    urllib.request.urlopen(f"{os.environ['TEST_AWS']}/_test/clock", data=data).close()


def show() -> None:
    """The name of the role, by both."""
    command = [os.environ["CLI"], "--output", "text", "sts", "get-caller-identity", "--query", "Arn"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for arn in (sts.get_caller_identity()["Arn"], told):
        print(arn.split("/")[1])


move(0)
session = boto3.Session()
sts = session.client("sts")
show()
first = session.get_credentials().get_frozen_credentials()
move(HOURS * 3600)
try:
    show()
    ended = boto3.client("sts", None, None, True, None, None, *first[:3])
    try:
        ended.get_caller_identity()
        code = ""
    except ClientError as error:
        code = error.response["Error"]["Code"]
    assert code == "ExpiredToken", f"The first session should have ended, and has not: {code}"
finally:
    move(0)
