# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: creds
short_description: Get the credentials of a named AWS account, or of the instance role
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Returns the credentials of accounts that were saved with M(octo.aws.aws_account), in the format of O(format).
  - Without a name, returns the credentials of the IAM role of the controller. The first of these that is configured is
    used, a web identity (E(AWS_ROLE_ARN) and E(AWS_WEB_IDENTITY_TOKEN_FILE), as EKS sets them), container credentials
    (ECS, EKS Pod Identity), or the instance metadata service (EC2). If it fails, the next one is not tried.
  - An unknown account is an error. There is no fallback to other credentials.
  - Assumed roles, web identities and the like return temporary sessions. Each session is requested once, and shared by all
    processes of this user through the session cache until it is about to expire; see O(min_ttl).
  - Access keys are returned as they are stored, without a request to AWS. If the account has an C(account_id), it is
    compared with the identity from the test of the key. STS is called only if the key was never tested.
extends_documentation_fragment:
  - octo.aws.settings.lookup
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
options:
  format:
    description: The format of the returned credentials.
    type: str
    default: module
    choices:
      module: >-
        The options C(access_key), C(secret_key), C(session_token), C(profile) and C(region) of the modules and plugins of
        C(amazon.aws), ready for C(module_defaults). C(profile) is always empty, and C(session_token) is empty for access
        keys without one, since these modules read options that are not set from environment variables. When you set the
        options one by one, set all of them. C(region) is omitted if no region is known.
      env: >-
        Environment variables, for C(environment). Inherited variables that would conflict are set to empty strings.
        E(AWS_PROFILE) cannot be cleared in this way, and some AWS clients, such as the AWS SDK for JavaScript, prefer it to
        the keys; a warning is shown if it is set for Ansible. Ansible displays C(environment) at high verbosity, and
        ansible-core before 2.22 does not mask the values.
      boto3: The keyword arguments of C(boto3.Session).
      process: The JSON document of a C(credential_process) of the AWS CLI.
      full: >-
        All fields, with C(expiration), C(account_id), C(arn) and C(source). Unknown values are V(none).
notes:
  - The result contains the credentials in clear text. Use the lookup in C(module_defaults) or in an option, and do not store
    the result with C(set_fact) or C(register). Do not loop over it, since Ansible displays loop items; loop over the names,
    and use the lookup inside the task. ansible-core 2.22 and later mask the credentials in all output.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_info
  - plugin: octo.aws.ecr
    plugin_type: lookup
  - plugin: octo.aws.eks
    plugin_type: lookup
  - ref: ansible_collections.octo.aws.docsite.howto_team_store
    description: Keep accounts in Secrets Manager or Parameter Store.
  - ref: ansible_collections.octo.aws.docsite.reference_settings
    description: All settings.
"""

EXAMPLES = r"""
- name: Use the account prod for all amazon.aws modules
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"
  tasks:
    - name: Create a bucket
      amazon.aws.s3_bucket:
        name: octo-aws-releases

    - name: Use the IAM role of the controller for one task
      amazon.aws.s3_bucket_info:
        name: octo-aws-releases
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', region='eu-central-1') }}"

    - name: Run the AWS CLI with the account
      ansible.builtin.command: aws sts get-caller-identity
      environment: "{{ lookup('octo.aws.creds', 'prod', format='env') }}"
      changed_when: false

    - name: Assume a role for one task
      amazon.aws.aws_caller_info:
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod', assume_role=[{'role_arn': role_arn}]) }}"
      vars:
        role_arn: arn:aws:iam::123456789012:role/deploy

    - name: Show the AWS account IDs of two accounts
      ansible.builtin.debug:
        msg: "{{ query('octo.aws.creds', 'prod', 'staging', format='full') | map(attribute='account_id') }}"
"""

RETURN = r"""
_raw:
  description:
    - The credentials of each account, in the format of O(format). The keys below are those of V(module).
    - >-
      The keys of V(full) are C(access_key), C(secret_key), C(session_token), C(region), C(expiration) (ISO 8601 in
      UTC), C(account_id), C(arn) and C(source), the account type.
  type: list
  elements: dict
  sample:
    - access_key: AKIAIOSFODNN7EXAMPLE
      secret_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
      session_token: ""
      profile: ""
      region: eu-central-1
"""

from ansible_collections.octo.aws.plugins.plugin_utils._base.lookup import CredentialsLookup


class LookupModule(CredentialsLookup):
    """Documented above."""
