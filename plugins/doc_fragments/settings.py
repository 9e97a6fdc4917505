# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The settings. The lookup adds the variables, environment variables and ini keys that set them."""

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
        V(Intelligent-Tiering). See R(Stores for teams,ansible_collections.octo.aws.docsite.guide_team_stores).'
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
