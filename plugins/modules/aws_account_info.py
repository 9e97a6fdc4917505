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
  - Lists the names of the accounts that M(octo.aws.aws_account) saved, and, when asked for, all about them but their
    secrets.
  - The names alone are listed without opening a record, so that no vault password is needed.
  - It runs on the controller, whatever host the task is for.
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
      - List only the accounts with these names. C(*), C(?) and C([...]) match as in the shell.
      - All accounts are listed when this is left out.
      - A name with a comma has to be in a list, since a string is split at commas.
    type: list
    elements: str
  details:
    description:
      - Whether the records are opened and RV(accounts) is returned.
      - Accounts whose record cannot be opened, for want of its vault password or of a permission or because it is
        damaged or empty, are returned in RV(unreadable), and the task does not fail.
    type: bool
    default: false
seealso:
  - module: octo.aws.aws_account
  - plugin: octo.aws.creds
    plugin_type: lookup
  - ref: ansible_collections.octo.aws.docsite.guide_team_stores
    description: AWS Secrets Manager and Parameter Store as stores for teams, with IAM policies.
"""

EXAMPLES = r"""
- name: List all names
  octo.aws.aws_account_info:
  register: stored

- name: Show them
  ansible.builtin.debug:
    var: stored.names

- name: All about the accounts of the team web
  octo.aws.aws_account_info:
    names: web-*
    details: true
"""

RETURN = r"""
store:
  description: The path or URL of the store, without its credentials.
  returned: success
  type: str
  sample: /srv/accounts
store_exists:
  description:
    - Whether the store exists. A store that does not exist has no accounts, and its path may be mistyped; the task warns.
    - V(none) for AWS Secrets Manager and Parameter Store, where a prefix without accounts is no different from one that
      is mistyped.
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
    - Their C(identity) is what STS said when the keys were tested. It is V(none) where nothing was tested or the
      credentials are not stored, and where roles are assumed, since who the keys are is not where the account leads to.
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
      role_arn: ""
      web_identity_token_file: ""
      profile: ""
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
  description: The accounts whose record could not be opened, each with its C(name), C(msg) and C(error).
  returned: when O(details=true)
  type: list
  elements: dict
  sample:
    - name: staging
      msg: The record of account 'staging' in /srv/accounts (staging.vault) cannot be opened...
      error:
        code: vault_id_unknown
        aws_code: null
        request_id: null
        hint: Give its password with --vault-id staging@FILE.
error:
  description: What failed. The message of the result has it in words.
  returned: failure
  type: dict
  sample:
    code: store_unavailable
    aws_code: null
    request_id: null
    hint: A store is a folder that this user may read; links are not followed.
"""
