# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Use a profile with boto3: python client.py PROFILE METHOD ROLE"""

from __future__ import annotations

import sys

import boto3

profile, method, role = sys.argv[1:]
session = boto3.Session(profile_name=profile)
credentials = session.get_credentials()
assert credentials.method == "custom-process", credentials.method
arn = session.client("sts").get_caller_identity()["Arn"]
assert f":{method}/{role}" in arn, arn
if method == "assumed-role":
    # What has an end is asked for again, by boto3 itself.
    credentials._expiry_time = credentials._time_fetcher()
    assert credentials.get_frozen_credentials().token
    assert not credentials.refresh_needed(), "what came is no better"
