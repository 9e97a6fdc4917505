# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fake AWS that a check runs against."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import typing as t
import urllib.request
from pathlib import Path

_SERVER = Path(__file__).resolve().parents[2] / "fake_aws" / "server.py"
_PATIENCE = 180.0


class LocalAws:
    """It runs until :meth:`end`.

    :param folder: gets ``aws.json``, which only its owner can read
    :param options: of ``server.py``
    """

    def __init__(self, folder: Path, *options: str) -> None:
        written = folder / "aws.json"
        # What this process would tell AWS clients is nothing to the server.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OCTO_"))}
        command = [sys.executable, str(_SERVER), "--write", str(written), *options]
        self._process = subprocess.Popen(command, env=environment)
        deadline = time.monotonic() + _PATIENCE
        while not written.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError("the fake AWS did not start")
            time.sleep(0.05)
        self.facts: dict[str, t.Any] = json.loads(written.read_text(encoding="utf-8"))
        """Where it is, and the keys of its users."""

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    @property
    def process(self) -> int:
        """The number of its process."""
        return self._process.pid

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def tell(self, what: str, **body: t.Any) -> t.Any:
        """Steer it, or ask it; see its ``front.py``."""
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(f"{self.facts['url']}/_test/{what}", data=data) as answer:
            return json.load(answer)

    def asked(self, action: str) -> int:
        """How often it was asked for this since the last reset."""
        return sum(request["action"] == action for request in self.tell("requests"))
