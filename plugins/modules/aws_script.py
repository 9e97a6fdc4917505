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
  - Runs a script, a command or an argument list on the target host, with the credentials of an account. Use it for the
    AWS CLI, and for every program that uses an AWS SDK.
  - On the controller, the environment of the program has no credentials, but E(AWS_CONTAINER_CREDENTIALS_FULL_URI) and
    E(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE), the address of a server and the path of a file with its token. The server
    listens on loopback until the task ends. AWS clients request the credentials there, and renew their session while the
    program runs.
  - On other hosts and with C(become), a program that can outlive its session gets such an address as well. That is a
    program without O(timeout), or with one that is longer than the remaining session. It runs in a process that has the
    credentials in memory, and the controller renews them there over the connection. A connection that is lost is tried
    again for 5 minutes. If the controller does not return before the session expires, the program is stopped.
  - Otherwise, in the background, and with connections that cannot pipeline, the credentials are in the environment of the
    program on these hosts, never in an argument or a file. The program must end before its session does.
  - AWS environment variables of the host that select an identity are removed, and C(~/.aws) is not read. For an account
    with credentials, the IAM role of the host is not used.
  - Without O(account), and for an account of type V(instance_role), the program uses the IAM role of the target host,
    with the roles to assume from there. No secret is sent to the host then, and AWS clients renew the session while the
    program runs.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
  - octo.aws.attributes.async
attributes:
  check_mode:
    support: partial
    details: Nothing is run in check mode. With O(creates) or O(removes), the result shows whether the program would run.
  diff_mode:
    support: none
    details: The changes of a script cannot be predicted.
