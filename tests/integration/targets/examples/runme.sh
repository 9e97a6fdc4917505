#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# The examples of the documentation, as they are pasted.
source ../setup_fake_aws/start.sh
export AWS_CONFIG_FILE="${work}/aws-config"
ansible-doc --json --type lookup octo.aws.creds octo.aws.ecr octo.aws.eks >"${work}/creds.json"
mapfile -t modules < <(find "${collection}/plugins/modules" -name '*.py' ! -name '__init__.py' -printf 'octo.aws.%f\n' | sed 's/\.py$//')
ansible-doc --json "${modules[@]}" >"${work}/modules.json"
python examples.py "${work}"
passed=0
for playbook in "${work}"/example-*.yml; do
    ansible-playbook "${playbook}" "${extra_vars[@]}" "$@"
    passed=$((passed + 1))
done
echo "${passed} passed"
