# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands for ``kubernetes.core.k8s``: its options for the access to a cluster, which must all be set."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Check the options."""
    spec = {
        "host": {"type": "str", "required": True},
        "ca_cert": {"type": "path", "required": True},
        "api_key": {"type": "str", "required": True, "no_log": True},
        "validate_certs": {"type": "bool", "required": True},
        "src": {"type": "path"},
        "wait": {"type": "bool"},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    given = module.params["api_key"].startswith("k8s-aws-v1.") and os.path.exists(module.params["ca_cert"])
    if not given or not module.params["validate_certs"]:
        module.fail_json(msg="The access to the cluster is not complete.")
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
