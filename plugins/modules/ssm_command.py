# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ssm_command
short_description: Run a Systems Manager document on instances with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Sends a command with Run Command of AWS Systems Manager, waits for it, and returns the outcome and the output of each
    instance.
  - If the command did not succeed on an instance, the task fails, and its message names the instances.
  - A command always counts as a change. With O(command_id), the module only waits for an earlier command, sends only
    requests that read, and changes nothing.
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
    support: full
    details: The options are checked, and no command is sent.
  diff_mode:
    support: none
options:
  document_name:
    description:
      - The name of the document, such as V(AWS-RunShellScript), or its ARN. It is needed without O(command_id).
    type: str
  document_version:
    description:
      - The version of the document, V($LATEST) or V($DEFAULT). AWS defaults to V($DEFAULT).
    type: str
  instance_ids:
    description:
      - The IDs of the managed nodes, at most 50 (V(i-...) or V(mi-...)). It is mutually exclusive with O(targets).
    type: list
    elements: str
  targets:
    description:
      - The instances by tags or resource groups, at most 5 items, which all have to match.
    type: list
    elements: dict
    suboptions:
      key:
        description: The key, such as V(tag:role), V(InstanceIds) or V(resource-groups:Name).
        type: str
        required: true
      values:
        description: The values, 1 to 50.
        type: list
        elements: str
        required: true
  parameters:
    description:
      - The parameters of the document by name. A value is a text or a list of texts.
      - AWS stores them in the history of Run Command. For a secret, let the document read it on the instance, or refer to
        Parameter Store as V({{ '{{' }}ssm:NAME{{ '}}' }}).
    type: dict
  comment:
    description:
      - A comment for the history of Run Command, at most 100 characters.
    type: str
  max_concurrency:
    description:
      - The largest number of instances at the same time, as a number or a percentage. AWS defaults to V(50).
    type: str
  max_errors:
    description:
      - The number or percentage of failed instances after which AWS does not send the command to further ones. AWS defaults
        to V(0).
      - Each failed instance fails the task, also within this limit.
    type: str
  delivery_timeout:
    description:
      - The time in which the command has to start on an instance, in seconds (30 to 2,592,000). AWS defaults to V(3600).
    type: int
  output_bucket:
    description:
      - The S3 bucket to which the instances write their output. Their instance profile has to allow it.
      - Run Command itself keeps 24,000 characters of each stream. If an output is longer, it is read from here, up to
        1 MiB.
    type: str
  output_prefix:
    description:
      - The prefix of the output in O(output_bucket), at most 500 characters.
    type: str
  output_log_group:
    description:
      - The CloudWatch log group to which the instances write their output, up to 512 characters. It is read like
        O(output_bucket), which is preferred.
    type: str
  command_id:
    description:
      - The ID of an earlier command to wait for. No command is sent.
    type: str
  wait:
    description:
      - Whether to wait for the end of the command.
    type: bool
    default: true
  timeout:
    description:
      - The total time to wait for the command, in seconds. After it, the command continues in AWS.
    type: int
    default: 3600
  progress:
    description:
      - Whether to show the state of the command during the task, to standard error and to Ansible's log.
    type: bool
    default: true
notes:
  - SendCommand has no protection against repetition, so it is sent once. If the connection is lost then, the error states
    that the command may have been sent.
  - The permissions needed are C(ssm:SendCommand), C(ssm:ListCommands), C(ssm:ListCommandInvocations) and
    C(ssm:GetCommandInvocation). For output that is cut, C(s3:GetObject), or C(logs:DescribeLogStreams) and
    C(logs:GetLogEvents), are needed.
seealso:
  - module: octo.aws.aws_script
  - name: SendCommand
    description: The limits of the options.
    link: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
"""

EXAMPLES = r"""
- name: Restart a service on all instances of a role, a quarter at a time
  octo.aws.ssm_command:
    account: prod
    document_name: AWS-RunShellScript
    targets:
      - key: tag:role
        values: [web]
    parameters:
      commands: [systemctl restart nginx]
      executionTimeout: 600
    max_concurrency: 25%
    max_errors: 0
  register: restart

- name: Show the output of each instance
  ansible.builtin.debug:
    var: restart.outputs.stdout
"""

RETURN = r"""
command_id:
  description: The ID of the command. V(none) if none was sent.
  returned: when the account could be resolved
  type: str
  sample: 0831e1a8-a1ac-4257-a1fd-c831b48c4107
status:
  description: The state of the command. V(none) if it is not known.
  returned: when the account could be resolved
  type: str
  sample: Success
instances:
  description: The outcome on each instance.
  returned: when the account could be resolved
  type: list
  elements: dict
  contains:
    instance_id:
      description: The ID of the instance.
      type: str
      returned: success
    instance_name:
      description: Its name. Empty without one.
      type: str
      returned: success
    status:
      description: C(Success), C(Failed), C(TimedOut) or C(Cancelled).
      type: str
      returned: success
    status_details:
      description: The state in detail, such as C(DeliveryTimedOut) or C(Undeliverable).
      type: str
      returned: success
    response_code:
      description: The first code of its plugins that is not 0. V(-1) without one.
      type: int
      returned: success
    stdout:
      description: The output.
      type: str
      returned: success
    stderr:
      description: The error output.
      type: str
      returned: success
    truncated:
      description: Whether an output is not complete.
      type: bool
      returned: success
  sample:
    - instance_id: i-02573cafcfEXAMPLE
      instance_name: web1
      response_code: 0
      status: Success
      status_details: Success
      stderr: ""
      stdout: "active\n"
      truncated: false
failed_instances:
  description: The IDs of the instances on which the command did not succeed.
  returned: when the command has ended
  type: list
  elements: str
  sample: []
outputs:
  description: The ID and the state of the command, and C(stdout) by instance.
  returned: success
  type: dict
  sample: {command_id: 0831e1a8-a1ac-4257-a1fd-c831b48c4107, status: Success, stdout: {i-02573cafcfEXAMPLE: "active\n"}}
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
  description: The AWS region. V(none) if no region is set.
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

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import region_of, service_client
from ansible_collections.octo.aws.plugins.module_utils._ssm.command_run import CommandRun
from ansible_collections.octo.aws.plugins.module_utils._ssm.options import COMMAND_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._ssm.outputs import Outputs
from ansible_collections.octo.aws.plugins.module_utils._ssm.run_command import RunCommand


class CommandModule(HostModule):
    """Run a command on instances."""

    def __init__(self) -> None:
        # no_log keeps the arguments out of the host's log: parameters of a document may contain secrets.
        super().__init__(COMMAND_SPEC, supports_check_mode=True, no_log=True)

    def work(self) -> dict[str, t.Any]:
        check_options(self.params)
        if self.check_mode and not self.params["command_id"]:
            nothing: dict[str, t.Any] = {"command_id": None, "status": None, "stdout": {}}
            return {"changed": True, "command_id": None, "status": None, "instances": [], "outputs": nothing}
        config, secrets = self.config_file(), self.handover.secrets

        def client(service: str, **options: t.Any) -> t.Any:
            return service_client(self.handover, service, config, **options)

        run_command = RunCommand(client("ssm"), client("ssm", attempts=1), secrets)
        buckets = (self.params["output_bucket"] or "", self.params["output_log_group"] or "")
        outputs = Outputs(run_command, client, secrets, *buckets)
        result = CommandRun(run_command, outputs, self.sliced_work, self.params, region_of(self.handover)).result()
        for warning in outputs.warnings:
            self.warn(warning)
        return result


def main() -> None:
    module = CommandModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
