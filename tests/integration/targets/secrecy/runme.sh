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

# The same for sessions, whose secrets are known afterwards: from the session cache, and from the records.
export AWS_CONFIG_FILE="${work}/not-there"
(
    umask 077
    cd "${work}/given"
    printf web-identity-token >web
    printf expired-web-identity-token >expired
    printf canary-web-identity-token >invalid
    printf '["web-identity-token", "expired-web-identity-token", "canary-web-identity-token", "canary-external-id",
        "canary-external-wrong", "123456", "234567", "654321"]' >sessions-given.json
)
# In a file, as Ansible itself shows its command line.
(umask 077 && echo '{"codes": {"save": "123456", "user": "234567", "wrong": "654321"}}' >"${work}/given/codes.json")
extra_vars+=(-e "@${work}/given/codes.json")
ansible-playbook sessions.yml "${extra_vars[@]}" -vvvvv --diff >"${left}/sessions" 2>&1 || { tail -n 50 "${left}/sessions"; exit 1; }
python ../sessions/asked.py "${aws_url}" "AssumeRole>=5"
ansible-playbook sessions.yml "${extra_vars[@]}" -vvvvv --diff --check >"${left}/sessions-check" 2>&1 || { tail -n 50 "${left}/sessions-check"; exit 1; }
python ../sessions/asked.py "${aws_url}" --forget

# The same for work with accounts, however modules get to a host; what is kept there is searched, too.
export ANSIBLE_REMOTE_TEMP="${left}/remote" ANSIBLE_ASYNC_DIR="${left}/async" HOME="${left}/user"
mkdir "${HOME}"
export -n AWS_CONFIG_FILE
for way in "False True" "False False" "True False"; do
    read -r pipelining keep <<<"${way}"
    export ANSIBLE_PIPELINING="${pipelining}" ANSIBLE_KEEP_REMOTE_FILES="${keep}"
    for mode in "" --check; do
        # shellcheck disable=SC2086 # no argument where there is none
        ansible-playbook work.yml "${extra_vars[@]}" -e "kept=${keep}" -vvvvv --diff ${mode} >"${left}/work-${pipelining}-${keep}${mode}" 2>&1 \
            || { tail -n 50 "${left}/work-${pipelining}-${keep}${mode}"; exit 1; }
    done
done
export ANSIBLE_PIPELINING=False ANSIBLE_KEEP_REMOTE_FILES=False
# Sessions of roles that the AWS CLI took by itself are its own affair, and those that were never in our hands.
rm -rf "${HOME}/.aws/cli/cache"
python ../sessions/asked.py "${aws_url}" --forget
quietly() {
    env -u ANSIBLE_LOG_PATH -u ANSIBLE_CALLBACKS_ENABLED TMPDIR="${work}" ANSIBLE_LOCAL_TEMP="${work}/local" "$@"
}
quietly ansible-playbook learn.yml "${extra_vars[@]}" >/dev/null
# They were those of the runs before.
python ../sessions/asked.py "${aws_url}" AssumeRole=0 AssumeRoleWithWebIdentity=0 GetSessionToken=0
grep -rlZF "\$ANSIBLE_VAULT" "${OCTO_AWS_STORE}" | while IFS= read -r -d '' record; do
    quietly ansible-vault view "${record}"
done | (umask 077 && python -c '
import json, re, sys
keys = re.findall(r"\"session_key\": \"(\w+)\"", sys.stdin.read())
assert len(keys) == 6, len(keys)
json.dump(keys, sys.stdout)' >"${work}/given/session-keys.json")
cp -r "${OCTO_AWS_STORE}" "${left}/store"
cp -r "${ANSIBLE_HOME}" "${left}/home"
[ "$(find "${left}/home" -name '*.session' | wc -l)" -ge 7 ]
python search.py "${work}/given" "${left}" nowhere

# The search finds what is there, and from ansible-core 2.22 on not even this is.
env -u ANSIBLE_CALLBACKS_ENABLED ansible-playbook shown.yml "${extra_vars[@]}" >"${left}/shown" 2>&1 || { cat "${left}/shown"; exit 1; }
if python -c 'import ansible.module_utils.secrets' 2>/dev/null; then
    python search.py "${work}/given" "${left}" nowhere
else
    python search.py "${work}/given" "${left}" "${left}/shown" "${left}/log"
fi
echo "11 passed"
