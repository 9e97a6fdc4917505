# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search files for secrets: python search.py FACTS FOLDER (nowhere | FILE...), where they must be found."""

from __future__ import annotations

import base64
import json
import sys
import urllib.parse
from pathlib import Path

facts, folder, *wanted = sys.argv[1:]
secrets = [json.loads(Path(facts).read_text(encoding="utf-8"))["secret_key"], "canary/of+the+search"]
spellings = set()
for secret in secrets:
    spellings |= {
        secret,
        urllib.parse.quote(secret, safe=""),
        secret.replace("/", "\\/"),
        secret[:20] if len(secret) > 20 else secret,
    }
    # Base64 of a part of the secret, at each of the three places where it can begin.
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + secret.encode()).decode()
        spellings.add(encoded[4:-4] if len(secret) > 20 else secret)

files = [path for path in Path(folder).rglob("*") if path.is_file()]
found = {str(path) for path in files if any(spelling.encode() in path.read_bytes() for spelling in spellings)}
assert len(files) > 4, files
assert found == set(wanted) - {"nowhere"}, f"found in {found}"
