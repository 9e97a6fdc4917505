# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_account_info
short_description: List the AWS accounts of a store
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Lists the names of the accounts in a store. With O(details=true), also returns the accounts without their secrets.
  - Listing the names reads no record and needs no vault password.
  - The module runs on the controller, for every target host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: Nothing is changed.
options:
  names:
    description:
      - The names of the accounts to list. C(*), C(?) and C([...]) match as in the shell. By default, all accounts are
        listed.
      - A string is split at commas. A name with a comma must be in a list.
    type: list
    elements: str
  details:
    description:
      - Whether to open the records and return RV(accounts).
      - Records that cannot be read are returned in RV(unreadable), and the task does not fail. Reasons are a missing
        vault password, a missing permission, and a damaged or empty record.
    type: bool
    default: false
  usages:
    description:
      - Whether to search O(usage_paths) for the places that name an account, and return RV(usages).
      - The search finds O(octo.aws.aws_script#module:account) of the modules of this collection and of C(module_defaults),
        accounts of the steps of the role P(octo.aws.aws_steps#role), the variable C(aws_steps_account) in plays, variable
        files and inventories, O(octo.aws.aws_account#module:name), names in the lookups P(octo.aws.creds#lookup),
        P(octo.aws.ecr#lookup) and P(octo.aws.eks#lookup), profiles of AWS clients with C(credential_process), and the
        command C(octo-aws).
      - Only literal names are found. A name that a template, a variable of another name or the inventory builds when a
        play runs is not found. An account without usages can therefore still be in use.
    type: bool
    default: false
    version_added: 1.0.0
  usage_paths:
    description:
      - Folders and files of the controller to search. By default, the current folder.
      - In folders, files with the extensions C(.yml), C(.yaml), C(.json), C(.ini), C(.cfg), C(.conf), C(.j2), C(.sh)
        and C(.envrc) and files without an extension are searched, up to 1 MiB each, and up to 50,000 files in all.
        Links to folders, virtual environments of Python, and the folders C(.git), C(.hg), C(.svn), C(.tox), C(.nox),
        C(.venv), C(node_modules), C(__pycache__) and C(ansible_collections) are left out.
      - Needs O(usages=true).
    type: list
    elements: path
    version_added: 1.0.0
seealso:
  - module: octo.aws.aws_account
  - plugin: octo.aws.creds
    plugin_type: lookup
  - ref: ansible_collections.octo.aws.docsite.howto_team_store
    description: Keep accounts in Secrets Manager or Parameter Store.
"""

EXAMPLES = r"""
- name: List all names
  octo.aws.aws_account_info:
  register: stored

- name: Show the names
  ansible.builtin.debug:
    var: stored.names

- name: List the accounts of the team web with details
  octo.aws.aws_account_info:
    names: web-*
    details: true

- name: Find the playbooks and profiles that use the account prod
  octo.aws.aws_account_info:
    names: prod
    usages: true
    usage_paths: ["{{ playbook_dir }}"]
  register: prod_account
"""

RETURN = r"""
store:
  description: The path or URL of the store, without credentials.
  returned: success
  type: str
  sample: /srv/accounts
store_exists:
  description:
    - Whether the store exists. If not, the list is empty and the task warns, since the path may be mistyped.
    - V(none) for AWS Secrets Manager and Parameter Store, where an unused prefix and a mistyped one cannot be
      distinguished.
  returned: success
  type: bool
  sample: true
names:
  description: The names of the accounts, sorted.
  returned: success
  type: list
  elements: str
  sample: [prod, staging]
accounts:
  description:
    - The accounts, sorted by name, without their secrets. Fields that are not set are empty strings.
    - C(key_created) is when a rotation created the access key, and C(rotation) is the step of an unfinished one.
    - C(identity) is the identity from the test of the keys. It is V(none) if nothing was tested, if the credentials are
      not stored, or if roles are assumed, since the identity of the keys is then not that of the account.
  returned: when O(details=true)
  type: list
  elements: dict
  sample:
    - name: prod
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
      assume_role: []
      account_id: "123456789012"
      endpoint_url: ""
      validate_certs: true
      ca_bundle: ""
      vault_id: default
      identity:
        account_id: "123456789012"
        arn: arn:aws:iam::123456789012:user/deployer
        user_id: AIDACKCEVSQ6C2EXAMPLE
        partition: aws
unreadable:
  description: The accounts with records that could not be read, each with C(name), C(msg) and C(error).
  returned: when O(details=true)
  type: list
  elements: dict
  sample:
    - name: staging
      msg: The record of account 'staging' in /srv/accounts (staging.vault) cannot be decrypted...
      error:
        code: vault_id_unknown
        aws_code: null
        request_id: null
        hint: Give its password with --vault-id staging@FILE.
        url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#vault_id_unknown
usages:
  description:
    - The places that name an account, sorted by name, path and line. C(usage) is the variable, module, lookup, command or
      profile that names it. C(stored) is V(false) if the store has no account of this name.
    - No other part of a file is returned.
  returned: when O(usages=true)
  type: list
  elements: dict
  sample:
    - name: prod
      path: /home/alice/deployments/deploy.yml
      line: 8
      usage: octo.aws.aws_script
      stored: true
usages_unread:
  description:
    - The files and folders that were not searched, each with the reason. Reasons are encryption with Ansible Vault, a size of
      more than 1 MiB, a missing permission, and invalid YAML.
  returned: when O(usages=true)
  type: list
  elements: dict
  sample:
    - path: /home/alice/deployments/keys.yml
      msg: is encrypted with Ansible Vault
error:
  description: The error. C(msg) has the message.
  returned: failure
  type: dict
  sample:
    code: store_unavailable
    aws_code: null
    request_id: null
    hint: A store is a folder that this user may read; links are not followed.
    url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#store_unavailable
"""
