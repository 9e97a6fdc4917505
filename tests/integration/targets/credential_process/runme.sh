#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Accounts of the store for the AWS CLI and boto3, and for people, by the command line alone.
source ../setup_fake_aws/start.sh

here="${PWD}"
root="$(cd "${collection}/../../.." && pwd)"
role="A röle's name"
umask 077
process="python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process"
export AWS_CONFIG_FILE="${work}/config"
export AWS_SHARED_CREDENTIALS_FILE="${work}/not-there"
cat >"${AWS_CONFIG_FILE}" <<CONFIG
[profile keys]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} keys

[profile role]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} "${role}"

[profile chain]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} first --assume-role '[{"role_arn": "arn:aws:iam::123456789012:role/second"}, {"role_arn": "arn:aws:iam::123456789012:role/third"}]'

[profile mfa]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} mfa

[profile nobody]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} nobody
CONFIG
deploy='[{"role_arn": "arn:aws:iam::123456789012:role/deploy"}]'
sessions="${ANSIBLE_HOME}/octo/aws/sessions"
passed=0
forget_sessions() {
    rm -r "${sessions}"
    since="$(date +%s)"
}
save() {
    ansible-playbook save.yml "${extra_vars[@]}" "$@" >"${work}/log" 2>&1 || { cat "${work}/log" && return 1; }
}
process() {
    # shellcheck disable=SC2086 # several words
    PYTHONPATH="${root}" ${process} "$@" </dev/null
}
expect() {
    python "${here}/../sessions/asked.py" "${aws_url}" "$@"
    passed=$((passed + 1))
}
# gives (keys | SECONDS) COMMAND...
gives() {
    "${@:2}" >"${work}/out" 2>"${work}/err" || { cat "${work}/out" "${work}/err" && echo "failed: $*" && exit 1; }
    python "${here}/document.py" "$1" "${since}" <"${work}/out" || { cat "${work}/err" && echo "failed: $*" && exit 1; }
    passed=$((passed + 1))
}
# refuses CODE COMMAND...
refuses() {
    local status=0
    "${@:2}" >"${work}/out" 2>"${work}/err" || status=$?
    if [ "${status}" -ne 1 ] || [ -s "${work}/out" ] || ! grep -qF "($1)" "${work}/err" || grep -q canary "${work}/err" \
        || grep -q Traceback "${work}/err"; then
        cat "${work}/out" "${work}/err"
        echo "status ${status}: ${*:2} should have been refused with $1"
        exit 1
    fi
    passed=$((passed + 1))
}
is() {
    [ "$1" = "$2" ] || { echo "$1 is not $2" && exit 1; }
    passed=$((passed + 1))
}
arn() {
    aws sts get-caller-identity --profile "$1" --query Arn --output text | sed 's,/[^/]*@[^/]*$,,'
}

save
expect --forget

echo "The AWS CLI: one session for all calls"
for _call in 1 2 3 4 5; do
    is "$(arn role)" arn:aws:sts::123456789012:assumed-role/deploy
done
expect AssumeRole=1 GetCallerIdentity=5
is "$(arn keys)" arn:aws:iam::123456789012:user/deployer
expect AssumeRole=0 GetCallerIdentity=1
is "$(arn chain)" arn:aws:sts::123456789012:assumed-role/third
is "$(arn chain)" arn:aws:sts::123456789012:assumed-role/third
expect AssumeRole=3 GetCallerIdentity=2
if arn nobody >"${work}/out" 2>"${work}/err"; then
    echo "it should have failed" && exit 1
fi
grep -q account_unknown "${work}/err"

echo "Calls at once, and a person at a terminal"
forget_sessions
calls=()
for _call in 1 2 3 4 5; do
    arn role >"${work}/out.${_call}" &
    calls+=("$!")
done
for call in "${calls[@]}"; do
    wait "${call}"
done
is "$(cat "${work}"/out.[1-5] | sort | uniq -c | sed 's/^ *//')" "5 arn:aws:sts::123456789012:assumed-role/deploy"
expect AssumeRole=1
python ../playbooks/terminal.py aws sts get-caller-identity --profile mfa -- 123456 >"${work}/log" || { cat "${work}/log" && exit 1; }
grep -q :assumed-role/mfa/ "${work}/log"
is "$(grep -c 'Code of the MFA device' "${work}/log")" 1
if grep -qP '(?<!\d)123456(?!\d)' "${work}/log"; then
    echo "the code was shown" && exit 1
fi
is "$(arn mfa)" arn:aws:sts::123456789012:assumed-role/mfa
expect AssumeRole=1
forget_sessions
refuses mfa_token_missing process mfa
expect AssumeRole=0

echo "boto3"
python client.py role assumed-role deploy/
python client.py role assumed-role deploy/
python client.py keys user deployer
python client.py chain assumed-role third/
expect AssumeRole=4

