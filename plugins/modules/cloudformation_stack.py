# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudformation_stack
short_description: Create, update and delete CloudFormation stacks with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Creates, updates or deletes a CloudFormation stack, waits for the operation, and returns the outputs of the stack.
  - If there is nothing to update, nothing changes. A rollback is a failure. Its message contains the events that caused
    it, including those of nested stacks.
  - A stack is never deleted to make an update possible, unless O(recreate_failed) is set and its creation failed.
  - If another operation on the stack is in progress, the module waits for it.
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
    details: The diff has one line for each resource. Outside of check mode, a change set is created for it.
options:
  state:
    description:
      - V(present) creates or updates the stack. One of O(template), O(template_body) and O(template_url) is needed.
      - V(absent) deletes the stack. If it does not exist, nothing changes.
      - V(completed) waits for the operation in progress, such as one that was started with O(wait=false), and returns
        the outputs. It fails if the last operation failed, with its causes, or if there is no stack. It changes
        nothing.
    type: str
    choices: [present, absent, completed]
    default: present
  termination_protection:
    description:
      - Whether the stack is protected from deletion. If omitted, the stack keeps its setting.
    type: bool
  stack_policy:
    description:
      - The stack policy, which restricts updates, as a mapping or a JSON string. If omitted, the stack keeps its policy.
      - It is applied before the update. AWS cannot remove a stack policy. Set one that allows all updates instead.
    type: json
  recreate_failed:
    description:
      - Whether to delete and recreate a stack in the state C(ROLLBACK_COMPLETE) or C(CREATE_FAILED).
      - A stack with termination protection is not deleted.
    type: bool
    default: false
  retain_resources:
    description:
      - The logical IDs of resources to retain if they cannot be deleted with the stack.
      - Also applies to O(recreate_failed). The stack is first deleted without this list. If that ends in
        C(DELETE_FAILED), the stack is deleted again, and those of the listed resources that could not be deleted are
        retained. AWS cannot retain other resources.
    type: list
    elements: str
    default: []
  detect_drift:
    description:
      - Whether to compare the resources of the stack with its template afterwards, also in check mode. The differences are the
        result C(drift).
      - Cannot be used with O(state=absent) and O(wait=false).
      - This needs C(cloudformation:DetectStackDrift), C(cloudformation:DescribeStackDriftDetectionStatus),
        C(cloudformation:DescribeStackResourceDrifts), and permissions to read the resources.
    type: bool
    default: false
notes:
  - Compared with M(amazon.aws.cloudformation), the module does not wait forever for a stack in C(REVIEW_IN_PROGRESS),
    supports O(retain_resources), and includes the events of nested stacks in failures.
  - The state C(REVIEW_IN_PROGRESS) is an error, since its change set may never be executed. So are states that require
    manual action, such as C(UPDATE_ROLLBACK_FAILED).
seealso:
  - module: octo.aws.cloudformation_change_set
  - module: octo.aws.aws_account
  - module: amazon.aws.cloudformation
  - name: Stack states
    description: The meaning of the states of a stack.
    link: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

EXAMPLES = r"""
- name: Create or update a stack of prod
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: site
    template_body:
      Parameters:
        Bucket: {Type: String}
      Resources:
        Site:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: {Ref: Bucket}
      Outputs:
        Site: {Value: {Ref: Site}}
    parameters:
      Bucket: www.example.org
    tags:
      team: web
    termination_protection: true
  register: site

- name: Use an output
  ansible.builtin.debug:
    var: site.outputs.Site

- name: Disable the termination protection
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: site
    template_body: {Resources: {Site: {Type: AWS::S3::Bucket, Properties: {BucketName: www.example.org}}}}
    termination_protection: false

- name: Delete the stack, and retain the bucket if it cannot be deleted
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: site
    state: absent
    retain_resources: [Site]

- name: Begin to create a stack
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: topics
    template_body: {Resources: {Alerts: {Type: AWS::SNS::Topic}}}
    wait: false

- name: Wait for it
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: topics
    state: completed
"""

RETURN = r"""
stack_name:
  description: The name of the stack.
  returned: when the account could be resolved
  type: str
  sample: web
stack_id:
  description: The ARN of the stack. V(none) if it does not exist.
  returned: when the account could be resolved
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:stack/web/51af3dc0-da77-11e4-872e-1234567db123
status:
  description: The state of the stack. V(none) if it does not exist.
  returned: when the account could be resolved
  type: str
  sample: CREATE_COMPLETE
outputs:
  description: The outputs of the stack by name, also if nothing changed.
  returned: when the account could be resolved
  type: dict
  sample: {Site: www.example.org}
changes:
  description: The changes to the resources, or the expected changes in check mode.
  returned: in check mode and in diff mode
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
  returned: in check mode and in diff mode, for O(state=present)
  type: list
  elements: str
  sample: [Site]
drift:
  description: The drift of the stack. V(none) if the stack does not exist.
  returned: with O(detect_drift=true)
  type: dict
  contains:
    status:
      description: C(IN_SYNC), C(DRIFTED), C(UNKNOWN) or C(NOT_CHECKED).
      type: str
      returned: success
    resources:
      description: The resources that were modified or deleted outside of CloudFormation.
      type: list
      elements: dict
      returned: success
  sample:
    status: DRIFTED
    resources:
      - differences: [{path: /VersioningConfiguration/Status, type: NOT_EQUAL}]
        logical_id: Site
        physical_id: www.example.org
        status: MODIFIED
        type: AWS::S3::Bucket
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

from ansible_collections.octo.aws.plugins.module_utils._cloudformation import stack_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.module import CloudFormationModule
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import STACK_SPEC


class StackModule(CloudFormationModule):
    """Create, update or delete a stack."""

    def __init__(self) -> None:
        super().__init__(STACK_SPEC)

    def work(self) -> dict[str, t.Any]:
        apply_state = {
            "present": stack_states.present,
            "absent": stack_states.absent,
            "completed": stack_states.completed,
        }[self.params["state"]]
        cfn = self.cloudformation()
        with cfn.tracking_state():
            return apply_state(cfn, self.options(), check_mode=self.check_mode, diff=self._diff)


def main() -> None:
    module = StackModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
