# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write AWS files with profiles for the fake AWS: python configure.py GIVEN."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

given = Path(sys.argv[1])
aws = json.loads((given / "aws.json").read_text())
roles, second = aws["roles"], aws["second_key"]
external_id, token, wrong = "canary-external-id", "e30.e30.web-identity-token", "canary/of+the+search"

credentials = f"""\
[base]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {aws["secret_key"]}

[profile named]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {wrong}

[ spaced ]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {wrong}

[spaced]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {aws["secret_key"]}

[wrong]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {wrong}
"""
config = f"""\
[profile base]
region = eu-central-1

[profile second]
region = eu-west-1
aws_access_key_id = {second["access_key"]}
aws_secret_access_key = {second["secret_key"]}

[profile deploy]
region = eu-central-1
role_arn = {roles["deploy"]}
source_profile = base

[profile external]
role_arn = {roles["external"]}
source_profile = second
external_id = {external_id}
duration_seconds = 900

[profile chain-1]
role_arn = {roles["first"]}
source_profile = base

[profile chain-2]
role_arn = {roles["second"]}
source_profile = chain-1

[profile chain]
region = eu-central-1
role_arn = {roles["third"]}
source_profile = chain-2
role_session_name = imported

[profile web]
role_arn = {roles["web"]}
web_identity_token_file = {given}/token
role_session_name = not-ours

[profile after-web]
role_arn = {roles["after_web"]}
source_profile = web

[profile machine]
role_arn = {roles["deploy"]}
credential_source = Ec2InstanceMetadata

[profile sso]
region = eu-central-1
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1

[profile place]
region = eu-central-1

[bare]
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {wrong}

[profile device]
region = eu-central-1
mfa_serial = {aws["mfa_serial"]}
aws_access_key_id = {aws["access_key"]}
aws_secret_access_key = {aws["secret_key"]}

[profile spaced]
region = eu-central-1

[profile half]
aws_secret_access_key = {wrong}

[profile misplaced]
role_arn = {wrong}
source_profile = base
"""
os.umask(0o077)
(given / "config").write_text(config)
(given / "credentials").write_text(credentials)
(given / "broken").write_text(f"[profile base]\n{wrong}\n")
(given / "token").write_text(token)
