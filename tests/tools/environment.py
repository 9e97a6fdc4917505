# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the environment that one ansible-core is tested in, below ``.work``: a virtual environment, the collections of
the ``ansible`` package that are needed, and a copy of this checkout where Ansible looks for it.

    python tests/tools/environment.py [CORE]

Nothing outside of ``.work`` is written, the home folder included. Needs PyPI, or a mirror that pip knows.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import typing as t
import urllib.request
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
WORK = CHECKOUT / ".work"


@dataclasses.dataclass(frozen=True)
class Core:
    """An ansible-core that is supported, the Python that it is tested with, and the ``ansible`` package of its time."""

    version: str
    python: str
    package: str


CORES = {
    core.version: core
    for core in (
        Core("2.19", python="3.11", package="12"),
        Core("2.20", python="3.12", package="13"),
        Core("2.21", python="3.12", package="14"),
        Core("2.22", python="3.13", package="15"),
    )
}
COLLECTIONS = ("amazon/aws", "community/aws")
"""Taken from the ``ansible`` package."""

_DOWNLOADING = threading.Lock()

_GET_PIP = '''\
"""Stands in for get-pip.py, which ansible-test downloads from a host that cannot be reached from here."""

import os
import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip"])
arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
os.execv(sys.executable, [sys.executable, "-m", "pip", "install", *arguments])
'''


class Ended(t.NamedTuple):
    """A program that ended, with the seconds of the processor that it and its children took."""

    command: tuple[str, ...]
    returncode: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class Environment:
    """Where the parts of an environment are."""

    core: Core

    @property
    def folder(self) -> Path:
        return WORK / self.core.version

    @property
    def bin(self) -> Path:
        return self.folder / "venv" / "bin"

    @property
    def collections(self) -> Path:
        return self.folder / "collections"

    @property
    def collection(self) -> Path:
        """The copy of the checkout."""
        return self.collections / "ansible_collections" / "octo" / "aws"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def variables(self) -> dict[str, str]:
        """The environment to run programs in: nothing of the user's that Ansible or AWS clients would read."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("AWS_", "ANSIBLE_", "OCTO_", "PYTHON"))
        }
        return {
            **kept,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "LC_ALL": "C.UTF-8",
            "TERM": os.environ.get("TERM", "dumb"),
        }

    def run(self, *command: str, **options: object) -> Ended:
        """Run a program of the environment in the copy of the checkout."""
        settings: dict[str, object] = {"cwd": self.collection, "env": self.variables, **options}
        process = subprocess.Popen(command, **settings)  # type: ignore[call-overload]
        _process, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(command, process.returncode, usage.ru_utime + usage.ru_stime)


def default_core() -> Core:
    """The newest released core that the running Python is the one for; for a newer Python, the newest of all."""
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    matching = [core for core in CORES.values() if core.python == running]
    return matching[-1] if matching else list(CORES.values())[-1]


def prepare(core: Core) -> Environment:
    """Make, or bring up to date, the environment of a core."""
    environment = Environment(core)
    environment.home.mkdir(parents=True, exist_ok=True)
    _make_virtual_environment(environment)
    _unpack_collections(environment)
    _copy_checkout(environment)
    return environment


def find_python(version: str) -> str | None:
    """The interpreter of a version, from ``PATH`` or pyenv, if there is one."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    pyenv = shutil.which("pyenv")
    homes = [Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))]
    homes += [Path(pyenv).resolve().parents[1]] if pyenv else []
    candidates = [shutil.which(f"python{version}")]
    candidates += [str(p) for home in homes for p in sorted(home.glob(f"versions/{version}.*/bin/python{version}"))]
    for candidate in filter(None, candidates):
        # A shim of pyenv exists for versions that are not selected, too, and fails.
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def missing_python(version: str, reason: str) -> str:
    """The message for a Python that was not found."""
    return (
        f"Python {version} is missing: {reason}. It was not found on PATH or in pyenv. "
        f"Install it with 'pyenv install {version}' or 'uv python install {version}'."
    )


def host_python() -> str:
    """The oldest Python that ``tests/config.yml`` promises for hosts."""
    text = (CHECKOUT / "tests" / "config.yml").read_text(encoding="utf-8")
    [version] = re.findall(r'python_requires: ">=([\d.]+)"', text)
    return str(version)


