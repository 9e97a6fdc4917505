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
  - Copies accounts that were saved with M(octo.aws.aws_account), all or by name, from O(source_store) to O(store). The
    source is not changed.
  - The whole source is read before anything is written. Accounts that cannot be read, fail their test or cannot be
    written are listed in RV(left). All others are copied. The task then fails with the error code V(transfer_incomplete).
  - The task can be repeated. Existing accounts are not changed unless O(overwrite=true).
  - A copy has its own sessions. Cached sessions of the source account are not used for it.
  - The module runs on the controller, for every target host. An account of type V(instance_role) is tested on the target
    host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: The result lists the accounts, also in check mode.
options:
  source_store:
    description:
      - The store to copy from, as a path or a URL like O(store). Its records are decrypted with the vault passwords of the
        run.
    type: str
    required: true
  names:
    description:
      - The names of the accounts to copy. C(*), C(?) and C([...]) match as in the shell. By default, all accounts are
        copied.
      - If a name without wildcards is not in the source, nothing is copied.
      - A string is split at commas. A name with a comma must be in a list.
    type: list
    elements: str
  overwrite:
    description:
      - Whether to replace a different account of the same name in O(store).
    type: bool
    default: false
  test:
    description:
      - Whether to test each account before it is copied, like M(octo.aws.aws_account).
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

- name: Show which accounts of the team web would be copied
  octo.aws.aws_account_copy:
    source_store: "{{ playbook_dir }}/accounts"
    names: web-*
    overwrite: true
  check_mode: true
  register: web

- name: Show the names
  ansible.builtin.debug:
    var: web.copied
"""

RETURN = r"""
store:
  description: The path or URL of the target store, without credentials.
  returned: success
  type: str
  sample: /srv/accounts
copied:
  description: The names of the accounts that were copied, or would be in check mode.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [prod, staging]
unchanged:
  description: The names of the accounts that exist and are identical.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [builder]
kept:
  description: The names of different accounts in O(store), which were not changed.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [dev]
left:
  description:
    - The accounts that could not be copied, each with C(name), C(msg) and C(error). Empty if the task succeeds.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: old
      msg: The record of account 'old' in /srv/accounts (old.vault) cannot be decrypted...
      error:
        code: vault_id_unknown
        aws_code: null
        request_id: null
        hint: Give its password with --vault-id old@FILE.
        url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#vault_id_unknown
error:
  description: The error. C(msg) has the message.
  returned: failure
  type: dict
  sample:
    code: transfer_incomplete
    aws_code: null
    request_id: null
    hint: All others are done. Fix the errors in left of the result, and run the task again.
    url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#transfer_incomplete
"""
