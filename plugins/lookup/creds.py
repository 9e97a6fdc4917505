# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: creds
short_description: Credentials of a named AWS account, or of the instance role
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Resolves accounts that M(octo.aws.aws_account) saved, and returns their credentials in the form that is asked for.
  - Without a name, it returns the credentials of the IAM role of the machine that executes, which is the controller
    for every lookup. They come from the first of these that is configured, a web identity (E(AWS_ROLE_ARN) and
    E(AWS_WEB_IDENTITY_TOKEN_FILE), as EKS sets them), container credentials (ECS, EKS Pod Identity), and the instance
    metadata service (EC2). If it fails, the next is not tried.
  - An account that does not exist is an error. Nothing else is ever used in its place.
  - Roles to assume, web identities and the like give sessions. A session is made once and shared by all processes of
    this user through the session cache, until too little is left of it; see O(min_ttl).
  - Keys of an account are returned as they are stored; AWS is not asked. Where the account has an C(account_id), what
    was verified when the key was saved is compared with it; only where nothing was verified yet, STS is asked.
options:
  _terms:
    description:
      - Names of accounts. Without any, the IAM role of the executing machine is used, unless O(account_required).
      - An empty string, V(none) and a list inside a list are not names, and are errors.
      - Give a list as one term, the variable itself and not its items. An empty list is an error then, unless O(on_missing)
        says otherwise. Spread over the arguments, C(*names), or in a loop with C(with_octo.aws.creds), an empty list
        cannot be told from no name, and the instance role is used. With O(account_required), it is an error.
    type: list
    elements: str
  format:
    description: The form of what is returned.
    type: str
    default: module
    choices:
      module: >-
        The options C(access_key), C(secret_key), C(session_token), C(profile) and C(region) of the modules and plugins
        of C(amazon.aws), as they can stand in C(module_defaults). C(profile) is always empty, and so is C(session_token)
        where there is none, since an option that is left out is taken from the environment. Where the options are
        written one by one, write all of them. C(region) is left out where
        none is known.
      env: >-
        Environment variables, for C(environment). Inherited ones that are mixed up with these are blanked. E(AWS_PROFILE)
        cannot be blanked, and some AWS clients take it in place of the keys, the AWS SDK for JavaScript among them; there
        is a warning where Ansible itself has it. Ansible shows C(environment) at high verbosity; ansible-core before 2.22
        does not mask the values in it.
      boto3: Keyword arguments of C(boto3.Session).
      process: The document that a C(credential_process) of the AWS CLI prints.
      full: All that is known, with C(expiration), C(account_id), C(arn) and C(source). What is not known is V(none).
  on_missing:
    description:
      - What an unknown name does, and an empty list of names.
      - With V(warn) and V(skip), nothing is returned for it. It is never replaced by other credentials. They are for
        C(query), which returns a list. In C(module_defaults) and C(environment), nothing means that AWS clients look
        for credentials by themselves, so keep V(error) there.
      - A record that is there and cannot be opened is always an error.
    type: str
    default: error
    choices:
      error: It fails.
      warn: It is skipped with a warning.
      skip: It is skipped.
  assume_role:
    description:
      - Roles to assume, one after the other, after those of the account itself.
      - Without a name, they start from the instance role. Other processes cannot share these sessions; save an account of
        type V(instance_role) for that.
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
        type: raw
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
  duration_seconds:
    description:
      - How long the session lasts that is handed out, in seconds. It takes the place of what the last hop says.
      - For accounts that are C(temporary), up to 129600 (36 hours).
    type: int
  min_ttl:
    description:
      - Seconds that must be left of a session. One that has less is renewed first, and more than AWS can give is an
        error.
      - When it is left out, as much is left as AWS clients require, 15 minutes, or about two thirds of a shorter session.
      - It has no meaning for keys that do not end.
    type: int
  account_id:
    description:
      - The AWS account, 12 digits, that the hops in O(assume_role) must lead to.
      - When it is left out, the C(account_id) of the account guards where the hops lead to. When it is given, that one
        guards where the account's own hops end.
    type: str
  mfa_token:
    description:
      - The code that the MFA device shows, for the hop or the account that needs one.
      - When it is left out, it is asked for at the terminal, once. The session is then shared by all that follow.
    type: str
    vars:
      - name: octo_aws_mfa_token
  region:
    description:
      - The region to use the credentials in.
      - The region of the account comes before the variable, the environment and the ini key of this option, and after
        the option itself.
      - Of the environment variables, E(OCTO_AWS_REGION) comes first, then E(AWS_REGION), then E(AWS_DEFAULT_REGION).
    type: str
    vars:
      - name: octo_aws_region
    env:
      # ansible-core takes the last one that is set.
      - name: AWS_DEFAULT_REGION
      - name: AWS_REGION
      - name: OCTO_AWS_REGION
    ini:
      - section: octo_aws
        key: region
  store:
    description:
      - Where accounts live, as a path or a URL.
      - A folder, such as V(/srv/accounts) or V(file:///srv/accounts), holds one file for each account, sealed by Ansible
        Vault.
      - V(secretsmanager:octo/aws?region=eu-central-1) is AWS Secrets Manager, and V(ssm:/octo/aws?region=eu-central-1) the
        Parameter Store of AWS Systems Manager. They are for teams, need no vault password, and are asked with the
        credentials that the AWS CLI of this user would take.
      - 'After V(?) and joined by V(&), the URL of a service takes: V(region); V(profile), or V(account) and
        V(account_store), for other credentials to ask it with; V(endpoint_url); V(kms_key_id); V(cache_seconds), for
        how long the processes of this machine share a record, sealed by Ansible Vault; for Secrets Manager
        V(recovery_window_days), 7 to 30 or 0 for none, and for the Parameter Store V(tier), one of V(Standard),
        V(Advanced) and V(Intelligent-Tiering). More of each is in
        R(the guide to stores for teams,ansible_collections.octo.aws.docsite.guide_team_stores).'
      - The default is the folder C(octo/aws/accounts) below Ansible's home, C(~/.ansible) or E(ANSIBLE_HOME).
    type: str
    vars:
      - name: octo_aws_store
    env:
      - name: OCTO_AWS_STORE
    ini:
      - section: octo_aws
        key: store
  session_cache:
    description:
      - The folder where sessions are shared between processes, each sealed with a key that is in the account's record.
      - V(none) turns it off. Each process then makes its own sessions.
      - The default is the folder C(octo/aws/sessions) below Ansible's home, C(~/.ansible) or E(ANSIBLE_HOME).
    type: str
    vars:
      - name: octo_aws_session_cache
    env:
      - name: OCTO_AWS_SESSION_CACHE
    ini:
      - section: octo_aws
        key: session_cache
  account_required:
    description:
      - Whether a lookup without a name is an error, in place of returning the credentials of the instance role. The
        instance role is then used by the name of an account of type V(instance_role).
      - A value other than a boolean is an error.
    # As bool, ansible-core would take each text that it does not know for false.
    type: raw
    default: false
    vars:
      - name: octo_aws_account_required
    env:
      - name: OCTO_AWS_ACCOUNT_REQUIRED
    ini:
      - section: octo_aws
        key: account_required
  vault_id:
    description:
      - The vault id whose password seals new records. A lookup seals none, and opens a record with the password of the
        vault id that the record names.
      - It is declared here since the settings of all plugins of the collection are.
    type: str
    vars:
      - name: octo_aws_vault_id
    env:
      - name: OCTO_AWS_VAULT_ID
    ini:
      - section: octo_aws
        key: vault_id
notes:
  - Variables that begin with C(octo_aws_), environment variables that begin with C(OCTO_AWS_), and keys in the section
    C([octo_aws]) of C(ansible.cfg) that are no settings are errors.
  - Vault passwords come from Ansible itself, C(--vault-password-file), C(--vault-id) and the like.
  - The credentials are in clear in what the lookup returns. Use it where they are needed, in C(module_defaults) or an
    option, and do not keep it with C(set_fact) or C(register). Do not loop over it, since Ansible shows the items of a
    loop; loop over the names, and look them up inside the task. On ansible-core 2.22 and later they are masked in all
    output.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_info
  - ref: ansible_collections.octo.aws.docsite.guide_team_stores
    description: AWS Secrets Manager and Parameter Store as stores for teams.
"""

EXAMPLES = r"""
- name: Use the account prod for all modules of amazon.aws
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"
  tasks:
    - name: Make a bucket
      amazon.aws.s3_bucket:
        name: octo-aws-releases

    - name: Use the IAM role of the controller for one task
      amazon.aws.s3_bucket_info:
        name: octo-aws-releases
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', region='eu-central-1') }}"

    - name: Hand the account to the AWS CLI
      ansible.builtin.command: aws sts get-caller-identity
      environment: "{{ lookup('octo.aws.creds', 'prod', format='env') }}"
      changed_when: false

    - name: Assume a role for one task
      amazon.aws.aws_caller_info:
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod', assume_role=[{'role_arn': role_arn}]) }}"
      vars:
        role_arn: arn:aws:iam::123456789012:role/deploy

    - name: Show which AWS accounts two accounts lead to
      ansible.builtin.debug:
        msg: "{{ query('octo.aws.creds', 'prod', 'staging', format='full') | map(attribute='account_id') }}"
"""

RETURN = r"""
_raw:
  description:
    - The credentials of each name, in the form that O(format) names. The keys below are those of V(module).
    - >-
      With V(full), the keys are C(access_key), C(secret_key), C(session_token), C(region), C(expiration) (ISO 8601 in
      UTC), C(account_id), C(arn) and C(source), the account type.
  type: list
  elements: dict
  sample:
    - access_key: AKIAIOSFODNN7EXAMPLE
      secret_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
      session_token: ""
      profile: ""
      region: eu-central-1
"""

from ansible_collections.octo.aws.plugins.plugin_utils._base.lookup import CredentialsLookup


class LookupModule(CredentialsLookup):
    """Documented above."""
