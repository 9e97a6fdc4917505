#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
source ../setup_fake_aws/start.sh
python "${collection}/tests/fake_vault/server.py" --write "${work}/vault.json" --aws "${work}/aws.json" &
vault="$!"
trap 'kill "${vault}" 2>/dev/null || true; end' EXIT
for _try in $(seq 100); do
    [ -e "${work}/vault.json" ] && break
    sleep 0.1
done
python -c 'import json, sys; print(json.dumps({"vault": json.load(open(sys.argv[1]))}))' \
    "${work}/vault.json" >"${work}/vault-vars.json"
extra_vars+=(-e "@${work}/vault-vars.json")

echo "Accounts in a folder, and in the store vault:"
ansible-playbook accounts.yml "${extra_vars[@]}"
url="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "${work}/vault.json")"
VAULT_TOKEN="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["token"])' "${work}/vault.json")"
export VAULT_TOKEN
OCTO_AWS_STORE="vault:secret/octo?url=${url}" ansible-playbook accounts.yml "${extra_vars[@]}"

echo "60 cold processes: one lease"
ansible-playbook accounts.yml "${extra_vars[@]}" --tags save
rm -rf "${ANSIBLE_HOME}/octo/aws/sessions"
python leases.py "${url}" --forget
PYTHONPATH="$(cd "${collection}/../../.." && pwd)${PYTHONPATH:+:${PYTHONPATH}}"
export PYTHONPATH
processes=()
for _process in $(seq 60); do
    python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process leased >"${work}/out.${_process}" &
    processes+=("$!")
done
for process in "${processes[@]}"; do
    wait "${process}"
done
python leases.py "${url}" 1
[ "$(cat "${work}"/out.* | grep -o '"AccessKeyId": *"[^"]*"' | sort -u | wc -l)" = 1 ]
ansible-playbook accounts.yml "${extra_vars[@]}" --tags delete
echo "3 passed"
