# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_account_copy
short_description: Copy AWS accounts from one store to another
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Copies accounts that M(octo.aws.aws_account) saved, all or by name, from O(source_store) to O(store). The source is not
    changed.
  - All of the source is read before anything is written. What cannot be read, is refused in its test or cannot be written
    is named in RV(left), and all others are copied; then the task fails, with the code V(transfer_incomplete).
  - Repeating it is safe. Accounts that are there already stay as they are, unless O(overwrite) is V(true).
  - A copy gets sessions of its own. Those of the account in the source cannot be used for it.
  - It runs on the controller, whatever host the task is for. An account of type V(instance_role) is tested on that host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: The result names the accounts, in check mode, too.
options:
  source_store:
    description:
      - The store to copy from, as a path or a URL. Its records are opened with the vault passwords of the run.
    type: str
    required: true
  names:
    description:
      - Copy only the accounts with these names. C(*), C(?) and C([...]) match as in the shell.
      - A name without these must be an account of the source, or nothing is copied.
      - All accounts are copied when this is left out.
      - A name with a comma has to be in a list, since a string is split at commas.
    type: list
    elements: str
  overwrite:
    description:
      - Whether an account takes the place of another one that O(store) has under its name.
    type: bool
    default: false
  test:
    description:
      - Whether each account is tested before it is copied, as M(octo.aws.aws_account) does it.
    type: bool
    default: false
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_import
  - module: octo.aws.aws_account_info
"""

EXAMPLES = r"""
- name: Copy all accounts of a folder
  octo.aws.aws_account_copy:
    source_store: "{{ playbook_dir }}/accounts"

- name: See what would be copied of the team web
  octo.aws.aws_account_copy:
    source_store: "{{ playbook_dir }}/accounts"
    names: web-*
    overwrite: true
  check_mode: true
  register: web

- name: Name the accounts
  ansible.builtin.debug:
    var: web.copied
"""

RETURN = r"""
store:
  description: The path or URL of the store that was copied to, without its credentials.
  returned: success
  type: str
  sample: /srv/accounts
copied:
  description: The accounts that were copied, or would be in check mode.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [prod, staging]
unchanged:
  description: The accounts that were there already, and say the same.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [builder]
kept:
  description: The names under which O(store) has another account, which stayed as it was.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [dev]
left:
  description:
    - The accounts that could not be copied, each with its C(name), C(msg) and C(error). It is empty where the task
      succeeds.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: old
      msg: The record of account 'old' in /srv/accounts (old.vault) cannot be opened...
      error:
        code: vault_id_unknown
        aws_code: null
        request_id: null
        hint: Give its password with --vault-id old@FILE.
error:
  description: What failed. The message of the result has it in words.
  returned: failure
  type: dict
  sample:
    code: transfer_incomplete
    aws_code: null
    request_id: null
    hint: All others are done. Fix the errors, which are in the result under left, and run the task again.
"""
