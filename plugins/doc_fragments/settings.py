# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The settings. Lookups add the variables, environment variables and ini keys that set them, and share the names."""

    LOOKUP = r"""
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

    DOCUMENTATION = r"""
options:
  store:
    description:
      - The store of the accounts, as a path or a URL.
      - A folder, such as V(/srv/accounts) or V(file:///srv/accounts), has one file for each account, encrypted with Ansible
        Vault.
      - V(secretsmanager:octo/aws?region=eu-central-1) is a prefix in AWS Secrets Manager, and
        V(ssm:/octo/aws?region=eu-central-1) one in the Parameter Store of AWS Systems Manager. They are for teams and need no
        vault password. They are accessed with the credentials that the AWS CLI of this user would use.
      - 'The URL of a service takes options after V(?), joined with V(&): V(region); V(profile), or V(account) and
        V(account_store), to access it with other credentials; V(endpoint_url); V(kms_key_id); V(cache_seconds), the time
        that processes of this machine share a record (requires a vault password); for Secrets Manager
        V(recovery_window_days), 7 to 30, or 0 for none; for Parameter Store V(tier), one of V(Standard), V(Advanced) and
        V(Intelligent-Tiering). See R(URL of a store,ansible_collections.octo.aws.docsite.formats.store_url).'
      - Falls back to the variable C(octo_aws_store), then to the environment variable E(OCTO_AWS_STORE), then to the key
        C(store) in the section C([octo_aws]) of C(ansible.cfg). The default is the folder C(octo/aws/accounts) in Ansible's
        home, which is C(~/.ansible) or E(ANSIBLE_HOME).
    type: str
  session_cache:
    description:
      - The folder of the session cache, which processes of this user share. Each session is encrypted with a key from the
        record of its account.
      - V(none) disables the cache. Each process then requests its own sessions.
      - Falls back to the variable C(octo_aws_session_cache), then to the environment variable E(OCTO_AWS_SESSION_CACHE), then
        to the key C(session_cache) in the section C([octo_aws]) of C(ansible.cfg). The default is the folder
        C(octo/aws/sessions) in Ansible's home, which is C(~/.ansible) or E(ANSIBLE_HOME).
    type: str
  account_required:
    description:
      - Whether modules that work with an account, and the lookup P(octo.aws.creds#lookup), fail if no account is given. This
        keeps tasks from using the IAM role of a host by mistake. Modules that manage accounts ignore it.
      - The IAM role of the host is then selected explicitly, with V(null) as C(account) of a module, or with the name of an
        account of type V(instance_role).
      - Falls back to the variable C(octo_aws_account_required), then to the environment variable
        E(OCTO_AWS_ACCOUNT_REQUIRED), then to the key C(account_required) in the section C([octo_aws]) of C(ansible.cfg). The
        default is V(false).
    type: bool
  vault_id:
    description:
      - The vault ID to encrypt records with. Only used when records are saved in a folder; other stores need no vault
        password.
      - If the option is not set, an existing record keeps its vault ID.
      - For new records, falls back to the variable C(octo_aws_vault_id), then to the environment variable E(OCTO_AWS_VAULT_ID), then to the
        key C(vault_id) in the section C([octo_aws]) of C(ansible.cfg). The default is the vault ID that ansible-core
        encrypts with.
    type: str
"""
