# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the conformance suite of stores against a real OpenBao or Vault: ``python tests/fake_vault/real.py [PROGRAM]``.

PROGRAM, ``bao`` by default, is started in development mode. With REAL_VAULT_ADDR and REAL_VAULT_TOKEN, that service is
used instead; it needs KV version 2 at ``secret``, in which each test has a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "127.0.0.1:18210"
TESTS = "tests/unit/plugins/plugin_utils/_stores/test_conformance.py"


def _wait(url: str) -> None:
    for _try in range(100):
        try:
            urllib.request.urlopen(f"{url}/v1/sys/health").close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"{url} did not start.")


def _run() -> int:
    command = [sys.executable, "tests/tools/one.py", "-k", "vault", TESTS]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Return the status of the tests."""
    if os.environ.get("REAL_VAULT_ADDR"):
        return _run()
    token = uuid.uuid4().hex
    program = sys.argv[1] if sys.argv[1:] else "bao"
    options = [f"-dev-root-token-id={token}", f"-dev-listen-address={ADDRESS}", "-dev-no-store-token"]
    server = subprocess.Popen([program, "server", "-dev", *options], stdout=subprocess.DEVNULL)
    try:
        os.environ |= {"REAL_VAULT_ADDR": f"http://{ADDRESS}", "REAL_VAULT_TOKEN": token}
        _wait(f"http://{ADDRESS}")
        return _run()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
