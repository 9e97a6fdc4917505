# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: approval
short_description: Show a change, and wait for its approval
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Shows the changes of a change set as a table with replacements first, a diff or a text. Then waits at the terminal of
    Ansible for the answer C(yes). Every other answer, and Ctrl-C, rejects the change and fails the task.
  - Without a terminal, as in AWX and CI systems, the task fails and prints a code of the displayed change. Run the play
    again with this code in O(approved). It continues, unless the change is different by then.
  - The task runs once for all hosts of a play or batch, like M(ansible.builtin.pause). Set C(run_once) to register the result
    for all hosts. The strategy V(free) is not supported.
  - Nothing is sent to AWS, and no credentials are needed. The account and the region are only shown.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
attributes:
  check_mode:
    support: full
    details: The change and its code are shown in check mode as well, and the task is skipped without an answer.
  diff_mode:
    support: none
    details: Nothing is changed.
  async:
    support: none
options:
  title:
    description: The name of the approval. By default, the name of the task, or of the step of the role C(octo.aws.aws_steps).
      The limit is 200 characters.
    type: str
  change_set:
    description:
      - The registered result of M(octo.aws.cloudformation_change_set), or its list of changes.
      - If it contains no change, and O(diff) and O(text) are not set, no approval is needed.
    type: raw
  diff:
    description: The C(diff) of a registered result, a mapping, a list of mappings, or text.
    type: raw
  text:
    description: A text to show.
    type: str
  secrets:
    description: Values to mask in everything that is shown, if they have 6 characters or more.
    type: list
    elements: str
  approved:
    description:
      - The codes of approved changes, such as V(3f9a2c1d5e6f7081), for runs without a terminal. Codes of other changes
        are ignored.
      - In the role C(octo.aws.aws_steps), the variable C(aws_steps_approved) sets it for all steps.
    type: list
    elements: str
  bound:
    description:
      - Whether O(approved) must be the code of the displayed change. The code covers the title, the account, the region
        and all lines, not the names of change sets.
      - If V(false), the title is accepted as well. The approval then also holds for changes that the approver did not see.
    type: bool
    default: true
  approver:
    description:
      - The name of the approver for the result, if O(approved) approves the change. It is not verified. The limit is 200 characters.
      - By default, the user that started the job of AWX, GitHub Actions, GitLab, Azure Pipelines, Buildkite or CircleCI, or
        else the user that runs Ansible.
    type: str
  timeout:
    description: How long to wait for an answer, in seconds. There is no limit by default.
    type: int
notes:
  - Set at least one of O(change_set), O(diff) and O(text). All that are set are shown.
  - The change and its code are shown on standard error and in Ansible's log (C(log_path)). Control characters are replaced by spaces.
  - C(no_log) is an error, since it hides the change. Use O(secrets).
seealso:
  - module: octo.aws.cloudformation_change_set
  - module: ansible.builtin.pause
"""

EXAMPLES = r"""
- name: Create a change set
  octo.aws.cloudformation_change_set:
    account: prod
    stack_name: web
    change_set_name: release-42
    template_body: {Resources: {Alerts: {Type: AWS::SNS::Topic}}}
  register: plan

- name: Approve the change set
  octo.aws.approval:
    account: prod
    change_set: "{{ plan }}"
    approved: "{{ release_approved | default(omit) }}"
    timeout: 3600
"""

RETURN = r"""
approved:
  description: Whether the change is approved. V(false) in check mode.
  returned: when the change could be shown
  type: bool
  sample: true
approved_by:
  description: The user at the terminal, or O(approver). V(none) if the change is not approved.
  returned: when the change could be shown
  type: str
  sample: alice
approved_with:
  description: V(terminal), V(variable), or V(nothing) if there is nothing to approve. V(none) if the change is not approved.
  returned: when the change could be shown
  type: str
  sample: terminal
code:
  description: The code of the displayed change, 16 hexadecimal digits.
  returned: when the change could be shown
  type: str
  sample: 3f9a2c1d5e6f7081
shown:
  description: The lines that are shown.
  returned: when the change could be shown
  type: list
  elements: str
  sample:
    - "Approve the change set: account 'prod'"
    - "1 change: 1 replace"
    - "CHANGE   RESOURCE  TYPE             PHYSICAL ID      PROPERTIES"
    - "Replace  Site      AWS::S3::Bucket  www.example.org  Properties.BucketName"
outputs:
  description: An empty mapping.
  returned: when the change could be shown
  type: dict
  sample: {}
account:
  description: The name of the account. V(none) if no account is set.
  returned: when the change could be shown
  type: str
  sample: prod
region:
  description: The AWS region of the task. V(none) if no region is set.
  returned: when the change could be shown
  type: str
  sample: eu-central-1
executor:
  description: The host of the task.
  returned: when the change could be shown
  type: str
  sample: localhost
"""
