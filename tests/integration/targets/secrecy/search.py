# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search files for secrets: python search.py GIVEN FOLDER (nowhere | FILE...), where they must be found.

GIVEN is a folder with what nobody may see: aws.json, and lists of texts in *.json.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import urllib.parse
from pathlib import Path

given, folder, *wanted = sys.argv[1:]
secrets = [json.loads(Path(given, "aws.json").read_text(encoding="utf-8"))["secret_key"], "canary/of+the+search"]
for path in Path(given).glob("*.json"):
    content = json.loads(path.read_text(encoding="utf-8"))
    secrets += content if isinstance(content, list) else []
# The digits of a code are part of other numbers, too.
codes = [secret for secret in secrets if secret.isdecimal()]
code = re.compile(rf"(?<![0-9])({'|'.join(codes or ['no code'])})(?![0-9])".encode())
spellings = set()
for secret in set(secrets) - set(codes):
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


def find(data: bytes) -> set[bytes]:
    """Where secrets are: the secret, and what is before it."""
    places = [match.start() for match in code.finditer(data)]
    places += [data.index(spelling.encode()) for spelling in spellings if spelling.encode() in data]
    return {data[max(place - 60, 0) : place + 20] for place in places}


assert all(find(f'"{secret}"'.encode()) for secret in secrets)
files = [path for path in Path(folder).rglob("*") if path.is_file()]
every = {str(path): find(path.read_bytes()) for path in files}
found = {path: places for path, places in every.items() if places}
assert len(files) > 4, files
assert set(found) == set(wanted) - {"nowhere"}, f"found in {found}"
print(f"  {len(set(secrets))} secrets in {len(files)} files", flush=True)