def _make_virtual_environment(environment: Environment) -> None:
    requirements = [CHECKOUT / "requirements.txt", CHECKOUT / "requirements-dev.txt"]
    wanted = hashlib.sha256(
        b"".join(path.read_bytes() for path in requirements) + _find_core(environment.core)
    ).hexdigest()
    stamp = environment.folder / "venv.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Making the environment of ansible-core {environment.core.version} ...", flush=True)
    venv = environment.folder / "venv"
    shutil.rmtree(venv, ignore_errors=True)
    python = find_python(environment.core.python)
    if not python:
        sys.exit(missing_python(environment.core.python, f"ansible-core {environment.core.version} is tested with it"))
    subprocess.run([python, "-m", "venv", str(venv)], check=True)
    core = _find_core(environment.core).decode()
    # --pre is for the core alone: a test tool's pre-release has no place here.
    _pip(environment, "install", "--pre", core)
    _pip(environment, "install", core, *(f"-r{path}" for path in requirements))
    stamp.write_text(wanted)


def _find_core(core: Core) -> bytes:
    return f"ansible-core>={core.version}.0rc1,<{core.version}.999".encode()


def _unpack_collections(environment: Environment) -> None:
    target = environment.collections / "ansible_collections"
    if all((target / name / "MANIFEST.json").exists() for name in COLLECTIONS):
        return
    downloads = environment.folder / "download"
    package = environment.core.package
    _pip(environment, "download", "--no-deps", "-d", str(downloads), f"ansible>={package}.0a1,<{package}.999")
    [wheel] = downloads.glob("ansible-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in COLLECTIONS:
            # Unpacked beside its place first, so that what is in its place is whole.
            prefix = f"ansible_collections/{name}/"
            archive.extractall(downloads, [entry for entry in archive.namelist() if entry.startswith(prefix)])
            shutil.rmtree(target / name, ignore_errors=True)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (downloads / "ansible_collections" / name).rename(target / name)
    shutil.rmtree(downloads)


def provide_bench(environment: Environment) -> dict[str, str]:
    """Install what the benchmark needs, beside the virtual environment: the variables to run it with."""
    requirements = CHECKOUT / "requirements-bench.txt"
    packages, stamp = environment.folder / "bench", environment.folder / "bench.stamp"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(packages, ignore_errors=True)
        _pip(environment, "install", "--target", str(packages), f"-r{requirements}")
        stamp.write_text(wanted)
    return {**environment.variables, "PYTHONPATH": f"{environment.collections}{os.pathsep}{packages}"}


def _pip(environment: Environment, *arguments: str) -> None:
    command = [str(environment.bin / "python"), "-m", "pip", "--quiet", *arguments]
    variables = {**os.environ, "PIP_CACHE_DIR": str(WORK / "pip")}
    done = subprocess.run(command, env=variables, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _copy_checkout(environment: Environment) -> None:
    """What git knows or would take, so that nothing of ``.work`` or of an editor is tested or shipped."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    shutil.rmtree(environment.collection, ignore_errors=True)
    # Without a repository of its own, ansible-test asks the one around it, which ignores .work.
    subprocess.run(["git", "init", "--quiet", str(environment.collection)], check=True)
    for name in (os.fsdecode(entry) for entry in listed if entry):
        if (CHECKOUT / name).is_file():
            (environment.collection / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, environment.collection / name)


def provide_downloads(environment: Environment) -> None:
    """Stand in for files that ansible-test takes from other hosts than the package index, if they are unreachable."""
    with _DOWNLOADING:
        _provide_downloads(environment)


def _provide_downloads(environment: Environment) -> None:
    _provide_get_pip(environment)
    # ansible-core 2.22 names an archive of unreleased code, for Python 3.15; the release does for the others.
    for path in environment.folder.glob("venv/lib/python3*/site-packages/ansible_test/_data/requirements/*.txt"):
        text = path.read_text()
        for name, url in re.findall(r"^(\w+) @ (https://[^#\s]+)\S*", text, re.MULTILINE):
            if _download(url) is None:
                text = re.sub(rf"^{name} @ .*$", name, text, flags=re.MULTILINE)
        if text != path.read_text():
            path.write_text(text)


def _provide_get_pip(environment: Environment) -> None:
    script = (
        "from types import SimpleNamespace as N\n"
        "from ansible_test._internal.python_requirements import get_venv_packages\n"
        "from ansible_test._internal.constants import SUPPORTED_PYTHON_VERSIONS as V\n"
        "print(*{get_venv_packages(N(version=v))['pip'] for v in V})\n"
    )
    python = str(environment.bin / "python")
    versions = subprocess.run([python, "-c", script], text=True, capture_output=True, check=True).stdout.split()
    cache = environment.home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in versions:
        target = cache / f"get_pip_{re.sub(r'[.]', '_', version)}.py"
        if not target.exists():
            data = _download(f"https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py")
            target.write_bytes(data or _GET_PIP.encode())


def _download(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            data: bytes = answer.read()
    except OSError:
        return None
    return data


if __name__ == "__main__":
    print(prepare(CORES[sys.argv[1]] if sys.argv[1:] else default_core()).bin)
