# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the checks of the collection and sums them up.

    python tests/tools/check.py [--core CORE] [CHECK ...]

Without a core, the one for the running Python is taken; without checks, all of them. What a check prints goes to a file
below C(.work), and to the terminal when it fails. The last line reads "N passed, N failed".
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environment import CHECKOUT, CORES, Environment, default_core, prepare, provide_bench, provide_downloads

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
}
"""Besides Python, with their Debian packages: tests run in namespaces of their own, and on workers that they reach by
ssh, with the AWS CLI version 2."""


@dataclasses.dataclass
class Result:
    """How a check went: how many cases of it passed and failed."""

    name: str
    passed: int
    failed: int
    seconds: float


JOBS = int(os.environ.get("JOBS") or (os.cpu_count() or 1) + 1)
"""Integration targets at a time. Some of them wait a lot."""
SHOWN = 60
"""Lines at the end of what a failed check said that are shown."""
LOCK = threading.Lock()
ONCE = "# once:"
ENDS = "# ends:"
LONG = "# long:"
"""Marks, in the aliases of a target: one core is enough for it; the first one and the last one are; it is begun before
others."""

Check = t.Callable[[Environment, t.TextIO], tuple[int, int]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check under its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def _run(environment: Environment, log: t.TextIO, *command: str, **options: t.Any) -> bool:
    log.write(f"$ {' '.join(command)}\n")
    log.flush()
    done = environment.run(*command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
    return done.returncode == 0


def _one(succeeded: bool) -> tuple[int, int]:
    return (1, 0) if succeeded else (0, 1)


@check
def ruff(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    good = _run(environment, log, "ruff", "check", ".")
    return _one(_run(environment, log, "ruff", "format", "--check", ".") and good)


@check
def mypy(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    config = ("--config-file", str(environment.collection / "pyproject.toml"))
    packages = ("-p", "ansible_collections.octo.aws.plugins")
    variables = {**environment.variables, "MYPYPATH": str(environment.collections)}
    good = _run(environment, log, "mypy", *config, *packages, cwd=environment.collections)
    variables = {**environment.variables, "MYPYPATH": str(environment.collections)}
    for folder in ("tools", "test_aws", "demo", "hardening", "code_blocks", "bench"):
        # Each folder's scripts see each other as modules without a package.
        path = environment.collection / "tests" / folder
        files = [str(file.relative_to(path)) for pattern in ("*.py", "*/*.py") for file in path.glob(pattern)]
        good &= _run(environment, log, "mypy", *config, *files, cwd=path, env=variables)
    return _one(good)


@check
def bandit(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Dangerous code, in all that users run."""
    good = _run(environment, log, "bandit", "--configfile", "pyproject.toml", "--recursive", "plugins", "roles")
    [lines] = re.findall(r"^\s*Total lines of code: (\d+)$", _text(log), re.MULTILINE) or ["0"]
    return _one(good and int(lines) > 0)


@check
def audit(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Advisories about what the collection needs. Who was asked, and of which day the answer is, is always shown."""
    good = _run(environment, log, "python", str(environment.collection / "tests" / "tools" / "audit.py"))
    told = re.findall(r"^audit: (.*)$", _text(log), re.MULTILINE)
    print(*(f"    {line}" for line in told), sep="\n", flush=True)
    return _one(good and bool(told))


@check
def sanity(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    provide_downloads(environment)
    python = ("--python", environment.core.python)
    good = _run(environment, log, "ansible-test", "sanity", "--venv", *python, "--color", "no")
    tests = len(set(re.findall(r'^Running sanity test "([\w-]+)"', _text(log), re.MULTILINE)))
    failed = re.findall(r"^FATAL: The (\d+) sanity test", _text(log), re.MULTILINE)
    bad = int(failed[0]) if failed else int(not good)
    return tests - bad, bad


@check
def ansible_lint(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _one(_run(environment, log, "ansible-lint", "--offline", "--profile", "production", "--strict"))


@check
def docs(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _one(_run(environment, log, "antsibull-docs", "lint-collection-docs", "--plugin-docs", "."))


@check
def licenses(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Each file says whose it is and under which license. Only the checkout knows which files are no part of it."""
    return _one(_run(environment, log, "reuse", "--root", str(CHECKOUT), "lint"))


@check
def workflows(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """What is for GitHub is as GitHub reads it, and gives nothing away."""
    github = CHECKOUT / ".github"
    forms = [str(path) for path in (github / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    files = {
        "github-workflows": [str(path) for path in (github / "workflows").glob("*.yml")],
        "github-issue-forms": forms,
        "github-issue-config": [str(github / "ISSUE_TEMPLATE" / "config.yml")],
        "dependabot": [str(github / "dependabot.yml")],
    }
    good = [_run(environment, log, "check-jsonschema", "--builtin-schema", f"vendor.{k}", *v) for k, v in files.items()]
    return _one(_run(environment, log, "zizmor", "--offline", "--persona", "pedantic", str(github)) and all(good))


@check
def site(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The site of the documentation, without a warning, and its links. Which could not be checked is always shown."""
    script = str(CHECKOUT / "tests" / "tools" / "docsite.py")
    good = _run(environment, log, sys.executable, script, "--core", environment.core.version)
    told = re.findall(r"^site: (.*)$", _text(log), re.MULTILINE)
    print(*(f"    {line}" for line in told), sep="\n", flush=True)
    return _one(good and bool(told))


@check
def changelog(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _one(_run(environment, log, "antsibull-changelog", "lint"))


@check
def units(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _unit_tests(environment, log)


@check
def units_of_plugins(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The unit tests of what ansible-core itself loads. The others know no core."""
    return _unit_tests(environment, log, "tests/unit/plugins/action/", "tests/unit/plugins/lookup/")


def _unit_tests(environment: Environment, log: t.TextIO, *paths: str) -> tuple[int, int]:
    python = ("--python", environment.core.python)
    good = _run(environment, log, "ansible-test", "units", "--local", *python, "--color", "no", *paths)
    passed, failed = _counts(_text(log))
    return passed, max(failed, int(not good or not passed))


@check
def integration(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _integrate(environment, log, lambda _aliases: True)


@check
def compatibility(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The integration targets that a core has a part in, as their aliases say."""
    cores = [*CORES.values()]
    at_an_end = environment.core in (cores[0], cores[-1])
    return _integrate(environment, log, lambda aliases: ONCE not in aliases and (at_an_end or ENDS not in aliases))


def _integrate(environment: Environment, log: t.TextIO, wanted: t.Callable[[str], bool]) -> tuple[int, int]:
    folder = environment.collection / "tests" / "integration" / "targets"
    targets = sorted(path.parent.name for path in folder.glob("*/runme.sh") if wanted(_aliases(path.parent)))
    targets.sort(key=lambda target: LONG not in _aliases(folder / target))
    key = environment.home / ".ansible" / "test" / "id_rsa"
    if not key.exists():
        # ansible-test makes it, and two at a time would be in each other's way.
        key.parent.mkdir(parents=True, exist_ok=True)
        _run(environment, log, "ssh-keygen", "-m", "PEM", "-q", "-t", "rsa", "-N", "", "-f", str(key))
    with ThreadPoolExecutor(JOBS) as pool:
        results = pool.map(lambda target: _integrate_one(environment, log, target), targets)
    counts = dict(zip(targets, results, strict=True))
    # A machine that is busy with other targets fails some for reasons of its own. That is told, and does not decide.
    for target in [target for target, passed in counts.items() if not passed]:
        counts[target] = _integrate_one(environment, log, target, "again")
        state = "passed when it ran again, without others beside it" if counts[target] else "failed twice"
        print(f"    {target} {state}", flush=True)
    passed, failed = sum(counts.values()), sum(not passed for passed in counts.values())
    return passed, max(failed, int(not passed))


def _aliases(target: Path) -> str:
    return (target / "aliases").read_text(encoding="utf-8")


def _integrate_one(environment: Environment, log: t.TextIO, target: str, turn: str = "") -> int:
    """How many cases of it passed; zero when one failed, and the end of what it said is shown."""
    begin = time.monotonic()
    with Path("-".join(filter(None, (log.name, target, turn)))).open("w", encoding="utf-8", errors="replace") as own:
        python = ("--python", environment.core.python)
        good = _run(environment, own, "ansible-test", "integration", "--local", *python, "--color", "no", target)
        text = _text(own)
    with LOCK:
        log.write(f"{text}\n{target} took {time.monotonic() - begin:.0f} s\n")
        log.flush()
    if not good:
        print(f"    {target} failed", flush=True)
        _keep_failure(environment, Path(own.name))
        return 0
    # A target that says how many cases it had counts as these.
    return sum(int(number) for number in re.findall(r"\b(\d+) passed\b", text)) or 1


@check
def package(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The built package holds what users need and nothing else, and works where it alone is installed."""
    script = str(environment.collection / "tests" / "tools" / "package.sh")
    return _one(_run(environment, log, "bash", script, str(environment.collections)))


@check
def importer(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """What Galaxy says about the package when it is published."""
    script = str(environment.collection / "tests" / "tools" / "importer.sh")
    return _one(_run(environment, log, "bash", script, str(environment.folder / "importer")))


def _counts(text: str) -> tuple[int, int]:
    """What pytest's last lines say."""
    summaries = re.findall(r"^=+ (.*\b(?:passed|failed|error).*) in [\d.]+s.*=+$", text, re.MULTILINE)
    total = {"passed": 0, "failed": 0, "error": 0}
    for number, word in re.findall(r"(\d+) (passed|failed|error)", "\n".join(summaries)):
        total[word] += int(number)
    return total["passed"], total["failed"] + total["error"]


def _text(log: t.TextIO, start: int = 0) -> str:
    log.flush()
    return re.sub(r"\x1b\[[0-9;]*m", "", Path(log.name).read_bytes()[start:].decode("utf-8", "replace"))


@check
def bench(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Whether the benchmark works. Its times decide nothing."""
    script = str(environment.collection / "tests" / "bench" / "measure.py")
    page = str(environment.folder / "benchmarks.md")
    good = _run(environment, log, "python", script, "--quick", "--write", page, env=provide_bench(environment))
    passed = re.findall(r"^(\d+) passed$", _text(log), re.MULTILINE)
    return int(passed[-1]) if good and passed else 0, int(not good)


@check
def hardening(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """What is promised about secrets and faults, tried on the whole product."""
    script = str(environment.collection / "tests" / "hardening" / "run.py")
    results = str(environment.folder / "hardening.json")
    variables = {**environment.variables, "PYTHONPATH": str(environment.collections)}
    good = _run(environment, log, "python", script, "--write", results, env=variables)
    passed = re.findall(r"^(\d+) passed$", _text(log), re.MULTILINE)
    failed = re.findall(r"^(\d+) failed$", _text(log), re.MULTILINE)
    return int(passed[-1]) if good and passed else 0, int(failed[-1]) if failed else int(not good)


@check
def breaks(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Whether the hardening notices when the product is broken on purpose."""
    script = str(environment.collection / "tests" / "hardening" / "breaks.py")
    results = environment.folder / "breaks.json"
    variables = {**environment.variables, "PYTHONPATH": str(environment.collections)}
    good = _run(environment, log, "python", script, "--write", str(results), env=variables)
    caught = _text(log).count(": caught by ")
    return caught, _text(log).count(": NOT NOTICED") or int(not good)


@check
def blocks(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The code blocks of the documentation, listed; the integration target of this name runs them, too."""
    folder = environment.collection / "tests" / "integration" / "targets" / "code_blocks"
    page = list(filter(None, [os.environ.get("PAGE")]))
    good = _run(environment, log, "bash", "runme.sh", *page, cwd=folder)
    print(_text(log), flush=True)
    passed = sum(int(number) for number in re.findall(r"^(\d+) passed$", _text(log), re.MULTILINE))
    return passed, int(not good)


SPECIAL = ("compatibility", "units-of-plugins", "hardening", "breaks", "blocks")
"""Those that are done when they are asked for."""
DEFAULT = [name for name in CHECKS if name not in SPECIAL]


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
    """Run what was asked for; 1 when anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES))
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS))
    options = parser.parse_args()
    if unknown := set(options.checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    _provide_programs()

    environment = prepare(CORES[options.core] if options.core else default_core())
    logs = environment.folder / "logs"
    logs.mkdir(exist_ok=True)
    results = [_perform(name, environment, logs / f"{name}.log") for name in options.checks or DEFAULT]

    print(f"\nansible-core {environment.core.version}, Python {environment.core.python}")
    for result in results:
        state = "failed" if result.failed else "ok"
        print(
            f"  {result.name:<14}{state:<8}{result.passed:>6} passed {result.failed:>4} failed {result.seconds:>7.0f} s"
        )
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def _perform(name: str, environment: Environment, path: Path) -> Result:
    print(f"[{environment.core.version}] {name} ...", flush=True)
    begin = time.monotonic()
    for old in _failures(environment).glob(f"{path.stem}*"):
        old.unlink()
    with path.open("w", encoding="utf-8", errors="replace") as log:
        passed, failed = CHECKS[name](environment, log)
    if failed:
        if not (failures := [*_failures(environment).glob(f"{path.stem}*")]):
            failures = [_keep_failure(environment, path)]
        print(*(failure.read_text(encoding="utf-8") for failure in failures), sep="\n")
        print(f"{name} failed; all of what it said is in {os.path.relpath(path, CHECKOUT)}", flush=True)
    return Result(name, passed, failed, time.monotonic() - begin)


def _failures(environment: Environment) -> Path:
    """A folder with the end of what each failed check said, which outlives a long output."""
    return environment.folder / "failures"


def _keep_failure(environment: Environment, path: Path) -> Path:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = _failures(environment) / path.name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("\n".join(lines[-SHOWN:]) + "\n", encoding="utf-8")
    return kept


if __name__ == "__main__":
    sys.exit(main())
