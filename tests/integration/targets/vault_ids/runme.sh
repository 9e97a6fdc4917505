#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2016
source ../setup_fake_aws/start.sh
unset ANSIBLE_VAULT_PASSWORD_FILE

for id in dev prod new; do
    echo "the password of ${id}" >"${work}/${id}"
done
dev=(--vault-id "dev@${work}/dev")
both=("${dev[@]}" --vault-id "prod@${work}/prod")
store="${OCTO_AWS_STORE}"
passed=0

play() {
    ansible-playbook "$1.yml" "${extra_vars[@]}" "${@:2}"
    passed=$((passed + 1))
}

play save "${both[@]}"
head -n 1 "${store}/dev.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;dev'
head -n 1 "${store}/prod.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;prod'

# Who has only one password uses the accounts of that one, and is told about the others.
play only_dev "${dev[@]}"

# No password, a wrong one, and one under no id.
play refused -e code=vault_password_missing
play refused -e code=vault_id_unknown --vault-password-file "${work}/dev"
play refused -e code=vault_password_wrong --vault-id "dev@${work}/new"
play unsealed

# No record is sealed with a password that opens none of the others.
OCTO_AWS_STORE="${work}/aside" play fresh --vault-id "dev@${work}/new" -e account_name=aside
play mistyped --vault-id "dev@${work}/new"

# What ansible-vault does to a record.
ansible-vault view --vault-id "dev@${work}/dev" "${store}/dev.vault" | grep -q '"region": "eu-central-1"'
printf '#!/bin/sh\nsed -i s/eu-central-1/eu-west-2/ "$1"\n' >"${work}/editor"
chmod +x "${work}/editor"
EDITOR="${work}/editor" ansible-vault edit --vault-id "dev@${work}/dev" "${store}/dev.vault"
play used "${dev[@]}" -e region=eu-west-2
ansible-vault rekey --vault-id "dev@${work}/dev" --new-vault-id "new@${work}/new" "${store}/dev.vault"
play refused "${dev[@]}" -e code=vault_id_unknown
play used --vault-id "new@${work}/new" -e region=eu-west-2
# A record keeps its vault ID, unless it is told another one.
play kept --vault-id "other@${work}/dev" --vault-id "new@${work}/new"
head -n 1 "${store}/dev.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;new'
play moved --vault-id "other@${work}/dev" --vault-id "new@${work}/new"
head -n 1 "${store}/dev.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;other'

# A new record is sealed as ansible-core picks, and as the settings say.
play fresh --vault-id "new@${work}/new" --vault-id "dev@${work}/dev" -e account_name=first
head -n 1 "${store}/first.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;new'
ANSIBLE_VAULT_ENCRYPT_IDENTITY=dev play fresh --vault-id "new@${work}/new" --vault-id "dev@${work}/dev" -e account_name=second
head -n 1 "${store}/second.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;dev'
OCTO_AWS_VAULT_ID=dev play fresh --vault-id "new@${work}/new" --vault-id "dev@${work}/dev" -e account_name=third
head -n 1 "${store}/third.vault" | grep -qx '$ANSIBLE_VAULT;1.2;AES256;dev'
echo "${passed} passed"
