# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_function
short_description: Deploy a Lambda function with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Creates or updates a Lambda function, its settings and its code, and waits until AWS has activated them. Then it
    publishes a version, invokes it as a test, and moves an alias to it, each if requested.
  - Only settings that are given are compared and changed. If nothing differs, only requests that read are sent, and the
    invocation of O(invoke).
  - The alias moves only after the invocation succeeded, so that a version that fails gets no requests.
  - Unlike M(amazon.aws.lambda), the module packages a folder, compares code in S3 and images before it sends an update,
    publishes only if requested, splits an alias, and returns no values of the environment.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
  - octo.aws.attributes.async
attributes:
  check_mode:
    support: full
    details: Only requests that read are sent, and the function is not invoked.
  diff_mode:
    support: full
    details: The diff has the settings that change. Of the environment, it has the names of the variables.
options:
  function_name:
    description:
      - The name of the function, 1 to 64 characters.
    type: str
    required: true
  src:
    description:
      - The code as a zip file, or as a folder that is packaged. It is on the controller, beside the play or role or in
        its folder C(files), unless O(remote_src) is set.
      - A folder with the same content becomes the same package. Times and owners are ignored, and so are modes, except
        for the bit for execution. Files are not compressed, unless the package would have more than 50 MiB.
      - AWS accepts packages up to 50 MB in a request, and 250 MB unpacked. For larger ones, use O(s3_bucket) or
        O(image_uri).
      - It is mutually exclusive with O(s3_bucket) and O(image_uri).
    type: path
  remote_src:
    description:
      - Whether O(src) is an absolute path on the target host.
    type: bool
    default: false
  exclude:
    description:
      - Patterns of files and folders to leave out of the package of a folder, such as V(*.pyc) or V(/tests).
    type: list
    elements: str
    default: []
  s3_bucket:
    description:
      - The bucket of a zip file with the code, in the region of the function.
      - The code is compared by the SHA-256 of the object that S3 keeps. If S3 has none, the object is read.
    type: str
  s3_key:
    description:
      - The key of the zip file in O(s3_bucket).
    type: str
  s3_object_version:
    description:
      - The version of the object.
    type: str
  image_uri:
    description:
      - The image with the code, by tag or digest, in an ECR repository. It is compared by digest.
    type: str
  role:
    description:
      - The ARN of the role of the function. A new function needs it.
    type: str
  runtime:
    description:
      - The runtime, such as V(python3.13). A new function with a package needs it.
    type: str
  handler:
    description:
      - The handler, such as V(app.handler). A new function with a package needs it.
    type: str
  architecture:
    description:
      - The architecture of the code. AWS defaults to V(x86_64) for a new function.
    type: str
    choices: [x86_64, arm64]
  description:
    description:
      - A description, at most 256 characters.
    type: str
  memory_size:
    description:
      - The memory, in MB, at least 128. AWS defaults to V(128).
    type: int
  function_timeout:
    description:
      - The time that an invocation may take, in seconds. AWS defaults to V(3).
    type: int
  ephemeral_storage:
    description:
      - The size of C(/tmp), in MB, at least 512. AWS defaults to V(512).
    type: int
  environment:
    description:
      - All environment variables of the function. Variables that are not in it are removed.
      - AWS shows them to each identity with C(lambda:GetFunction). For a secret, let the function read it from Secrets
        Manager or Parameter Store.
    type: dict
  layers:
    description:
      - All layers of the function, as ARNs of versions, in their order.
    type: list
    elements: str
  subnet_ids:
    description:
      - The subnets of the function, together with O(security_group_ids). Two empty lists detach it from its VPC.
    type: list
    elements: str
  security_group_ids:
    description:
      - The security groups of the function, together with O(subnet_ids).
    type: list
    elements: str
  tracing_mode:
    description:
      - Whether X-Ray traces all requests, or only requests that the caller traces.
    type: str
    choices: [Active, PassThrough]
  dead_letter_arn:
    description:
      - The ARN of the SQS queue or SNS topic for failed asynchronous invocations.
    type: str
  kms_key_arn:
    description:
      - The KMS key that encrypts the environment.
    type: str
  tags:
    description:
      - Tags to set. Other tags are kept.
    type: dict
  publish:
    description:
      - Whether to publish a version. If the last version has the same code and settings, it is used.
    type: bool
    default: false
  alias:
    description:
      - An alias to create or update.
    type: dict
    suboptions:
      name:
        description: The name of the alias.
        type: str
        required: true
      version:
        description: The version it points at. Without it, it is that of O(publish).
        type: str
      weight:
        description:
          - The share of requests for the published version, above 0 and up to 1. The rest goes to the version that the
            alias has. With V(1), or if the alias is new, the version gets all requests.
        type: float
      weights:
        description:
          - A second version, in quotes, with its share of requests, from 0 to 1.
        type: dict
      description:
        description: A description, at most 256 characters.
        type: str
  invoke:
    description:
      - An invocation that tests the function. If it fails, the task fails, and the alias is not changed. V({}) sends an
        empty event.
      - It runs each time, also if nothing changed, and does not count as a change. It is sent once.
    type: dict
    suboptions:
      payload:
        description: The event, as a mapping or as JSON. AWS accepts 6 MB.
        type: json
      qualifier:
        description: The version or alias to invoke. Without it, it is the published version, or V($LATEST).
        type: str
  timeout:
    description:
      - The total time to wait until the function is ready, in seconds. A timeout does not stop the operation in AWS.
    type: int
    default: 600
  progress:
    description:
      - Whether to show the state of the function during the task, to standard error and to Ansible's log.
    type: bool
    default: true
