# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_identity
short_description: Return the AWS identity of an account on the target host
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Resolves an account like the other modules of the collection, and returns its AWS identity on the target host.
    Nothing is changed.
  - Without O(account), and for an account of type V(instance_role), this is the IAM role of the target host, with the
    roles to assume from there. All other accounts are resolved on the controller.
  - With O(write_config=true), prepares the host for tasks with modules of other collections that use the account.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
attributes:
  check_mode:
    support: full
    details: The identity is requested and the AWS config is written in check mode as well.
  diff_mode:
    support: none
    details: Nothing is changed.
  async:
    support: none
options:
  write_config:
    description:
      - Whether to also return the variables for AWS clients on the host in RV(environment), and to write an AWS config
        for them. The config is a new file that only the user of the task can read. RV(config_file) is its
        path. Remove it after the tasks.
      - For an account with its own credentials, a process on the host serves them on loopback, from memory. AWS clients
        with RV(environment) request them there, with a token from a private file. The process ends when RV(config_file)
        is removed.
      - On the controller, it renews the session. It also ends with Ansible, and at the latest after 24 hours.
      - On other hosts and with C(become), it ends with the session, or after 1 hour for keys that do not expire. With the
        connections V(ssh) and V(local), a process on the controller renews both in time, until RV(renewal_file) is
        removed, Ansible ends, or 24 hours are over.
      - For an IAM role of the host, the config defines how AWS clients get the role and assume the roles after it, and
        renew them when they expire. It never contains keys.
    type: bool
    default: false
requirements:
  - boto3 and botocore on the host, for the IAM role of the host
seealso:
  - module: octo.aws.aws_account
  - module: amazon.aws.aws_caller_info
"""

EXAMPLES = r"""
- name: Get the identity of prod
  octo.aws.aws_identity:
    account: prod
  register: prod

- name: Get the role of each worker
  octo.aws.aws_identity:
    region: eu-central-1
  register: worker
"""

RETURN = r"""
account:
  description: The name of the account. V(none) if no account is set.
  returned: success
  type: str
  sample: prod
identity:
  description: The identity. V(none) if botocore is missing on the host, and there is no O(account_id) to compare.
  returned: success
  type: dict
  contains:
    account_id:
      description: The AWS account ID.
      type: str
      returned: success
      sample: "123456789012"
    arn:
      description: The ARN of the user or of the assumed role.
      type: str
      returned: success
      sample: arn:aws:sts::123456789012:assumed-role/worker/i-0123456789abcdef0
    user_id:
      description: The unique ID of the user or of the assumed role.
      type: str
      returned: success
      sample: AROACKCEVSQ6C2EXAMPLE:i-0123456789abcdef0
    partition:
      description: The partition, such as V(aws), V(aws-cn) or V(aws-us-gov).
      type: str
      returned: success
      sample: aws
region:
  description: The AWS region. V(none) if no region is set.
  returned: success
  type: str
  sample: eu-central-1
executor:
  description: The target host.
  returned: success
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of an IAM role of this host, so that no secret is sent to it.
  returned: success
  type: bool
  sample: true
config_file:
  description: The path of the AWS config file on the host.
  returned: when O(write_config=true)
  type: str
  sample: /tmp/aws-config-Qm3xW8aB
renewal_file:
  description: The path of a file on the controller. Remove it after the tasks, to end the process that renews the session.
  returned: when O(write_config=true), and a process on the controller renews the session of another host
  type: str
  sample: /home/deploy/.ansible/tmp/ansible-local-4711x2f8kq1z/octo-aws-renewal-b7dk3m_q
environment:
  description:
    - The value for C(environment) of tasks on this host. With it, modules use the account and ignore the AWS settings of
      the host. It contains no secret.
  returned: when O(write_config=true)
  type: dict
  sample:
    AWS_CONFIG_FILE: /tmp/aws-config-Qm3xW8aB
    AWS_PROFILE: octo-aws
"""

import os
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import environment_of_modules
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.role_identity import role_identity

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials


class IdentityModule(HostModule):
    """Return the identity of the role of the host, and write an AWS config that uses it, or serve other credentials."""

    def __init__(self) -> None:
        super().__init__({"write_config": {"type": "bool", "default": False}}, supports_check_mode=True)

    def work(self) -> dict[str, t.Any]:
        if self.handover.credentials:
            return self._serve(self.handover.credentials)
        result: dict[str, t.Any] = {"changed": False, "identity": self._identity()}
        if self.params["write_config"]:
            path = self.write_config()
            result.update(config_file=path, environment=environment_of_modules(self.handover, os.environ, path))
        return result

    @staticmethod
    def _serve(credentials: Credentials) -> dict[str, t.Any]:
        # For most tasks, the host does not need the modules of an HTTP server.
        from ansible_collections.octo.aws.plugins.module_utils._host.control import client_of
        from ansible_collections.octo.aws.plugins.module_utils._host.detached_server import serve_until_expired

        pointer = serve_until_expired(credentials)
        return {
            "changed": False,
            "pointer": pointer._asdict(),
            "variables": list(os.environ),
            "client": client_of(pointer),
        }

    def _identity(self) -> dict[str, str] | None:
        try:
            return role_identity(self.handover).as_result()
        except OctoAwsError as error:
            must_check = self.handover.account_id or self.handover.own_account_id
            if error.code is ErrorCode.REQUIREMENT_MISSING and not must_check:
                return None
            raise


def main() -> None:
    module = IdentityModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
