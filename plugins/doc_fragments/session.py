# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that shape a session. The argument specs of the role repeat those of the hops."""

    HOPS = r"""
options:
  assume_role:
    description:
      - Roles to assume, one after the other, after those of the account.
      - Without an account, the first role is assumed with the IAM role of the host.
    type: list
    elements: dict
    suboptions:
      role_arn:
        description: The ARN of the role.
        type: str
        required: true
      role_session_name:
        description:
          - The role session name, which appears in CloudTrail.
          - By default, it is built from the user that runs Ansible, the controller, and the ID of the job where AWX or a CI
            system sets one, such as C(alice@controller-awx-123).
        type: str
      external_id:
        description: The external ID, for a role that requires one in its trust policy. It is treated as a secret.
        type: str
      duration_seconds:
        description:
          - The lifetime of the session in seconds, from 900 (15 minutes) to 43200 (12 hours). It cannot exceed the maximum
            session duration of the role. AWS defaults to 3600 (1 hour).
          - A role that is assumed with the session of another role (role chaining) is limited to 3600.
        type: int
      policy:
        description: A session policy, which restricts the permissions of the role. A mapping or a JSON string.
        type: raw
      policy_arns:
        description: The ARNs of managed policies, at most 10, to use as session policies.
        type: list
        elements: str
      tags:
        description:
          - Session tags, at most 50.
          - Booleans become V(true) and V(false), and dates are formatted like V(2026-11-24). Mappings, lists and V(null)
            are rejected.
        type: dict
      tags_from_job:
        description:
          - Whether to add session tags and the source identity of the CI job that runs Ansible. The tags are C(repository),
            C(job) and C(actor), as far as the system sets them, and the source identity is the actor. Tags and a source
            identity of the role itself take precedence.
          - GitHub Actions, GitLab, Azure Pipelines, Jenkins and AWX are supported. Elsewhere, V(true) is an error.
        type: bool
      transitive_tag_keys:
        description: The keys of O(assume_role[].tags) that are passed on to the roles after this one.
        type: list
        elements: str
      source_identity:
        description: The source identity. It stays set for all roles after this one.
        type: str
      mfa_serial:
        description:
          - The ARN or the serial number of the MFA device of the IAM user that assumes the role.
          - Only the first role can have one.
        type: str
      mfa_process:
        description:
          - A program on the controller that prints the current code of O(assume_role[].mfa_serial), six digits, and its
            arguments. There is no shell.
          - It runs once for all processes that wait for a new session. Its output is a secret.
        type: list
        elements: str
"""

    DOCUMENTATION = r"""
options:
  duration_seconds:
    description:
      - The lifetime in seconds of the session that is returned. Overrides the value of the last role in the chain.
      - For accounts with C(temporary), the maximum is 129600 (36 hours).
    type: int
  min_ttl:
    description:
      - The minimum remaining lifetime of a session, in seconds. A session with less is renewed first. A value that no
        session can reach is an error.
      - The default is what AWS clients require (15 minutes), and about two thirds of the lifetime for shorter sessions. For
        a task with a C(timeout) that is longer, it is the timeout, up to nine tenths of the lifetime. Tasks that wait
        or upload with fresh credentials need no more than the default.
      - Access keys without an expiration are not affected.
    type: int
  account_id:
    description:
      - The expected AWS account ID after O(assume_role), 12 digits. A different AWS account is an error.
      - To allow several AWS accounts, use a list of at most 100 IDs.
      - By default, the C(account_id) of the account is compared after all roles. If this option is set, the C(account_id)
        of the account is compared after the account's own roles. Without O(assume_role), each ID here must be one of those
        of the account.
    type: raw
  mfa_token:
    description:
      - The current code of the MFA device, for an account or a role that requires one.
      - Falls back to the variable C(octo_aws_mfa_token), then to C(mfa_process) of the account or the role, then to a
        prompt at the terminal. Later tasks and processes share the session.
    type: str
"""
