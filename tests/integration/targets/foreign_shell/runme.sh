#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
ansible-playbook save.yml "${extra_vars[@]}" "$@"

# From here on, all that AWS clients look at belongs to another user, whom the fake AWS knows.
export HOME="${work}/home"
python shell.py "${work}/aws.json" "${HOME}" >"${work}/shell.sh"
source "${work}/shell.sh"
cp -r inventory "${work}/inventory"
ansible-playbook use.yml "${extra_vars[@]}" "$@" 2>&1 | tee "${work}/out"

# Once, though three lookups gave an environment; and never a value.
[ "$(grep -c "AWS_PROFILE and AWS_BEARER_TOKEN_BEDROCK is set where Ansible was started" "${work}/out")" = 1 ]
env -u AWS_PROFILE -u AWS_BEARER_TOKEN_BEDROCK \
    ansible localhost -m debug -a "msg={{ lookup('octo.aws.creds', 'plain', format='env').keys() }}" >"${work}/out" 2>&1
grep -q SUCCESS "${work}/out"
if grep -q "where Ansible was started" "${work}/out"; then exit 1; fi

for account in plain session hop; do
    python -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()' "${aws_url}/_test/reset"
    FOREIGN_ACCOUNT="${account}" ansible-inventory -i "${work}/inventory/aws_ec2.yml" --list >"${work}/inventory.json"
    ansible-playbook signed.yml "${extra_vars[@]}" -e "account=${account}" "$@"
done

# The options of the format are options of every module that it is for.
python options.py
