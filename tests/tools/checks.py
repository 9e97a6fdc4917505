# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks but for those that are integration targets."""

from __future__ import annotations

import os
import re
import sys
import typing as t
from pathlib import Path

from environment import (
    CHECKOUT,
    Environment,
    find_python,
    host_python,
    missing_python,
    provide_bench,
    provide_downloads,
)
from running import check, counts, one, part_of, run, text


@check
def ruff(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    good = run(environment, log, "ruff", "check", ".")
    return one(run(environment, log, "ruff", "format", "--check", ".") and good)


@check
def mypy(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    # One cache, since all import the collection.
    cache = ("--cache-dir", str(environment.folder / "mypy"))
    config = ("--config-file", str(environment.collection / "pyproject.toml"), *cache)
    packages = ("-p", "ansible_collections.octo.aws.plugins")
    good = run(environment, log, "mypy", *config, *packages, cwd=environment.collections)
    variables = {**environment.variables, "MYPYPATH": str(environment.collections)}
    for folder in ("tools", "fake_aws", "demo", "hardening", "code_blocks", "benchmark", "recordings"):
        # Each folder's scripts see each other as modules without a package.
        path = environment.collection / "tests" / folder
        files = [str(file.relative_to(path)) for pattern in ("*.py", "*/*.py") for file in path.glob(pattern)]
        good &= run(environment, log, "mypy", *config, *files, cwd=path, env=variables)
    return one(good)


@check
def bandit(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Dangerous code, in all that users run."""
    good = run(environment, log, "bandit", "--configfile", "pyproject.toml", "--recursive", "plugins", "roles")
    [lines] = re.findall(r"^\s*Total lines of code: (\d+)$", text(log), re.MULTILINE) or ["0"]
    return one(good and int(lines) > 0)


@check
def audit(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Advisories about the requirements of the collection. The service and the day of its data are always shown."""
    good = run(environment, log, "python", str(environment.collection / "tests" / "tools" / "audit.py"))
    lines = re.findall(r"^audit: (.*)$", text(log), re.MULTILINE)
    print(*(f"    {line}" for line in lines), sep="\n", flush=True)
    return one(good and bool(lines))


@check
def sanity(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _sanity_tests(environment, log)


@check
def sanity_of_plugins(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The sanity tests of the files that users get, without those of style, which are the same on each core."""
    skipped = (f"--skip-test={name}" for name in ("changelog", "pep8", "pylint", "shellcheck", "yamllint"))
    return _sanity_tests(environment, log, *skipped, "meta/", "playbooks/", "plugins/", "roles/")


def _sanity_tests(environment: Environment, log: t.TextIO, *arguments: str) -> tuple[int, int]:
    provide_downloads(environment)
    python = ("--python", environment.core.python)
    good = run(environment, log, "ansible-test", "sanity", "--venv", *python, "--color", "no", *arguments)
    tests = len(set(re.findall(r'^Running sanity test "([\w-]+)"', text(log), re.MULTILINE)))
    failed = re.findall(r"^FATAL: The (\d+) sanity test", text(log), re.MULTILINE)
    bad = int(failed[0]) if failed else int(not good or not tests)
    return max(tests - bad, 0), bad


@check
def ansible_lint(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return one(run(environment, log, "ansible-lint", "--offline", "--profile", "production", "--strict"))


@check
def docs(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return one(run(environment, log, "antsibull-docs", "lint-collection-docs", "--plugin-docs", "."))


@check
def licenses(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Each file has a copyright and a license. Only the checkout knows which files do not belong to it."""
    return one(run(environment, log, "reuse", "--root", str(CHECKOUT), "lint"))


@check
def workflows(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The files for GitHub are valid, and workflows have no more rights than they need."""
    github = CHECKOUT / ".github"
    forms = [str(path) for path in (github / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    files = {
        "github-workflows": [str(path) for path in (github / "workflows").glob("*.yml")],
        "github-issue-forms": forms,
        "github-issue-config": [str(github / "ISSUE_TEMPLATE" / "config.yml")],
        "dependabot": [str(github / "dependabot.yml")],
    }
    good = [run(environment, log, "check-jsonschema", "--builtin-schema", f"vendor.{k}", *v) for k, v in files.items()]
    return one(run(environment, log, "zizmor", "--offline", "--persona", "pedantic", str(github)) and all(good))


@check
def site(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The site of the documentation builds without a warning. Links that could not be checked are always shown."""
    script = str(CHECKOUT / "tests" / "tools" / "docsite.py")
    good = run(environment, log, sys.executable, script, "--core", environment.core.version)
    lines = re.findall(r"^site: (.*)$", text(log), re.MULTILINE)
    print(*(f"    {line}" for line in lines), sep="\n", flush=True)
    return one(good and bool(lines))


@check
def changelog(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return one(run(environment, log, "antsibull-changelog", "lint"))


@check
def units(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _unit_tests(environment, log, *_local(environment))


@check
def units_of_hosts(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The unit tests of ``module_utils``, on the oldest Python of hosts, with what hosts have of ansible-core."""
    version = host_python()
    python = find_python(version)
    if not python:
        log.write(missing_python(version, "hosts may have it, and the tests of module_utils run with it"))
        return 0, 1
    provide_downloads(environment)
    # ansible-test looks for it on PATH, and makes a virtual environment with tests/unit/requirements.txt.
    path = os.pathsep.join([str(environment.bin), str(Path(python).parent), os.environ["PATH"]])
    hosts = ("--controller", f"origin:python={environment.core.python}", "--target-python", f"venv/{version}")
    variables = {**environment.variables, "PATH": path}
    return _unit_tests(environment, log, *hosts, "--requirements", "tests/unit/plugins/module_utils/", env=variables)


@check
def units_of_plugins(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The unit tests of plugins that ansible-core loads. The others do not depend on the core."""
    return _unit_tests(
        environment, log, *_local(environment), "tests/unit/plugins/action/", "tests/unit/plugins/lookup/"
    )


def _local(environment: Environment) -> tuple[str, ...]:
    return "--local", "--python", environment.core.python


def _unit_tests(environment: Environment, log: t.TextIO, *arguments: str, **options: t.Any) -> tuple[int, int]:
    good = run(environment, log, "ansible-test", "units", "--color", "no", *arguments, **options)
    passed, failed = counts(text(log))
    return passed, max(failed, int(not good or not passed))


@check
def package(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The package has the files that users need and no others, and works where nothing else is installed."""
    script = str(environment.collection / "tests" / "tools" / "package.sh")
    return one(run(environment, log, "bash", script, str(environment.collections)))


@check
def importer(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The checks of Galaxy for a package that is published."""
    script = str(environment.collection / "tests" / "tools" / "importer.sh")
    return one(run(environment, log, "bash", script, str(environment.folder / "importer")))


@check
def bench(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """Whether the benchmark works. Its times decide nothing."""
    script = str(environment.collection / "tests" / "benchmark" / "measure.py")
    page = str(environment.folder / "benchmarks.rst")
    good = run(environment, log, "python", script, "--quick", "--write", page, env=provide_bench(environment))
    passed = re.findall(r"^(\d+) passed$", text(log), re.MULTILINE)
    return int(passed[-1]) if good and passed else 0, int(not good)


@check
def hardening(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The promises about secrets and faults, tried on the whole product, or a part of them."""
    script = environment.collection / "tests" / "hardening" / "run.py"
    results = str(environment.folder / "hardening.json")
    variables = {**environment.variables, "PYTHONPATH": str(environment.collections)}
    names = part_of(sorted(path.stem for path in script.parent.glob("checks/[a-z]*.py")))
    good = run(environment, log, "python", str(script), "--write", results, *names, env=variables)
    passed = re.findall(r"^(\d+) passed$", text(log), re.MULTILINE)
    failed = re.findall(r"^(\d+) failed$", text(log), re.MULTILINE)
    return int(passed[-1]) if good and passed else 0, int(failed[-1]) if failed else int(not good)


@check
def breaks(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The hardening notices when the product is broken on purpose."""
    script = str(environment.collection / "tests" / "hardening" / "breaks.py")
    results = environment.folder / "breaks.json"
    variables = {**environment.variables, "PYTHONPATH": str(environment.collections)}
    good = run(environment, log, "python", script, "--write", str(results), env=variables)
    caught = text(log).count(": caught by ")
    return caught, text(log).count(": NOT NOTICED") or int(not good)


@check
def blocks(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The code blocks of the documentation, listed; the integration target of this name runs them, too."""
    folder = environment.collection / "tests" / "integration" / "targets" / "code_blocks"
    page = list(filter(None, [os.environ.get("PAGE")]))
    good = run(environment, log, "bash", "runme.sh", *page, cwd=folder)
    print(text(log), flush=True)
    passed = sum(int(number) for number in re.findall(r"^(\d+) passed$", text(log), re.MULTILINE))
    return passed, int(not good)
