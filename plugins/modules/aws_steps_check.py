# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_steps_check
short_description: Validate the list of steps of the role aws_steps
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Validates the names, kinds and options of all steps against the argument specs of the role C(octo.aws.aws_steps). The
    error for a mistyped option suggests the closest one. Nothing is run.
  - The role runs it first. It can also be used alone, to test the list of a playbook.
  - A mistyped variable of the role, such as C(aws_steps_acount), is an error, wherever it is set.
  - Templates in the steps are not evaluated, since they may need the results of earlier steps. The modules validate their
    values. A reference to a missing or later step is an error.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: Nothing is changed.
options:
  variable:
    description: The name of the variable with the list of steps.
    type: str
    default: aws_steps_run
seealso:
  - module: octo.aws.aws_script
"""

EXAMPLES = r"""
- name: Validate the steps of a deployment
  octo.aws.aws_steps_check:
  vars:
    aws_steps_run:
      - name: List the buckets
        script:
          cmd: aws s3api list-buckets
"""

RETURN = r"""
steps:
  description: The steps, in order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the step.
      type: str
      returned: success
      sample: List the buckets
    kind:
      description: The kind of the step.
      type: str
      returned: success
      sample: script
    check_mode:
      description: Whether the step runs in check mode.
      type: bool
      returned: success
      sample: false
    run_once:
      description: Whether the step runs on one host of the play only.
      type: bool
      returned: success
      sample: false
    in_check_mode:
      description: Whether the role runs in check mode.
      type: bool
      returned: success
      sample: false
    guarded:
      description: >-
        Whether the role handles a failure of the step. It does in check mode, if C(ignore_errors) of the step is a
        template, and if the step runs a task file that may fail.
      type: bool
      returned: success
      sample: false
    ignored:
      description: Whether a failure of the step is ignored.
      type: bool
      returned: success
      sample: false
    inherited:
      description: The options that the step gets from variables of the role, such as C(aws_steps_account).
      type: list
      elements: str
      returned: success
      sample: [account]
  sample:
    - name: List the buckets
      kind: script
      check_mode: false
      run_once: false
      in_check_mode: false
      guarded: false
      ignored: false
      inherited: [account]
tasks:
  description:
    - The path of a task file on the controller, which runs the steps. It contains the kinds of the steps, but no values.
    - The role includes the file. ansible-core removes it at the end of the run.
  returned: success
  type: str
  sample: /home/deployer/.ansible/tmp/ansible-local-4242x1y2z3/aws_steps_02fc000000010bd3920500000000001d.yml
"""
