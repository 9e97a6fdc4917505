# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what an AWS client finds in the shell and in the home folder of another user, and prints the variables."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

aws = json.loads(Path(sys.argv[1]).read_text())
home = Path(sys.argv[2])
keys = aws["users"]["reader"]
access_key, secret_key = keys["access_key"], keys["secret_key"]
profile = f"aws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\naws_session_token = STALE\n"
files = {
    ".aws/credentials": f"[default]\n{profile}\n[foreign]\n{profile}",
    ".aws/config": "[default]\nregion = eu-west-3\n\n[profile foreign]\nregion = eu-west-3\n",
    ".boto": f"[Credentials]\n{profile}",
    "token": "stale-web-identity-token",
}
for name, text in files.items():
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
variables = {
    **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "EC2_ACCESS_KEY"), access_key),
    **dict.fromkeys(("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "EC2_SECRET_KEY"), secret_key),
    **dict.fromkeys(("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "EC2_SECURITY_TOKEN"), "STALE"),
    **dict.fromkeys(("AWS_PROFILE", "AWS_DEFAULT_PROFILE"), "foreign"),
    "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
    "AWS_ACCOUNT_ID": "999999999999",
    "AWS_BEARER_TOKEN_BEDROCK": "STALE",
    "AWS_ROLE_ARN": aws["roles"]["web"],
    "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / "token"),
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{aws['url']}/container",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-authorization-token",
    "BOTO_CONFIG": str(home / ".boto"),
    "AWS_CREDENTIAL_FILE": str(home / ".boto"),
    "EC2_REGION": "eu-west-3",
}
for name, value in variables.items():
    print(f"export {name}={shlex.quote(value)}")
