# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_script
short_description: Run a script or a command with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Runs a script, a command or a list of words on the host that the task is for, with the credentials of an account. It is the
    module for the AWS CLI, and for everything else that uses an AWS SDK.
  - The credentials are in the environment of the program and nowhere else, neither in an argument nor in a file.
    Of the variables of AWS clients that the host has, only those that choose no identity are kept, C(~/.aws) is not read, and
    for an account with credentials the role of the host is not used.
  - Without O(account), and for an account of type V(instance_role), the program uses the IAM role of the host itself, with
    the roles to assume from there. Nothing secret is sent to the host then, and AWS clients renew the session by
    themselves while the program runs.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
attributes:
  check_mode:
    support: partial
    details: Nothing is run in check mode. With O(creates) or O(removes), it says whether something would be run.
  diff_mode:
    support: none
    details: Nobody knows what a script will change.
  async:
    support: full
    details: The host holds the module with its arguments in a file until it ends, as ansible-core has it for every module.
options:
  script:
    description:
      - The text of a script.
      - It is put into a file that only its user can read, so that it is in no list of processes, and removed afterwards.
    type: str
  executable:
    description:
      - The program that runs O(script), with options for it, such as V(/bin/bash -euo pipefail).
      - When it is left out, the first line of O(script) decides if it begins with V(#!), as in V(#!/usr/bin/env python3), and
        V(/bin/sh) runs all others.
    type: str
  cmd:
    description: A command, with words separated by spaces and quoted as in a shell. No shell looks at it.
    type: str
  argv:
    description: A command as a list of words.
    type: list
    elements: str
  chdir:
    description: The folder on the host to run it in.
    type: path
  environment:
    description:
      - More variables for its environment. Of those of AWS clients, only the ones that choose no identity can be set.
      - O(account) and O(region) say what E(AWS_ACCESS_KEY_ID), E(AWS_REGION) and their like are.
      - Truth values become V(true) and V(false), dates are written as in V(2026-11-24), and mappings and lists become JSON.
        Null is refused.
      - C(AWS_DEFAULT_OUTPUT) is V(json) unless it is among them, whatever the host has, so that the AWS CLI answers in JSON
        where no C(--output) is given.
    type: dict
  stdin:
    description: What it reads from standard input. Without it, standard input is empty.
    type: str
  creates:
    description: A file, or a pattern of files, on the host. Where it exists, nothing is run.
    type: path
  removes:
    description: A file, or a pattern of files, on the host. Where it does not exist, nothing is run.
    type: path
  timeout:
    description: Seconds after which it is ended, with all that it started, and the task fails.
    type: int
  expect_json:
    description:
      - Whether the task fails when standard output is neither a mapping nor a list in JSON. Otherwise, there is just no
        RV(json) in the result.
    type: bool
    default: false
notes:
  - Give exactly one of O(script), O(cmd) and O(argv).
  - The task ends when the program ends. What the program leaves running in the background goes on, and what that prints
    from then on is lost. Redirect its output to a file, as in C(server >log 2>&1 &).
  - A secret of the account that the program prints is masked in the result. What it writes elsewhere is its own affair.
  - On ansible-core, C(become) with C(su) and some connections cannot send arguments of a module but in a file. ansible-core
    removes it when the module ends.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_identity
  - module: ansible.builtin.command
"""

EXAMPLES = r"""
- name: List the buckets of prod
  octo.aws.aws_script:
    account: prod
    cmd: aws s3api list-buckets
  register: listed

- name: Use what was listed
  ansible.builtin.debug:
    var: listed.json.Buckets

- name: Run a script with the IAM role of each worker
  octo.aws.aws_script:
    script: |
      set -e
      who="$(aws sts get-caller-identity --query Arn --output text)"
      echo "I am ${who}"
    executable: /bin/bash
    region: eu-central-1
"""

RETURN = r"""
rc:
  description: The exit code.
  returned: when it was run
  type: int
  sample: 0
stdout:
  description: What it wrote to standard output.
  returned: when it was run
  type: str
  sample: "{\"Buckets\": []}"
stdout_lines:
  description: The same as a list of lines.
  returned: when it was run
  type: list
  elements: str
  sample: ["{\"Buckets\": []}"]
stderr:
  description: What it wrote to standard error.
  returned: when it was run
  type: str
  sample: ""
stderr_lines:
  description: The same as a list of lines.
  returned: when it was run
  type: list
  elements: str
  sample: []
json:
  description: Standard output, if it is a mapping or a list in JSON.
  returned: when it is
  type: raw
  sample: {"Buckets": []}
outputs:
  description: RV(json), if it is a mapping. An empty mapping if it is not.
  returned: when it was run
  type: dict
  sample: {"Buckets": []}
start:
  description: When it was started (UTC).
  returned: when it was run
  type: str
  sample: "2026-11-24 08:15:30.123456+00:00"
end:
  description: When it ended.
  returned: when it was run
  type: str
  sample: "2026-11-24 08:15:31.123456+00:00"
delta:
  description: How long it took.
  returned: when it was run
  type: str
  sample: "0:00:01.000000"
account:
  description: The name of the account. V(none) without one.
  returned: when the account could be resolved
  type: str
  sample: prod
identity:
  description: Who it is. V(none) where nobody asked the role of the host.
  returned: when the account could be resolved
  type: dict
  sample:
    account_id: "123456789012"
    arn: arn:aws:iam::123456789012:user/deployer
    partition: aws
    user_id: AIDACKCEVSQ6C2EXAMPLE
region:
  description: The region of its environment. V(none) when nobody named one.
  returned: when the account could be resolved
  type: str
  sample: eu-central-1
executor:
  description: The host that did the work.
  returned: when the account could be resolved
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of a role of this host, and nothing secret was handed over.
  returned: when the account could be resolved
  type: bool
  sample: false
"""

import glob
import os
import tempfile
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, WorkError
from ansible_collections.octo.aws.plugins.module_utils._executor import environment_of
from ansible_collections.octo.aws.plugins.module_utils._module import WorkModule
from ansible_collections.octo.aws.plugins.module_utils._program import Ended, run
from ansible_collections.octo.aws.plugins.module_utils._script import SCRIPT_SPEC, command_of
from ansible_collections.octo.aws.plugins.module_utils._yaml_values import texts_of


class ScriptModule(WorkModule):
    """Runs a program in an environment that leads to the account."""

    def __init__(self) -> None:
        # no_log keeps the arguments out of the host's log: a script, its environment and its input may hold secrets.
        super().__init__(SCRIPT_SPEC, supports_check_mode=True, no_log=True)

    def work(self) -> dict[str, t.Any]:
        why_not = self._reason_to_skip()
        if why_not:
            return {"changed": False, "skipped": True, "msg": why_not}
        command = command_of(self._script_file(), self.params)
        if self.check_mode:
            sure = self.params["creates"] or self.params["removes"]
            return {"changed": bool(sure), "skipped": not sure, "msg": "In check mode, nothing is run."}
        # What the host says of the output of the AWS CLI is no matter of the task.
        own = {"AWS_DEFAULT_OUTPUT": "json", **texts_of("environment", self.params["environment"] or {})}
        ended = run(
            command,
            chdir=self.params["chdir"],
            environment=environment_of(self.handover, {**os.environ, **own}, self.config_file()),
            stdin=self.params["stdin"],
            timeout=self.params["timeout"],
        ).without(self.handover.secrets)
        if ended.timed_out:
            self._fail(
                ErrorCode.SCRIPT_TIMED_OUT, f"It took more than {self.params['timeout']} seconds, and was ended.", ended
            )
        if ended.rc:
            self._fail(ErrorCode.SCRIPT_FAILED, f"It ended with the exit code {ended.rc}.", ended)
        if self.params["expect_json"] and ended.parsed() is None:
            self._fail(
                ErrorCode.SCRIPT_FAILED, "It did not print a mapping or a list in JSON, and nothing else.", ended
            )
        return {"changed": True, **ended.as_result()}

    def _fail(self, code: ErrorCode, message: str, ended: Ended) -> t.NoReturn:
        said = ended.last_words()
        message = f"{message} Its last words: {said.rstrip('.')}." if said else message
        raise WorkError.of(
            code, message, "Standard output and standard error are in the result.", changed=True, **ended.as_result()
        )

    def _reason_to_skip(self) -> str | None:
        creates, removes = self.params["creates"], self.params["removes"]
        chdir = self.params["chdir"] or ""
        if creates and glob.glob(os.path.join(chdir, creates)):
            return f"It was not run, since {creates} exists."
        if removes and not glob.glob(os.path.join(chdir, removes)):
            return f"It was not run, since {removes} does not exist."
        return None

    def _script_file(self) -> str | None:
        if not self.params["script"]:
            return None
        descriptor, path = tempfile.mkstemp(prefix="aws-script-", dir=self.tmpdir)
        self.add_cleanup_file(path)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self.params["script"])
        return path


def main() -> None:
    module = ScriptModule()
    module.do(module.work)


if __name__ == "__main__":
    main()
