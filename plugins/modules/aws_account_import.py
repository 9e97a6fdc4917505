# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_account_import
short_description: Import the profiles of AWS clients, or the roles of IAM Identity Center, as accounts
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Reads an AWS config file and a credentials file like AWS clients do, and saves each profile as an account.
  - Keys become an account of type V(access_key), and a web identity one of type V(web_identity). A role with
    C(source_profile) becomes an account of the type of its source, with all roles of the chain in C(assume_role). A role
    with C(credential_source=Ec2InstanceMetadata) or C(credential_source=EcsContainer) becomes an account of type
    V(instance_role).
  - Keys with C(mfa_serial) become an account with C(temporary) and C(mfa_serial), which uses sessions with MFA. AWS
    clients use C(mfa_serial) only with C(role_arn). In that case, it is imported for the role.
  - A profile with SSO, C(aws login) or C(credential_process) becomes an account of type V(profile), which contains only
    its name. The profile is still required, as RV(remarks) states.
  - A profile with a C(credential_process) that returns the account of the same name from O(store) is not imported, even
    with O(overwrite=true). It is listed in RV(kept) and RV(remarks).
  - Profiles that cannot become an account, fail their test or cannot be written are listed in RV(left). All others are
    imported. The task then fails with the error code V(transfer_incomplete).
  - Sections and fields that AWS clients ignore are not imported, and are listed in RV(remarks). Examples are C([dev]) in
    the config file, where a profile is C([profile dev]); C([profile dev]) in the credentials file, where it is C([dev]);
    a heading with spaces inside its brackets, such as C([ dev ]); and fields that another field overrides. If two
    sections are one profile, or both files have its keys, RV(remarks) states which are used.
  - With O(sso_start_url), no file is read. Each role that the user can access, in each AWS account, becomes an account
    of type V(sso), named like C(Sandbox/ReadOnly) after the AWS account and the role. If several AWS accounts have one
    name, their IDs are added to it, such as C(Sandbox 210987654321/ReadOnly).
  - The task can be repeated. Existing accounts are not changed unless O(overwrite=true). In check mode, RV(accounts)
    shows the expected accounts. The files are not changed.
  - The module runs on the controller, for every target host. An account of type V(instance_role) is tested on the target
    host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: The result contains the accounts without their secrets, also in check mode.
