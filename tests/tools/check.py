# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks of the collection and sum them up.

    python tests/tools/check.py [--core CORE] [CHECK ...]

Without a core, the one for the running Python is taken; without checks, all but SPECIAL. The output of a check goes to
a file below ``.work``, and to the terminal if it fails. Checks run side by side, with JOBS commands at a time in all.
The last line reads "N passed, N failed".
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environment import CHECKOUT, CORES, Environment, default_core, prepare
from running import CHECKS, JOBS, failures, keep_failure, load, processor_seconds

PROGRAMS = {
    "git": "git",
    "unshare": "util-linux",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "sshd": "openssh-server",
    "faketime": "faketime",
    "/usr/bin/aws": "awscli",
    "shellcheck": "shellcheck",
    "strace": "strace",
    "skopeo": "skopeo",
    "docker-registry": "docker-registry",
    "chromium": "chromium",
}
"""Besides Python, with their Debian packages: tests run in namespaces of their own, and on workers that they reach by
ssh, with the AWS CLI version 2. A browser looks at the site of the documentation."""


@dataclasses.dataclass
class Result:
    """How many cases of a check passed and failed, and how many seconds of the processor it took.

    How long it took on the clock says little, as checks run side by side and wait for each other.
    """

    name: str
    passed: int
    failed: int
    seconds: float


load("checks", "targets")
SPECIAL = (
    "thorough",
    "bench",
    "importer",
    "compatibility",
    "sanity-of-plugins",
    "units-of-plugins",
    "hardening",
    "breaks",
    "blocks",
)
"""Those that run only if they are named."""
DEFAULT = [name for name in CHECKS if name not in SPECIAL]
LONG = ("thorough", "integration", "compatibility", "hardening", "units", "sanity")
"""Those that start before the others."""
_PRINTING = threading.Lock()


def _provide_programs() -> None:
    """Install the programs that are missing, where that can be done; say what to do elsewhere."""
    # sshd is where only administrators look for programs.
    os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
    missing = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})
    if not missing:
        return
    command = ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Programs are missing. On Debian, as root: {' '.join(command)}")
    print(f"Installing {', '.join(missing)} ...", flush=True)
    subprocess.run(["apt-get", "update", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Run the checks; 1 when anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES))
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS))
    options = parser.parse_args()
    if unknown := set(options.checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    _provide_programs()

    begin = time.monotonic()
    environment = prepare(CORES[options.core] if options.core else default_core())
    logs = environment.folder / "logs"
    logs.mkdir(exist_ok=True)
    wanted = options.checks or DEFAULT
    with ThreadPoolExecutor(JOBS) as pool:
        begun = {
            name: pool.submit(_perform, name, environment, logs / f"{name}.log")
            for name in sorted(wanted, key=lambda name: LONG.index(name) if name in LONG else len(LONG))
        }
    results = [begun[name].result() for name in wanted]

    minutes = (time.monotonic() - begin) / 60
    print(f"\nansible-core {environment.core.version}, Python {environment.core.python}: {minutes:.0f} minutes")
    for result in results:
        state = "failed" if result.failed else "ok"
        print(
            f"  {result.name:<20}{state:<8}{result.passed:>6} passed {result.failed:>4} failed "
            f"{result.seconds:>6.0f} s of the processor"
        )
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def _perform(name: str, environment: Environment, path: Path) -> Result:
    print(f"[{environment.core.version}] {name} ...", flush=True)
    for old in failures(environment).glob(f"{path.stem}*"):
        old.unlink()
    with path.open("w", encoding="utf-8", errors="replace") as log:
        passed, failed = CHECKS[name](environment, log)
    if failed:
        kept = [*failures(environment).glob(f"{path.stem}*")] or [keep_failure(environment, path)]
        with _PRINTING:
            print(*(failure.read_text(encoding="utf-8") for failure in kept), sep="\n")
            print(f"{name} failed; the whole output is in {os.path.relpath(path, CHECKOUT)}", flush=True)
    return Result(name, passed, failed, processor_seconds(path.name))


if __name__ == "__main__":
    sys.exit(main())