options:
  script:
    description:
      - The content of a script.
      - It is written to a temporary file that only the user of the task can read, so that it is not visible in the
        process list. The file is removed afterwards.
    type: str
  executable:
    description:
      - The program that runs O(script), with its options, such as V(/bin/bash -euo pipefail).
      - The default is the program in the first line of O(script) if that starts with V(#!), such as V(#!/usr/bin/env
        python3), and V(/bin/sh) otherwise.
    type: str
  cmd:
    description: A command, with arguments separated by spaces and quoted as in a shell. The command is not passed through
      a shell.
    type: str
  argv:
    description: A command as a list of arguments.
    type: list
    elements: str
  chdir:
    description: The working folder on the host.
    type: path
  environment:
    description:
      - More environment variables. AWS variables that select an identity cannot be set.
      - O(account) and O(region) set the variables of the credentials, E(AWS_REGION) and E(AWS_DEFAULT_REGION).
      - Booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings and lists become JSON.
        V(null) is rejected.
      - C(AWS_DEFAULT_OUTPUT) defaults to V(json), also if the host sets it, so that the AWS CLI prints JSON unless
        C(--output) is given.
    type: dict
  environment_from:
    description:
      - Parameters of Parameter Store and secrets of Secrets Manager for the environment of the program. The account of the
        task reads them, on the host of the task.
      - V(ssm:/app/prod) gives one variable for each parameter below the path, at any depth. If there is none, it gives
        the parameter with exactly this name. C(/app/prod/db/password) becomes C(DB_PASSWORD).
      - V(secretsmanager:app/prod) gives one variable for each key of a secret that is a JSON object, and a single one,
        C(PROD), for a secret of any other text. V(secretsmanager:app/prod#api-key) gives one key, C(API_KEY).
      - A name in front gives a single variable of this name, from a parameter, a key or a whole secret, such as
        V(DB_PASSWORD=ssm:/app/prod/db/password) or V(API_KEY=secretsmanager:app/prod#key). Only C(ssm:GetParameter) is
        needed for a parameter then.
      - Instead of a name, each form takes an ARN. A parameter can have a version or a label, such as V(DB=ssm:/app/db:3).
      - In a derived name, letters become uppercase, and all characters but letters, digits and underscores become C(_).
        Two sources of the same variable are an error, and so are variables that begin with C(AWS_).
      - The values are in no file, argument or result. If the program prints one, it is masked, unless it has fewer than 6
        characters. All parameters are masked, also those of type C(String).
      - The limit of a variable is 131072 bytes (MAX_ARG_STRLEN of Linux), and that of all of them 1048576 bytes.
    type: list
    elements: str
  stdin:
    description: The content of standard input. Empty by default.
    type: str
  creates:
    description: A path or a pattern on the host. If it exists, nothing is run.
    type: path
  removes:
    description: A path or a pattern on the host. If it does not exist, nothing is run.
    type: path
  timeout:
    description: The timeout in seconds. The program and all processes that it started are then killed, and the task
      fails. There is no timeout by default.
    type: int
  expect_json:
    description:
      - Whether the task fails if standard output is not a mapping or a list in JSON.
      - By default, RV(json) is only omitted from the result.
    type: bool
    default: false
notes:
  - Set exactly one of O(script), O(cmd) and O(argv).
  - O(environment_from) requires boto3 and botocore on the host, and the permissions C(ssm:GetParametersByPath) and
    C(ssm:GetParameter) for parameters, C(secretsmanager:GetSecretValue) for secrets, and C(kms:Decrypt) if a customer
    managed KMS key encrypts them. Nothing is read in check mode, nor if O(creates) or O(removes) skips the program.
  - The task ends when the program ends. Background processes continue to run, but their later output is lost. Redirect it
    to a file, as in C(server >log 2>&1 &).
  - Secrets of the account that the program prints are masked in the result. Output written elsewhere is not masked.
  - Any version of the AWS CLI and of an AWS SDK that knows container credentials with a token file, or a
    C(credential_process) in the AWS config, works with such an address. An older one finds no credentials, and no other
    identity. For a program that reads keys from its environment, run C(eval "$(aws configure export-credentials --format
    env)") of version 2 of the AWS CLI before it in O(script). These keys are not renewed.
  - With C(become_method=su) and with some connections, ansible-core can send the arguments of a module only in a file. It
    removes the file when the module ends.
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

- name: Use the JSON output
  ansible.builtin.debug:
    var: listed.json.Buckets

- name: Use the parameters and secrets of the application
  octo.aws.aws_script:
    account: prod
    script: test -n "$API_KEY" && echo "The database is on $DB_HOST"
    environment_from:
      - ssm:/app/prod
      - secretsmanager:app/prod
      - API_KEY=secretsmanager:partners#api-key

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
  returned: when the program was run
  type: int
  sample: 0
stdout:
  description: The standard output.
  returned: when the program was run
  type: str
  sample: "{\"Buckets\": []}"
stdout_lines:
  description: The same, as a list of lines.
  returned: when the program was run
  type: list
  elements: str
  sample: ["{\"Buckets\": []}"]
stderr:
  description: The standard error.
  returned: when the program was run
  type: str
  sample: ""
stderr_lines:
  description: The same, as a list of lines.
  returned: when the program was run
  type: list
  elements: str
  sample: []
json:
  description: The parsed standard output, if it is a mapping or a list in JSON.
  returned: when standard output is a mapping or a list in JSON
  type: raw
  sample: {"Buckets": []}
outputs:
  description: RV(json), if it is a mapping. Otherwise, an empty mapping.
  returned: when the program was run
  type: dict
  sample: {"Buckets": []}
start:
  description: The start time (UTC).
  returned: when the program was run
  type: str
  sample: "2026-11-24 08:15:30.123456+00:00"
end:
  description: The end time (UTC).
  returned: when the program was run
  type: str
  sample: "2026-11-24 08:15:31.123456+00:00"
delta:
  description: The duration.
  returned: when the program was run
  type: str
  sample: "0:00:01.000000"
account:
  description: The name of the account. V(none) if no account is set.
  returned: when the account could be resolved
  type: str
  sample: prod
identity:
  description: The identity. V(none) if it was not requested, for the IAM role of the host.
  returned: when the account could be resolved
  type: dict
  sample:
    account_id: "123456789012"
    arn: arn:aws:iam::123456789012:user/deployer
    partition: aws
    user_id: AIDACKCEVSQ6C2EXAMPLE
region:
  description: The AWS region of the program's environment. V(none) if no region is set.
  returned: when the account could be resolved
  type: str
  sample: eu-central-1
executor:
  description: The host that ran the task.
  returned: when the account could be resolved
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of an IAM role of this host, so that no secret was sent to it.
  returned: when the account could be resolved
  type: bool
  sample: false
"""

import dataclasses
import glob
import os
import tempfile
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import environment_of
from ansible_collections.octo.aws.plugins.module_utils._host.environment_sources import parse_sources
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.program import CompletedScript, run
from ansible_collections.octo.aws.plugins.module_utils._host.script import SCRIPT_SPEC, build_command
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_texts

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
    from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
    from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials


class ScriptModule(HostModule):
    """Run a program in an environment with the account."""

    def __init__(self) -> None:
        # no_log keeps the arguments out of the host's log: a script, its environment and its input may contain secrets.
        super().__init__(SCRIPT_SPEC, supports_check_mode=True, no_log=True)
        self._sourced: dict[str, str] = {}
        self._sourced_secrets: list[str] = []

    def work(self) -> dict[str, t.Any]:
        reason = self.sliced_work.step(self._reason_to_skip)
        if reason:
            return {"changed": False, "skipped": True, "msg": reason}
        if self.handover.slice and self.handover.credentials:
            completed = self._run_in_agent(self.handover.slice, self.handover.credentials)
        else:
            command = build_command(self._script_file(self.tmpdir), self.params)
            if self.check_mode:
                sure = self.params["creates"] or self.params["removes"]
                return {"changed": bool(sure), "skipped": not sure, "msg": "Not run in check mode."}
            config_file = self.config_file()
            self._read_sources(config_file)
            completed = self._run(command, self.handover, config_file).masked(self.handover.secrets)
        return self._result(completed)

    def _run(
        self,
        command: list[str],
        handover: Handover,
        config_file: str = "",
        must_stop: t.Callable[[], bool] | None = None,
    ) -> CompletedScript:
        # The output format of the AWS CLI must not depend on the host.
        given = to_texts("environment", self.params["environment"] or {})
        own = {"AWS_DEFAULT_OUTPUT": "json", **self._sourced, **given}
        completed = run(
            command,
            chdir=self.params["chdir"],
            environment=environment_of(handover, {**os.environ, **own}, config_file),
            stdin=self.params["stdin"],
            timeout=self.params["timeout"],
            must_stop=must_stop,
        )
        return completed.masked(self._sourced_secrets)

    def _read_sources(self, config_file: str = "") -> None:
        """Read the variables of ``environment_from``, for the program only."""
        sources = parse_sources(self.params["environment_from"] or ())
        if not sources:
            return
        # Other tasks do not need botocore.
        from ansible_collections.octo.aws.plugins.module_utils._host.environment_values import EnvironmentValues
        from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client

        values = EnvironmentValues(
            lambda service: service_client(self.handover, service, config_file), self.handover.secrets
        ).read(sources, self.params["environment"] or {})
        self._sourced, self._sourced_secrets = values.variables, values.secrets

    def _run_in_agent(self, task_slice: Slice, credentials: Credentials) -> CompletedScript:
        """Run the program in a process that the slices of the task share.

        :raises SliceEnded: the program has not ended
        """
        # Other tasks do not need the modules of a server.
        from ansible_collections.octo.aws.plugins.module_utils._host.agent import end_agent, start_agent, wait_for_agent
        from ansible_collections.octo.aws.plugins.module_utils._host.control import socket_of

        def program(pointer: Pointer, must_stop: t.Callable[[], bool]) -> CompletedScript:
            command = build_command(self._script_file(os.path.dirname(pointer.token_file)), self.params)
            handover = dataclasses.replace(self.handover, credentials=None, pointer=pointer)
            return self._run(command, handover, must_stop=must_stop)

        def start() -> str:
            self._read_sources()
            return start_agent(credentials, program)

        folder = self.sliced_work.step(start)
        try:
            completed = wait_for_agent(folder, credentials, task_slice.seconds)
        except OctoAwsError as error:
            end_agent(folder)
            is_begun = error.code in (ErrorCode.EXECUTOR_FAILED, ErrorCode.SESSION_TOKEN_EXPIRED)
            raise PartialFailure.after(error, changed=is_begun) from None
        if completed is None:
            unfinished = {
                "subject": f"The {self._kind} on the host",
                "hint": "It is stopped at the latest when its session expires.",
                "values": {"changed": True},
            }
            self.sliced_work.report.update(unfinished=unfinished, socket=socket_of(folder))
            self.sliced_work.end_slice()
        if not task_slice.state:
            # Later, the controller does it: the connection can be lost before the result gets there.
            end_agent(folder)
        return completed

    @property
    def _kind(self) -> str:
        return "script" if self.params["script"] else "command"

    def _result(self, completed: CompletedScript) -> dict[str, t.Any]:
        kind = self._kind
        if completed.timed_out:
            self._fail(
                ErrorCode.SCRIPT_TIMED_OUT,
                f"The {kind} timed out after {self.params['timeout']} seconds, and was stopped.",
                completed,
            )
        if completed.rc:
            self._fail(ErrorCode.SCRIPT_FAILED, f"The {kind} failed with exit code {completed.rc}.", completed)
        if self.params["expect_json"] and completed.parsed() is None:
            self._fail(ErrorCode.SCRIPT_FAILED, "Standard output is not a mapping or a list in JSON.", completed)
        return {"changed": True, **completed.as_result()}

    def _fail(self, code: ErrorCode, message: str, completed: CompletedScript) -> t.NoReturn:
        output = completed.last_output()
        message = f"{message} Last output: {output.rstrip('.')}." if output else message
        raise PartialFailure.of(
            code, message, "See stdout and stderr in the result.", changed=True, **completed.as_result()
        )

    def _reason_to_skip(self) -> str | None:
        creates, removes = self.params["creates"], self.params["removes"]
        chdir = self.params["chdir"] or ""
        if creates and glob.glob(os.path.join(chdir, creates)):
            return f"Skipped, since {creates} exists."
        if removes and not glob.glob(os.path.join(chdir, removes)):
            return f"Skipped, since {removes} does not exist."
        return None

    def _script_file(self, folder: str) -> str | None:
        """Write the script into a new private file."""
        if not self.params["script"]:
            return None
        descriptor, path = tempfile.mkstemp(prefix="aws-script-", dir=folder)
        self.add_cleanup_file(path)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self.params["script"])
        return path


def main() -> None:
    module = ScriptModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
