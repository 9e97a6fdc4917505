# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service_update
short_description: Deploy containers to an Amazon ECS service with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Changes containers of the task definition of an Amazon ECS service, such as their images and environment variables,
    updates the service, and waits for the rollout.
  - A new revision of the task definition is registered only if something differs. If the service already has the
    requested state, nothing changes, and only two read requests are sent.
  - A rollout that fails is a failure. Its message contains the events of the service, and the reasons of the stopped tasks
    and their containers.
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
    details: The service and the task definitions are read.
  diff_mode:
    support: full
    details: The diff has one line for each field that differs. Values of environment variables are hidden.
options:
  cluster:
    description: The name of the cluster, at most 255 letters, digits, hyphens and underscores, or its ARN.
    type: str
    default: default
  service:
    description:
      - The name of the service, at most 255 letters, digits, hyphens and underscores, or its ARN.
      - The service must exist, and have the deployment controller C(ECS). With C(CODE_DEPLOY) or C(EXTERNAL), ECS does
        not control the rollout, and the module fails before it changes anything.
      - With O(wait), its deployment strategy must be C(ROLLING). With C(BLUE_GREEN), C(LINEAR) or C(CANARY), the module fails
        before it changes anything. Set O(wait=false) to start such a deployment.
    type: str
    required: true
  containers:
    description:
      - Changes to containers of the task definition. Other containers, and options that are omitted, keep their values.
      - They apply to the current task definition of the service, or to O(task_definition), O(template) or
        O(template_body).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the container. The task definition must have it.
        type: str
        required: true
      image:
        description: The image, such as V(123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:1.2.0), at most 255 characters.
        type: str
      environment:
        description:
          - Environment variables to set. V(null) removes one. Others are kept, unless O(containers[].purge_environment) is set.
          - Numbers become strings, booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings
            and lists become JSON.
          - All users who can read the task definition can read them. Use O(containers[].secrets) for secrets.
        type: dict
      secrets:
        description:
          - Environment variables with values from Secrets Manager or Parameter Store, as the ARN of a secret or a parameter.
            V(null) removes one. Others are kept, unless O(containers[].purge_environment) is set.
          - A variable in O(containers[].environment) with the same name is removed.
        type: dict
      purge_environment:
        description: Whether to remove the variables that are not listed, from each of O(containers[].environment) and
          O(containers[].secrets) that is set.
        type: bool
        default: false
      cpu:
        description: The CPU units of the container. 1024 units are one vCPU.
        type: int
      memory:
        description: The hard limit of memory in MiB, at least 4. A container that exceeds it is stopped.
        type: int
      memory_reservation:
        description: The soft limit of memory in MiB, at least 4.
        type: int
      command:
        description: The command of the container. An empty list uses the one of the image.
        type: list
        elements: str
      entry_point:
        description: The entry point of the container. An empty list uses the one of the image.
        type: list
        elements: str
  task_definition:
    description:
      - A registered task definition to use instead of the current one of the service, as C(FAMILY:REVISION), as an ARN,
        or as C(FAMILY) for its latest revision. To go back to an earlier revision, set it here.
      - Mutually exclusive with O(template) and O(template_body).
    type: str
  template:
    description:
      - The path of a task definition on the controller, in JSON or YAML, to use instead of the current one of the
        service. It has the form of C(aws ecs register-task-definition --cli-input-json).
      - A relative path is searched in the same folders as for M(ansible.builtin.copy), starting with C(files) in the role or
        next to the playbook.
      - It is registered only if it differs from the current one and from the latest revision of its family. Fields that
        AWS adds to a registered task definition are ignored.
    type: path
  template_body:
    description: The task definition of O(template) as a mapping, or as a string in JSON or YAML.
    type: raw
  desired_count:
    description:
      - The number of tasks of the service. If omitted, the service keeps its number.
      - Omit it for a service with automatic scaling.
    type: int
  force_new_deployment:
    description:
      - Whether to replace all tasks even if nothing differs, such as for an image with the same tag and another content.
      - The task is then always changed.
    type: bool
    default: false
  tags:
    description:
      - Tags to set on the service, and on a new revision of the task definition. At most 50, with keys of 1 to 128 and values
        of up to 256 characters. Others are kept.
      - A new revision has the tags of the task definition that it is based on as well.
    type: dict
  wait:
    description:
      - Whether to wait until the rollout is completed, and the service runs the desired number of tasks.
      - If nothing differs, the task waits for a rollout that is still in progress.
    type: bool
    default: true
  timeout:
    description:
      - The total time to wait for the rollout, in seconds.
      - A timeout is an error, but does not stop the rollout in AWS.
      - The session of the account may be shorter. The task waits in short runs of the module, each with fresh
        credentials. With C(async), one session must last for the whole wait.
    type: int
    default: 1800
  progress:
    description:
      - Whether to show the events of the service and the state of the deployment during the task, to standard error and to
        Ansible's log. The first line has the address of the service in the AWS console.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