notes:
  - The permissions needed are C(lambda:GetFunction), C(lambda:GetFunctionConfiguration), C(lambda:CreateFunction),
    C(lambda:UpdateFunctionConfiguration), C(lambda:UpdateFunctionCode), and C(iam:PassRole) for O(role). By option,
    there are C(lambda:TagResource), C(lambda:ListVersionsByFunction), C(lambda:PublishVersion), C(lambda:GetAlias),
    C(lambda:CreateAlias), C(lambda:UpdateAlias), C(lambda:InvokeFunction), C(lambda:GetLayerVersion), C(s3:GetObject)
    and C(ecr:DescribeImages).
seealso:
  - module: amazon.aws.lambda
  - module: octo.aws.s3_upload
  - name: CreateFunction
    description: The limits of the options.
    link: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

EXAMPLES = r"""
- name: Deploy a function, test it, and send it a tenth of the requests
  octo.aws.lambda_function:
    account: prod
    function_name: orders
    src: orders/
    role: arn:aws:iam::123456789012:role/orders
    runtime: python3.13
    handler: app.handler
    function_timeout: 30
    environment:
      TABLE: orders
    publish: true
    invoke:
      payload:
        ping: true
    alias:
      name: live
      weight: 0.1
  register: orders

- name: Show the version
  ansible.builtin.debug:
    var: orders.outputs.version
"""

