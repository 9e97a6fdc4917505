# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read standard input, which must be exactly one document of a credential_process.

    python document.py (keys | SECONDS) SINCE

SECONDS is how long its session lasts; keys have no end. SINCE is a Unix time before which nobody had the session.
"""

from __future__ import annotations

import datetime
import json
import sys
import time

text = sys.stdin.read()
document = json.loads(text)
assert text.count("\n") == 1, "there is more than one line"
assert text.endswith("\n"), "its line has no end"
names = {"Version", "AccessKeyId", "SecretAccessKey"}
if sys.argv[1] != "keys":
    names |= {"SessionToken", "Expiration"}
    end = datetime.datetime.fromisoformat(document["Expiration"].replace("Z", "+00:00"))
    # AWS counts in whole seconds. How long anything takes here says nothing.
    begin = end.timestamp() - int(sys.argv[1])
    assert int(sys.argv[2]) - 1 <= begin < time.time() + 2, f"it begins {begin - time.time()} seconds from now"
assert set(document) == names, sorted(document)
assert document["Version"] == 1, document["Version"]
