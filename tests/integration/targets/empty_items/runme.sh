#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Accounts that have an item without content in their store, as Terraform makes it.
source ../setup_fake_aws/start.sh
export HOME="${work}/home"
mkdir "${HOME}"

for store in "${work}/accounts" "secretsmanager:octo/aws?region=eu-central-1" "ssm:/octo/aws?region=eu-central-1"; do
    echo "${store}"
    export OCTO_AWS_STORE="${store}"
    for name in prod spare; do
        python make_empty.py "${store}" "${name}"
    done
    ansible-playbook empty.yml "${extra_vars[@]}"
    # What people run without a playbook of their own.
    python make_empty.py "${store}" later
    ansible-playbook octo.aws.list_accounts -e account_details=true "${extra_vars[@]}" | tee "${work}/log"
    grep -q 'later.*is empty' "${work}/log"
    ansible-playbook octo.aws.delete_account -e account_name=later -e account_confirm=later "${extra_vars[@]}"
    ansible-playbook octo.aws.list_accounts "${extra_vars[@]}" | tee "${work}/log"
    if grep -q later "${work}/log"; then
        echo "later is still there"
        exit 1
    fi
done
