# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: account_dialog
short_description: Run the dialog of a playbook of this collection
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - This module is internal. The playbooks of this collection use it, and its options and results can change with any
    release. In playbooks of your own, use M(octo.aws.aws_account) and the other modules for accounts.
  - Reads the variables of a playbook, prompts for those that are not set, checks each answer, runs the module, and shows
    tables that fit the terminal.
  - Without a terminal, as in AWX and CI systems, it does not prompt, and a missing value is an error.
  - With a callback that prints JSON, the lines are only in RV(shown).
  - The module runs on the controller, for every target host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  check_mode:
    support: full
    details: Shows the expected result. Accounts are tested with AWS in check mode as well.
  diff_mode:
    support: none
    details: The modules that it runs show their own differences.
options:
  dialog:
    description: The dialog. The documentation of the collection describes the playbook of each.
    type: str
    required: true
    choices:
      add: C(octo.aws.add_account)
      copy: C(octo.aws.copy_accounts)
      delete: C(octo.aws.delete_account)
      import: C(octo.aws.import_profiles)
      install: C(octo.aws.install_command)
      list: C(octo.aws.list_accounts)
      rotate: C(octo.aws.rotate_accounts)
      test: C(octo.aws.test_account)
seealso:
  - module: octo.aws.aws_account
  - ref: ansible_collections.octo.aws.docsite.howto_manage_accounts.playbooks
    description: The playbooks and their variables.
  - ref: ansible_collections.octo.aws.docsite.howto_rotate_access_keys
    description: The playbook that rotates access keys.
"""

EXAMPLES = r"""
- name: List the accounts as the playbook list_accounts does
  octo.aws.account_dialog:
    dialog: list
"""

RETURN = r"""
shown:
  description: The lines that were shown, without those of the prompts.
  returned: success
  type: list
  elements: str
  sample:
    - 2 accounts in the store /srv/accounts
    - ACCOUNT
    - prod
    - staging
error:
  description: The error. C(msg) has the message.
  returned: failure
  type: dict
  sample:
    code: answer_missing
    aws_code: null
    request_id: null
    hint: Set it with -e account_name=VALUE.
    url: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#answer_missing
"""
