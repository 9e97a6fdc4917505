# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tasks and programs that use an account by its name, and looks which identity they used, if any."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path

from harness.local_aws import LocalAws
from harness.machine import PROCESS, REGION, Machine, program
from harness.promises import Case

Task = dict[str, t.Any]
Cases = dict[str, Task]
Request = dict[str, t.Any]

_SERVICES = ("secretsmanager", "ssm")
"""What is read where the store is a service."""

_CASES_OF_PLAY = 40
_IMAGES = Path(__file__).parents[2] / "integration" / "targets" / "containers" / "images.py"

_FILES = {
    "stack.json": '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
    "whoami.yml": "- amazon.aws.aws_caller_info:\n",
    "client.yml": "- ansible.builtin.command: env -u AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONFIG_FILE=/dev/null "
    "aws sts get-caller-identity\n",
}
"""The files of the play."""


class Table:
    """A machine with an instance role, and with a shell that has keys of its own.

    :param folder: of its user
    """

    def __init__(self, folder: Path, aws: LocalAws) -> None:
        self.folder = folder
        self._aws = aws
        self._facts = aws.facts
        self.machine = Machine(folder, aws.facts)
        self.store = str(self.machine.store)
        for name, text in _FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        with zipfile.ZipFile(folder / "function.zip", "w") as archive:
            archive.writestr("app.py", "def handler(event, context): return {}\n")
        (folder / "images").mkdir()
        subprocess.run([sys.executable, str(_IMAGES), str(folder / "images")], check=True)
        self.machine.variables.update(self._of_shell())

    def _of_shell(self) -> dict[str, str]:
        key = self._facts["second_key"]
        profile = self.folder / "foreign"
        profile.write_text(
            f"[default]\naws_access_key_id = {key['access_key']}\naws_secret_access_key = {key['secret_key']}\n",
            encoding="utf-8",
        )
        return {
            "AWS_ACCESS_KEY_ID": key["access_key"],
            "AWS_SECRET_ACCESS_KEY": key["secret_key"],
            "AWS_SHARED_CREDENTIALS_FILE": str(profile),
            "AWS_DEFAULT_REGION": "eu-west-3",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self._facts["url"],
            "AWS_METADATA_SERVICE_TIMEOUT": "5",
        }

    def save(self, name: str, store: str, **fields: t.Any) -> None:
        """Save the account, with the keys that :meth:`is_prod` knows."""
        self.machine.have(name, fields=fields, OCTO_AWS_STORE=store)

    def command(self, name: str) -> str:
        """The command for AWS clients, as it stands in a profile."""
        return f"{sys.executable} -m {PROCESS} {name}"

    def has_code(self, promise: str, case: str, code: str, name: str, *options: str, **variables: t.Any) -> Case:
        """See that the command for AWS clients ends with an error with this code."""
        return Case(promise, case, self.machine.credentials(name, *options, **variables).problem_as_error(code))

    def is_prod(self, request: Request) -> bool:
        """Whether the account made it, or a session of the role that the account assumes."""
        return request["access_key"] == self._facts["access_key"] or ":assumed-role/deploy/" in str(request["session"])

    def is_host(self, request: Request) -> bool:
        """Whether the role of the host made it."""
        return ":assumed-role/instance/" in str(request["session"])

    def is_asked_only(self, request: Request) -> bool:
        """Whether it only asks for an identity."""
        return bool(request["action"] == "sts:GetCallerIdentity")

    def must_work(
        self, promise: str, cases: Cases, by: t.Callable[[Request], bool], **variables: t.Any
    ) -> t.Iterator[Case]:
        """See that each case works, and that every request was made by one identity."""
        self._aws.tell("reset", forget="requests")
        outcomes = self._play(cases, **variables)
        for case in cases:
            outcome = outcomes.get(case, {"through": False, "msg": "it was not run"})
            yield Case(promise, case, "" if outcome["through"] else outcome["msg"])
        requests = self._aws.tell("requests")
        # A registry gets a password that ECR gave, and no signed requests.
        others = [_shown(request) for request in requests if not _is_of_registry(request) and not by(request)]
        yield Case(promise, f"the requests of {len(cases)} cases", str(others) if others or not requests else "")

    def must_fail(
        self, promise: str, cases: Cases, by: t.Callable[[Request], bool] | None = None, **variables: t.Any
    ) -> t.Iterator[Case]:
        """See that each case ends in an error, and that nothing was requested.

        :param by: requests that may be made all the same
        """
        self._aws.tell("reset", forget="requests")
        outcomes = self._play(cases, **variables)
        for case in cases:
            outcome = outcomes.get(case)
            wrong = "" if outcome and not outcome["through"] and outcome["msg"].strip() else f"it went on: {outcome}"
            yield Case(promise, case, wrong)
        yield Case(promise, f"the requests of {len(cases)} cases: {' / '.join(cases):.60} ...", self._requested(by))

    def program_must_fail(self, promise: str, case: str, command: list[str], **variables: t.Any) -> Case:
        """See that a program fails, says why, prints no credentials, and that nothing was requested."""
        self._aws.tell("reset", forget="requests")
        answer = self.machine.run(*command, **variables)
        said = answer.out + answer.errors
        if not answer.code or not said.strip() or "Traceback" in said or "SecretAccessKey" in said:
            return Case(promise, case, f"it ended with {answer.code}: {said[-1000:]}")
        return Case(promise, case, self._requested())

    def damage(self, service: str, prefix: str) -> None:
        """Put something else in the place of the record of ``prod``."""
        command = {
            "secretsmanager": ["put-secret-value", "--secret-id", f"{prefix}/prod", "--secret-string", "damaged"],
            "ssm": ["put-parameter", "--overwrite", "--name", f"{prefix}/prod", "--value", "damaged"],
        }[service]
        answer = self.machine.run(program("aws"), service, *command, "--region", REGION)
        if answer.code:
            raise RuntimeError(answer.errors)

    def _requested(self, by: t.Callable[[Request], bool] | None = None) -> str:
        """The requests that should not have been made."""
        by = by or self._reads_store
        return ", ".join(_shown(request) for request in self._aws.tell("requests") if not by(request))

    def _reads_store(self, request: Request) -> bool:
        """Whether it reads a store, with the account that the URL of the store names."""
        service = request["action"].partition(":")[0]
        return service in _SERVICES and bool(request["access_key"] == self._facts["access_key"])

    def _play(self, cases: Cases, **variables: t.Any) -> dict[str, dict[str, t.Any]]:
        """How each case ended: ``through``, or with a message."""
        rest = iter(cases.items())
        outcomes: dict[str, dict[str, t.Any]] = {}
        while some := dict(itertools.islice(rest, _CASES_OF_PLAY)):
            outcomes |= self._play_some(some, **variables)
        return outcomes

    def _play_some(self, cases: Cases, **variables: t.Any) -> dict[str, dict[str, t.Any]]:
        outcomes = self.folder / "outcomes.json"
        outcomes.unlink(missing_ok=True)
        playbook = self.folder / "play.yml"
        playbook.write_text(json.dumps([_play_of(cases, self._facts, str(outcomes))]), encoding="utf-8")
        options = ("-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}")
        answer = self.machine.run(program("ansible-playbook"), str(playbook), *options, **variables)
        if not outcomes.exists():
            raise RuntimeError(f"the play did not come to its end: {answer.out[-3000:]}{answer.errors[-3000:]}")
        return {outcome["case"]: outcome for outcome in json.loads(outcomes.read_text(encoding="utf-8"))}


