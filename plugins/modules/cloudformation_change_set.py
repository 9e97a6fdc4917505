# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudformation_change_set
short_description: Create, show and execute change sets of CloudFormation stacks with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Creates a change set and returns its changes without executing it. Replacements of resources are listed in
    RV(replacements).
  - Executes an existing or a new change set, waits for the stack, and returns its outputs.
  - If there is nothing to change, nothing changes, and the change set is deleted. A change set that fails for another
    reason is deleted, and the task fails with the reason.
extends_documentation_fragment:
  - octo.aws.cloudformation
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
  - octo.aws.attributes.async
attributes:
  diff_mode:
    support: full
    details: The diff has one line for each resource.
options:
  state:
    description:
      - V(present) creates a change set and returns its changes. One of O(template), O(template_body) and O(template_url)
        is needed. If the stack does not exist, AWS creates an empty one in the state C(REVIEW_IN_PROGRESS).
      - V(executed) creates and executes a change set or, without a template, executes the existing change set
        O(change_set_name). If that was already executed, nothing changes.
      - V(absent) deletes the change set O(change_set_name). With its last change set, a stack in the state
        C(REVIEW_IN_PROGRESS) is deleted as well.
    type: str
    choices: [present, executed, absent]
    default: present
  change_set_name:
    description:
      - The name of the change set, at most 128 letters, digits and hyphens, starting with a letter. Without a template,
        also the ARN of an existing change set.
      - By default, a name is generated for O(state=present), and for O(state=executed) with a template.
      - An existing change set of this name is deleted and created again, unless it is being executed.
    type: str
  description:
    description: The description of the change set, at most 1024 characters.
    type: str
  include_nested_stacks:
    description:
      - Whether to create change sets for nested stacks as well.
      - Their changes are in RV(changes), with a C(logical_id) such as C(Network/Subnet).
    type: bool
    default: false
  resources_to_import:
    description:
      - Existing resources to import into the stack, at most 200. The template must describe them with a C(DeletionPolicy), and
        must not change other resources.
      - Resources that are already in the stack are skipped. If none remains, the change set is a normal one.
    type: list
    elements: dict
    default: []
    suboptions:
      resource_type:
        description: The type of the resource, such as V(AWS::S3::Bucket).
        type: str
        required: true
      logical_id:
        description: The name of the resource in the template.
        type: str
        required: true
      identifier:
        description: The properties that identify the resource, such as the name of a bucket.
        type: dict
        required: true
notes:
  - M(amazon.aws.cloudformation) can create a change set, but can neither execute it nor show its changes.
  - For a stack that does not exist or is in the state C(REVIEW_IN_PROGRESS), the change set has the type C(CREATE), with
    O(resources_to_import) the type C(IMPORT).
  - A new change set that cannot be read is deleted. If this fails as well, the error message contains its name.
seealso:
  - module: octo.aws.cloudformation_stack
  - module: octo.aws.aws_account
  - module: amazon.aws.cloudformation
"""

EXAMPLES = r"""
- name: Show the changes of a new template
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

- name: Stop if a resource would be replaced
  ansible.builtin.assert:
    that: shown.replacements == []

- name: Execute the change set
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
  description: The ARN of the change set. V(none) if it was deleted.
  returned: when there was a change set
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:changeSet/release-42/1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809
changes:
  description: The changes to the resources. All pages of the response are included.
  returned: when there was a change set
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
      description: The name of the resource in AWS. V(none) if it does not exist yet.
      type: str
      returned: success
    type:
      description: The type of the resource.
      type: str
      returned: success
    replacement:
      description: C(True), C(False) or C(Conditional). V(none) if the action is not C(Modify).
      type: str
      returned: success
    details:
      description: The properties that change.
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
  description: The logical IDs of the resources that are or may be replaced.
  returned: when there was a change set
  type: list
  elements: str
  sample: [Site]
stack_name:
  description: The name of the stack.
  returned: when the account could be resolved
  type: str
  sample: web
stack_id:
  description: The ARN of the stack, also of an empty stack that AWS created for the change set. V(none) if the stack does
    not exist.
  returned: when there was a change set
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:stack/web/51af3dc0-da77-11e4-872e-1234567db123
status:
  description:
    - The state of the stack, V(REVIEW_IN_PROGRESS) for a stack that AWS created for the change set. V(none) if the stack
      does not exist.
  returned: when there was a change set
  type: str
  sample: CREATE_COMPLETE
outputs:
  description: The outputs of the stack by name, also if nothing changed.
  returned: when there was a change set
  type: dict
  sample: {Site: www.example.org}
failures:
  description:
    - The resources that failed, oldest first. Resources that were only cancelled as a consequence are omitted. A nested
      stack is replaced by its resources that failed, with a C(logical_id) such as C(Network/Subnet).
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
            return apply_state(cfn, self.options(), check_mode=self.check_mode)


def main() -> None:
    module = ChangeSetModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
