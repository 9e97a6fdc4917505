# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the recordings of the documentation, as ``make recordings`` runs it.

python make.py [--core CORE] [SCENE ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(TESTS / "tools"))
from environment import CHECKOUT, CORES, default_core, prepare  # noqa: E402


def main() -> int:
    """Record the scenes; 1 when one fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES))
    parser.add_argument("scenes", nargs="*", metavar="SCENE")
    options = parser.parse_args()
    environment = prepare(CORES[options.core] if options.core else default_core())
    target = environment.collection / "tests" / "integration" / "targets" / "recordings"
    images = CHECKOUT / "docs" / "docsite" / "images"
    return environment.run("bash", "runme.sh", "--write", str(images), *options.scenes, cwd=target).returncode


if __name__ == "__main__":
    sys.exit(main())
