#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
play=(ansible-playbook -i "one,two" -c local -e "ansible_python_interpreter=$(command -v python)")

# fails CODE OPTION...: the steps end before the last one.
fails() {
    if "${play[@]}" steps.yml -e "work=${work}" "${@:2}" >"${work}/log" 2>&1 </dev/null; then
        cat "${work}/log" && exit 1
    fi
    grep -q "($1)" "${work}/log" || { cat "${work}/log" && exit 1; }
    [ ! -e "${work}/deployed" ] || exit 1
    passed=$((passed + 1))
}
# passes OPTION...
passes() {
    "${play[@]}" steps.yml -e "work=${work}" "$@" >"${work}/log" 2>&1 </dev/null || { cat "${work}/log" && exit 1; }
    passed=$((passed + 1))
}
passed=0

echo "Without a terminal, its code is needed"
fails approval_required
code="$(grep -o 'aws_steps_approved=[0-9a-f]*' "${work}/log" | head -n 1 | cut -d = -f 2)"
[ "${#code}" -eq 16 ]
[ "$(grep -c 'octo.aws. Replace  *Site ' "${work}/log")" -eq 1 ] || { cat "${work}/log" && exit 1; }
grep -q canary-of-diff "${work}/log" && exit 1
fails approval_required -e aws_steps_approved=0123456789abcdef
grep -q 'those of other changes' "${work}/log"
fails approval_required -e "aws_steps_approved=${code}" -e details=Other
fails approval_required -e aws_steps_approved=Approve
passes -e "aws_steps_approved=0123456789abcdef,${code}" -e awx_user_name=alice -e by=alice -e with=variable
rm "${work}/deployed"

echo "In check mode, it is shown, and its code is the same"
passes --check -e skipped=true
grep -q "The code of this change is ${code}" "${work}/log" || { cat "${work}/log" && exit 1; }
[ ! -e "${work}/deployed" ]

echo "At a terminal"
python terminal.py yes -- "${play[@]}" steps.yml -e "work=${work}" -e "by=$(id -un)" -e with=terminal
rm "${work}/deployed"
python terminal.py no '' yess ctrl-c timeout unfinished ' YES ' -- "${play[@]}" answers.yml
echo "$((passed + 2)) passed"
