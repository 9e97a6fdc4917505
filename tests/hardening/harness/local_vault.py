# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The double of Vault that a check runs against."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import typing as t
import urllib.request
from pathlib import Path

_SERVER = Path(__file__).resolve().parents[2] / "fake_vault" / "server.py"
_PATIENCE = 60.0


class LocalVault:
    """It runs until :meth:`end`, and leases keys of the fake AWS with the facts in the same folder.

    :param folder: gets ``vault.json``, which only its owner can read
    """

    def __init__(self, folder: Path) -> None:
        written = folder / "vault.json"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OCTO_"))}
        command = [sys.executable, str(_SERVER), "--write", str(written), "--aws", str(folder / "aws.json")]
        self._process = subprocess.Popen(command, env=environment)
        deadline = time.monotonic() + _PATIENCE
        while not written.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError("the double of Vault did not start")
            time.sleep(0.05)
        self.facts: dict[str, t.Any] = json.loads(written.read_text(encoding="utf-8"))
        """Where it is, and its secrets."""

    def secrets(self) -> list[str]:
        """All secrets that it has, gave or takes."""
        with urllib.request.urlopen(f"{self.facts['url']}/_test/facts", data=b"{}") as answer:
            given: list[str] = json.load(answer)["secrets"]
        return [*given, *(self.facts[name] for name in ("token", "secret_id", "jwt"))]

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
