# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See that each block of broken.rst failed with what its heading says: python check_broken.py RESULTS"""

from __future__ import annotations

import json
import sys
from pathlib import Path

results = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
for result in results:
    assert result["state"] == "failed", result
    assert result["heading"] in result["said"], result
assert len(results) == Path("broken.rst").read_text(encoding="utf-8").count(".. code-block::")
print(f"{len(results)} passed")
