# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search files for every secret that there is: python search.py GIVEN (nowhere | somewhere) PATH... [--but PATTERN]

GIVEN is a JSON file with the address of the fake AWS as ``url``, and with more ``secrets``. ``somewhere`` is for the
proof that the search finds what is there.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import sys
from pathlib import Path

from secrets_of_test import Secrets

parser = argparse.ArgumentParser()
parser.add_argument("given", type=Path)
parser.add_argument("expected", choices=["nowhere", "somewhere"])
parser.add_argument("folders", nargs="+", type=Path)
parser.add_argument("--but", default="", help="a pattern of files that may hold secrets")
options = parser.parse_args()

secrets = Secrets.given(options.given)
files = [path for folder in options.folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
files = [path for path in files if not fnmatch.fnmatch(str(path), options.but)]
found = []
for path in files:
    # The agent of a script that has ended removes its folder meanwhile.
    with contextlib.suppress(FileNotFoundError):
        if secrets.are_in(path.read_bytes()):
            found.append(str(path))
print(f"  {len(secrets)} secrets in {len(found)} of {len(files)} files", flush=True)
if not files or bool(found) != (options.expected == "somewhere"):
    sys.exit(f"Secrets should be {options.expected}, and are in {found} of {len(files)} files.")
