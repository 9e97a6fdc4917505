#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
ansible-playbook save.yml "${extra_vars[@]}" "$@"
ansible-playbook values.yml "${extra_vars[@]}" "$@"
ansible-playbook consumers.yml "${extra_vars[@]}" "$@"

# An inventory.
cp -r inventory "${work}/inventory"
ansible-inventory -i "${work}/inventory/aws_ec2.yml" --list >"${work}/inventory.json"
python - "${work}/inventory.json" <<'PYTHON'
import json, sys

hosts = json.load(open(sys.argv[1]))["aws_ec2"]["hosts"]
assert len(hosts) == 1, hosts
print("1 passed")
PYTHON

# The settings come from where Ansible's settings come from, in its order.
printf '[defaults]\n[octo_aws]\nstore = %s/from-ini\nregion = eu-west-3\n' "${work}" >"${work}/ansible.cfg"
where() {
    local expected="$1"
    shift
    env "$@" ansible-playbook where.yml "${extra_vars[@]}" -e "expected=${expected}"
}
where "${work}/ansible/octo/aws/accounts" -u OCTO_AWS_STORE
where "${work}/from-ini" -u OCTO_AWS_STORE ANSIBLE_CONFIG="${work}/ansible.cfg"
where "${work}/from-env" OCTO_AWS_STORE="${work}/from-env" ANSIBLE_CONFIG="${work}/ansible.cfg"