RETURN = r"""
function_name:
  description: The name of the function.
  returned: when the account could be resolved
  type: str
  sample: orders
function_arn:
  description: Its ARN. V(none) if it does not exist, or is not known.
  returned: when the account could be resolved
  type: str
  sample: arn:aws:lambda:eu-central-1:123456789012:function:orders
state:
  description: Its state, such as C(Active), or C(Updating).
  returned: when the account could be resolved
  type: str
  sample: Active
version:
  description: The published version. V(none) without O(publish), or if check mode cannot know it.
  returned: when the account could be resolved
  type: str
  sample: "8"
code_sha256:
  description: The SHA-256 of the code, in base64.
  returned: when the account could be resolved
  type: str
  sample: FjUQAbcVCQ1RzWlhTkoNDrjNAcVUGXNpqFDxDk6IFzQ=
changes:
  description: The parts that changed, of C(created), C(settings), C(code), C(tags), C(version) and C(alias).
  returned: when the account could be resolved
  type: list
  elements: str
  sample: [code, version, alias]
alias:
  description: The alias. V(none) without O(alias), or if check mode cannot know it.
  returned: when the account could be resolved
  type: dict
  sample:
    arn: arn:aws:lambda:eu-central-1:123456789012:function:orders:live
    name: live
    version: "7"
    weights: {"8": 0.1}
invoke_result:
  description: The invocation of O(invoke), with its qualifier, response, error, and the end of its log, up to 4 KB.
    V(none) without one.
  returned: when the account could be resolved
  type: dict
  sample: {error: "", log: "END RequestId: ...", payload: "{}", qualifier: "8"}
outputs:
  description: The ARN, the version, the digest of the code, the ARN of the alias, and the response of the invocation.
  returned: success
  type: dict
  sample:
    alias_arn: arn:aws:lambda:eu-central-1:123456789012:function:orders:live
    code_sha256: FjUQAbcVCQ1RzWlhTkoNDrjNAcVUGXNpqFDxDk6IFzQ=
    function_arn: arn:aws:lambda:eu-central-1:123456789012:function:orders
    payload: {}
    version: "8"
account:
  description: The name of the account. V(none) if no account is set.
  returned: when the account could be resolved
  type: str
  sample: prod
identity:
  description: The identity. V(none) if it was not requested, for the IAM role of the host.
  returned: when the account could be resolved
  type: dict
  sample:
    account_id: "123456789012"
    arn: arn:aws:iam::123456789012:user/deployer
    partition: aws
    user_id: AIDACKCEVSQ6C2EXAMPLE
region:
  description: The AWS region. V(none) if no region is set.
  returned: when the account could be resolved
  type: str
  sample: eu-central-1
executor:
  description: The host that ran the task.
  returned: when the account could be resolved
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of an IAM role of this host, so that no secret was sent to it.
  returned: when the account could be resolved
  type: bool
  sample: false
"""

import os
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import region_of, service_client
from ansible_collections.octo.aws.plugins.module_utils._lambda.deployment import Deployment
from ansible_collections.octo.aws.plugins.module_utils._lambda.function import Function
from ansible_collections.octo.aws.plugins.module_utils._lambda.function_code import (
    Code,
    Image,
    Package,
    StoredObject,
    code_invalid,
)
from ansible_collections.octo.aws.plugins.module_utils._lambda.options import FUNCTION_SPEC, check_options

_LONGEST = 930
"""Seconds to wait for the response of an invocation, which may take 900."""


class FunctionModule(HostModule):
    """Deploy a function."""

    def __init__(self) -> None:
        # no_log keeps the arguments out of the host's log: the environment may contain secrets.
        super().__init__(FUNCTION_SPEC, supports_check_mode=True, no_log=True)

    def work(self) -> dict[str, t.Any]:
        check_options(self.params)
        config, secrets = self.config_file(), self.handover.secrets

        def client(service: str, **options: t.Any) -> t.Any:
            return service_client(self.handover, service, config, **options)

        invoker = client("lambda", attempts=1, read_timeout=_LONGEST) if self.params["invoke"] is not None else None
        function = Function(client("lambda"), invoker, secrets, self.params["function_name"])
        deployment = Deployment(
            function,
            self._code(client, secrets),
            self.sliced_work,
            self.params,
            region_of(self.handover),
            preview=self.check_mode,
        )
        result = deployment.result()
        return {**result, "diff": deployment.diff} if self._diff else result

    def _code(self, client: t.Callable[..., t.Any], secrets: t.Sequence[str]) -> Code | None:
        given = self.params
        if given["image_uri"]:
            return Image(client, secrets, given["image_uri"])
        if given["s3_bucket"]:
            return StoredObject(client, secrets, given["s3_bucket"], given["s3_key"], given["s3_object_version"] or "")
        # What the action found on the controller; without it, src is on this host.
        path = self.handover.source.path if self.handover.source else given["src"]
        if path is None:
            return None
        if not os.path.isabs(path):
            raise code_invalid(f"{path} is not an absolute path.", "With remote_src, use an absolute path.")
        return Package(path, given["exclude"])


def main() -> None:
    module = FunctionModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
