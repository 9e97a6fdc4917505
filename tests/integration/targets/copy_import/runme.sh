#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Accounts move between stores and come from the files of AWS clients.
source ../setup_fake_aws/start.sh
unset ANSIBLE_VAULT_PASSWORD_FILE

given="${work}/given" left="${work}/left" source="${work}/source"
mkdir "${given}" "${left}"
mv "${work}/aws.json" "${work}/vars.json" "${given}"
extra_vars=("${extra_vars[@]/${work}\/vars.json/${given}/vars.json}" -e "source=${source}" -e "given=${given}")
python configure.py "${given}"
export AWS_CONFIG_FILE="${given}/config" AWS_SHARED_CREDENTIALS_FILE="${given}/credentials"
for id in old new other; do
    echo "the password of ${id}" >"${work}/${id}"
done
vaults=(--vault-id "new@${work}/new" --vault-id "old@${work}/old")
passed=0

# run NAME ARGUMENT...
run() {
    local output="${left}/output-$1"
    ansible-playbook "${@:2}" </dev/null >"${output}" 2>&1 || { cat "${output}" && return 1; }
    passed=$((passed + 1))
}
says() {
    grep -qE -- "$2" "${left}/output-$1" || { cat "${left}/output-$1" && echo "it should have said: $2" && exit 1; }
}
fails() {
    if "$@" >/dev/null; then
        echo "it should have failed" && exit 1
    fi
    passed=$((passed + 1))
}

run save save.yml "${extra_vars[@]}" "${vaults[@]}" --vault-id "other@${work}/other"
echo nothing >"${source}/damaged.vault"
run copy copy.yml "${extra_vars[@]}" "${vaults[@]}"
run import import.yml "${extra_vars[@]}" "${vaults[@]}"

# The playbooks that a person runs.
export OCTO_AWS_STORE="${work}/by-playbook" OCTO_AWS_VAULT_ID=new
copy=(octo.aws.copy_accounts -e "copy_from=${source}" "${vaults[@]}")
run names "${copy[@]}" -e "copy_names=web-*,prod" -e copy_test=true
says names '^web-2 +copied'
fails run check "${copy[@]}" --check
says check '^external +would be copied'
says check '^wrong +would be copied'
says check '^prod +already identical'
says check '^damaged +failed: record_damaged'
says check 'The record of account .damaged. .*record_damaged'
fails run all "${copy[@]}" -e copy_test=true
says all '^external +copied'
says all "3 accounts could not be copied: 'damaged' \(record_damaged\), 'sealed' \(vault_id_unknown\), 'wrong' \(secret_key_wrong\)"
fails run nowhere octo.aws.copy_accounts "${vaults[@]}"
says nowhere 'answer_missing'

import=(octo.aws.import_profiles "${vaults[@]}")
fails run import-check "${import[@]}" -e import_test=false --check
says import-check '^chain +access_key +eu-central-1 +arn:aws:iam::123456789012:role/first, .*role/third +would be imported'
says import-check '^sso +profile +eu-central-1 +would be imported'
says import-check '^sso: Keep the profile .sso. in the AWS config'
says import-check '^half +failed: '
says import-check '^The profile .half. cannot become an account'
run import-some "${import[@]}" -e 'import_profiles=web,base'
says import-some '^web +web_identity .*imported'
says import-some '^web: role_session_name is not imported'
run import-again "${import[@]}" -e import_profiles=base -e import_name_prefix=my-
says import-again '^my-base +access_key +eu-central-1 +imported'
run import-over "${import[@]}" -e import_profiles=base -e import_overwrite=true
says import-over '^base +access_key +eu-central-1 +already identical'

echo "${passed} passed"
