# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ecr
short_description: Get the login of a container registry in Amazon ECR, with a named AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Returns the user name and the password of the Amazon ECR registry of an account, for modules and programs that log in to
    a registry, such as C(community.docker.docker_login). It needs no AWS CLI.
  - The password is valid for 12 hours. C(expiration) of the result is the time that ECR returned.
  - Without a name, the IAM role of the controller is used. An unknown account is an error. There is no fallback to other
    credentials.
  - Each lookup sends one request to ECR.
extends_documentation_fragment:
  - octo.aws.settings.lookup
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
options:
  public:
    description:
      - Whether to log in to the public registry C(public.ecr.aws) instead of the private registry of the AWS account.
      - The request is then sent to the region V(us-east-1), since no other region has this service.
    type: bool
    default: false
  registry_id:
    description:
      - The ID of another AWS account, 12 digits. RV(_raw[].registry) is then the registry of this AWS account in the region.
      - The password is the same. The policies of the repositories there decide about the access.
    type: str
notes:
  - The identity needs the permission C(ecr:GetAuthorizationToken). With O(public), it needs
    C(ecr-public:GetAuthorizationToken) and C(sts:GetServiceBearerToken).
  - The result contains the password in clear text. Use the lookup in an option, and do not store the result with C(set_fact)
    or C(register). ansible-core 2.22 and later mask the password in all output.
seealso:
  - module: octo.aws.image_push
  - plugin: octo.aws.creds
    plugin_type: lookup
  - name: Private registry authentication
    description: The user name and the password of a registry.
    link: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
"""

EXAMPLES = r"""
- name: Use the registry of prod
  hosts: localhost
  gather_facts: false
  vars:
    login: "{{ lookup('octo.aws.ecr', 'prod') }}"
    # community.docker.docker_login takes registry_url, username and password.
  tasks:
    - name: Log in with skopeo
      ansible.builtin.command:
        argv: [skopeo, login, --username, AWS, --password-stdin, "{{ login.registry }}"]
        stdin: "{{ login.password }}"
      no_log: true
      changed_when: true

    - name: Show when the password of the public registry expires
      ansible.builtin.debug:
        msg: "{{ lookup('octo.aws.ecr', 'prod', public=true).expiration }}"
"""

RETURN = r"""
_raw:
  description: The login of each account.
  type: list
  elements: dict
  contains:
    username:
      description: The user name, C(AWS).
      type: str
    password:
      description: The password.
      type: str
    registry:
      description: The host of the registry.
      type: str
    expiration:
      description: The time when the password expires, in ISO 8601 and UTC.
      type: str
  sample:
    - username: AWS
      password: eyJwYXlsb2FkIjoiEXAMPLE
      registry: 123456789012.dkr.ecr.eu-central-1.amazonaws.com
      expiration: "2026-11-24T20:15:30Z"
"""

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._ecr.login import PUBLIC_REGION, request_login, service_of
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import timestamp
from ansible_collections.octo.aws.plugins.module_utils._model.field_checks import check_account_id
from ansible_collections.octo.aws.plugins.plugin_utils._base.service_lookup import ServiceLookup

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials


class LookupModule(ServiceLookup):
    """Documented above."""

    def prepare(self) -> None:
        registry_id = self.get_option("registry_id")
        if registry_id is None:
            return
        check_account_id(registry_id, "registry_id")
        if self.get_option("public"):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "registry_id and public are both set.",
                hint="Remove registry_id: all public repositories are in one registry.",
            )

    def render(self, name: str, credentials: Credentials) -> dict[str, t.Any]:
        public = self.get_option("public")
        region = PUBLIC_REGION if public else self.region_of(credentials)
        client = self.client(service_of(public=public), region, credentials)
        login = request_login(client, credentials.secrets).in_registry_of(self.get_option("registry_id") or "")
        return {
            "username": login.username,
            "password": login.password,
            "registry": login.registry,
            "expiration": timestamp(login.expiration),
        }
