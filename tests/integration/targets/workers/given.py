# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what the searches have to know: python given.py URL FOLDER

Besides what AWS gave out, that is the key that the sessions of each account are sealed with, from its record.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

url, folder = sys.argv[1], Path(sys.argv[2])
files = [path for path in (folder / "store").rglob("*") if path.is_file()]
records = [path for path in files if path.read_bytes().startswith(b"$ANSIBLE_VAULT")]
keys = []
for path in records:
    text = subprocess.run(["ansible-vault", "view", str(path)], check=True, capture_output=True, text=True).stdout
    keys.append(json.loads(text)["session_key"])
assert len(keys) == 5, keys
(folder / "given.json").write_text(json.dumps({"url": url, "secrets": keys}), encoding="utf-8")
