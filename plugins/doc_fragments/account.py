# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which account a module works with, and what it asks of its session."""

    DOCUMENTATION = r"""
requirements:
  - Python 3.9 or newer on the host that does the work
options:
  account:
    description:
      - The name of the account that M(octo.aws.aws_account) saved.
      - Without it, the IAM role of the host that does the work is used, unless O(account_required). An unknown name is an
        error, and so is an empty one; nothing else is ever used in its place.
      - V(null) is the written way to the IAM role of the host.
    type: str
  region:
    description:
      - The region to work in.
      - When it is left out, the region of the account comes first, then the variable C(octo_aws_region), the environment
        variables E(OCTO_AWS_REGION), E(AWS_REGION) and E(AWS_DEFAULT_REGION) of the controller, and the key C(region) in
        the section C([octo_aws]) of C(ansible.cfg).
    type: str
  announce:
    description:
      - Whether it is said before the work begins, on standard error and in Ansible's log, which account, identity and region
        are used on which host. There is no secret in it.
    type: bool
    default: false
  step:
    description:
      - The step of the role C(octo.aws.aws_steps) that the task is. The role sets it.
      - An error begins with the name of the step, and shows the place where the step is written, if ansible-core knows it.
    type: dict
    suboptions:
      name:
        description: The name of the step.
        type: str
        required: true
      enabled:
        description: Whether the task is run. It is skipped otherwise.
        type: raw
      retries:
        description: How often the task is tried again. It is checked here, and used by ansible-core.
        type: raw
      delay:
        description: Seconds between two attempts. It is checked here, and used by ansible-core.
        type: raw
      ignore_errors:
        description: Whether the list goes on after a failure. It is checked here, and used by the role.
        type: raw
      tasks:
        description: The file of tasks of the step, with its variables. It is read here, and used by the role.
        type: raw
      done:
        description: The names of the steps that have results. An error about a result that is not there names them.
        type: list
        elements: str
  assume_role:
    description:
      - Roles to assume, one after the other, after those of the account itself.
      - Without O(account), they start from the IAM role of the host.
    type: list
    elements: dict
    suboptions:
      role_arn:
        description: The ARN of the role.
        type: str
        required: true
      role_session_name:
        description:
          - The name of the session, which CloudTrail shows.
          - When it is left out, it says who runs Ansible, on which host, and for which job where AWX or a CI system sets
            a variable, as in C(alice@controller-awx-123).
        type: str
      external_id:
        description: The external ID that the trust policy of the role may ask for. It is not shown anywhere.
        type: str
      duration_seconds:
        description:
          - How long the session lasts, 900 (15 minutes) to 43200 (12 hours), and at most as long as the role allows. AWS
            makes it an hour when it is left out.
          - A role that is assumed with the session of another role lasts at most 3600.
        type: int
      policy:
        description: A session policy, which takes permissions away. A mapping, or a text in JSON.
        type: json
      policy_arns:
        description: ARNs of managed policies, at most 10, to be used as session policies.
        type: list
        elements: str
      tags:
        description:
          - Session tags, at most 50.
          - Truth values become V(true) and V(false), and dates are written as in V(2026-11-24). A mapping or a list would
            become JSON, which has signs that a tag cannot have, and is refused, as V(null) is.
        type: dict
      transitive_tag_keys:
        description: Keys of O(assume_role[].tags) that are passed on to the hops after this one.
        type: list
        elements: str
      source_identity:
        description: The source identity, which stays with the session through all hops after this one.
        type: str
      mfa_serial:
        description:
          - The ARN or the serial number of the MFA device of the IAM user whose keys assume the role. Only the first hop
            can have one.
        type: str
  duration_seconds:
    description:
      - How long the session lasts that is handed out, in seconds. It takes the place of what the last hop says.
      - For accounts that are C(temporary), up to 129600 (36 hours).
    type: int
  min_ttl:
    description:
      - Seconds that must be left of a session. One that has less is renewed first, and more than AWS can give is an
        error.
      - When it is left out, as much is left as AWS clients require, 15 minutes, or about two thirds of a shorter session.
      - It has no meaning for keys that do not end.
    type: int
  account_id:
    description:
      - The AWS account, 12 digits, that the hops in O(assume_role) must lead to.
      - When it is left out, the C(account_id) of the account guards where the hops lead to. When it is given, that one
        guards where the account's own hops end.
    type: str
  mfa_token:
    description:
      - The code that the MFA device shows, for the hop or the account that needs one.
      - When it is left out, the variable C(octo_aws_mfa_token) is looked at, and then it is asked for at the terminal,
        once. The session is then shared by all that follow.
    type: str
  handover:
    description:
      - What the action plugin of the module hands over to the host. A task cannot give it.
    type: dict
  handover_secrets:
    description:
      - The secrets among it. A task cannot give them.
    type: dict
"""