echo "Options"
gives keys process keys
gives 3600 process "${role}"
gives 3600 process keys --assume-role "${deploy}"
expect AssumeRole=1
gives 3600 process keys --assume-role "${deploy}"
gives 900 process keys --assume-role "${deploy}" --duration-seconds 900
gives 7200 process "${role}" --duration-seconds 7200 --min-ttl 7100
expect AssumeRole=2
refuses session_too_short process "${role}" --min-ttl 3601
refuses option_conflict process keys --duration-seconds 900
refuses option_invalid process "${role}" --duration-seconds 1
refuses account_mismatch process keys --assume-role "${deploy}" --account-id 210987654321
refuses partition_mismatch process "${role}" --region cn-north-1
refuses option_unknown process keys --assume-role '[{"role": "x"}]'
refuses account_unknown process keys --store "${work}/elsewhere"
refuses account_unknown process nobody
refuses name_invalid process ""
expect AssumeRole=0
refuses access_denied process closed
expect AssumeRole=1
gives 3600 process "${role}" --region eu-west-3
is "$(python -c 'import json, sys, urllib.request; print([r["region"] for r in json.load(urllib.request.urlopen(sys.argv[1]))])' \
    "${aws_url}/_test/requests")" "['eu-west-3']"
expect AssumeRole=1
gives 3600 process "${role}" --session-cache "${work}/cache"
gives 3600 process "${role}" --session-cache "${work}/cache"
is "$(find "${work}/cache" -name '*.session' | wc -l)" 1
expect AssumeRole=1
gives 3600 process "${role}" --session-cache none
gives 3600 process "${role}" --session-cache none
expect AssumeRole=2
: >"${work}/file"
gives 3600 process "${role}" --session-cache "${work}/file/cache"
is "$(grep -c 'Ignoring the session cache' "${work}/err")" 1
expect AssumeRole=1
for wrong in "--assume-role not-json" "--nonsense" "--duration-seconds x"; do
    # shellcheck disable=SC2086 # several words
    status=0 && process keys ${wrong} >"${work}/out" 2>"${work}/err" || status=$?
    is "${status} $(wc -c <"${work}/out")" "2 0"
done
mv "${OCTO_AWS_STORE}" "${work}/moved"
gives keys process keys --store "${work}/moved"
gives keys process keys --store "file://${work}/moved"
mv "${work}/moved" "${OCTO_AWS_STORE}"

echo "Whatever Ansible shows elsewhere, the document stands alone"
gives 3600 env ANSIBLE_VERBOSITY=5 ANSIBLE_LOG_PATH="${work}/ansible.log" PYTHONPATH="${root}" "${process%% *}" -m "${process##* }" "${role}"
gives keys env ANSIBLE_DEBUG=1 PYTHONPATH="${root}" "${process%% *}" -m "${process##* }" keys
gives keys env ANSIBLE_FORCE_COLOR=1 PYTHONPATH="${root}" "${process%% *}" -m "${process##* }" keys

echo "Where standard input does not block, as in the workers of ansible-core"
gives keys env PYTHONPATH="${root}" python unblocked.py "${process%% *}" -m "${process##* }" keys

echo "Vault passwords"
bare() {
    env -u ANSIBLE_VAULT_PASSWORD_FILE PYTHONPATH="${root}" "${process%% *}" -m "${process##* }" "$@" </dev/null
}
printf 'another\n' >"${work}/another"
printf 'of-dev\n' >"${work}/dev"
refuses vault_password_missing bare keys
gives keys bare keys --vault-password-file "${work}/password"
gives keys bare keys --vault-id "default@${work}/password"
gives keys bare keys --vault-password-file "${work}/another" --vault-password-file "${work}/password"
refuses vault_password_wrong bare keys --vault-password-file "${work}/another"
# shellcheck disable=SC2016 # for the inner shell
python ../playbooks/terminal.py env -u ANSIBLE_VAULT_PASSWORD_FILE PYTHONPATH="${root}" sh -c 'exec "$@" >"$0"' "${work}/document" \
    "${process%% *}" -m "${process##* }" keys --ask-vault-pass -- vault-password >"${work}/log" || { cat "${work}/log" && exit 1; }
gives keys cat "${work}/document"
forget_sessions
ANSIBLE_VAULT_IDENTITY_LIST="dev@${work}/dev" save -e vault_id=dev
gives keys process keys
refuses vault_id_unknown process first
gives 3600 process first --vault-id "dev@${work}/dev"
gives 3600 bare first --vault-id "dev@${work}/dev"
gives 3600 env ANSIBLE_VAULT_IDENTITY_LIST="dev@${work}/dev" PYTHONPATH="${root}" "${process%% *}" -m "${process##* }" first
expect AssumeRole=1