def programs(name: str, store: str) -> dict[str, list[str]]:
    """Programs that use an account by its name.

    :param store: to copy it from
    """
    copied = {"copy_from": store, "copy_names": [name]}
    return {
        "credential_process": [sys.executable, "-m", PROCESS, name],
        "test_account": [
            program("ansible-playbook"),
            "octo.aws.test_account",
            "-e",
            json.dumps({"account_name": name}),
        ],
        "copy_accounts": [
            program("ansible-playbook"),
            "octo.aws.copy_accounts",
            "-e",
            json.dumps(copied),
            "-e",
            "octo_aws_store=copies",
        ],
    }


def _is_of_registry(request: Request) -> bool:
    return str(request["action"]).startswith("registry:")


def _shown(request: Request) -> str:
    return f"{request['action']} by {request.get('session') or request.get('access_key')}"


def _play_of(cases: Cases, facts: dict[str, t.Any], outcomes: str) -> Task:
    """A play that goes on after each case."""
    tasks: list[Task] = [{"ansible.builtin.set_fact": {"outcomes": []}}]
    tasks += [
        {
            "vars": {"case": case},
            "block": [task, {"ansible.builtin.set_fact": {"outcomes": _with_outcome(through=True)}}],
            "rescue": [{"ansible.builtin.set_fact": {"outcomes": _with_outcome(through=False)}}],
        }
        for case, task in cases.items()
    ]
    tasks.append({"ansible.builtin.copy": {"content": "{{ outcomes | to_json }}", "dest": outcomes, "mode": "0600"}})
    variables = {
        "accounts": {"production": "prod"},
        "no_names": [],
        "hops": [{"role_arn": facts["roles"]["deploy"]}],
        "readers": "{{ lookup('ansible.builtin.env', 'OCTO_AWS_STORE') }}",
    }
    return {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}


def _with_outcome(*, through: bool) -> str:
    message = "''" if through else "ansible_failed_result.msg | default('') | string"
    return f"{{{{ outcomes + [{{'case': case, 'through': {through}, 'msg': {message}}}] }}}}"
