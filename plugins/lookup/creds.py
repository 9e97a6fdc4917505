# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: creds
short_description: Credentials of a named AWS account, or of the instance role
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
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
options:
  _terms:
    description:
      - The names of accounts. Without a name, the IAM role of the controller is used, unless O(account_required) is set.
      - Empty strings, V(none) and nested lists are errors.
      - Pass a list as one term, the variable itself and not its items. An empty list is then an error, subject to
        O(on_missing). When expanded into arguments, as in C(*names) or C(with_octo.aws.creds), an empty list is the same as
        no name, and selects the IAM role. With O(account_required), it is an error.
    type: list
    elements: str
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
  on_missing:
    description:
      - The reaction to an unknown name, or to an empty list of names.
      - V(warn) and V(skip) leave the account out of the result. Use them with C(query), which returns a list. In
        C(module_defaults) and C(environment), keep V(error), since AWS clients would search for other credentials if
        they get none.
      - A record that cannot be read is always an error.
    type: str
    default: error
    choices:
      error: Fail.
      warn: Skip the account with a warning.
      skip: Skip the account.
  assume_role:
    description:
      - Roles to assume, one after the other, after those of the account.
      - Without a name, the first role is assumed with the IAM role of the controller. These sessions are not shared with
        other processes. To share them, save an account of type V(instance_role).
  mfa_token:
    vars:
      - name: octo_aws_mfa_token
  region:
    description:
      - The AWS region of the credentials.
      - Falls back to the region of the account, then to the variable, the environment variables and the ini key.
      - The environment variables have the order E(OCTO_AWS_REGION), E(AWS_REGION), E(AWS_DEFAULT_REGION).
    type: str
    vars:
      - name: octo_aws_region
    env:
      # ansible-core uses the last one that is set.
      - name: AWS_DEFAULT_REGION
      - name: AWS_REGION
      - name: OCTO_AWS_REGION
    ini:
      - section: octo_aws
        key: region
  store:
    vars:
      - name: octo_aws_store
    env:
      - name: OCTO_AWS_STORE
    ini:
      - section: octo_aws
        key: store
  session_cache:
    vars:
      - name: octo_aws_session_cache
    env:
      - name: OCTO_AWS_SESSION_CACHE
    ini:
      - section: octo_aws
        key: session_cache
  account_required:
    # With type bool, ansible-core would read any unknown string as false. Values that are not booleans are rejected.
    type: raw
    default: false
    vars:
      - name: octo_aws_account_required
    env:
      - name: OCTO_AWS_ACCOUNT_REQUIRED
    ini:
      - section: octo_aws
        key: account_required
  vault_id:
    vars:
      - name: octo_aws_vault_id
    env:
      - name: OCTO_AWS_VAULT_ID
    ini:
      - section: octo_aws
        key: vault_id
notes:
  - Unknown settings are errors. This applies to variables that start with C(octo_aws_), to environment variables that start
    with C(OCTO_AWS_), and to keys in the section C([octo_aws]) of C(ansible.cfg).
  - Vault passwords are those of Ansible, from C(--vault-password-file), C(--vault-id) and the like. A record is decrypted with
    the password of the vault ID that it names.
  - The result contains the credentials in clear text. Use the lookup in C(module_defaults) or in an option, and do not store
    the result with C(set_fact) or C(register). Do not loop over it, since Ansible displays loop items; loop over the names,
    and use the lookup inside the task. ansible-core 2.22 and later mask the credentials in all output.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_info
  - ref: ansible_collections.octo.aws.docsite.guide_team_stores
    description: AWS Secrets Manager and Parameter Store as stores for teams.
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
