# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The settings that the modules take. Their variables, environment and ini keys are declared by the lookup."""

    DOCUMENTATION = r"""
options:
  store:
    description:
      - Where accounts live, as a path or a URL.
      - A folder, such as V(/srv/accounts) or V(file:///srv/accounts), holds one file for each account, sealed by Ansible
        Vault.
      - V(secretsmanager:octo/aws?region=eu-central-1) is AWS Secrets Manager, and V(ssm:/octo/aws?region=eu-central-1) the
        Parameter Store of AWS Systems Manager. They are for teams, need no vault password, and are asked with the
        credentials that the AWS CLI of this user would take.
      - 'After V(?) and joined by V(&), the URL of a service takes: V(region); V(profile), or V(account) and
        V(account_store), for other credentials to ask it with; V(endpoint_url); V(kms_key_id); V(cache_seconds), for
        how long the processes of this machine share a record, sealed by Ansible Vault; for Secrets Manager
        V(recovery_window_days), 7 to 30 or 0 for none, and for the Parameter Store V(tier), one of V(Standard),
        V(Advanced) and V(Intelligent-Tiering). More of each is in
        R(the guide to stores for teams,ansible_collections.octo.aws.docsite.guide_team_stores).'
      - When it is left out, the variable C(octo_aws_store), the environment variable E(OCTO_AWS_STORE) and the key
        C(store) in the section C([octo_aws]) of C(ansible.cfg) are looked at, in this order. The default is the folder
        C(octo/aws/accounts) below Ansible's home.
    type: str
  session_cache:
    description:
      - The folder where sessions are shared between processes, each sealed with a key that is in the account's record.
        V(none) turns it off.
      - When it is left out, the variable C(octo_aws_session_cache), the environment variable E(OCTO_AWS_SESSION_CACHE)
        and the key C(session_cache) in the section C([octo_aws]) of C(ansible.cfg) are looked at, in this order. The
        default is the folder C(octo/aws/sessions) below Ansible's home.
    type: str
  account_required:
    description:
      - Whether modules that work with an account refuse to work where no account is written. O(account_required=true)
        protects a host that has an IAM role from work that was meant for an account. Other modules take no notice of it.
      - The IAM role of the host is then written, C(account) with V(null), or as the name of an account of type
        V(instance_role).
      - When it is left out, the variable C(octo_aws_account_required), the environment variable
        E(OCTO_AWS_ACCOUNT_REQUIRED) and the key C(account_required) in the section C([octo_aws]) of C(ansible.cfg) are
        looked at, in this order. The default is V(false).
    type: bool
  vault_id:
    description:
      - The vault id whose password seals the record. It is for folders; other stores seal without a vault password.
      - When it is left out, a stored record keeps the password that opens it. For a new one, the variable
        C(octo_aws_vault_id), the environment variable E(OCTO_AWS_VAULT_ID) and the key C(vault_id) in the section
        C([octo_aws]) of C(ansible.cfg) are looked at, in this order. The default is what ansible-core picks for encrypting.
    type: str
"""
