#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# The machine has an IAM role throughout. Where an account is required, nothing is done with it that does not say so.
source ../setup_fake_aws/start.sh
ansible-playbook save.yml "${extra_vars[@]}" "$@"

# Wherever the setting comes from.
printf '[octo_aws]\naccount_required = true\n' >"${work}/ansible.cfg"
ansible-playbook required.yml "${extra_vars[@]}" -e octo_aws_account_required=true "$@"
OCTO_AWS_ACCOUNT_REQUIRED=yes ansible-playbook required.yml "${extra_vars[@]}" -e '{"brief": true}' "$@"
ANSIBLE_CONFIG="${work}/ansible.cfg" ansible-playbook required.yml "${extra_vars[@]}" -e '{"brief": true}' "$@"

# A setting that is mistyped ends the work, wherever it stands, and is no setting that is off.
refused() {
    local expected="$1"
    shift
    ansible-playbook refused.yml "${extra_vars[@]}" -e "expected=${expected}" "$@"
}
refused octo_aws_account_required -e octo_aws_acount_required=true
refused octo_aws_store -e octo_aws_stor=/nowhere
refused octo_aws_store -e OCTO_AWS_STORE=/nowhere
refused "neither true nor false" -e octo_aws_account_required=maybe
refused "neither true nor false" -e octo_aws_account_required=
refused "neither true nor false" -e '{"octo_aws_account_required": null}'
OCTO_AWS_ACCOUNT_REQUIERD=true refused OCTO_AWS_ACCOUNT_REQUIRED
OCTO_AWS_ACCOUNT_REQUIRED=ture refused "neither true nor false"
printf '[octo_aws]\naccount_requird = true\n' >"${work}/ansible.cfg"
ANSIBLE_CONFIG="${work}/ansible.cfg" refused account_required
