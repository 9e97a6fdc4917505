# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_run
short_description: Run a one-off Amazon ECS task with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Runs a task of Amazon ECS once, such as a database migration, waits for its end, and fails unless its containers exit
    with 0.
  - The message of a failure contains the reasons of the task and its containers, and the end of the log in CloudWatch Logs.
  - If a task that an earlier run started with the same options has not stopped yet, the module waits for it instead of
    starting another one; see O(resume).
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
    details: The task definition is read. No task is started.
  diff_mode:
    support: full
    details: The diff has the task definition.
options:
  cluster:
    description: The name of the cluster, at most 255 letters, digits, hyphens and underscores, or its ARN.
    type: str
    default: default
  task_definition:
    description:
      - The task definition, as C(FAMILY:REVISION), as an ARN, or as C(FAMILY) for its latest revision.
    type: str
    required: true
  containers:
    description: Overrides for containers of the task definition.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the container. The task definition must have it.
        type: str
        required: true
      command:
        description: The command of the container.
        type: list
        elements: str
      environment:
        description:
          - Environment variables to set, besides those of the task definition.
          - Numbers become strings, booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings
            and lists become JSON. V(null) is rejected.
          - All users who can read the task can read them.
        type: dict
      cpu:
        description: The CPU units of the container. 1024 units are one vCPU.
        type: int
      memory:
        description: The hard limit of memory in MiB, at least 4.
        type: int
      memory_reservation:
        description: The soft limit of memory in MiB, at least 4.
        type: int
  cpu:
    description: The CPU units of the task, such as V(512), or V(1 vCPU). Defaults to those of the task definition.
    type: str
  memory:
    description: The memory of the task in MiB, such as V(1024), or V(2 GB). Defaults to that of the task definition.
    type: str
  task_role_arn:
    description: The ARN of the IAM role for the containers. Defaults to that of the task definition.
    type: str
  execution_role_arn:
    description: The ARN of the IAM role with which ECS pulls images and reads secrets. Defaults to that of the task definition.
    type: str
  launch_type:
    description:
      - The infrastructure of the task. AWS defaults to the capacity providers of the cluster, or else to V(EC2).
      - Mutually exclusive with O(capacity_provider_strategy).
    type: str
    choices: [EC2, EXTERNAL, FARGATE]
  capacity_provider_strategy:
    description: The capacity providers of the task, at most 20.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: The name of the capacity provider, such as V(FARGATE_SPOT).
        type: str
        required: true
      weight:
        description: Its share of the tasks, from 0 to 1000.
        type: int
        default: 1
      base:
        description: The number of tasks that run on it at least, from 0 to 100000.
        type: int
        default: 0
  platform_version:
    description: The platform version for Fargate, such as V(1.4.0). AWS defaults to V(LATEST).
    type: str
  subnets:
    description:
      - The IDs of the subnets of the task, at most 16.
      - They are needed for task definitions with the network mode C(awsvpc), which Fargate needs.
    type: list
    elements: str
  security_groups:
    description: The IDs of the security groups of the task, at most 5. AWS defaults to the default group of the VPC.
    type: list
    elements: str
  assign_public_ip:
    description: Whether the task has a public IP address.
    type: bool
    default: false
  group:
    description: The task group, at most 255 characters. AWS defaults to C(family:FAMILY).
    type: str
  tags:
    description: The tags of the task, at most 50, with keys of 1 to 128 and values of up to 256 characters.
    type: dict
  outcome_of:
    description:
      - The containers that must exit with 0. Defaults to those in O(containers), or else to all essential containers.
      - When an essential container exits, ECS stops the other containers of the task, which then have different exit
        codes.
    type: list
    elements: str
  resume:
    description:
      - Whether to resume the task of an earlier run, such as one that timed out or lost its connection, instead of
        starting a new one.
      - A resumed task is in the same cluster, has not stopped, and was started by this module with the same revision of
        the task definition and the same values of all options that AWS receives, such as O(containers), O(subnets) and
        O(tags). Options of the wait, such as O(timeout) and O(outcome_of), may differ.
      - A stopped task is not resumed, even if no run waited for its end. The next run starts a new one.
      - If it is V(false), each run starts another task.
    type: bool
    default: true
  wait:
    description: Whether to wait until the task has stopped. Without it, there is no exit code.
    type: bool
    default: true
  timeout:
    description:
      - The total time to wait for the task, in seconds.
      - A timeout is an error, but does not stop the task in AWS.
      - The session of the account may be shorter. The module waits in short runs, each with fresh credentials. With
        C(async), one session must last for the whole wait.
    type: int
    default: 1800
  log_lines:
    description:
      - The number of last lines of the log to return after a failure, from 0 to 1000.
      - The log is that of a container with the log driver C(awslogs) and the option C(awslogs-stream-prefix). This needs the
        permission C(logs:GetLogEvents).
    type: int
    default: 20
  progress:
    description:
      - Whether to show the states of the task, to standard error and to Ansible's log. The first line has the address of the
        task in the AWS console.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
