# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_account_import
short_description: Make accounts of the profiles of AWS clients
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Reads an AWS config file and a credentials file as AWS clients read them, and saves each profile as an account.
  - Keys become an account of type V(access_key), a web identity one of type V(web_identity). A role with C(source_profile)
    becomes the account of the profile where its credentials come from, with all roles on the way in C(assume_role). A role
    with C(credential_source) of C(Ec2InstanceMetadata) or C(EcsContainer) becomes one of type V(instance_role).
  - Keys with C(mfa_serial) become an account with C(temporary) and this C(mfa_serial), which gives sessions with MFA. For
    AWS clients, C(mfa_serial) has a meaning beside C(role_arn) alone, and there it is taken for the role.
  - Of a profile with SSO, C(aws login) or C(credential_process), an account can hold only the name. It becomes one of type
    V(profile), and the profile stays needed; RV(remarks) says so.
  - A profile whose C(credential_process) is the account of this name in O(store) is that account already. It is left, and
    named in RV(kept) and RV(remarks), whatever O(overwrite) says.
  - A profile that cannot become an account, is refused in its test or cannot be written is named in RV(left), and all
    others are imported; then the task fails, with the code V(transfer_incomplete).
  - What AWS clients do not read is not imported, and RV(remarks) says so. Such are C([dev]) in the config file, where a
    profile is C([profile dev]); C([profile dev]) in the credentials file, where it is C([dev]); a heading with spaces
    inside its brackets, such as C([ dev ]); and fields beside which another one comes first. Where two sections are one
    profile, or both files have its keys, RV(remarks) says which are taken.
  - Repeating it is safe. Accounts that are there already stay as they are, unless O(overwrite) is V(true). In check mode,
    RV(accounts) says what would come of it. The files are not changed.
  - It runs on the controller, whatever host the task is for. An account of type V(instance_role) is tested on that host.
extends_documentation_fragment:
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_controller
attributes:
  diff_mode:
    support: none
    details: The result has the accounts without their secrets, in check mode, too.
options:
  config_file:
    description:
      - The AWS config file on the controller.
      - When it is left out, E(AWS_CONFIG_FILE) or C(~/.aws/config) is read, and need not be there.
    type: path
  credentials_file:
    description:
      - The AWS credentials file on the controller. Where both files describe a profile, its values come first.
      - When it is left out, E(AWS_SHARED_CREDENTIALS_FILE) or C(~/.aws/credentials) is read, and need not be there.
        V(/dev/null) is for none.
    type: path
  profiles:
    description:
      - Import only the profiles with these names. C(*), C(?) and C([...]) match as in the shell.
      - A name without these must be a profile of the files, or nothing is imported.
      - All profiles are imported when this is left out. One that says nothing of credentials is passed over with a
        remark, unless it is named.
      - A name with a comma has to be in a list, since a string is split at commas.
    type: list
    elements: str
  name_prefix:
    description: What the name of each account begins with, before the name of its profile.
    type: str
    default: ""
  overwrite:
    description:
      - Whether an account takes the place of another one that O(store) has under its name.
    type: bool
    default: false
  test:
    description:
      - Whether each account is tested before it is saved, as M(octo.aws.aws_account) does it.
      - One with C(mfa_serial) cannot be tested, since there is no code of its device. It is named in RV(left).
    type: bool
    default: false
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_account_copy
  - module: octo.aws.aws_account_info
"""

EXAMPLES = r"""
- name: See what would come of the profiles of this user
  octo.aws.aws_account_import:
  check_mode: true
  register: found

- name: Show the accounts
  ansible.builtin.debug:
    var: found.accounts

- name: Import two profiles, each tested, under names such as aws-deploy
  octo.aws.aws_account_import:
    profiles: [base, deploy]
    name_prefix: aws-
    test: true
"""

RETURN = r"""
store:
  description: The path or URL of the store, without its credentials.
  returned: success
  type: str
  sample: /srv/accounts
imported:
  description: The accounts that were saved, or would be in check mode.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [deploy, prod]
unchanged:
  description: The accounts that were there already, and say the same.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [builder]
kept:
  description: The names under which O(store) has another account, or the very account that a profile gets its credentials from.
    These stayed as they were.
  returned: success, or some accounts were left
  type: list
  elements: str
  sample: [dev]
left:
  description:
    - The accounts that could not be saved, each with its C(name), C(msg) and C(error). It is empty where the task succeeds.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: ci
      msg: "The profile 'ci' cannot become an account: it names no credentials..."
      error:
        code: profile_failed
        aws_code: null
        request_id: null
        hint: It needs keys, a role with a source, a web identity, SSO or a credential_process.
accounts:
  description:
    - The account that each profile becomes, without its secrets, whether it was saved or not. The fields are those that
      M(octo.aws.aws_account) returns.
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: deploy
      type: access_key
      description: ""
      region: eu-central-1
      access_key: AKIAIOSFODNN7EXAMPLE
      temporary: false
      mfa_serial: ""
      role_arn: ""
      web_identity_token_file: ""
      profile: ""
      assume_role:
        - role_arn: arn:aws:iam::123456789012:role/deploy
      account_id: ""
      endpoint_url: ""
      validate_certs: true
      ca_bundle: ""
remarks:
  description: What a person should know of an account, or of a section of the files, each with its C(name) and C(msg).
  returned: success, or some accounts were left
  type: list
  elements: dict
  sample:
    - name: sso
      msg: "Keep the profile 'sso' in the AWS config of the user that runs Ansible: SSO still provides the credentials."
error:
  description: What failed. The message of the result has it in words.
  returned: failure
  type: dict
  sample:
    code: profiles_unreadable
    aws_code: null
    request_id: null
    hint: "Check its path, its mode and its form, as the user that runs Ansible: aws configure list-profiles."
"""