notes:
  - The rollout fails if the deployment circuit breaker of the service or one of its alarms ends it, or if another deployment
    replaces it. For a service without a circuit breaker, it also fails with as many failed tasks as the circuit breaker of
    ECS allows, which are half of the desired tasks, at least 3 and at most 200. The deployment then continues in AWS.
  - Missing capacity, such as no container instance with enough memory, fails after O(timeout), since capacity providers may
    add instances. The message has the events of the service.
  - A failure while the rollout continues in AWS, such as an expired session or a broken network, has C(changed=true) if
    something was changed. Run the task again to wait for it.
  - The IAM actions are C(ecs:DescribeServices), C(ecs:DescribeTaskDefinition), C(ecs:RegisterTaskDefinition),
    C(ecs:UpdateService), C(iam:PassRole) for the roles of the task definition, C(ecs:TagResource) with tags, and
    C(ecs:ListTasks) and C(ecs:DescribeTasks) for the reasons of stopped tasks.
  - Fields of a task definition that botocore on the host does not know are lost in a new revision. Keep botocore up to date.
  - Values of environment variables are masked in messages if they have 6 characters or more.
seealso:
  - module: octo.aws.ecs_task_run
  - module: octo.aws.aws_account
  - module: community.aws.ecs_service
  - name: Amazon ECS deployment circuit breaker
    description: How ECS detects deployments that fail.
    link: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

EXAMPLES = r"""
- name: Deploy an image
  octo.aws.ecs_service_update:
    account: prod
    cluster: shop
    service: web
    containers:
      - name: app
        image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:1.2.0
        environment:
          LOG_LEVEL: info
          OLD_SETTING: null
        secrets:
          DB_PASSWORD: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-AbCdEf
  register: web

- name: Show the new revision
  ansible.builtin.debug:
    var: web.task_definition

- name: Run three tasks
  octo.aws.ecs_service_update:
    account: prod
    cluster: shop
    service: web
    desired_count: 3

- name: Go back to the revision before
  octo.aws.ecs_service_update:
    account: prod
    cluster: shop
    service: web
    task_definition: "{{ web.previous_task_definition }}"
"""

RETURN = r"""
service_arn:
  description: The ARN of the service.
  returned: when the service could be read
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:service/shop/web
task_definition:
  description: The ARN of the task definition of the service. V(none) in check mode if it would be registered.
  returned: when the service could be read
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/web:8
revision:
  description: The number of its revision. V(none) in check mode if it would be registered.
  returned: when the service could be read
  type: int
  sample: 8
previous_task_definition:
  description: The ARN of the task definition that the service had before the task.
  returned: when the service could be read
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7
deployment_id:
  description: The ID of the deployment. V(none) in check mode if there would be a new one.
  returned: when the service could be read
  type: str
  sample: ecs-svc/1234567890123456789
changes:
  description: The parts that differ, or would be changed in check mode.
  returned: when the service could be read
  type: list
  elements: str
  sample: [app.environment.LOG_LEVEL, app.image, task_definition]
running_count:
  description: The number of running tasks of the service.
  returned: when the service could be read
  type: int
  sample: 2
desired_count:
  description: The desired number of tasks of the service.
  returned: when the service could be read
  type: int
  sample: 2
outputs:
  description: The values for later steps, C(task_definition), C(revision), C(previous_task_definition) and C(deployment_id).
  returned: when the service could be read
  type: dict
  sample:
    deployment_id: ecs-svc/1234567890123456789
    previous_task_definition: arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7
    revision: 8
    task_definition: arn:aws:ecs:eu-central-1:123456789012:task-definition/web:8
events:
  description: The events of the service since the deployment began, oldest first, at most 20.
  returned: when the rollout failed or timed out
  type: list
  elements: dict
  sample:
    - message: "(service web) (deployment ecs-svc/1234567890123456789) deployment failed: tasks failed to start."
      time: "2026-11-24T08:15:30.123000+00:00"
stopped_tasks:
  description: The stopped tasks of the deployment, newest first, at most 10. AWS keeps them only for a while.
  returned: when the rollout failed or timed out
  type: list
  elements: dict
  sample:
    - containers:
        - {exit_code: null, name: app, reason: "CannotPullContainerError: pull image manifest has been retried 1 time(s)"}
      reason: Task failed to start
      stop_code: TaskFailedToStart
      stopped_at: "2026-11-24T08:15:30.123000+00:00"
      task_arn: arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef0123456789abcdef
rolled_back_to:
  description: The ARN of the task definition of the deployment that replaced this one. V(none) if there is none.
  returned: when the rollout failed
  type: str
  sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7
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
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import SERVICE_SPEC
from ansible_collections.octo.aws.plugins.module_utils._ecs.service_update import ServiceUpdate


class ServiceUpdateModule(EcsModule):
    """Update a service."""

    def __init__(self) -> None:
        super().__init__(SERVICE_SPEC)

    def work(self) -> dict[str, t.Any]:
        ecs = self.ecs()
        with ecs.tracking_state():
            return ServiceUpdate(ecs, self.params, check_mode=self.check_mode).run()


def main() -> None:
    module = ServiceUpdateModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
