#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_test_aws/start.sh
# The AWS CLI keeps sessions of roles that it took by itself in its home.
export HOME="${work}/home" ANSIBLE_ASYNC_DIR="${work}/async"
mkdir "${HOME}"

passed=0
play() {
    env AWS_PROFILE=nowhere AWS_SECRET_ACCESS_KEY=wrong AWS_DEFAULT_REGION=xx-nowhere-1 \
        ansible-playbook "$@" "${extra_vars[@]}" >"${work}/log" 2>&1 || { cat "${work}/log" && return 1; }
    passed=$((passed + $(sed -n 's/.*"msg": "\([0-9]*\) cases".*/\1/p' "${work}/log" | paste -sd+ | sed 's/^$/0/') ))
}
said() {
    grep -qF -- "$1" "${work}/log" || { cat "${work}/log" && echo "it did not say: $1" && exit 1; }
    passed=$((passed + 1))
}

echo "Scripts and files of tasks, their accounts, results and failures"
play steps.yml
said "[octo.aws] localhost: account 'prod' (arn:aws:sts::123456789012:assumed-role/deploy/"
said "[octo.aws] localhost: the IAM role of the host (arn:aws:sts::123456789012:assumed-role/instance/"
play mistakes.yml

echo "Nothing of a step stays on the host"
if find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'aws-steps-*' -newer "${work}/aws.json" | grep .; then
    exit 1
fi
passed=$((passed + 1))
echo "${passed} passed"
