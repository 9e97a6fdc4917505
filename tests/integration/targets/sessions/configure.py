# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write an AWS config with profiles for the fake AWS."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

work = Path(sys.argv[1])
aws = json.loads((work / "aws.json").read_text())
config = f"""\
[profile base]
region = eu-central-1
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {aws["secret_key"]}

[profile deploy]
region = eu-central-1
role_arn = {aws["roles"]["deploy"]}
source_profile = base

[profile empty]
region = eu-central-1
"""
os.umask(0o077)
(work / "config").write_text(config)
