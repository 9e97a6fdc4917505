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
        Parameter Store of AWS Systems Manager. They are for teams, and need no vault password. What else the URL can say
        is in R(the guide to stores for teams,ansible_collections.octo.aws.docsite.guide_team_stores).
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
  vault_id:
    description:
      - The vault id whose password seals the record. It is for folders; other stores seal without a vault password.
      - When it is left out, a stored record keeps the password that opens it. For a new one, the variable
        C(octo_aws_vault_id), the environment variable E(OCTO_AWS_VAULT_ID) and the key C(vault_id) in the section
        C([octo_aws]) of C(ansible.cfg) are looked at, in this order. The default is what ansible-core picks for encrypting.
    type: str
"""
