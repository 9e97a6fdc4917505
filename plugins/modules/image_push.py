# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_push
short_description: Push a container image to Amazon ECR with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Pushes an image from an archive, from a local Docker daemon or from another registry to a repository in Amazon ECR, and
    returns its digest. The program C(skopeo) copies the image; a container engine is not needed.
  - If the repository already has the image, nothing is pushed. Images are the same if their digests are equal, or the
    digests of their configurations, which contain all layers by content. The latter also finds an image with layers
    that were compressed by the push.
  - The password of the registry comes from ECR and is valid for 12 hours, so that a push can take longer than the session of
    the account. C(skopeo) reads it from memory. It is not in an argument, in an environment variable or in a file on a disk,
    and the logins of the host in C(~/.docker) are not used.
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
    details: The image and the tags are read and compared. The digest of a new image from an archive or a daemon is not known
      before its layers are compressed, and is V(none).
  diff_mode:
    support: full
    details: The diff has one line for each tag, with its digest.
requirements:
  - skopeo 1.4 or newer on the target host, and Linux there
  - botocore on the target host
options:
  repository:
    description:
      - The name of the repository without registry and tag, such as V(team/app), 2 to 256 characters. It must exist; create it
        with C(community.aws.ecs_ecr).
      - With O(public), it begins with the alias of the registry, as in V(alias/app).
    type: str
    required: true
  tags:
    description:
      - The tags of the image. Each has 1 to 128 characters.
      - A tag of another image is moved, unless the repository has immutable tags.
    type: list
    elements: str
    default: [latest]
  public:
    description: Whether to push to the public registry C(public.ecr.aws). The request for the password is then sent to
      V(us-east-1).
    type: bool
    default: false
  registry_id:
    description: The ID of another AWS account, 12 digits, to push to its registry in the region. The policy of the repository
      there must allow it.
    type: str
  archive:
    description:
      - The path of an archive on the target host, written by C(docker save), C(podman save), Kaniko, Jib, BuildKit and the
        like, in the format of Docker or OCI, or of a folder with an OCI image layout. It cannot contain a colon.
      - Set exactly one of O(archive), O(daemon_image) and O(source_image).
    type: path
  archive_image:
    description: The name of the image in O(archive), if it has several.
    type: str
  daemon_image:
    description: The name of an image in a Docker daemon on the target host, such as V(app:build-7). The tag defaults to
      V(latest).
    type: str
  daemon_host:
    description: The URL of the Docker daemon. Falls back to the environment variable E(DOCKER_HOST) of the target host, then to
      V(unix:///var/run/docker.sock).
    type: str
  source_image:
    description:
      - An image in another registry, such as V(docker.io/library/nginx:1.27) or V(registry.example.org/app@sha256:...).
      - An image in the same registry is read with the same login. Set O(source_username) for another registry that needs one.
    type: str
  source_username:
    description: The user name for the registry of O(source_image). For another ECR registry, use the lookup
      P(octo.aws.ecr#lookup).
    type: str
  source_password:
    description: The password for the registry of O(source_image).
    type: str
  source_validate_certs:
    description: Whether the registry of O(source_image) must have a valid TLS certificate. With V(false), plain HTTP is accepted
      as well.
    type: bool
    default: true
  platform:
    description:
      - Push only the image for one platform, such as V(linux/arm64) or V(linux/arm/v7), if O(source_image) or O(archive) has
        images for several.
      - By default, the images for all platforms are pushed.
    type: str
  timeout:
    description: The timeout of the push in seconds. C(skopeo) is then stopped, and the task fails. The next task does
      not send existing layers again.
    type: int
    default: 3600
notes:
  - The identity needs the permission C(ecr:GetAuthorizationToken), and for the repository C(ecr:BatchGetImage),
    C(ecr:GetDownloadUrlForLayer), C(ecr:BatchCheckLayerAvailability), C(ecr:InitiateLayerUpload), C(ecr:UploadLayerPart),
    C(ecr:CompleteLayerUpload) and C(ecr:PutImage). If nothing changes, the last four are not needed.
  - With O(public), the permissions start with C(ecr-public:) instead, and C(sts:GetServiceBearerToken) is needed as well.
  - C(skopeo) trusts the certificates of the target host, or those of E(SSL_CERT_FILE) there. It follows the policy for
    signatures in C(/etc/containers/policy.json), and uses the proxy of E(HTTPS_PROXY).
seealso:
  - plugin: octo.aws.ecr
    plugin_type: lookup
  - module: community.aws.ecs_ecr
  - name: skopeo
    description: The program that copies the images.
    link: https://github.com/containers/skopeo
"""

EXAMPLES = r"""
- name: Push an archive that the build has written
  octo.aws.image_push:
    account: prod
    repository: team/app
    tags: ["1.4.2", latest]
    archive: "{{ playbook_dir }}/app.tar"
  register: pushed

- name: Show the image with its digest
  ansible.builtin.debug:
    var: pushed.image

- name: Copy an image from the registry of staging to that of prod
  octo.aws.image_push:
    account: prod
    repository: team/app
    tags: ["1.4.2"]
    source_image: "{{ staging.registry }}/team/app:1.4.2"
    source_username: "{{ staging.username }}"
    source_password: "{{ staging.password }}"
  vars:
    staging: "{{ lookup('octo.aws.ecr', 'staging') }}"
"""

RETURN = r"""
digest:
  description: The digest of the image in the repository. V(none) in check mode, if it is not known yet.
  returned: success
  type: str
  sample: sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b
image:
  description: The full name of the image with its digest, for a task definition or a manifest. V(none) without a digest.
  returned: success
  type: str
  sample: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b
image_id:
  description: The digest of the configuration of the image, which C(docker images) shows as its ID. V(none) for a list of
    images.
  returned: success
  type: str
  sample: sha256:1b44b5a3e06a9aae883e7bf25e45c100be0bb81a0e01b32de604f3ac44711634
registry:
  description: The host of the registry.
  returned: success
  type: str
  sample: 123456789012.dkr.ecr.eu-central-1.amazonaws.com
repository:
  description: The name of the repository.
  returned: success
  type: str
  sample: team/app
tags:
  description: The tags of the image.
  returned: success
  type: list
  elements: str
  sample: ["1.4.2", latest]
outputs:
  description: RV(digest), RV(image), RV(registry), RV(repository) and RV(tags), for later steps.
  returned: success
  type: dict
  sample:
    digest: sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b
    image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b
    registry: 123456789012.dkr.ecr.eu-central-1.amazonaws.com
    repository: team/app
    tags: ["1.4.2", latest]
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

import dataclasses
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._ecr.login import PUBLIC_REGION, request_login, service_of
from ansible_collections.octo.aws.plugins.module_utils._ecr.options import PUSH_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._ecr.push import ImagePush
from ansible_collections.octo.aws.plugins.module_utils._ecr.skopeo import Skopeo
from ansible_collections.octo.aws.plugins.module_utils._ecr.source import source_of
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._ecr.login import Login


class PushModule(HostModule):
    """Push an image."""

    def __init__(self) -> None:
        super().__init__(PUSH_SPEC, supports_check_mode=True)

    def work(self) -> dict[str, t.Any]:
        check_options(self.params)
        login = self._login()
        source = source_of(self.params, login)
        secrets = [*self.handover.secrets, *login.secrets, self.params["source_password"] or "", source.login]
        skopeo = Skopeo(secrets, self.params["timeout"])
        push = ImagePush(skopeo, source, login, self.params)
        return push.run(check_mode=self.check_mode, diff=self._diff)

    def _login(self) -> Login:
        public = self.params["public"]
        handover = dataclasses.replace(self.handover, region=PUBLIC_REGION) if public else self.handover
        client = service_client(handover, service_of(public=public), self.config_file())
        return request_login(client, self.handover.secrets).in_registry_of(self.params["registry_id"] or "")


def main() -> None:
    module = PushModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
