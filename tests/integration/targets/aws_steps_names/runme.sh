#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
# Names that lead to nothing. The machine has a role throughout, and no request may be made with it.
source ../aws_steps/start.sh

nothing_asked() {
    python ../sessions/asked.py "${aws_url}" GetCallerIdentity=0 AssumeRole=0 GetRoleCredentials=0
    passed=$((passed + 1))
}
# refused TEXT OPTION... : the playbook of a user, with options that the role refuses
refused() {
    if env "${own[@]}" ansible-playbook "${@:2}" "${extra_vars[@]}" >"${work}/log" 2>&1 \
        || ! grep -qF -- "$1" "${work}/log"; then
        cat "${work}/log"
        echo "it did not fail with: $1"
        exit 1
    fi
    passed=$((passed + 1))
}

play save.yml
python ../sessions/asked.py "${aws_url}" --forget

echo "Refused before the list begins"
play before.yml
nothing_asked

echo "Wherever a mistyped variable comes from"
mkdir -p "${work}/site/group_vars" "${work}/site/host_vars"
cat >"${work}/site/list.yml" <<'END'
- hosts: all
  gather_facts: false
  roles:
    - role: octo.aws.aws_steps
      vars: {aws_steps_run: [{name: Ask, script: {cmd: aws sts get-caller-identity}}]}
END
meant="Did you mean 'aws_steps_account'?"
refused "${meant}" "${work}/site/list.yml" -e aws_steps_acount=prod
echo "aws_steps_acount: prod" >"${work}/site/group_vars/all.yml"
refused "${meant}" "${work}/site/list.yml"
rm "${work}/site/group_vars/all.yml"
echo "aws_step_account: prod" >"${work}/site/host_vars/localhost.yml"
refused "${meant}" "${work}/site/list.yml"
rm "${work}/site/host_vars/localhost.yml"
for vars in 'vars: {aws_steps_acount: prod}' 'vars_prompt: [{name: aws_steps_acount, default: prod}]' \
    'pre_tasks: [{set_fact: {aws_steps_acount: prod}}]' 'pre_tasks: [{command: "true", register: aws_steps_acount}]'; do
    { cat "${work}/site/list.yml" && echo "  ${vars}"; } >"${work}/site/play.yml"
    refused "${meant}" "${work}/site/play.yml"
done
sed 's/vars: {/aws_steps_acount: prod\n      &/' "${work}/site/list.yml" >"${work}/site/play.yml"
# ansible-core itself looks at the parameters of a role.
refused "aws_steps_acount. Supported parameters include: aws_steps_account" "${work}/site/play.yml"
nothing_asked

echo "Refused by the step"
play while.yml
nothing_asked

echo "What may be left out"
play kept.yml
echo "${passed} passed"
