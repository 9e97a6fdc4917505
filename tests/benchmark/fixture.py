# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a scenario is measured: a machine of its own, as the hardening has them, and the fake AWS."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import shutil
import sys
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hardening"))
from harness.local_aws import LocalAws
from harness.machine import REGION, Machine, program
from rounds import Effort, Row, time_rows

if t.TYPE_CHECKING:
    from collections.abc import Mapping

AWS_CLI = "/usr/bin/aws"
"""Version 2, of Debian."""

_CONFIG = """\
[profile keys]
region = {region}
aws_access_key_id = {access_key}
aws_secret_access_key = {secret_key}

[profile deploy]
region = {region}
role_arn = {role}
source_profile = keys
"""


class Fixture:
    """A machine with the fake AWS, two accounts, and the same as profiles of AWS clients.

    :param folder: an empty one, which is removed afterwards
    """

    def __init__(self, folder: Path, effort: Effort) -> None:
        self.folder = folder
        self.effort = effort
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> t.Self:
        self.aws = self._stack.enter_context(LocalAws(self.folder))
        self.facts = self.aws.facts
        self.role: str = self.facts["roles"]["deploy"]
        self.machine = Machine(self.folder / "machine", self.facts)
        config = self.write("aws-config", _CONFIG.format(region=REGION, role=self.role, **self.facts))
        self.variables = {
            **self.machine.variables,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([self.machine.variables["PYTHONPATH"], os.environ.get("PYTHONPATH", "")]),
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.machine.folder / "aws-credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_CONFIG": str(self.write("ansible.cfg", "")),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        }
        self.machine.have("keys")
        self.machine.have("role", fields={"assume_role": [{"role_arn": self.role}]})
        # From here on, compiled code is kept, and nobody measures the first use after an installation.
        self.machine.credentials("role")
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def write(self, name: str, text: str) -> Path:
        """A file of this machine."""
        path = self.machine.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def seal(self, name: str, text: str) -> Path:
        """A file of this machine, sealed by Ansible Vault.

        :raises RuntimeError: it could not be
        """
        path = self.write(name, text)
        done = self.machine.run(program("ansible-vault"), "encrypt", str(path))
        if done.code:
            raise RuntimeError(done.errors)
        return path

    def play(self, name: str, tasks: t.Any, *options: str, defaults: t.Any = None) -> tuple[str, ...]:
        """The command that runs a play, which is written to a file."""
        play = {"hosts": "all", "gather_facts": False, "module_defaults": defaults or {}, "tasks": tasks}
        path = self.write(f"{name}.yml", json.dumps([play]))
        inventory = () if "-i" in options else ("-i", "localhost,")
        return program("ansible-playbook"), *inventory, "-c", "local", *options, str(path)

    def time(self, rows: Mapping[str, Row], rounds: int) -> dict[str, list[float]]:
        """Time rows side by side."""
        return time_rows(rows, rounds, self.effort, self.variables, self.folder)

    def forget_sessions(self) -> None:
        """No process finds a session, neither of ours nor of another AWS client."""
        for folder in (self.machine.sessions, self.machine.home / ".aws"):
            shutil.rmtree(folder, ignore_errors=True)

    def forget_requests(self) -> None:
        """Count from here on."""
        self.aws.tell("reset", now=True)

    def requests(self) -> dict[str, int]:
        """What STS was asked for, and how often."""
        actions = (str(entry["action"]).partition(":") for entry in self.aws.tell("requests"))
        return collections.Counter(action for service, _colon, action in actions if service == "sts")