options:
  config_file:
    description:
      - The path of the AWS config file on the controller.
      - Falls back to E(AWS_CONFIG_FILE), then to C(~/.aws/config). These are optional.
    type: path
  credentials_file:
    description:
      - The path of the AWS credentials file on the controller. Its values take precedence over those of the config file.
      - Falls back to E(AWS_SHARED_CREDENTIALS_FILE), then to C(~/.aws/credentials). These are optional. To read none, use
        V(/dev/null).
    type: path
  profiles:
    description:
      - The names of the profiles to import, or with O(sso_start_url) those of the roles, such as C(Sandbox/*). C(*), C(?)
        and C([...]) match as in the shell. By default, all are imported.
      - If a name without wildcards does not exist, nothing is imported.
      - A profile without credentials is skipped with a remark, and is an error if its name is given.
      - A string is split at commas. A name with a comma must be in a list.
    type: list
    elements: str
  sso_start_url:
    description:
      - The URL of an AWS access portal, such as V(https://d-1234567890.awsapps.com/start), to import roles of IAM
        Identity Center instead of profiles. It requires O(sso_region), and cannot be combined with O(config_file) and
        O(credentials_file).
      - If no valid sign-in is cached, a page to open and a code are shown at the terminal. Without a terminal, the task
        fails with the error code V(sso_sign_in_required).
    type: str
  sso_region:
    description: The region of IAM Identity Center, such as V(eu-central-1).
    type: str
  name_prefix:
    description: A prefix for the names of the accounts. The name of the profile or the role follows it.
    type: str
    default: ""
  overwrite:
    description:
      - Whether to replace a different account of the same name in O(store).
    type: bool
    default: false
  test:
    description:
      - Whether to test each account before it is saved, like M(octo.aws.aws_account).
      - An account with C(mfa_serial) cannot be tested, since no MFA code is available. It is listed in RV(left).
    type: bool
    default: false
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_copy
  - module: octo.aws.aws_account_info
"""

EXAMPLES = r"""
- name: Show the accounts that the profiles of this user would become
  octo.aws.aws_account_import:
  check_mode: true
  register: found

- name: Show the accounts
  ansible.builtin.debug:
    var: found.accounts

- name: Import two profiles, each tested, under names such as aws-deploy
  octo.aws.aws_account_import:
    profiles: [base, deploy]
    name_prefix: aws-
    test: true

- name: Import the roles of a person in the AWS accounts with names like Dev1
  octo.aws.aws_account_import:
    sso_start_url: https://d-1234567890.awsapps.com/start
    sso_region: eu-central-1
    profiles: ["Dev*/*"]
"""

RETURN = r"""
store:
  description: The path or URL of the store, without credentials.
  returned: success
  type: str
  sample: /srv/accounts
imported:
  description: The names of the accounts that were saved, or would be in check mode.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [deploy, prod]
unchanged:
  description: The names of the accounts that exist and are identical.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [builder]
kept:
  description: The names of accounts in O(store) that were not changed, because they are different, or because the profile
    gets its credentials from them.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [dev]
left:
  description:
    - The accounts that could not be saved, each with C(name), C(msg) and C(error). Empty if the task succeeds.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: ci
      msg: "The profile 'ci' cannot become an account: it names no credentials..."
      error:
        code: profile_failed
        aws_code: null
        request_id: null
        hint: It needs keys, a role with a source, a web identity, SSO or a credential_process.
        url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#profile_failed
accounts:
  description:
    - The account for each profile or role, without its secrets, whether it was saved or not. The fields are those that
      M(octo.aws.aws_account) returns.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: deploy
      type: access_key
      description: ""
      region: eu-central-1
      access_key: AKIAIOSFODNN7EXAMPLE
      temporary: false
      mfa_serial: ""
      mfa_process: []
      key_created: ""
      rotation: ""
      role_arn: ""
      web_identity_token_source: ""
      web_identity_token_file: ""
      web_identity_token_variable: ""
      web_identity_token_command: []
      web_identity_audience: ""
      web_identity_service_connection: ""
      policy: ""
      policy_arns: []
      duration_seconds: 0
      profile: ""
      sso_start_url: ""
      sso_region: ""
      sso_account_id: ""
      sso_role_name: ""
      trust_anchor_arn: ""
      profile_arn: ""
      certificate: ""
      private_key_file: ""
      role_session_name: ""
      vault_url: ""
      vault_namespace: ""
      vault_ca_cert: ""
      vault_mount: ""
      vault_role: ""
      vault_credential_type: ""
      vault_auth_method: ""
      vault_mount_point: ""
      vault_role_id: ""
      vault_token_file: ""
      vault_secret_id_file: ""
      vault_jwt_file: ""
      vault_cert_auth_public_key: ""
      vault_cert_auth_private_key: ""
      vault_aws_iam_server_id: ""
      assume_role:
        - role_arn: arn:aws:iam::123456789012:role/deploy
      account_id: ""
      endpoint_url: ""
      validate_certs: true
      ca_bundle: ""
remarks:
  description: Remarks on accounts and on sections of the files, each with C(name) and C(msg).
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: sso
      msg: "Keep the profile 'sso' in the AWS config of the user that runs Ansible: SSO still provides the credentials."
error:
  description: The error. C(msg) has the message.
  returned: failure
  type: dict
  sample:
    code: profiles_unreadable
    aws_code: null
    request_id: null
    hint: "Check its path, its mode and its form, as the user that runs Ansible: aws configure list-profiles."
    url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#profiles_unreadable
"""
