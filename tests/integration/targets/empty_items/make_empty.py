# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes an item without content for an account: make_empty.py STORE NAME"""

from __future__ import annotations

import sys
from pathlib import Path

import boto3

store, name = sys.argv[1:]
scheme, _colon, rest = store.partition(":")
prefix = rest.partition("?")[0]
if scheme == "secretsmanager":
    boto3.client(scheme, region_name="eu-central-1").create_secret(Name=f"{prefix}/{name}")
elif scheme == "ssm":
    # Parameter Store takes no empty value.
    boto3.client(scheme, region_name="eu-central-1").put_parameter(Name=f"{prefix}/{name}", Value=" ", Type="String")
else:
    Path(store).mkdir(exist_ok=True)
    (Path(store) / f"{name}.vault").touch()
