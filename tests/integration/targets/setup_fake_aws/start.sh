# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck shell=bash disable=SC2034
# Sourced by the targets: starts the fake AWS, and points Ansible and AWS clients at it and at an empty store.
#
# Gives $work, a folder that is removed in the end, $work/aws.json with the keys and the address of the fake AWS, and
# extra_vars, options for ansible-playbook that hand those to a playbook as "aws".

set -eu -o pipefail

collection="$(dirname "$(python -c 'import ansible_collections.octo.aws.tests as t; print(list(t.__path__)[0])' 2>/dev/null \
    || echo "${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/octo/aws/tests")")"
work="$(mktemp -d)"
server=""

end() {
    if [ -n "${server}" ]; then
        kill "${server}" 2>/dev/null || true
        wait "${server}" 2>/dev/null || true
    fi
    rm -rf "${work}"
}
trap end EXIT

# Other targets run at the same time, and what one of them leaves must not be taken for what another one left.
export TMPDIR="${work}/tmp"
mkdir "${TMPDIR}"

for variable in $(compgen -e AWS_) $(compgen -e OCTO_); do
    unset "${variable}"
done
# shellcheck disable=SC2086 # several options
python "${collection}/tests/fake_aws/server.py" --write "${work}/aws.json" ${FAKE_AWS_OPTIONS:-} &
server="$!"
for _try in $(seq 300); do
    [ -e "${work}/aws.json" ] && break
    sleep 0.1
done

aws_url="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "${work}/aws.json")"
export AWS_ENDPOINT_URL="${aws_url}"
export AWS_EC2_METADATA_SERVICE_ENDPOINT="${aws_url}"
# The default of one second is short for a machine that does other work, too.
export AWS_METADATA_SERVICE_TIMEOUT=5
export OCTO_AWS_STORE="${work}/store"
export ANSIBLE_LOOKUP_PLUGINS="${collection}/tests/integration/targets/setup_fake_aws/lookup_plugins"
export ANSIBLE_HOME="${work}/ansible"
export ANSIBLE_VAULT_PASSWORD_FILE="${work}/password"
export ANSIBLE_LOCALHOST_WARNING=false
export ANSIBLE_INVENTORY_UNPARSED_WARNING=false
export ANSIBLE_DEPRECATION_WARNINGS=false
export NO_PROXY='*'
(umask 077 && echo "vault-password" >"${ANSIBLE_VAULT_PASSWORD_FILE}")
python -c 'import json, sys; print(json.dumps({"aws": json.load(open(sys.argv[1])), "work": sys.argv[2]}))' \
    "${work}/aws.json" "${work}" >"${work}/vars.json"
extra_vars=(-i "localhost," -c local -e "ansible_python_interpreter=$(command -v python)" -e "@${work}/vars.json")

# Set what GitHub Actions sets for a job that may have a token.
be_github_job() {
    ACTIONS_ID_TOKEN_REQUEST_URL="$(of_ci github_url)"
    ACTIONS_ID_TOKEN_REQUEST_TOKEN="$(of_ci github_secret)"
    export ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
}
of_ci() {
    python -c 'import json, sys; print(json.load(open(sys.argv[1]))["ci"][sys.argv[2]])' "${work}/aws.json" "$1"
}
