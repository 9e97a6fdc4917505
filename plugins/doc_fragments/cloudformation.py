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
      - The path of the template on the controller. The limit is 51200 bytes; store larger templates in S3.
      - A relative path is searched in the same folders as for M(ansible.builtin.copy), starting with C(files) in the role or
        next to the playbook.
    type: path
  template_body:
    description: The template, as a string or a mapping. The limit is 51200 bytes.
    type: raw
  template_url:
    description: The URL of the template in S3, such as V(https://releases.s3.eu-central-1.amazonaws.com/web.yml).
    type: str
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
  timeout:
    description:
      - The total time to wait for CloudFormation, in seconds.
      - A timeout is an error, but does not stop the operation in AWS.
      - The session of the account may be shorter. The task waits in short runs of the module, each with fresh credentials.
        With C(async), one session has to last for all of it.
    type: int
    default: 3600
  progress:
    description:
      - Whether to show the events of the stack during the task, to standard error and to Ansible's log.
      - One line for each event has the resource, its state and the reason. The first line has the address of the stack in
        the AWS console, and so has the last one after a failure. Values of C(NoEcho) parameters are masked.
      - This needs the permission C(cloudformation:DescribeStackEvents). Without it, only states of the stack are shown.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    details: A change set is created, read and deleted. If the stack does not exist, an empty stack is created for it and deleted.
notes:
  - A failure during an operation in AWS, such as an expired session, a removed permission or a broken network, does not stop
    the operation. The result then has C(changed=true), the name and ARN of the stack, and its last known state, and the
    message the address of the stack in the AWS console. Run the task again to wait for the operation.
  - The values of C(NoEcho) parameters are masked in messages if they have 6 characters or more. Shorter values also occur in
    other words, and masking them would make messages unreadable.
"""
