# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudformation_stack_set
short_description: Create, update and delete CloudFormation stack sets with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Creates or updates a CloudFormation stack set, creates and deletes its instances, and waits for each operation. An instance
    is a stack in one AWS account and region.
  - If the stack set and its instances are as requested, nothing changes, and only reads are sent. An instance in the state
    C(OUTDATED), such as after a failed operation, is deployed again.
  - A failed operation is a failure. Its message contains the instances that failed, with account, region and reason.
  - If another operation on the stack set is in progress, the module waits for it.
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
    details: The stack set, its instances and the template are compared. AWS does not check the template.
  diff_mode:
    support: full
    details: The diff has one line for each instance, and one for each setting that differs. It has no values of parameters.
options:
  stack_set_name:
    description:
      - The name of the stack set, at most 128 letters, digits and hyphens, starting with a letter.
      - An empty name is an error.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the stack set. One of O(template), O(template_body) and O(template_url) is needed.
      - V(absent) deletes all instances, and then the stack set. If it does not exist, nothing changes.
    type: str
    choices: [present, absent]
    default: present
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
    description:
      - The URL of the template in S3, such as V(https://releases.s3.eu-central-1.amazonaws.com/web.yml).
      - The object is read, for the comparison with the template of the stack set. This needs C(s3:GetObject).
    type: str
  template_bucket:
    description:
      - The name of an S3 bucket in the region of the stack set, for templates of 51201 to 1000000 bytes. Smaller ones are sent
        in the request. Both limits are quotas of CloudFormation.
      - The template is uploaded under O(template_prefix) and the SHA-256 of its content, unless the object is there. It is
        uploaded only if the stack set is created or its template differs, and it is not deleted afterwards.
      - This needs C(s3:ListBucket) on the bucket, and C(s3:GetObject) and C(s3:PutObject) on its objects.
    type: str
  template_prefix:
    description: The beginning of the key of the template in O(template_bucket), such as V(templates/).
    type: str
    default: ''
  parameters:
    description:
      - The parameters of the template, for all instances. V(null) keeps the current value of the stack set.
      - An omitted parameter has the default of the template.
      - AWS does not return the values of C(NoEcho) parameters. Each of them therefore counts as a difference in each
        run, unless it is in O(use_previous_value) or V(null).
      - The items of a list are joined by commas. Numbers become strings, booleans become V(true) and V(false), dates are
        formatted like V(2026-11-24), and mappings become JSON.
    type: dict
  parameters_file:
    description:
      - The path of a file with parameters on the controller, in JSON or YAML. It can be encrypted with Ansible Vault.
      - Either a list of C({ParameterKey, ParameterValue}) or C({ParameterKey, UsePreviousValue}), the form of the AWS CLI, or a
        mapping with C(Parameters) and C(Tags), the form of AWS CodePipeline.
      - Values in O(parameters) and O(tags) take precedence. Relative paths are searched as for O(template).
    type: path
  use_previous_value:
    description:
      - The names of parameters that keep their value in updates of the stack set, even if O(parameters) or
        O(parameters_file) has one. A new stack set gets that value, or the default of the template.
    type: list
    elements: str
    default: []
  capabilities:
    description:
      - The capabilities that the template requires, V(CAPABILITY_IAM), V(CAPABILITY_NAMED_IAM) or V(CAPABILITY_AUTO_EXPAND).
      - AWS rejects a template if a required capability is missing. A difference in capabilities alone is no change.
    type: list
    elements: str
    default: []
  tags:
    description:
      - The tags of the stack set, its stacks and their resources, at most 50. If omitted, the stack set keeps its tags.
      - An empty mapping removes them.
      - Numbers become strings, booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings and
        lists become JSON. V(null) is rejected.
    type: dict
  description:
    description: A description of the stack set, of 1 to 1024 characters. If omitted, the stack set keeps its description.
    type: str
  permission_model:
    description:
      - V(SELF_MANAGED) uses O(administration_role_arn) and O(execution_role_name), and deploys to O(accounts).
      - V(SERVICE_MANAGED) uses the roles of AWS Organizations, and deploys to O(organizational_unit_ids).
      - AWS cannot change the model of a stack set.
    type: str
    choices: [SELF_MANAGED, SERVICE_MANAGED]
    default: SELF_MANAGED
  administration_role_arn:
    description:
      - The ARN of the IAM role that assumes O(execution_role_name) in the accounts of the instances. If omitted, the stack set
        keeps its role. AWS defaults to the role C(AWSCloudFormationStackSetAdministrationRole).
      - Not for O(permission_model=SERVICE_MANAGED).
    type: str
  execution_role_name:
    description:
      - The name of the IAM role that creates the stacks, of 1 to 64 characters. If omitted, the stack set keeps its role. AWS
        defaults to V(AWSCloudFormationStackSetExecutionRole).
      - Not for O(permission_model=SERVICE_MANAGED).
    type: str
  auto_deployment:
    description:
      - Whether AWS deploys to accounts that join one of O(organizational_unit_ids). If omitted, the stack set keeps its setting.
      - Only for O(permission_model=SERVICE_MANAGED).
    type: dict
    suboptions:
      enabled:
        description: Whether automatic deployment is enabled.
        type: bool
        required: true
      retain_stacks_on_account_removal:
        description: Whether the stacks of accounts that leave a unit are retained.
        type: bool
        default: false
  accounts:
    description:
      - The IDs of the AWS accounts of instances, 12 digits each, in quotes. There is one instance in each of them and each of
        O(regions).
      - If omitted, with O(regions), no instance is created or deleted.
      - Only for O(permission_model=SELF_MANAGED).
    type: list
    elements: str
  organizational_unit_ids:
    description:
      - The IDs of organizational units, or of the root of the organization. There is one instance in each of their accounts
        and each of O(regions).
      - Only for O(permission_model=SERVICE_MANAGED).
    type: list
    elements: str
  regions:
    description: The regions of instances. They are needed with O(accounts) and O(organizational_unit_ids).
    type: list
    elements: str
  purge_instances:
    description:
      - Whether to delete instances that O(accounts) or O(organizational_unit_ids), and O(regions), do not contain. Empty lists
        delete all instances.
      - Instances are deleted before others are updated or created.
    type: bool
    default: false
  retain_stacks:
    description:
      - Whether to retain the stacks of deleted instances outside of the stack set. This module cannot add them to it
        again.
    type: bool
    default: false
  operation_preferences:
    description: How AWS runs each operation.
    type: dict
    suboptions:
      failure_tolerance_count:
        description:
          - The number of accounts in which an operation may fail in one region, before AWS stops it there. AWS defaults to 0.
          - Mutually exclusive with O(operation_preferences.failure_tolerance_percentage).
        type: int
      failure_tolerance_percentage:
        description: The same in percent of the accounts, from 0 to 100.
        type: int
      max_concurrent_count:
        description:
          - The number of accounts with an operation at a time, at least 1. AWS defaults to 1.
          - Mutually exclusive with O(operation_preferences.max_concurrent_percentage).
        type: int
      max_concurrent_percentage:
        description: The same in percent of the accounts, from 1 to 100.
        type: int
      region_order:
        description: The order of the regions.
        type: list
        elements: str
      region_concurrency_type:
        description: Whether regions are deployed one after the other or in parallel. AWS defaults to V(SEQUENTIAL).
        type: str
        choices: [SEQUENTIAL, PARALLEL]
      concurrency_mode:
        description:
          - Whether concurrency decreases with each failure (V(STRICT_FAILURE_TOLERANCE)) or stays as it is
            (V(SOFT_FAILURE_TOLERANCE)). AWS defaults to V(STRICT_FAILURE_TOLERANCE).
        type: str
        choices: [STRICT_FAILURE_TOLERANCE, SOFT_FAILURE_TOLERANCE]
  call_as:
    description:
      - V(SELF) for the account of the administrator, V(DELEGATED_ADMIN) for a delegated administrator of the organization.
      - V(DELEGATED_ADMIN) is only for O(permission_model=SERVICE_MANAGED).
    type: str
    choices: [SELF, DELEGATED_ADMIN]
    default: SELF
  wait:
    description:
      - Whether to wait for the last operation of the task. If V(false), the task does not report a failure of it. The
        next run waits for it, and deploys again to instances that failed.
      - The task always waits for operations before the last one. V(false) cannot be used with O(state=absent).
    type: bool
    default: true
  timeout:
    description:
      - The total time to wait for CloudFormation, in seconds.
      - A timeout is an error, but does not stop the operation in AWS. The next run waits for it.
      - The session of the account may be shorter. The task waits in short runs of the module, each with fresh
        credentials. With C(async), one session must last for the whole wait.
    type: int
    default: 3600
  progress:
    description:
      - Whether to show the operations during the task, to standard error and to Ansible's log.
      - A line has the state of the operation, and how many instances are done and have failed. The first line has the address
        of the stack set in the AWS console.
      - This needs the permission C(cloudformation:ListStackSetOperationResults). Without it, only states are shown.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
notes:
  - Compared with M(community.aws.cloudformation_stack_set), the module sends only reads in check mode and if nothing differs,
    and renews credentials during the wait.
  - It needs the permissions C(cloudformation:DescribeStackSet), C(cloudformation:ListStackSetOperations),
    C(cloudformation:ListStackInstances), C(cloudformation:DescribeStackSetOperation),
    C(cloudformation:ListStackSetOperationResults), C(cloudformation:GetTemplateSummary), C(cloudformation:CreateStackSet),
    C(cloudformation:UpdateStackSet), C(cloudformation:DeleteStackSet), C(cloudformation:CreateStackInstances) and
    C(cloudformation:DeleteStackInstances), and C(iam:PassRole) for O(administration_role_arn).
  - A failure during an operation in AWS, such as an expired session, a removed permission or a broken network, does not
    stop the operation. The result then has C(changed=true). The message has the address of the stack set in the AWS
    console. Run the task again to wait for the operation.
  - If O(operation_preferences) tolerates failed instances and an operation ends with C(SUCCEEDED), the task succeeds.
    RV(failures) has these instances.
  - Secret values of parameters are masked in messages if they have 6 characters or more.
seealso:
  - module: octo.aws.cloudformation_stack
  - module: octo.aws.aws_account
  - module: community.aws.cloudformation_stack_set
  - name: Stack set concepts
    description: Stack sets, instances, operations, and the permissions that they need.
    link: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""

EXAMPLES = r"""
- name: Deploy alerts to an account, in two regions
  octo.aws.cloudformation_stack_set:
    account: prod
    stack_set_name: alerts
    template_body: {Resources: {Alerts: {Type: AWS::SNS::Topic}}}
    tags:
      team: web
    accounts: ["123456789012"]
    regions: [eu-central-1, eu-west-1]
    operation_preferences:
      failure_tolerance_count: 0
      region_concurrency_type: PARALLEL
  register: alerts

- name: Remove the instance of one region
  octo.aws.cloudformation_stack_set:
    account: prod
    stack_set_name: alerts
    template_body: {Resources: {Alerts: {Type: AWS::SNS::Topic}}}
    accounts: ["123456789012"]
    regions: [eu-central-1]
    purge_instances: true

- name: Delete the stack set with its instances
  octo.aws.cloudformation_stack_set:
    account: prod
    stack_set_name: alerts
    state: absent
"""

RETURN = r"""
stack_set_name:
  description: The name of the stack set.
  returned: when the account could be resolved
  type: str
  sample: alerts
stack_set_id:
  description: The ID of the stack set. V(none) if it does not exist.
  returned: when the account could be resolved
  type: str
  sample: alerts:51af3dc0-da77-11e4-872e-1234567db123
stack_set_arn:
  description: The ARN of the stack set. V(none) if it does not exist.
  returned: when the account could be resolved
  type: str
  sample: arn:aws:cloudformation:eu-central-1:123456789012:stackset/alerts:51af3dc0-da77-11e4-872e-1234567db123
status:
  description: The state of the stack set, C(ACTIVE) or C(DELETED). V(none) if it does not exist.
  returned: when the account could be resolved
  type: str
  sample: ACTIVE
instances:
  description: The instances of the stack set, at the end of the task.
  returned: when the account could be resolved
  type: list
  elements: dict
  contains:
    account:
      description: The AWS account.
      type: str
      returned: success
    region:
      description: The region.
      type: str
      returned: success
    organizational_unit_id:
      description: The organizational unit, for service-managed permissions.
      type: str
      returned: success
    status:
      description: C(CURRENT), C(OUTDATED) or C(INOPERABLE).
      type: str
      returned: success
    detailed_status:
      description: The state of the last operation on the instance, such as C(SUCCEEDED) or C(FAILED).
      type: str
      returned: success
    reason:
      description: The reason of the state. V(none) if AWS returned no reason.
      type: str
      returned: success
    stack_id:
      description: The ARN of the stack. V(none) if it could not be created.
      type: str
      returned: success
  sample:
    - account: "123456789012"
      detailed_status: SUCCEEDED
      organizational_unit_id: null
      reason: null
      region: eu-central-1
      stack_id: arn:aws:cloudformation:eu-central-1:123456789012:stack/StackSet-alerts-51af3dc0/61af3dc0-da77-11e4-872e-1234567db123
      status: CURRENT
settings:
  description:
    - The options that differ from the stack set, such as C(template), C(tags) or C(parameters.Bucket). It is empty for a new
      stack set.
  returned: success
  type: list
  elements: str
  sample: [template, parameters.Bucket]
changes:
  description: The changes to instances, or the expected changes in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: C(Add), C(Remove), or C(Modify) for an outdated instance. Changed settings apply to all instances.
      type: str
      returned: success
    target:
      description: The AWS account, or the organizational unit.
      type: str
      returned: success
    region:
      description: The region.
      type: str
      returned: success
  sample:
    - {action: Add, region: eu-west-1, target: "123456789012"}
operation_id:
  description: The ID of the last operation. V(none) if there was none.
  returned: when the account could be resolved
  type: str
  sample: octo-aws-1f4c1bd6-58a2-5c0e-9d5a-0c8b3f6a1c11
operation_status:
  description: The state of the last operation, such as C(SUCCEEDED). V(none) if there was none.
  returned: when the account could be resolved
  type: str
  sample: SUCCEEDED
failures:
  description: The instances that failed.
  returned: success, and when an operation failed
  type: list
  elements: dict
  sample:
    - account: "123456789012"
      reason: "ResourceLogicalId:Alerts, ResourceType:AWS::SNS::Topic, ResourceStatusReason:It exists already."
      region: eu-west-1
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
from functools import partial

from ansible_collections.octo.aws.plugins.module_utils._cloudformation import stack_set_states
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import api_parameters
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_options import STACK_SET_SPEC
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_set_template import StackSetTemplate
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.stack_sets import StackSetClient
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client


class StackSetModule(HostModule):
    """Create, update or delete a stack set."""

    def __init__(self) -> None:
        # no_log keeps the arguments out of the host's log: parameters of a stack may contain secrets.
        super().__init__(STACK_SET_SPEC, supports_check_mode=True, no_log=True)

    def work(self) -> dict[str, t.Any]:
        config_file = self.config_file()
        content = api_parameters(self.params, update=False)
        client = StackSetClient(
            service_client(self.handover, "cloudformation", config_file),
            self.handover.secrets,
            self.params["timeout"],
            self.sliced_work,
            {item["ParameterKey"]: item["ParameterValue"] for item in content.get("Parameters", ())},
            progress=self.params["progress"],
            name=self.params["stack_set_name"],
            call_as=self.params["call_as"],
        )
        template = StackSetTemplate(
            self.params,
            content.get("TemplateBody", ""),
            partial(service_client, self.handover, "s3", config_file),
            self.handover.secrets,
            self.sliced_work.kept,
        )
        apply_state = {"present": stack_set_states.present, "absent": stack_set_states.absent}[self.params["state"]]
        with client.tracking_state():
            return apply_state(client, self.params, template, check_mode=self.check_mode)


def main() -> None:
    module = StackSetModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
