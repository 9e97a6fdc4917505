# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine with a store and a session cache, where AWS is the fake AWS, and what people run there."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import typing as t
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[2]
_COLLECTIONS = _TESTS.parents[3]
PROCESS = "ansible_collections.octo.aws.plugins.plugin_utils.credential_process"
_PATIENCE = 180.0

REGION = "eu-central-1"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    errors: str

    @property
    def document(self) -> dict[str, t.Any]:
        """The credentials that it printed, if it did."""
        document: dict[str, t.Any] = json.loads(self.out) if self.code == 0 else {}
        return document

    def problem(self, key: str, *, warnings: int = 0) -> str:
        """What is wrong with it as an answer.

        :param key: how the access key has to begin
        :param warnings: how many are right
        """
        if self.code or not str(self.document.get("AccessKeyId")).startswith(key):
            return f"it answered {self.code}: {self.out:.100} {self.errors:.1000}"
        said = self.errors.count("[WARNING]")
        return "" if said == warnings else f"{said} warnings, where {warnings} are right: {self.errors:.1000}"

    def problem_as_error(self, code: str) -> str:
        """What is wrong with it as an error with this code of ours."""
        said = self.out + self.errors
        if not self.code or f"({code})" not in said or "Traceback" in said:
            return f"it answered {self.code}: {said:.1000}"
        return ""


class Machine:
    """One machine.

    :param folder: of its user
    :param facts: of the fake AWS
    """

    def __init__(self, folder: Path, facts: dict[str, t.Any]) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.store = folder / "store"
        self.home = folder / "home"
        self.sessions = folder / "home" / ".ansible" / "octo" / "aws" / "sessions"
        self._facts = facts
        self.home.mkdir()
        password = folder / "password"
        password.write_text("vault-password\n", encoding="utf-8")
        self.variables = {
            **clean_environment(),
            "HOME": str(self.home),
            "PYTHONPATH": str(_COLLECTIONS),
            "ANSIBLE_COLLECTIONS_PATH": str(_COLLECTIONS),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(password),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "OCTO_AWS_STORE": str(self.store),
            "AWS_ENDPOINT_URL": facts["url"],
            "NO_PROXY": "*",
        }

    def run(self, *command: str, umask: int = -1, patience: float = _PATIENCE, **variables: str | None) -> Answer:
        """Run a command, which ends after so many seconds of patience, with all that it started.

        :param variables: more variables of its environment, or ``None`` for one that it shall not have
        """
        given = {**self.variables, **variables}
        process = subprocess.Popen(
            command,
            env={name: value for name, value in given.items() if value is not None},
            cwd=self.folder,
            umask=umask,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        try:
            out, errors = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Answer(-signal.SIGKILL, "", f"it did not end within {patience:.0f} seconds")
        return Answer(process.returncode, out.decode("utf-8", "replace"), errors.decode("utf-8", "replace"))

    def credentials(self, name: str, *options: str, through: t.Sequence[str] = (), **given: t.Any) -> Answer:
        """The credentials of an account, by the command for AWS clients.

        :param through: a command that runs it
        :param given: see :meth:`run`
        """
        return self.run(*through, sys.executable, "-m", PROCESS, name, *options, **given)

    def save(self, name: str, through: t.Sequence[str] = (), fields: t.Any = None, **given: t.Any) -> Answer:
        """Save an account without a test, by the module."""
        keys = {"access_key": self._facts["access_key"], "secret_key": self._facts["secret_key"], "region": REGION}
        arguments = json.dumps({"name": name, "test": False, **keys, **(fields or {})})
        return self.run(
            *through, program("ansible"), "localhost", "-m", "octo.aws.aws_account", "-a", arguments, **given
        )

    def have(self, name: str, **given: t.Any) -> None:
        """Save an account, for what is tried next."""
        answer = self.save(name, **given)
        if answer.code:
            raise RuntimeError(f"{name} was not saved: {answer.out}{answer.errors}")

    def have_all(self) -> None:
        """Save an account with keys, one with a role, one whose name is not ASCII, and one that needs a code."""
        roles = self._facts["roles"]
        self.have("keys")
        self.have("role", fields={"assume_role": [{"role_arn": roles["deploy"]}]})
        self.have("Zoë 世界")
        self.have("code", fields={"assume_role": [{"role_arn": roles["mfa"], "mfa_serial": self._facts["mfa_serial"]}]})


def program(name: str) -> str:
    """A program of this Python's environment."""
    return str(Path(sys.executable).parent / name)


def clean_environment() -> dict[str, str]:
    """The environment of this process, without what Ansible, AWS clients and the collection would read."""
    ours = ("AWS_", "OCTO_", "ANSIBLE_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def mounted(mount: str, folder: Path) -> list[str]:
    """A command that runs another where ``mount`` was done first, and where nobody else sees it.

    :param mount: a shell command in which ``$1`` is the folder, which is made
    """
    folder.mkdir(parents=True, exist_ok=True)
    script = f'{mount} && shift && exec "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder)]
