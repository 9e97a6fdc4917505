# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_steps_check
short_description: Check the list of steps of the role aws_steps
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Checks names, kinds and options of all steps, as the argument specs of the role C(octo.aws.aws_steps) say, and names the
    closest right option where one is mistyped. Nothing is run.
  - The role begins with it. By itself, it checks a list in a test of a playbook.
  - A variable that is a mistyped one of the role, such as C(aws_steps_acount), is refused, wherever it comes from.
  - Templates in the steps are not evaluated, since they may need the results of earlier steps. The modules check their
    values. A reference to a step that is not there, or that runs later, is found here.
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
    description: The name of the variable that holds the list.
    type: str
    default: aws_steps_run
seealso:
  - module: octo.aws.aws_script
"""

EXAMPLES = r"""
- name: Check the steps of a deployment
  octo.aws.aws_steps_check:
  vars:
    aws_steps_run:
      - name: List the buckets
        script:
          cmd: aws s3api list-buckets
"""

RETURN = r"""
steps:
  description: The steps, in their order.
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
      description: Its kind.
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
        Whether a failure of the step is looked at before it counts: in check mode, where C(ignore_errors) of the step is a
        template, and where a file of tasks may fail.
      type: bool
      returned: success
      sample: false
    ignored:
      description: Whether a failure of the step does not count.
      type: bool
      returned: success
      sample: false
    inherited:
      description: The options that variables of the role, such as C(aws_steps_account), give to steps which leave them out.
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
    - The path of a file of tasks on the controller, which runs the steps. It holds the kinds of the steps and no value.
    - The role includes it. ansible-core removes it when the run ends.
  returned: success
  type: str
  sample: /home/deployer/.ansible/tmp/ansible-local-4242x1y2z3/aws_steps_02fc000000010bd3920500000000001d.yml
"""