notes:
  - If the response to the request for the task is lost, the request is repeated with the same token, so that there is one task.
  - A task of an earlier run that has stopped is not found again, and another one is started. Migrations must tolerate that.
  - The IAM actions are C(ecs:DescribeTaskDefinition), C(ecs:RunTask), C(ecs:DescribeTasks), C(iam:PassRole) for the roles of the
    task, C(ecs:ListTasks) for O(resume), C(ecs:TagResource) with tags, and C(logs:GetLogEvents) for the log.
  - Values of environment variables are masked in messages and in the log if they have 6 characters or more.
seealso:
  - module: octo.aws.ecs_service_update
  - module: octo.aws.aws_account
  - module: community.aws.ecs_task
  - name: Amazon ECS stopped task errors
    description: The meaning of the reasons of stopped tasks.
    link: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

EXAMPLES = r"""
- name: Migrate the database
  octo.aws.ecs_task_run:
    account: prod
    cluster: shop
    task_definition: migrations
    launch_type: FARGATE
    subnets: [subnet-0123456789abcdef0]
    security_groups: [sg-0123456789abcdef0]
    containers:
      - name: app
        command: [manage, migrate]
        environment:
          LOG_LEVEL: debug
  register: migration

- name: Show the exit code
  ansible.builtin.debug:
    var: migration.exit_code
"""

RETURN = r"""
task_arn:
  description: The ARN of the task. V(none) in check mode.
  returned: when the task started, and in check mode
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef0123456789abcdef
task_definition:
  description: The ARN of the task definition.
  returned: when the task started, and in check mode
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/migrations:3
resumed:
  description: Whether the task was started by an earlier run.
  returned: when the task started, and in check mode
  type: bool
  sample: false
exit_code:
  description: The first exit code that is not 0 of the containers with the outcome, or else 0. V(none) if one of them did not
    run, or has not stopped.
  returned: when the task started, and in check mode
  type: int
  sample: 0
exit_codes:
  description: The exit codes of all containers by name.
  returned: when the task has stopped
  type: dict
  sample: {app: 0}
stop_code:
  description: The code of AWS for the stop.
  returned: when the task has stopped
  type: str
  sample: EssentialContainerExited
stopped_reason:
  description: The reason of AWS for the stop.
  returned: when the task has stopped
  type: str
  sample: Essential container in task exited
containers:
  description: The containers, with the reasons of AWS.
  returned: when the task has stopped
  type: list
  elements: dict
  sample:
    - {exit_code: 0, name: app, reason: ""}
log:
  description: The last lines of the log of the container that failed.
  returned: when a container failed
  type: list
  elements: str
  sample: ["relation orders does not exist"]
failures:
  description: The reasons why ECS could not place the task.
  returned: when ECS could not place the task
  type: list
  elements: dict
  sample:
    - {arn: "arn:aws:ecs:eu-central-1:123456789012:container-instance/shop/0123", detail: "", reason: "RESOURCE:MEMORY"}
outputs:
  description: The values for later steps, C(task_arn), C(task_definition) and C(exit_code).
  returned: when the task started, and in check mode
  type: dict
  sample:
    exit_code: 0
    task_arn: arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef0123456789abcdef
    task_definition: arn:aws:ecs:eu-central-1:123456789012:task-definition/migrations:3
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

from ansible_collections.octo.aws.plugins.module_utils._ecs.module import EcsModule
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import RUN_SPEC
from ansible_collections.octo.aws.plugins.module_utils._ecs.task_run import TaskRun


class TaskRunModule(EcsModule):
    """Run a task."""

    def __init__(self) -> None:
        super().__init__(RUN_SPEC)

    def work(self) -> dict[str, t.Any]:
        ecs = self.ecs()
        with ecs.tracking_state():
            return TaskRun(ecs, self.params, self.logs_client, check_mode=self.check_mode).run()


def main() -> None:
    module = TaskRunModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
