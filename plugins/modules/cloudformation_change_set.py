# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudformation_change_set
short_description: Make, show and execute change sets of CloudFormation stacks with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Makes a change set and shows what it would change, what would be replaced above all, without executing it.
  - Executes one that was made earlier, or makes one and executes it, waits for the stack, and returns its outputs.
  - Where there is nothing to change, nothing changes, and the change set is removed. One that failed for any other reason is a
    failure that says it, and is removed, too.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
attributes:
  check_mode:
    support: full
    details: A change set is made, read and removed again, and so is the stack that a change set needs where there is none.
  diff_mode:
    support: full
    details: A line for each resource.
  async:
    support: full
    details: The host holds the module with its arguments in a file until it ends, as ansible-core has it for every module.
options:
  state:
    description:
      - V(present) makes a change set and shows it. One of O(template), O(template_body) and O(template_url) is needed.
        Where the stack does not exist, AWS makes one for it, empty and in the state C(REVIEW_IN_PROGRESS).
      - V(executed) makes one and executes it, or, without a template, executes the one called O(change_set_name).
        Where that was executed already, nothing changes.
      - V(absent) removes the one called O(change_set_name), and with the last one a stack that is in
        C(REVIEW_IN_PROGRESS).
    type: str
    choices: [present, executed, absent]
    default: present
  change_set_name:
    description:
      - The name of the change set, up to 128 letters, digits and hyphens that begin with a letter. Without a template, it
        can be the ARN of one that was made earlier.
      - A new name is made up for O(state=present) and for O(state=executed) with a template when it is left out.
      - Where the stack has a change set of this name, it is removed, and made anew. One that is being executed is not.
    type: str
  description:
    description: What the change set is for, at most 1024 characters.
    type: str
  stack_name:
    description:
      - The name of the stack, up to 128 letters, digits and hyphens that begin with a letter, or its ARN.
      - An empty name is an error.
    type: str
    required: true
  template:
    description:
      - The template as a file of the play, on the controller. A relative path is looked for where
        M(ansible.builtin.copy) looks, in C(files) beside the playbook or in the role, and beside the playbook.
      - It can have 51200 bytes. A larger one has to be in S3, for O(template_url).
    type: path
  template_body:
    description: The template itself, as a text or as a mapping. It can have 51200 bytes.
    type: raw
  template_url:
    description: The URL of the template in S3, such as V(https://releases.s3.eu-central-1.amazonaws.com/web.yml).
    type: str
  parameters:
    description:
      - The parameters of the template. The items of a list are joined by commas.
      - Numbers become texts, truth values V(true) and V(false), dates are written as in V(2026-11-24), and mappings
        become JSON.
      - A parameter that is left out has the default of the template. One that is V(null) keeps the value that the stack
        has, which is the way for secrets that only the first run knows.
    type: dict
  capabilities:
    description:
      - What the template may do besides, V(CAPABILITY_IAM), V(CAPABILITY_NAMED_IAM) and V(CAPABILITY_AUTO_EXPAND). AWS
        refuses a template that needs one which is not given.
    type: list
    elements: str
    default: []
  tags:
    description:
      - Tags of the stack, which its resources get as well.
      - When it is left out, the stack keeps the tags that it has. An empty mapping removes them.
      - Numbers become texts, truth values V(true) and V(false), dates are written as in V(2026-11-24), and mappings and
        lists become JSON. V(null) is refused.
    type: dict
  role_arn:
    description:
      - The ARN of the IAM role that CloudFormation works with. Without it, it uses the credentials of the account, or the role that
        the stack was given before.
    type: str
  notification_arns:
    description:
      - The ARNs of SNS topics that receive the events of the stack, at most 5.
      - When it is left out, the stack keeps those that it has. An empty list removes them.
    type: list
    elements: str
  on_create_failure:
    description:
      - What becomes of a new stack that cannot be created. V(ROLLBACK) deletes its resources and keeps the stack in the
        state C(ROLLBACK_COMPLETE), V(DELETE) deletes the stack as well, and V(DO_NOTHING) keeps all that there is.
      - AWS makes it V(ROLLBACK) when it is left out. It is not looked at for an update.
    type: str
    choices: [ROLLBACK, DELETE, DO_NOTHING]
  timeout:
    description:
      - How many seconds the task waits for CloudFormation, all in all. Its end is an error, and stops nothing in AWS.
    type: int
    default: 3600
notes:
  - M(amazon.aws.cloudformation) can make a change set, and can neither execute one nor show its changes.
  - A change set of a stack that does not exist is made as one that creates it, and so is one of a stack in
    C(REVIEW_IN_PROGRESS).
  - A failure that happens while AWS works, such as the end of the session, a permission that is taken away, or a broken
    network, stops nothing in AWS. The result then has C(changed=true), the name and ARN of the stack, and its last known
    state. Run the task again to wait for the operation.
  - A change set that was made and could not be read is removed again. Where that is not possible either, the failure names it.
  - Values of parameters that AWS does not show (C(NoEcho)) are in no message, if they have 6 characters or more.
seealso:
  - module: octo.aws.cloudformation_stack
  - module: octo.aws.aws_account
  - module: amazon.aws.cloudformation
"""

EXAMPLES = r"""
- name: Show what a new template would change
  octo.aws.cloudformation_change_set:
    account: prod
    stack_name: topics
    change_set_name: release-42
    template_body:
      Resources:
        Alerts: {Type: AWS::SNS::Topic}
      Outputs:
        Alerts: {Value: {Ref: Alerts}}
  register: shown

- name: Replace nothing that people use
  ansible.builtin.assert:
    that: shown.replacements == []

- name: Execute what was shown
  octo.aws.cloudformation_change_set:
    account: prod
    stack_name: topics
    change_set_name: release-42
    state: executed
  register: topics

- name: Use an output
  ansible.builtin.debug:
    var: topics.outputs.Alerts
"""

RETURN = r"""
change_set_name:
  description: The name of the change set.
  returned: when the account could be resolved
  type: str
  sample: release-42
change_set_id:
  description: Its ARN. V(none) for one that was removed.
  returned: when there was one
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:changeSet/release-42/1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809
changes:
  description: What it changes, from all pages of the answer of AWS.
  returned: when there was one
  type: list
  elements: dict
  contains:
    action:
      description: C(Add), C(Modify), C(Remove), C(Import) or C(Dynamic).
      type: str
      returned: success
    logical_id:
      description: The name of the resource in the template.
      type: str
      returned: success
    physical_id:
      description: Its name in AWS. V(none) for one that is not there yet.
      type: str
      returned: success
    type:
      description: The type of the resource.
      type: str
      returned: success
    replacement:
      description: C(True), C(False) or C(Conditional). V(none) for what is not modified.
      type: str
      returned: success
    details:
      description: What of it changes.
      type: list
      elements: str
      returned: success
  sample:
    - action: Modify
      details: [Properties.BucketName]
      logical_id: Site
      physical_id: www.example.org
      replacement: "True"
      type: AWS::S3::Bucket
replacements:
  description: The logical ids of the resources that are replaced, or may be.
  returned: when there was one
  type: list
  elements: str
  sample: [Site]
stack_name:
  description: The name of the stack.
  returned: when the account could be resolved
  type: str
  sample: web
stack_id:
  description: The ARN of the stack, of one that AWS has made for the change set as well. V(none) for one that is not there.
  returned: when there was a change set
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:stack/web/51af3dc0-da77-11e4-872e-1234567db123
status:
  description:
    - The state of the stack, V(REVIEW_IN_PROGRESS) for one that AWS has made for the change set. V(none) for one that is not
      there.
  returned: when there was a change set
  type: str
  sample: CREATE_COMPLETE
outputs:
  description: The outputs of the stack by their names, also when nothing changed.
  returned: when there was a change set
  type: dict
  sample: {Site: www.example.org}
failures:
  description:
    - What failed by itself, oldest first. What was only cancelled because of it is left out, and what failed inside a nested
      stack stands in place of this, with a C(logical_id) such as C(Network/Subnet).
  returned: when the stack failed
  type: list
  elements: dict
  sample:
    - logical_id: Network/Subnet
      physical_id: null
      reason: The CIDR '10.0.0.0/8' is invalid.
      stack_name: web-Network-1A2B3C
      status: CREATE_FAILED
      time: "2026-11-24T08:15:30.123000+00:00"
      type: AWS::EC2::Subnet
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
  description: The region that was handed over. V(none) when nobody named one.
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

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._cloudformation import change_set_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.module import CloudFormationModule
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import CHANGE_SET_SPEC


class ChangeSetModule(CloudFormationModule):
    """Create, execute or delete a change set."""

    def __init__(self) -> None:
        super().__init__(CHANGE_SET_SPEC)

    def work(self) -> dict[str, t.Any]:
        apply_state = {
            "present": change_set_states.present,
            "executed": change_set_states.executed,
            "absent": change_set_states.absent,
        }[self.params["state"]]
        cfn = self.cloudformation()
        with cfn.tracking_state():
            return apply_state(cfn, self.params, check_mode=self.check_mode)


def main() -> None:
    module = ChangeSetModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
