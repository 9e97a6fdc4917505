# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: eks
short_description: Get access to an Amazon EKS cluster, with a named AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Returns the endpoint of a cluster, and a token that is signed with the credentials of an account, for the modules of
    C(kubernetes.core). It needs neither the AWS CLI nor C(aws-iam-authenticator).
  - A token is valid for 14 minutes, and at most until the session of the account ends. A lookup in C(module_defaults)
    is evaluated for each task, so that each task has its own token. For a task that takes longer, use V(kubeconfig) as
    O(format).
  - Without a name, the IAM role of the controller is used. An unknown account is an error. There is no fallback to other
    credentials.
  - Each lookup sends one request to EKS, DescribeCluster. V(exec) as O(format) sends none.
extends_documentation_fragment:
  - octo.aws.settings.lookup
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
options:
  cluster:
    description:
      - The name of the cluster, 1 to 100 letters, digits, hyphens and underscores.
      - With V(exec) as O(format), the ID of a local cluster on AWS Outposts instead of its name. The other formats request
        this ID from AWS.
    type: str
    required: true
  format:
    description: The format of the result.
    type: str
    default: module
    choices:
      module: >-
        The options C(host), C(ca_cert), C(api_key) and C(validate_certs) of the modules of C(kubernetes.core), ready for
        C(module_defaults) of C(group/kubernetes.core.k8s). These modules reject other options, so C(expiration) is in
        V(full) only. C(ca_cert) is the path of a file on the controller, which is removed when Ansible ends. For modules
        on other hosts, use V(kubeconfig), or write C(ca_data) of V(full) to a file there.
      full: >-
        The keys C(host), C(ca_cert), C(api_key), C(expiration), C(ca_data) (the certificate authority in base64), C(cluster),
        C(arn) and C(region).
      kubeconfig: >-
        A kubeconfig as a mapping, for the option C(kubeconfig) of the modules of C(kubernetes.core), or for a file. It has no
        secret: clients run a command of the collection that signs a new token whenever they need one. The command uses
        the store and the session cache of this lookup, and the vault passwords of the configuration of Ansible. It
        works on the controller only.
      exec: >-
        The C(ExecCredential) that the command in a kubeconfig prints.
notes:
  - The identity needs the permission C(eks:DescribeCluster), except for V(exec) as O(format). The token needs none. In the
    cluster, an access entry or the C(aws-auth) ConfigMap gives permissions to the identity.
  - The endpoint of STS in the token is that of the region. If E(AWS_ENDPOINT_URL) or E(AWS_ENDPOINT_URL_STS) names another
    host, EKS rejects the token.
  - Except in V(kubeconfig), the result contains the token in clear text. Use the lookup in C(module_defaults) or in an
    option, and do not store the result with C(set_fact) or C(register). ansible-core 2.22 and later mask the token in all
    output.
seealso:
  - plugin: octo.aws.creds
    plugin_type: lookup
  - plugin: octo.aws.ecr
    plugin_type: lookup
  - name: Grant IAM users access to Kubernetes
    description: Access entries of a cluster.
    link: https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html
"""

EXAMPLES = r"""
- name: Deploy to the cluster shop with the account prod
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/kubernetes.core.k8s: "{{ lookup('octo.aws.eks', 'prod', cluster='shop') }}"
  tasks:
    - name: Apply a manifest
      kubernetes.core.k8s:
        src: deployment.yml
        wait: true

- name: Use other Kubernetes clients
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write a kubeconfig, which has no secret
      ansible.builtin.copy:
        content: "{{ lookup('octo.aws.eks', 'prod', cluster='shop', format='kubeconfig') | to_nice_yaml }}"
        dest: "{{ playbook_dir }}/shop.kubeconfig"
        mode: "0600"

    - name: Show when a token expires
      ansible.builtin.debug:
        msg: "{{ lookup('octo.aws.eks', 'prod', cluster='shop', format='full').expiration }}"
"""

RETURN = r"""
_raw:
  description:
    - The access with each account, in the format of O(format). The sample has the keys of V(full).
  type: list
  elements: dict
  sample:
    - host: https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com
      ca_cert: /home/alice/.ansible/tmp/ansible-local-1234abcd/eks-ca-0123456789abcdef0123456789abcdef.crt
      api_key: k8s-aws-v1.aHR0cHM6Ly9zdHMuEXAMPLE
      expiration: "2026-11-24T08:29:30Z"
      ca_data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
      cluster: shop
      arn: arn:aws:eks:eu-central-1:123456789012:cluster/shop
      region: eu-central-1
"""

from ansible_collections.octo.aws.plugins.plugin_utils._base.eks_lookup import EksLookup


class LookupModule(EksLookup):
    """Documented above."""
