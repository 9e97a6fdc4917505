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
  - Tests an AWS account and saves it under a name. STS must accept exactly these credentials. If O(account_id) is set,
    they must belong to this AWS account. If the test fails, nothing is saved, and a stored account is not changed.
  - An account is a pair of access and secret keys, the IAM role of the machine that runs the task, a role for a web
    identity or for a certificate, a role of IAM Identity Center, credentials that HashiCorp Vault leases, or a profile of
    the controller's AWS config. It can also have roles to assume from there.
  - Saved accounts are used by their names, with the lookup P(octo.aws.creds#lookup) and in modules such as
    M(octo.aws.aws_script).
  - Records are read and written on the controller, for every target host. An account of type V(instance_role) is tested
    on the target host, since it is the role of that host.
extends_documentation_fragment:
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: full
    details: The diff shows that a secret is set or changed, never its value.
options:
  name:
    description:
      - The name of the account, 1 to 200 printable characters. Leading and trailing spaces are removed.
      - Names are case-sensitive, and names in different Unicode forms are different.
    type: str
    required: true
  state:
    description: The desired state of the account.
    type: str
    default: present
    choices:
      present: The account is stored with the given options, after a test unless O(test=false).
      tested: The stored account passes its test. Nothing is changed.
      rotated: >-
        The access key of the stored account is younger than O(rotate_after_days), or is replaced by a new one, in this
        account and in all accounts of the store with the key. An interrupted rotation is finished. The IAM user needs
        the permissions on the page Rotate access keys.
      absent: The account is not stored. Records that cannot be read are deleted as well.
  type:
    description:
      - The source of the credentials. The default for a new account is V(access_key).
      - A change of the type removes the fields that the new type does not have.
    type: str
    choices:
      access_key: A pair of keys, stored in the account.
      instance_role: The IAM role of the machine that runs the task. No secret is stored.
      web_identity: >-
        The role O(role_arn), assumed with a token from O(web_identity_token_source), which a CI system or an EKS
        service account provides. No secret is stored.
      profile: >-
        A profile in the AWS config and credentials files of the user that runs Ansible, with everything that it refers
        to. No secret is stored.
      sso: >-
        The role O(sso_role_name) in the AWS account O(sso_account_id), which IAM Identity Center gives to the user who
        signs in. No secret is stored.
      roles_anywhere: >-
        The role O(role_arn), assumed by IAM Roles Anywhere with the X.509 certificate O(certificate), for controllers
        outside AWS. With paths, no secret is stored but O(private_key_passphrase). It needs the Python library
        C(iam-rolesanywhere-session) on the controller.
      vault: >-
        Credentials that HashiCorp Vault or OpenBao leases, by its AWS secrets engine. They are shared by all processes,
        renewed, and revoked when the account is deleted. The controller needs the Python library C(hvac).
  description:
    description: Free-form description, at most 1,000 characters.
    type: str
  region:
    description:
      - The default region of the account. Its STS endpoint is used for the test.
      - If neither this option nor the setting C(octo_aws_region) is set, the test uses V(us-east-1), or a region in the
        partition of the role that is assumed.
    type: str
  access_key:
    description:
      - The access key ID.
      - A new access key requires its O(secret_key), and its O(session_token) if it has one. The stored ones belong to the
        old key and are removed.
    type: str
  secret_key:
    description: The secret access key.
    type: str
  session_token:
    description: The session token of temporary credentials, which have an access key that starts with C(ASIA).
    type: str
  temporary:
    description:
      - Whether to use temporary sessions (C(GetSessionToken)) instead of the keys of type V(access_key). The keys then
        never leave the record.
    type: bool
  mfa_serial:
    description:
      - The ARN or the serial number of the MFA device of the IAM user, for O(temporary) sessions.
    type: str
  mfa_process:
    description:
      - A program on the controller that prints the current code of O(mfa_serial), or of the MFA device of O(profile), and
        its arguments, at most 100. There is no shell.
      - It runs only when a new session is needed, once for all processes that wait for the session, and has one minute. It
        must print six digits and nothing else. Its output is a secret. Its arguments are not, so they must not contain
        secrets.
      - O(mfa_token) takes precedence. With a program, there is no prompt.
    type: list
    elements: str
  role_arn:
    description: The ARN of the role for a web identity, or for the certificate of IAM Roles Anywhere.
    type: str
  web_identity_token_source:
    description:
      - The place that tokens of a web identity come from. The default for a new account is V(file).
      - A token is read or requested on the controller, and only when a new session is needed. It must be a JSON Web
        Token (JWT) that has not expired, or the task fails before it is sent to AWS.
      - A change of the source removes the fields that the new source does not have.
    type: str
    choices:
      file: The file O(web_identity_token_file).
      environment: The environment variable O(web_identity_token_variable) of the user that runs Ansible.
      github_actions: >-
        GitHub Actions. The token is requested from the runner, with E(ACTIONS_ID_TOKEN_REQUEST_URL) and
        E(ACTIONS_ID_TOKEN_REQUEST_TOKEN), which the job has with the permission C(id-token: write).
      azure_pipelines: >-
        Azure Pipelines. The token is requested with E(SYSTEM_OIDCREQUESTURI) and E(SYSTEM_ACCESSTOKEN), which the step
        must have in its C(env).
      gitlab: >-
        GitLab CI/CD. The environment variable O(web_identity_token_variable), which the job has with C(id_tokens). Its
        default is E(GITLAB_OIDC_TOKEN).
      command: The standard output of the program O(web_identity_token_command).
  web_identity_token_file:
    description:
      - The path of the web identity token on the controller. The file is read each time it is used.
    type: path
  web_identity_token_variable:
    description:
      - The name of the environment variable with the token, for O(web_identity_token_source=environment) and
        O(web_identity_token_source=gitlab).
    type: str
  web_identity_token_command:
    description:
      - A program on the controller that prints the token, and its arguments, at most 100, for
        O(web_identity_token_source=command). There is no shell.
      - It has one minute, and runs once for all processes that wait for the session. Its output is a secret. Its arguments
        are not, so they must not contain secrets.
    type: list
    elements: str
  web_identity_audience:
    description:
      - The audience that the token must have. With V(github_actions), the token is requested with it.
      - The default is V(sts.amazonaws.com) for V(github_actions), V(api://AzureADTokenExchange) for V(azure_pipelines),
        and any audience for other sources.
    type: str
  web_identity_service_connection:
    description:
      - The ID of the service connection that the token is for, for O(web_identity_token_source=azure_pipelines).
      - Falls back to the environment variable E(AZURESUBSCRIPTION_SERVICE_CONNECTION_ID), which tasks such as
        C(AzureCLI@2) set, then to a token of the pipeline.
    type: str
  policy:
    description:
      - An IAM policy that limits the session of a web identity further, as a mapping or in JSON. The session has the
        permissions that both the role and the policy allow.
      - With O(policy_arns), at most 2,048 characters.
    type: raw
  policy_arns:
    description:
      - The ARNs of up to 10 managed policies that limit the session of a web identity further.
    type: list
    elements: str
  duration_seconds:
    description:
      - The lifetime of the session of a web identity or of IAM Roles Anywhere in seconds, 900 to 43200 (12 hours). The role must allow it. V(0)
        removes the stored value, and the default of AWS is one hour. For IAM Roles Anywhere, it is that of the profile.
      - The option C(duration_seconds) of a task or lookup overrides it.
    type: int
  profile:
    description: The name of the profile.
    type: str
  sso_start_url:
    description:
      - The URL of the AWS access portal, such as V(https://d-1234567890.awsapps.com/start), at most 1,000 characters. It
        is in the settings of IAM Identity Center. A fragment (C(#/)) and a slash at the end are removed.
      - A test needs a sign-in. If no valid one is cached, a page to open and a code are shown at the terminal. All
        accounts with this URL and this O(sso_region) share the sign-in. Without a terminal, the task fails with the error
        code V(sso_sign_in_required).
    type: str
  sso_region:
    description: The region of IAM Identity Center, such as V(eu-central-1). It can differ from O(region).
    type: str
  sso_account_id:
    description: The ID of the AWS account of the role, 12 digits. Quote it, since YAML drops leading zeros.
    type: str
  sso_role_name:
    description: The name of the role in the portal, which is the name of the permission set, at most 64 characters.
    type: str
  trust_anchor_arn:
    description:
      - The ARN of the trust anchor of IAM Roles Anywhere that has the certificate authority (CA) of O(certificate).
      - The request for a session goes to the region of the trust anchor, independent of O(region).
    type: str
  profile_arn:
    description:
      - The ARN of the profile of IAM Roles Anywhere that lists O(role_arn).
      - It is in the region of O(trust_anchor_arn). Both and the role are in one AWS account.
    type: str
  certificate:
    description:
      - The certificate of the controller and those of intermediate CAs. A path on the controller, or text in PEM format.
      - A file is in PEM format, in any order, or a PKCS#12 file. It can contain the private key, too. It is read when a
        session is requested, so that a renewed certificate needs no change of the account.
    type: str
  private_key:
    description:
      - The private key of O(certificate), as text in PEM format, stored in the account. An RSA key or an EC key.
      - For a file, use O(private_key_file).
    type: str
  private_key_file:
    description: The file with the private key of O(certificate) on the controller, in PEM format.
    type: path
  private_key_passphrase:
    description: The passphrase of an encrypted private key, or of a PKCS#12 file.
    type: str
  role_session_name:
    description:
      - The name of the session of IAM Roles Anywhere, 2 to 64 characters. The profile must accept such names.
      - By default, AWS names the session after the serial number of the certificate.
    type: str
  vault_url:
    description: The address of Vault, such as V(https://vault.example.org:8200), at most 2,000 characters.
    type: str
  vault_namespace:
    description: The namespace of all requests to Vault, at most 1,000 characters.
    type: str
  vault_ca_cert:
    description:
      - The path of a bundle of CA certificates for Vault on the controller, used instead of that of the system.
    type: path
  vault_mount:
    description:
      - The path of the AWS secrets engine, at most 1,000 characters. If not set, it is V(aws).
    type: str
  vault_role:
    description: The name of the role in the AWS secrets engine, at most 1,000 characters.
    type: str
  vault_credential_type:
    description:
      - The type of the credentials of O(vault_role). If not set, it is V(assumed_role).
    type: str
    choices:
      assumed_role: A session of an IAM role. Its duration can be set with C(duration_seconds).
      iam_user: >-
        The keys of a new IAM user. They are used as soon as AWS accepts them, which is awaited for up to 60 seconds.
        The lease is renewed.
      federation_token: A session of a federated user. Its duration can be set with C(duration_seconds).
      static: The keys of an existing IAM user, which Vault rotates. They are read again every 15 minutes.
  vault_auth_method:
    description:
      - The authentication method of Vault. If not set, it is V(token).
      - The names of this option and of the following ones are those of C(community.hashi_vault), after C(vault_).
    type: str
    choices:
      token: >-
        O(vault_token), the file O(vault_token_file), one of the environment variables E(ANSIBLE_HASHI_VAULT_TOKEN) and
        E(VAULT_TOKEN), or C(~/.vault-token).
      approle: >-
        O(vault_role_id) with O(vault_secret_id), the file O(vault_secret_id_file), or one of the environment variables
        E(ANSIBLE_HASHI_VAULT_SECRET_ID) and E(VAULT_SECRET_ID).
      jwt: >-
        The role O(vault_role_id) with O(vault_jwt), the file O(vault_jwt_file), or one of the environment variables
        E(ANSIBLE_HASHI_VAULT_JWT) and E(VAULT_JWT).
      kubernetes: The role O(vault_role_id) with the token of the service account, or that of V(jwt).
      aws_iam: The role O(vault_role_id), or that with the name of the IAM role, with the AWS credentials of the controller.
      cert: The client certificate O(vault_cert_auth_public_key).
  vault_mount_point:
    description:
      - The path of the authentication method, at most 1,000 characters. If not set, it is that of the method.
    type: str
  vault_role_id:
    description: The role of the authentication method, by ID or by name, at most 1,000 characters.
    type: str
  vault_token:
    description: The Vault token, at most 32,000 characters.
    type: str
  vault_token_file:
    description: The path of a file with the token on the controller. It is read each time it is used.
    type: path
  vault_secret_id:
    description: The secret ID of the AppRole, at most 32,000 characters.
    type: str
  vault_secret_id_file:
    description: The path of a file with the secret ID on the controller. It is read each time it is used.
    type: path
  vault_jwt:
    description: The JSON web token, at most 32,000 characters. Such tokens expire soon. Use a file instead, if
      possible.
    type: str
  vault_jwt_file:
    description: The path of a file with the JSON web token on the controller. It is read each time it is used.
    type: path
  vault_cert_auth_public_key:
    description: The path of the client certificate on the controller, in PEM format.
    type: path
  vault_cert_auth_private_key:
    description: The path of its private key on the controller, in PEM format.
    type: path
  vault_aws_iam_server_id:
    description: The value of the header C(X-Vault-AWS-IAM-Server-ID), at most 1,000 characters.
    type: str
  assume_role:
    description:
      - Roles to assume, one after the other. The account is the identity of the last one.
      - The test of the account assumes each of them.
      - A list replaces the whole stored list. An empty list removes it.
  account_id:
    description:
      - The expected AWS account ID of the credentials, 12 digits. Quote it, since YAML drops leading zeros.
      - To allow several AWS accounts, use a list of at most 100 IDs. The option C(account_id) of a task or lookup can
        then name one of them.
      - It is compared with the identity from STS before the account is saved, and each time the credentials are used.
    type: raw
  endpoint_url:
    description:
      - The STS endpoint to use instead of that of the region, such as V(https://sts.example.internal).
      - If not set, the environment variables E(AWS_ENDPOINT_URL_STS) and E(AWS_ENDPOINT_URL) apply, as in every AWS
        client.
    type: str
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the STS endpoint. The default for a new account is V(true).
    type: bool
  ca_bundle:
    description:
      - The path of a bundle of CA certificates for the STS endpoint, used instead of that of the system. It must exist on
        the machine that calls STS. That is the controller, or the target host for accounts of type V(instance_role).
    type: path
  rotate_after_days:
    description:
      - With O(state=rotated), the age in days from which an access key is replaced, V(0) to V(36500). V(0) replaces it at
        once, in every run.
    type: int
    default: 90
  keep_old:
    description:
      - With O(state=rotated), the treatment of the replaced key. IAM allows two keys for a user, so that V(deactivate) and
        V(keep) prevent the next rotation until it is deleted.
    type: str
    default: delete
    choices:
      delete: The key is deactivated, then deleted.
      deactivate: The key is deactivated. It can be activated again.
      keep: The key still works.
  test:
    description:
      - Whether to test the account before it is saved.
      - For keys, the test is one request to STS (C(GetCallerIdentity), which needs no permission). It is also sent in
        check mode.
      - Each role in O(assume_role) adds one request. The response of the last one contains the identity.
    type: bool
    default: true
  mfa_token:
    description:
      - The current code of the MFA device, for the test of an account that requires one.
      - Falls back to the variable C(octo_aws_mfa_token), then to C(mfa_process) of the account or the role, then to a
        prompt at the terminal. Later tasks and processes
        share the session.
    type: str
notes:
  - Omitted options keep their stored values. An empty string removes the value.
  - Vault passwords are those of Ansible, from C(--vault-password-file), C(--vault-id) and the like. To save in a folder,
    one is required.
  - To save in a store that is an AWS service, the credentials of the store need write permissions. If a record is too
    long for the service, the task fails before any request.
  - In a store with a recovery window, such as AWS Secrets Manager, a deleted account can be restored until the window
    ends.
seealso:
  - plugin: octo.aws.creds
    plugin_type: lookup
  - module: octo.aws.aws_account_info
  - ref: ansible_collections.octo.aws.docsite.howto_rotate_access_keys
    description: Rotating access keys, with the IAM policy.
  - ref: ansible_collections.octo.aws.docsite.howto_file_store
    description: Keep accounts in files and git.
  - ref: ansible_collections.octo.aws.docsite.formats.record
    description: The format of a record.
  - ref: ansible_collections.octo.aws.docsite.howto_team_store
    description: Keep accounts in Secrets Manager or Parameter Store.
  - ref: ansible_collections.octo.aws.docsite.howto_store_policies
    description: IAM policies for team stores.
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

- name: Save the IAM role of the machine under a name, with a region
  octo.aws.aws_account:
    name: builder
    type: instance_role
    region: eu-central-1

- name: Save the identity of a job of GitHub Actions, without any secret
  octo.aws.aws_account:
    name: ci
    type: web_identity
    web_identity_token_source: github_actions
    role_arn: arn:aws:iam::123456789012:role/ci
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

- name: Show its identity
  ansible.builtin.debug:
    var: prod.identity.arn

- name: Check whether other keys would replace the stored ones
  octo.aws.aws_account:
    name: prod
    access_key: "{{ prod_access_key }}"
    secret_key: "{{ prod_secret_key }}"
  check_mode: true
  register: planned

- name: Stop if they belong to another user
  ansible.builtin.assert:
    that: planned.replaced is none or planned.replaced.identity == planned.identity

- name: Replace an access key that is 30 days old
  octo.aws.aws_account:
    name: prod
    state: rotated
    rotate_after_days: 30

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
    - The stored account that the task replaced, without its secrets, if its credentials changed. That is the case if its
      type, access key, role, web identity token file, profile or roles to assume differ.
    - V(none) for a new account, if none of these differs, and if the account is deleted or tested.
    - Also returned in check mode, so that a playbook can ask for confirmation before the identity of an account changes.
  returned: success
  type: dict
  sample: null
  contains:
    identity:
      description:
        - The identity from the test of its keys, in the form of RV(identity).
        - V(none) if nothing was tested, if the credentials are not stored, or if roles are assumed.
      type: dict
      returned: success
      sample:
        account_id: "123456789012"
        arn: arn:aws:iam::123456789012:user/deployer
        user_id: AIDACKCEVSQ6C2EXAMPLE
        partition: aws
    access_key:
      description: Its access key ID. All other fields of RV(account) are returned as well.
      type: str
      returned: success
      sample: AKIAIOSFODNN7EXAMPLE
rotated:
  description:
    - The rotation, or the one that would be made in check mode. V(none) with other states, and if the key was not due.
  returned: with O(state=rotated)
  type: dict
  sample: null
  contains:
    old_access_key:
      description: The access key ID that the account had.
      type: str
      returned: success
      sample: AKIAIOSFODNN7EXAMPLE
    accounts:
      description: The names of the accounts that got the new key.
      type: list
      elements: str
      returned: success
      sample: [prod, prod-deploy]
account:
  description:
    - The account as it is stored, or would be in check mode, without its secrets. V(none) if it was deleted.
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
      description: The source of its credentials.
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
      description: Whether temporary sessions are used instead of its keys.
      type: bool
      returned: success
      sample: false
    mfa_serial:
      description: The MFA device for its temporary sessions.
      type: str
      returned: success
      sample: ""
    mfa_process:
      description: The program that prints codes of the MFA device, and its arguments.
      type: list
      elements: str
      returned: success
      sample: []
    key_created:
      description: When a rotation created its access key (ISO 8601, UTC). Empty if no rotation did.
      type: str
      returned: success
      sample: "2026-11-29T12:00:00+00:00"
    rotation:
      description: The step of an unfinished rotation, V(creating), V(pending) or V(retiring). Empty for none.
      type: str
      returned: success
      sample: ""
    role_arn:
      description: The role for its web identity.
      type: str
      returned: success
      sample: ""
    web_identity_token_source:
      description: The place that tokens of its web identity come from. Empty for the default, V(file).
      type: str
      returned: success
      sample: ""
    web_identity_token_file:
      description: The file with the token of its web identity.
      type: str
      returned: success
      sample: ""
    web_identity_token_variable:
      description: The environment variable with the token.
      type: str
      returned: success
      sample: ""
    web_identity_token_command:
      description: The program that prints the token, and its arguments.
      type: list
      elements: str
      returned: success
      sample: []
    web_identity_audience:
      description: The audience that the token must have.
      type: str
      returned: success
      sample: ""
    web_identity_service_connection:
      description: The service connection of Azure Pipelines that the token is for.
      type: str
      returned: success
      sample: ""
    policy:
      description: The policy that limits the session of its web identity, in JSON.
      type: str
      returned: success
      sample: ""
    policy_arns:
      description: The managed policies that limit the session of its web identity.
      type: list
      elements: str
      returned: success
      sample: []
    duration_seconds:
      description: The lifetime of the session of its role in seconds, V(0) for the default.
      type: int
      returned: success
      sample: 0
    profile:
      description: The name of its AWS profile.
      type: str
      returned: success
      sample: ""
    sso_start_url:
      description: The URL of its AWS access portal.
      type: str
      returned: success
      sample: ""
    sso_region:
      description: The region of its IAM Identity Center.
      type: str
      returned: success
      sample: ""
    sso_account_id:
      description: The AWS account of its role of IAM Identity Center.
      type: str
      returned: success
      sample: ""
    sso_role_name:
      description: The name of its role of IAM Identity Center.
      type: str
      returned: success
      sample: ""
    trust_anchor_arn:
      description: Its trust anchor of IAM Roles Anywhere.
      type: str
      returned: success
      sample: ""
    profile_arn:
      description: Its profile of IAM Roles Anywhere.
      type: str
      returned: success
      sample: ""
    certificate:
      description: The path or the text of its certificate.
      type: str
      returned: success
      sample: ""
    private_key_file:
      description: The file with the private key of its certificate.
      type: str
      returned: success
      sample: ""
    role_session_name:
      description: The name of its sessions of IAM Roles Anywhere. Empty for the default.
      type: str
      returned: success
      sample: ""
    assume_role:
      description: The roles to assume, with the options that are set, except external IDs.
      type: list
      elements: dict
      returned: success
      sample:
        - role_arn: arn:aws:iam::123456789012:role/deploy
    account_id:
      description: The expected AWS account ID, or a list of allowed IDs.
      type: raw
      returned: success
      sample: "123456789012"
    endpoint_url:
      description: Its STS endpoint, if not that of the region.
      type: str
      returned: success
      sample: ""
    validate_certs:
      description: Whether the TLS certificate of the STS endpoint is verified.
      type: bool
      returned: success
      sample: true
    ca_bundle:
      description: The path of its CA certificates for the STS endpoint.
      type: str
      returned: success
      sample: ""
identity:
  description: The identity from STS. V(none) if STS was not called.
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
  description: Whether this task tested the credentials.
  returned: success
  type: bool
  sample: true
error:
  description: The error. C(msg) has the message.
  returned: failure
  type: dict
  contains:
    code:
      description: The stable error code, as listed on the page of errors in the collection's documentation.
      type: str
      returned: failure
      sample: secret_key_wrong
    aws_code:
      description: The error code of AWS. V(none) if the error is not from AWS.
      type: str
      returned: failure
      sample: SignatureDoesNotMatch
    request_id:
      description: The request ID, for AWS Support.
      type: str
      returned: failure
      sample: c6104cbe-af31-11e0-8154-cbc7ccf896c7
    hint:
      description: A suggestion for a solution.
      type: str
      returned: failure
      sample: Copy the secret key again, whole and without spaces; if it is lost, make a new access key.
    url:
      description: The address of the entry with cause and solution of the code.
      type: str
      returned: failure
      sample: https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst#secret_key_wrong
"""
