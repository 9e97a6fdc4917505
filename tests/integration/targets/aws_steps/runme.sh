#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source start.sh

said() {
    grep -qF -- "$1" "${work}/log" || { cat "${work}/log" && echo "it did not say: $1" && exit 1; }
    passed=$((passed + 1))
}

echo "Scripts and files of tasks, their accounts, results and failures"
play steps.yml
said "[octo.aws] localhost: account 'prod' (arn:aws:sts::123456789012:assumed-role/deploy/"
said "[octo.aws] localhost: the IAM role of the host (arn:aws:sts::123456789012:assumed-role/instance/"
play mistakes.yml
play failures.yml

echo "Check mode, and steps that one host runs for all"
play check.yml --check
env "${own[@]}" ansible-playbook once.yml "${extra_vars[@]}" -i one,two, --limit one,two >"${work}/log" 2>&1 || { cat "${work}/log" && exit 1; }
passed=$((passed + 2))

echo "As a user sees it: few lines for each step, and one error"
play six.yml
cp "${work}/log" "${work}/right"
env "${own[@]}" ansible-playbook six.yml "${extra_vars[@]}" -e broken=3 >"${work}/broken" 2>&1 && exit 1
python output.py "${work}/right" "${work}/broken"
passed=$((passed + 2))

echo "Nothing of a step stays on the host"
if find "${TMPDIR}" -name 'aws-config-*' | grep .; then
    exit 1
fi
passed=$((passed + 1))

echo "Whatever the host has of its own: a config is written where it names a profile, and only there"
printf '[default]\naws_access_key_id = AKIAWRONG\naws_secret_access_key = wrong\n' >"${work}/own"
others=(
    AWS_ACCESS_KEY_ID=AKIAWRONG AWS_SECRET_ACCESS_KEY=wrong AWS_SESSION_TOKEN=wrong AWS_SECURITY_TOKEN=wrong
    AWS_CREDENTIAL_EXPIRATION=2001-01-01T00:00:00Z AWS_ACCOUNT_ID=210987654321 AWS_CONFIG_FILE="${work}/own"
    AWS_SHARED_CREDENTIALS_FILE="${work}/own" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/own"
    AWS_ROLE_ARN=arn:aws:iam::210987654321:role/wrong AWS_ROLE_SESSION_NAME=wrong AWS_ACCESS_KEY=AKIAWRONG
    AWS_SECRET_KEY=wrong AWS_CREDENTIAL_FILE="${work}/own" BOTO_CONFIG="${work}/own"
    AWS_REGION=xx-nowhere-1 AWS_DEFAULT_REGION=xx-nowhere-1 AWS_BEARER_TOKEN_BEDROCK=wrong
    AWS_CONTAINER_CREDENTIALS_FULL_URI="${aws_url}/container"
    AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token
)
for profile in "" AWS_PROFILE=nowhere AWS_PROFILE= AWS_DEFAULT_PROFILE=default; do
    own=("${others[@]}" ${profile:+"${profile}"})
    play own.yml -e "{\"named\": $([ -n "${profile}" ] && echo true || echo false)}"
done

echo "A config with an external ID is not written where files of modules are kept"
cat >"${work}/keep.yml" <<'END'
- hosts: localhost
  gather_facts: false
  tasks:
    - octo.aws.aws_identity:
        region: eu-central-1
        assume_role: [{role_arn: "{{ aws.roles.external }}", external_id: canary-external-id}]
        write_config: true
      register: told
      ignore_errors: true
    - ansible.builtin.assert: {that: "told is failed and told.error.code == 'option_conflict'"}
END
ANSIBLE_KEEP_REMOTE_FILES=1 play "${work}/keep.yml"
if find "${TMPDIR}" -name 'aws-config-*' | grep .; then
    exit 1
fi
passed=$((passed + 1))

echo "${passed} passed"
