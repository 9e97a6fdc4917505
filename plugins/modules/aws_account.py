# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_account
short_description: Save, test and delete a named AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Saves an AWS account under a name, after testing it. STS must accept exactly these credentials, and they must lead to
    O(account_id) where that is set, before anything is written. What fails its test is not saved, and what was stored
    before stays.
  - An account is a pair of access and secret keys, the IAM role of the machine that executes, a role for a web identity,
    or a profile of the controller's AWS config; and roles to assume from there.
  - Saved accounts are used with the lookup P(octo.aws.creds#lookup).
  - Records are read and written on the controller, whatever host the task is for. An account of type V(instance_role) is
    tested on that host, since the role of that host is what it stands for.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: full
    details: A diff shows that a secret is set or changes, never a secret.
options:
  name:
    description:
      - The name of the account, 1 to 200 printable characters. Spaces around it are removed.
      - Names that differ in case or in Unicode form are names of different accounts.
    type: str
    required: true
  state:
    description: What is wanted of the account.
    type: str
    default: present
    choices:
      present: It is stored as described, and was tested, unless O(test) is V(false).
      tested: It is stored, and its credentials are accepted now. Nothing is changed.
      absent: It is not stored. This works for a record that can no longer be opened, too.
  type:
    description:
      - Where the credentials come from.
      - A new account is of type V(access_key) when this is left out.
      - When the type is changed, the fields that the new type does not have are removed.
    type: str
    choices:
      access_key: A pair of keys that is stored in the account.
      instance_role: The IAM role of the machine that executes. Nothing secret is stored.
      web_identity: >-
        The role O(role_arn), for the token in O(web_identity_token_file), which a CI system or a service account of EKS
        provides. Nothing secret is stored.
      profile: >-
        A profile of the AWS config and credentials files of the user that runs Ansible, with whatever it uses. Nothing
        secret is stored.
  description:
    description: A text for people, at most 1,000 characters.
    type: str
  region:
    description:
      - The region that the account is used in, and whose STS endpoint tests it.
      - Where none is set here or in the setting C(octo_aws_region), V(us-east-1) tests it, or a region of the partition
        of the role that is assumed.
    type: str
  access_key:
    description:
      - The access key ID.
      - A new access key needs its O(secret_key) with it, and its O(session_token) if it has one; those that are stored
        belong to the old one and are dropped.
    type: str
  secret_key:
    description: The secret access key.
    type: str
  session_token:
    description: The session token of temporary credentials, whose access key begins with C(ASIA).
    type: str
  temporary:
    description:
      - Whether sessions are handed out (C(GetSessionToken)) in place of the keys of type V(access_key), which never leave
        the record then.
    type: bool
  mfa_serial:
    description:
      - The ARN or the serial number of the MFA device of the IAM user, for the sessions that O(temporary) makes.
    type: str
  role_arn:
    description: The ARN of the role for a web identity.
    type: str
  web_identity_token_file:
    description:
      - The file on the controller that holds the token of the web identity. It is read anew at each use.
    type: path
  profile:
    description: The name of the profile.
    type: str
  assume_role:
    description:
      - Roles to assume, one after the other. The account is where the last one leads to.
      - When the account is tested, each of them is really assumed.
      - The list that is given takes the place of the whole list that is stored; an empty list clears it.
    type: list
    elements: dict
    suboptions:
      role_arn:
        description: The ARN of the role.
        type: str
        required: true
      role_session_name:
        description:
          - The name of the session, which CloudTrail shows.
          - When it is left out, it says who runs Ansible, on which host, and for which job where AWX or a CI system sets
            a variable, as in C(alice@controller-awx-123).
        type: str
      external_id:
        description: The external ID that the trust policy of the role may ask for. It is not shown anywhere.
        type: str
      duration_seconds:
        description:
          - How long the session lasts, 900 (15 minutes) to 43200 (12 hours), and at most as long as the role allows. AWS
            makes it an hour when it is left out.
          - A role that is assumed with the session of another role lasts at most 3600.
        type: int
      policy:
        description: A session policy, which takes permissions away. A mapping, or a text in JSON.
        type: json
      policy_arns:
        description: ARNs of managed policies, at most 10, to be used as session policies.
        type: list
        elements: str
      tags:
        description:
          - Session tags, at most 50.
          - Truth values become V(true) and V(false), and dates are written as in V(2026-11-24). A mapping or a list would
            become JSON, which has signs that a tag cannot have, and is refused, as V(null) is.
        type: dict
      transitive_tag_keys:
        description: Keys of O(assume_role[].tags) that are passed on to the hops after this one.
        type: list
        elements: str
      source_identity:
        description: The source identity, which stays with the session through all hops after this one.
        type: str
      mfa_serial:
        description:
          - The ARN or the serial number of the MFA device of the IAM user whose keys assume the role. Only the first hop
            can have one.
        type: str
  account_id:
    description:
      - The AWS account, 12 digits, that the credentials must lead to. Quote it, since YAML drops leading zeros.
      - It is compared with what STS answers before the account is saved, and again whenever credentials are handed out.
    type: str
  endpoint_url:
    description:
      - The STS endpoint to ask in place of the region's own, such as V(https://sts.example.internal).
      - The environment variables E(AWS_ENDPOINT_URL_STS) and E(AWS_ENDPOINT_URL) work as in every AWS client where this
        is not set.
    type: str
  validate_certs:
    description:
      - Whether the certificate of the STS endpoint is checked. A new account checks it when this is left out.
    type: bool
  ca_bundle:
    description:
      - A file of CA certificates, used for the STS endpoint in place of the system's. It is on the machine that asks STS,
        which is the controller but for accounts of type V(instance_role) that are tested elsewhere.
    type: path
  test:
    description:
      - Whether the account is tested before it is saved.
      - For keys, one request is sent to STS (C(GetCallerIdentity), which needs no permission), in check mode, too.
      - Each role in O(assume_role) is one request more, and the last one says who it is.
    type: bool
    default: true
  mfa_token:
    description:
      - The code that the MFA device shows, for the test of an account that needs one.
      - When it is left out, the variable C(octo_aws_mfa_token) is looked at, and then it is asked for at the terminal. The
        session is kept for all that follow.
    type: str
notes:
  - Options that are left out keep the value that is stored. An empty string clears one.
  - Vault passwords come from Ansible itself, C(--vault-password-file), C(--vault-id) and the like. Without one, nothing
    is saved in a folder.
  - In a store that is a service of AWS, a save needs the permissions of a writer. An account whose record is too long for
    it is an error before anything is sent.
  - Where a store has a recovery window, as AWS Secrets Manager has, a deleted account can be brought back until it ends.
seealso:
  - plugin: octo.aws.creds
    plugin_type: lookup
  - module: octo.aws.aws_account_info
  - ref: ansible_collections.octo.aws.docsite.guide_file_store
    description: The folder of files, and what a record is.
  - ref: ansible_collections.octo.aws.docsite.guide_team_stores
    description: AWS Secrets Manager and Parameter Store as stores for teams, with IAM policies.
"""

EXAMPLES = r"""
- name: Save and test an account
  octo.aws.aws_account:
    name: prod
    access_key: "{{ prod_access_key }}"
    secret_key: "{{ prod_secret_key }}"
    region: eu-central-1
    account_id: "123456789012"

- name: Change the region only
  octo.aws.aws_account:
    name: prod
    region: eu-west-1

- name: Give the IAM role of the machine a name and a region
  octo.aws.aws_account:
    name: builder
    type: instance_role
    region: eu-central-1

- name: Assume two roles with these keys
  octo.aws.aws_account:
    name: production-audit
    access_key: "{{ prod_access_key }}"
    secret_key: "{{ prod_secret_key }}"
    account_id: "123456789012"
    assume_role:
      - role_arn: arn:aws:iam::123456789012:role/first
      - role_arn: arn:aws:iam::123456789012:role/second
        duration_seconds: 900
        tags:
          team: audit

- name: Test a stored account
  octo.aws.aws_account:
    name: prod
    state: tested
  register: prod

- name: Say who it is
  ansible.builtin.debug:
    var: prod.identity.arn

- name: Find out whether other keys would replace those that are stored
  octo.aws.aws_account:
    name: prod
    access_key: "{{ prod_access_key }}"
    secret_key: "{{ prod_secret_key }}"
  check_mode: true
  register: planned

- name: Stop if they are of another user
  ansible.builtin.assert:
    that: planned.replaced is none or planned.replaced.identity == planned.identity

- name: Delete an account
  octo.aws.aws_account:
    name: prod
    state: absent
"""

RETURN = r"""
store:
  description: The path or URL of the store, without its credentials.
  returned: success
  type: str
  sample: /srv/accounts
replaced:
  description:
    - The account as it was stored before, without its secrets, if its credentials are others now. That is when its type,
      access key, role, file of a web identity token, profile or roles to assume differ.
    - V(none) for a new account, when nothing of these differs, and when the account is deleted or tested.
    - Also in check mode, so that a playbook can ask before an account becomes another identity.
  returned: success
  type: dict
  sample: null
  contains:
    identity:
      description:
        - Who STS said that it was when its keys were tested, like RV(identity).
        - V(none) where nothing was tested, where the credentials are not stored, and where roles are assumed.
      type: dict
      returned: success
      sample:
        account_id: "123456789012"
        arn: arn:aws:iam::123456789012:user/deployer
        user_id: AIDACKCEVSQ6C2EXAMPLE
        partition: aws
    access_key:
      description: The access key ID that it had. All other fields of RV(account) are there as well.
      type: str
      returned: success
      sample: AKIAIOSFODNN7EXAMPLE
account:
  description:
    - The account as it is stored now, or would be in check mode, without its secrets. V(none) when it is deleted.
    - Fields that are not set are empty strings.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: success
      sample: prod
    type:
      description: Where its credentials come from.
      type: str
      returned: success
      sample: access_key
    description:
      description: Its description.
      type: str
      returned: success
      sample: The production account
    region:
      description: Its region.
      type: str
      returned: success
      sample: eu-central-1
    access_key:
      description: Its access key ID.
      type: str
      returned: success
      sample: AKIAIOSFODNN7EXAMPLE
    temporary:
      description: Whether sessions are handed out in place of its keys.
      type: bool
      returned: success
      sample: false
    mfa_serial:
      description: The MFA device for these sessions.
      type: str
      returned: success
      sample: ""
    role_arn:
      description: The role for its web identity.
      type: str
      returned: success
      sample: ""
    web_identity_token_file:
      description: The file with the token of its web identity.
      type: str
      returned: success
      sample: ""
    profile:
      description: The profile of the AWS config that it is.
      type: str
      returned: success
      sample: ""
    assume_role:
      description: The roles to assume, with what is set of each, but without external IDs.
      type: list
      elements: dict
      returned: success
      sample:
        - role_arn: arn:aws:iam::123456789012:role/deploy
    account_id:
      description: The AWS account that it must lead to.
      type: str
      returned: success
      sample: "123456789012"
    endpoint_url:
      description: The STS endpoint that it is tested at in place of the region's own.
      type: str
      returned: success
      sample: ""
    validate_certs:
      description: Whether the certificate of the STS endpoint is checked.
      type: bool
      returned: success
      sample: true
    ca_bundle:
      description: The file of CA certificates for the STS endpoint.
      type: str
      returned: success
      sample: ""
identity:
  description: Who STS says that the credentials are. V(none) when it was not asked.
  returned: success
  type: dict
  contains:
    account_id:
      description: The AWS account.
      type: str
      returned: success
      sample: "123456789012"
    arn:
      description: The ARN of the user or of the assumed role.
      type: str
      returned: success
      sample: arn:aws:iam::123456789012:user/deployer
    user_id:
      description: The unique ID of the user or of the assumed role.
      type: str
      returned: success
      sample: AIDACKCEVSQ6C2EXAMPLE
    partition:
      description: The partition, such as V(aws), V(aws-cn) or V(aws-us-gov).
      type: str
      returned: success
      sample: aws
tested:
  description: Whether the credentials were tested by this task.
  returned: success
  type: bool
  sample: true
error:
  description: What failed. The message of the result has it in words.
  returned: failure
  type: dict
  contains:
    code:
      description: The stable name of the failure, as in the table of errors in the collection's documentation.
      type: str
      returned: failure
      sample: secret_key_wrong
    aws_code:
      description: The error code that AWS gave. V(none) when it was not AWS that refused.
      type: str
      returned: failure
      sample: SignatureDoesNotMatch
    request_id:
      description: The ID of the request, which AWS support asks for.
      type: str
      returned: failure
      sample: c6104cbe-af31-11e0-8154-cbc7ccf896c7
    hint:
      description: What to do about it.
      type: str
      returned: failure
      sample: Copy the secret key again, whole and without spaces; if it is lost, make a new access key.
"""
