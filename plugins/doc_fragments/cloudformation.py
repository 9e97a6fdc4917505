# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a stack, and the behavior that both modules for CloudFormation share."""

    DOCUMENTATION = r"""
options:
  stack_name:
    description:
      - The name of the stack, at most 128 letters, digits and hyphens, starting with a letter, or its ARN.
      - An empty name is an error.
    type: str
    required: true
  template:
    description:
      - The path of the template on the controller. The limit is 51200 bytes, or 1000000 bytes with O(template_bucket).
      - A relative path is searched in the same folders as for M(ansible.builtin.copy), starting with C(files) in the role or
        next to the playbook.
    type: path
  template_body:
    description:
      - The template, as a string or a mapping. The limit is 51200 bytes, or 1000000 bytes with O(template_bucket).
    type: raw
  template_url:
    description: The URL of the template in S3, such as V(https://releases.s3.eu-central-1.amazonaws.com/web.yml).
    type: str
  template_bucket:
    description:
      - The name of an S3 bucket in the region of the stack, for templates of 51201 to 1000000 bytes. Smaller ones are sent
        in the request. Both limits are quotas of CloudFormation.
      - The template is uploaded under O(template_prefix) and the SHA-256 of its content, unless the object is there, also in
        check mode. It is not deleted afterwards.
      - This needs C(s3:ListBucket) on the bucket, and C(s3:GetObject) and C(s3:PutObject) on its objects.
    type: str
  template_prefix:
    description: The beginning of the key of the template in O(template_bucket), such as V(templates/).
    type: str
    default: ''
  parameters_file:
    description:
      - The path of a file with parameters on the controller, in JSON or YAML. It can be encrypted with Ansible Vault.
      - Either a list of C({ParameterKey, ParameterValue}) or C({ParameterKey, UsePreviousValue}), the form of the AWS CLI, or a
        mapping with C(Parameters), C(Tags) and C(StackPolicy), the form of AWS CodePipeline.
      - Values in O(parameters) and O(tags) take precedence. Only M(octo.aws.cloudformation_stack) uses the stack
        policy, unless its option O(octo.aws.cloudformation_stack#module:stack_policy) is set.
      - Relative paths are searched as for O(template).
    type: path
  use_previous_value:
    description:
      - The names of parameters that keep their value in updates of the stack, even if O(parameters) or
        O(parameters_file) has one. A new stack gets that value, or the default of the template.
      - V(null) in O(parameters) keeps the value as well, but has none for a new stack.
    type: list
    elements: str
    default: []
  parameters:
    description:
      - The parameters of the template. V(null) keeps the current value of the stack.
      - An omitted parameter has the default of the template. Use V(null) for secrets that only the first run sets.
      - The items of a list are joined by commas. Numbers become strings, booleans become V(true) and V(false), dates are
        formatted like V(2026-11-24), and mappings become JSON.
    type: dict
  capabilities:
    description:
      - The capabilities that the template requires, V(CAPABILITY_IAM), V(CAPABILITY_NAMED_IAM) or V(CAPABILITY_AUTO_EXPAND).
      - AWS rejects a template if a required capability is missing.
    type: list
    elements: str
    default: []
  tags:
    description:
      - The tags of the stack and its resources. If omitted, the stack keeps its tags.
      - An empty mapping removes them.
      - Numbers become strings, booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings and
        lists become JSON. V(null) is rejected.
    type: dict
  role_arn:
    description:
      - The ARN of the IAM role for CloudFormation.
      - By default, CloudFormation uses the role of an earlier operation on the stack, or else the credentials of the account.
    type: str
  notification_arns:
    description:
      - The ARNs of SNS topics for the events of the stack, at most 5. If omitted, the stack keeps its topics.
      - An empty list removes them.
    type: list
    elements: str
  on_create_failure:
    description:
      - The handling of a new stack that fails to be created. AWS defaults to V(ROLLBACK).
      - V(ROLLBACK) deletes its resources and keeps the stack in the state C(ROLLBACK_COMPLETE). V(DELETE) deletes the stack as
        well. V(DO_NOTHING) keeps everything.
      - Ignored for updates.
    type: str
    choices: [ROLLBACK, DELETE, DO_NOTHING]
  rollback_triggers:
    description:
      - CloudWatch alarms, at most 5. If one of them goes off during the operation or O(monitoring_time), CloudFormation rolls
        the operation back. If omitted, the stack keeps its triggers.
      - An empty list removes them.
    type: list
    elements: dict
    suboptions:
      arn:
        description: The ARN of the alarm.
        type: str
        required: true
      type:
        description: The type of the alarm.
        type: str
        choices: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
        default: AWS::CloudWatch::Alarm
  monitoring_time:
    description:
      - How long CloudFormation watches the alarms after all resources are ready, in minutes, from 0 to 180. The operation is
        in progress until then. If omitted, the stack keeps its time.
    type: int
  wait:
    description:
      - Whether to wait for the operation of the task. If V(false), the task ends when the operation has begun, and
        C(status) of the result is a state such as C(CREATE_IN_PROGRESS). The task does not report a failure of the
        operation then.
      - To wait later, use M(octo.aws.cloudformation_stack) with O(octo.aws.cloudformation_stack#module:state=completed), or run
        the task again without this option.
      - The task always waits for an earlier operation, and for the creation of a change set.
    type: bool
    default: true
  timeout:
    description:
      - The total time to wait for CloudFormation, in seconds.
      - A timeout is an error, but does not stop the operation in AWS.
      - The session of the account may be shorter. The task waits in short runs of the module, each with fresh
        credentials. With C(async), one session must last for the whole wait.
    type: int
    default: 3600
  progress:
    description:
      - Whether to show the events of the stack during the task, to standard error and to Ansible's log.
      - One line for each event has the resource, its state and the reason. The first line, and the last one after a
        failure, have the address of the stack in the AWS console. Values of C(NoEcho) parameters are masked.
      - This needs the permission C(cloudformation:DescribeStackEvents). Without it, only states of the stack are shown.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    details: A change set is created, read and deleted. If the stack does not exist, an empty stack is created for it and deleted.
notes:
  - A failure during an operation in AWS, such as an expired session, a removed permission or a broken network, does not
    stop the operation. The result then has C(changed=true), the name and ARN of the stack, and its last known state.
    The message has the address of the stack in the AWS console. Run the task again to wait for the operation.
  - The values of C(NoEcho) parameters are masked in messages if they have 6 characters or more. Shorter values also occur in
    other words, and masking them would make messages unreadable.
"""
