# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks work with: the test AWS as a process of its own, a vault, and an environment that points there."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import typing as t
import urllib.request
from pathlib import Path

_SERVER = Path(__file__).resolve().parents[1] / "test_aws" / "server.py"
_PATIENCE = 180.0

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
def test_aws(folder: Path) -> t.Iterator[dict[str, t.Any]]:
    """The test AWS: where it is, and its keys. Inside, the environment points there, with the keys of its user."""
    written = folder / "aws.json"
    with clean_environment():
        process = subprocess.Popen([sys.executable, str(_SERVER), "--write", str(written)])
    try:
        deadline = time.monotonic() + _PATIENCE
        while not written.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the test AWS did not start")
            time.sleep(0.05)
        facts: dict[str, t.Any] = json.loads(written.read_text(encoding="utf-8"))
        variables = {
            "AWS_ENDPOINT_URL": facts["url"],
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": facts["url"],
            "AWS_ACCESS_KEY_ID": facts["access_key"],
            "AWS_SECRET_ACCESS_KEY": facts["secret_key"],
            "AWS_REGION": REGION,
            "NO_PROXY": "*",
        }
        with clean_environment(**variables):
            yield facts
    finally:
        process.terminate()
        process.wait()


def tell(facts: t.Mapping[str, t.Any], what: str, **value: t.Any) -> None:
    """Steer the test AWS; see C(front.py)."""
    urllib.request.urlopen(f"{facts['url']}/_test/{what}", data=json.dumps(value).encode()).close()
