#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source start.sh

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
