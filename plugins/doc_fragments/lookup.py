# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that all lookups share: the names of accounts, and where each setting can be set."""

    DOCUMENTATION = r"""
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
"""
