#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# No secret in any output: each path at the highest verbosity, with a log file, diff and result files, and a search of
# all that it left behind.
source ../setup_test_aws/start.sh

left="${work}/left"
mkdir "${left}" "${work}/given"
mv "${work}/aws.json" "${work}/vars.json" "${work}/given"
for index in "${!extra_vars[@]}"; do
    extra_vars[index]="${extra_vars[index]/${work}\/vars.json/${work}/given/vars.json}"
done
export ANSIBLE_LOG_PATH="${left}/log"
export ANSIBLE_CALLBACKS_ENABLED=ansible.builtin.junit,ansible.builtin.tree
export JUNIT_OUTPUT_DIR="${left}/junit"
export ANSIBLE_CALLBACK_TREE_DIR="${left}/tree"
export TMPDIR="${left}/tmp"
export ANSIBLE_LOCAL_TEMP="${left}/local"
mkdir "${TMPDIR}"

ansible-playbook paths.yml "${extra_vars[@]}" -vvvvv --diff >"${left}/output" 2>&1 || { tail -n 50 "${left}/output"; exit 1; }
ansible-playbook paths.yml "${extra_vars[@]}" -vvvvv --diff --check >"${left}/output-check" 2>&1 || { tail -n 50 "${left}/output-check"; exit 1; }
cp -r "${OCTO_AWS_STORE}" "${left}/store"
python search.py "${work}/given/aws.json" "${left}" nowhere

# The search finds what is there, and from ansible-core 2.22 on not even this is.
env -u ANSIBLE_CALLBACKS_ENABLED ansible-playbook shown.yml "${extra_vars[@]}" >"${left}/shown" 2>&1 || { cat "${left}/shown"; exit 1; }
if python -c 'import ansible.module_utils.secrets' 2>/dev/null; then
    python search.py "${work}/given/aws.json" "${left}" nowhere
else
    python search.py "${work}/given/aws.json" "${left}" "${left}/shown" "${left}/log"
fi
echo "3 passed"
