# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine and the versions of all that a run measures."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

_COLLECTIONS = Path(__file__).resolve().parents[4]
_AWS_CLI = "/usr/bin/aws"


def facts() -> dict[str, str]:
    """What a reader needs to know, by its name."""
    packages = ("ansible-core", "boto3", "botocore", "cryptography", "Jinja2", "moto", "pyperf")
    return {
        "Day": f"{datetime.datetime.now(tz=datetime.timezone.utc):%Y-%m-%d}",
        "Processor": f"{os.cpu_count()} cores, {_find('model name', '/proc/cpuinfo')}",
        "Memory": f"{int(_find('MemTotal', '/proc/meminfo').partition(' ')[0]) / 2**20:.0f} GiB",
        "Load at the end": f"{os.getloadavg()[1]:.1f}",
        "System": f"{platform.freedesktop_os_release().get('PRETTY_NAME', '')}, Linux {platform.release()}",
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
        "amazon.aws": _version_of_collection(),
        "AWS CLI": subprocess.run([_AWS_CLI, "--version"], capture_output=True, text=True, check=True).stdout.split()[
            0
        ],
    }


def _find(name: str, path: str) -> str:
    match = re.search(rf"^{name}\s*:\s*(.*)$", Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else "?"


def _version_of_collection() -> str:
    manifest = json.loads((_COLLECTIONS / "amazon" / "aws" / "MANIFEST.json").read_text(encoding="utf-8"))
    found: str = manifest["collection_info"]["version"]
    return found
