# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The account that a module works with, and the options that the collection itself sets."""

    DOCUMENTATION = r"""
requirements:
  - Python 3.9 or newer on the target host
options:
  account:
    description:
      - The name of an account that was saved with M(octo.aws.aws_account).
      - If omitted or V(null), the IAM role of the target host is used. With O(account_required), only V(null) selects it.
      - An unknown or empty name is an error. There is no fallback to other credentials.
    type: str
  region:
    description:
      - The AWS region.
      - Falls back to the region of the account, then to the variable C(octo_aws_region), then to the environment variables
        E(OCTO_AWS_REGION), E(AWS_REGION) and E(AWS_DEFAULT_REGION) of the controller, then to the key C(region) in the section
        C([octo_aws]) of C(ansible.cfg).
    type: str
  announce:
    description:
      - Whether to log the account, identity, region and host before the task starts, to standard error and to Ansible's log.
        No secret is logged.
    type: bool
    default: false
  step:
    description:
      - The step that the task runs. Set by the role C(octo.aws.aws_steps) only.
      - Error messages start with the name of the step, and point to its place in the playbook if ansible-core knows it.
    type: dict
    suboptions:
      name:
        description: The name of the step.
        type: str
        required: true
      enabled:
        description: Whether to run the task. It is skipped otherwise.
        type: raw
      retries:
        description: The number of retries. Validated here, applied by ansible-core.
        type: raw
      delay:
        description: The number of seconds between two attempts. Validated here, applied by ansible-core.
        type: raw
      ignore_errors:
        description: Whether to continue the list after a failure. Validated here, applied by the role.
        type: raw
      tasks:
        description: The task file of the step and its variables. Validated here, applied by the role.
        type: raw
      done:
        description: The names of the steps that have results. Errors about missing results list them.
        type: list
        elements: str
  handover:
    description:
      - The data that the action plugin passes to the module on the target host. Tasks cannot set it.
    type: dict
  handover_secrets:
    description:
      - The secrets that the action plugin passes to the module on the target host. Tasks cannot set them.
    type: dict
"""
