# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No password of a registry, and no key, is in what was shown or logged, given to skopeo, or left in a file.

python hidden.py FOLDER
"""

from __future__ import annotations

import base64
import json
import sys
import urllib.request
from pathlib import Path

KEYS = {"aws.json", "vars.json"}
"""The keys of the fake AWS, for the test."""


def main(folder: Path) -> None:
    """Search all files."""
    url = json.loads((folder / "aws.json").read_text(encoding="utf-8"))["url"]
    with urllib.request.urlopen(f"{url}/_test/secrets") as answered:
        secrets = json.load(answered)
    long = [secret for secret in secrets if len(secret) > 1500]
    assert len(long) > 10, "no passwords were given"
    forms = [*secrets, *(base64.b64encode(f"AWS:{secret}".encode()).decode() for secret in long)]
    searched = 0
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in KEYS:
            text = path.read_text(encoding="utf-8", errors="replace")
            searched += 1
            found = [form for form in forms if form in text]
            assert not found, f"{path} has {len(found)} secrets"
    runs = (folder / "skopeo").read_text(encoding="utf-8")
    assert "--dest-authfile /proc/self/fd/" in runs
    assert searched > 10


if __name__ == "__main__":
    main(Path(sys.argv[1]))