echo "From anywhere, with an empty environment"
mkdir "${work}/home"
printf '[defaults]\nvault_password_file = %s\n[octo_aws]\nstore = %s\n' "${work}/password" "${OCTO_AWS_STORE}" >"${work}/ansible.cfg"
empty() {
    (cd / && env -i PATH="${PATH}" HOME="${work}/home" PYTHONPATH="${root}" "$@" </dev/null)
}
# shellcheck disable=SC2086 # several words
{
    gives keys empty ${process} keys --store "${OCTO_AWS_STORE}" --vault-password-file "${work}/password"
    gives keys empty env ANSIBLE_CONFIG="${work}/ansible.cfg" ${process} keys
    gives 3600 empty env ANSIBLE_CONFIG="${work}/ansible.cfg" ${process} first --vault-id "dev@${work}/dev"
    gives 3600 empty env ANSIBLE_CONFIG="${work}/ansible.cfg" ${process} first --vault-id "dev@${work}/dev"
    refuses vault_password_missing empty ${process} keys --store "${OCTO_AWS_STORE}"
    cp "${work}/ansible.cfg" "${work}/home/.ansible.cfg"
    gives keys empty ${process} keys
    refuses account_unknown empty ${process} nobody
}
expect AssumeRole=1

echo "Circular credentials"
launcher="${work}/launcher"
printf '#!/bin/sh\nPYTHONPATH=%s exec %s "$@"\n' "${root}" "${process}" >"${launcher}"
chmod 700 "${launcher}"
cat >>"${AWS_CONFIG_FILE}" <<CONFIG

[profile reader]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} keys

[profile reader-role]
region = eu-central-1
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = reader

[profile reader-of-file]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} keys --store ${OCTO_AWS_STORE}

[profile script]
region = eu-central-1
credential_process = env PYTHONPATH=${root} ${process} keys --vault-password-file ${work}/ask-aws

[profile launched]
region = eu-central-1
credential_process = ${launcher} launched

[profile one]
credential_process = ${launcher} two

[profile two]
credential_process = ${launcher} one
CONFIG
printf '#!/bin/sh\nexec aws sts get-caller-identity --profile script --query Arn --output text\n' >"${work}/ask-aws"
chmod 700 "${work}/ask-aws"
team="secretsmanager:octo?region=eu-central-1"
# is_circle TEXT COMMAND...: an error soon, of one line, which names the circle once
is_circle() {
    local begun="${SECONDS}"
    if "${@:2}" >"${work}/out" 2>"${work}/err" </dev/null; then
        echo "it should have failed: ${*:2}" && exit 1
    fi
    if [ "$((SECONDS - begun))" -gt 60 ] || ! grep -qF -- "$1" "${work}/err" \
        || [ "$(grep -o 'Circular credentials' "${work}/err" | wc -l)" -ne 1 ] || ! grep -qF '(credentials_circle)' "${work}/err"; then
        cat "${work}/out" "${work}/err"
        echo "$((SECONDS - begun)) seconds: ${*:2}" && exit 1
    fi
    passed=$((passed + 1))
}
with_team() {
    env AWS_EC2_METADATA_DISABLED=true OCTO_AWS_STORE="${team}${team_options:-}" PYTHONPATH="${root}" "$@"
}
asked="the store ${team} with the credential_process of the profile 'reader' in ${AWS_CONFIG_FILE}"
# is_circle_of OPTIONS COMMAND...: the store is asked with the profile
is_circle_of() {
    team_options="$1" is_circle "${asked} -> credential_process of account 'keys' in ${team}$1 -> the store ${team} again." \
        with_team "${@:2}"
}
# shellcheck disable=SC2086 # several words
{
    is_circle_of "" env AWS_PROFILE=reader ${process} keys
    is_circle_of "" env AWS_PROFILE=reader-role ${process} keys
    is_circle_of "&cache_seconds=600" env AWS_PROFILE=reader ${process} keys
    is_circle_of "&profile=reader" ${process} keys
    # An account of another store is no circle.
    refuses account_unknown with_team env AWS_PROFILE=reader-of-file ${process} nobody
}
is_circle "credential_process with the vault password for 'keys' in ${OCTO_AWS_STORE} -> credential_process again." \
    env -u ANSIBLE_VAULT_PASSWORD_FILE aws sts get-caller-identity --profile script

ansible-playbook circles.yml "${extra_vars[@]}" >"${work}/log" 2>&1 || { cat "${work}/log" && exit 1; }
passed=$((passed + 1))
for name in one two; do
    is_circle "account '${name}' with the credential_process of the profile '${name}'" process "${name}"
done
# What is stored is what was there before.
is "$(arn keys)" arn:aws:iam::123456789012:user/deployer
echo "${passed} passed"
