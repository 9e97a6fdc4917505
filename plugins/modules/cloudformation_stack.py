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
  - Makes a CloudFormation stack what a template and its parameters say, waits for it, and returns its outputs.
  - Where there is nothing to update, nothing changes. What CloudFormation rolls back is a failure, and the failure shows
    the events that caused it, those of nested stacks included.
  - A stack is never deleted to make an update work, unless O(recreate_failed) is set and it never came up.
  - A stack that somebody else works on is waited for.
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
    details: A line for each resource. Outside of check mode, a change set is made for it.
  async:
    support: full
    details: The host holds the module with its arguments in a file until it ends, as ansible-core has it for every module.
options:
  state:
    description:
      - V(present) creates or updates the stack. One of O(template), O(template_body) and O(template_url) is needed.
      - V(absent) deletes it. Where it is gone already, nothing changes.
    type: str
    choices: [present, absent]
    default: present
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
  termination_protection:
    description:
      - Whether the stack cannot be deleted.
      - When it is left out, the stack keeps what it has.
    type: bool
  stack_policy:
    description:
      - The stack policy, which says what an update may change. A mapping, or a text in JSON.
      - It is put into force before the update. When it is left out, the stack keeps the one that it has. AWS never lets
        one be removed; one that allows everything does the same.
    type: json
  recreate_failed:
    description:
      - Whether a stack that never came up is deleted and created anew. That is one in the state C(ROLLBACK_COMPLETE) or
        C(CREATE_FAILED), and no other.
      - A stack that is protected is not deleted.
    type: bool
    default: false
  retain_resources:
    description:
      - The logical ids of resources that may stay when a stack is deleted, or is deleted to be created anew.
      - The stack is first deleted without it. Where that ends in C(DELETE_FAILED), it is deleted once more, and those
        of these resources stay that could not be deleted. AWS lets no others stay.
    type: list
    elements: str
    default: []
notes:
  - It takes the place of M(amazon.aws.cloudformation), which can wait for ever for a stack in C(REVIEW_IN_PROGRESS), does
    not know C(retain_resources), and shows the events of a failure without those of nested stacks.
  - The state C(REVIEW_IN_PROGRESS) is an error, since nobody knows when its change set will be executed. So are the states
    that only a person can end, such as C(UPDATE_ROLLBACK_FAILED).
  - A failure that happens while AWS works, such as the end of the session, a permission that is taken away, or a broken
    network, stops nothing in AWS. The result then has C(changed=true), the name and ARN of the stack, and its last known
    state. Run the task again to wait for the operation.
  - Values of parameters that AWS does not show (C(NoEcho)) are in no message, if they have 6 characters or more. Shorter
    ones are part of other words. They cannot be masked without tearing messages apart.
seealso:
  - module: octo.aws.cloudformation_change_set
  - module: octo.aws.aws_account
  - module: amazon.aws.cloudformation
  - name: Stack states
    description: What the states of a stack mean.
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

- name: Let it be deleted
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: site
    template_body: {Resources: {Site: {Type: AWS::S3::Bucket, Properties: {BucketName: www.example.org}}}}
    termination_protection: false

- name: Delete it, whatever becomes of the bucket
  octo.aws.cloudformation_stack:
    account: prod
    stack_name: site
    state: absent
    retain_resources: [Site]
"""

RETURN = r"""
stack_name:
  description: The name of the stack.
  returned: when the account could be resolved
  type: str
  sample: web
stack_id:
  description: The ARN of the stack. V(none) for one that is not there.
  returned: when the account could be resolved
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:stack/web/51af3dc0-da77-11e4-872e-1234567db123
status:
  description: The state of the stack. V(none) for one that is not there.
  returned: when the account could be resolved
  type: str
  sample: CREATE_COMPLETE
outputs:
  description: The outputs of the stack by their names, also when nothing changed.
  returned: when the account could be resolved
  type: dict
  sample: {Site: www.example.org}
changes:
  description: What changes, or would.
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
  returned: in check mode and in diff mode, for O(state=present)
  type: list
  elements: str
  sample: [Site]
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

from ansible_collections.octo.aws.plugins.module_utils._cloudformation import stack_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.module import CloudFormationModule
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import STACK_SPEC


class StackModule(CloudFormationModule):
    """Create, update or delete a stack."""

    def __init__(self) -> None:
        super().__init__(STACK_SPEC)

    def work(self) -> dict[str, t.Any]:
        apply_state = {"present": stack_states.present, "absent": stack_states.absent}[self.params["state"]]
        cfn = self.cloudformation()
        with cfn.tracking_state():
            return apply_state(cfn, self.params, check_mode=self.check_mode, diff=self._diff)


def main() -> None:
    module = StackModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
