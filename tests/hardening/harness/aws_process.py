# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks work with: the fake AWS as a process of its own, and an environment that points there."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

from harness.local_aws import LocalAws

REGION = "eu-central-1"


@contextlib.contextmanager
def clean_environment(**variables: str) -> t.Iterator[None]:
    """No variable that AWS clients or the collection would read, but these."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("AWS_", "OCTO_")) or name.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", **variables}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def fake_aws(folder: Path) -> t.Iterator[dict[str, t.Any]]:
    """The fake AWS: where it is, and its keys. Inside, the environment points there, with the keys of its user."""
    with LocalAws(folder) as aws:
        variables = {
            "AWS_ENDPOINT_URL": aws.facts["url"],
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": aws.facts["url"],
            "AWS_ACCESS_KEY_ID": aws.facts["access_key"],
            "AWS_SECRET_ACCESS_KEY": aws.facts["secret_key"],
            "AWS_REGION": REGION,
            "NO_PROXY": "*",
        }
        with clean_environment(**variables):
            yield aws.facts
