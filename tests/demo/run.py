# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ``demo.yml`` with a test AWS, and remove everything afterwards except the environment in ``.work``.

    python tests/demo/run.py [CORE] [--store URL]

Accounts are in a folder, or in the store of the URL, which is accessed with the IAM role of this machine. The exit
status is that of the playbook, or 128 plus the number of the signal that stopped the demo.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(TESTS / "tools"))
from environment import CORES, Environment, default_core  # noqa: E402

SERVER_START = 60.0
GRACE = 5.0
"""Seconds to wait for the server to start, and for a program to end after a signal."""


class Stopped(Exception):
    """A signal was received."""


class Programs:
    """Run programs, and end all of them when the context is left.

    Each program has its own session and process group. Ctrl-C thus reaches only this process, which then ends the
    programs in the right order, with all processes that they started.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._running: list[subprocess.Popen[bytes]] = []
        # The handler only stores the signal. An exception could occur before a new program is registered.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._running:
            self._end(self._running[-1])

    def _note(self, number: int, _frame: object) -> None:
        self.signal = self.signal or number

    def start(self, *command: str, **options: t.Any) -> subprocess.Popen[bytes]:
        """Start a program in the background."""
        process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)
        self._running.append(process)
        return process

    def wait(self, process: subprocess.Popen[bytes], until: t.Callable[[], bool] = lambda: False) -> int | None:
        """Wait for a program to end, or for another condition. Return its status, or ``None`` while it is running.

        :raises Stopped: a signal was received first
        """
        while not until():
            if self.signal:
                raise Stopped
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(0.1)
                self._end(process)
                return status
        return None

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End a program and its process group, with SIGTERM first, so that ansible-playbook can end its workers."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):  # the latter for zombies on macOS
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        # After this, another process may get its ID.
        self._running.remove(process)


def prepare(programs: Programs, environment: Environment, folder: Path) -> None:
    """Create or update the environment, in a separate process that can be ended at any time."""
    script = TESTS / "tools" / "environment.py"
    variables = {**os.environ, "TMPDIR": str(folder)}
    process = programs.start(
        sys.executable, str(script), environment.core.version, env=variables, stdout=subprocess.DEVNULL
    )
    if status := programs.wait(process):
        sys.exit(status)


def start_aws(programs: Programs, environment: Environment, folder: Path) -> dict[str, t.Any]:
    """Start the test AWS, and return its URL and the keys of its user."""
    server = environment.collection / "tests" / "fake_aws" / "server.py"
    facts, log = folder / "server.json", folder / "server.log"
    variables = {**environment.variables, "HOME": str(folder), "TMPDIR": str(folder)}
    with log.open("wb") as output:
        process = programs.start(
            str(environment.bin / "python"),
            str(server),
            "--write",
            str(facts),
            env=variables,
            stdout=output,
            stderr=output,
        )
    deadline = time.monotonic() + SERVER_START
    programs.wait(process, lambda: facts.exists() or time.monotonic() > deadline)
    if not facts.exists():
        sys.exit(f"The test AWS did not start:\n{log.read_text(errors='replace')}")
    found: dict[str, t.Any] = json.loads(facts.read_text())
    return found


def play(programs: Programs, environment: Environment, folder: Path, facts: dict[str, t.Any], store: str) -> int:
    """Run the playbook, and return its status."""
    demo = environment.collection / "tests" / "demo"
    # In files, since all users of the machine can read command lines.
    password = _write_private(folder / "vault-password", secrets.token_urlsafe(32))
    values = {"demo": facts, "octo_aws_store": store or str(folder / "accounts")}
    extra = _write_private(folder / "vars.json", json.dumps(values))
    variables = {
        **environment.variables,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "AWS_ENDPOINT_URL": facts["url"],
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": facts["url"],
        "ACTIONS_ID_TOKEN_REQUEST_URL": facts["ci"]["github_url"],
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": facts["ci"]["github_secret"],
        # Without this file, /etc/ansible/ansible.cfg would be read.
        "ANSIBLE_CONFIG": str(_write_private(folder / "ansible.cfg", "")),
        "ANSIBLE_VAULT_PASSWORD_FILE": str(password),
        "ANSIBLE_CALLBACK_PLUGINS": str(demo / "callback_plugins"),
        "ANSIBLE_STDOUT_CALLBACK": "story",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
    }
    # It can have any value, but ansible-core reads it as a boolean.
    if variables.pop("NO_COLOR", ""):
        variables["ANSIBLE_NOCOLOR"] = "true"
    (folder / "home").mkdir()
    playbook = str(environment.bin / "ansible-playbook")
    process = programs.start(playbook, str(demo / "demo.yml"), "-e", f"@{extra}", cwd=demo, env=variables)
    return programs.wait(process) or 0


def _write_private(path: Path, text: str) -> Path:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def main(arguments: list[str]) -> int:
    """Prepare, run, clean up."""
    parser = argparse.ArgumentParser(description="Run the demo.")
    parser.add_argument("core", nargs="?", choices=list(CORES), help="version of ansible-core")
    parser.add_argument("--store", default="", metavar="URL", help="store of the accounts")
    options = parser.parse_args(arguments)
    core = CORES[options.core] if options.core else default_core()
    environment = Environment(core)
    programs = Programs()
    try:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(_temporary_folder())
            stack.enter_context(programs)
            print(
                "The demo of octo.aws takes about half a minute, and two minutes the first time.\n"
                f"Preparing ansible-core {core.version} and a test AWS (moto) in "
                f"{os.path.relpath(environment.folder)} ...",
                flush=True,
            )
            prepare(programs, environment, folder)
            facts = start_aws(programs, environment, folder)
            return play(programs, environment, folder, facts, options.store)
    except Stopped:
        print("\nStopped. Everything except the environment was removed.", flush=True)
        return 128 + programs.signal


@contextlib.contextmanager
def _temporary_folder() -> t.Iterator[Path]:
    # Resolved, since the file store follows no links, and /tmp is a link on some systems.
    folder = Path(tempfile.mkdtemp(prefix="octo-aws-demo-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
