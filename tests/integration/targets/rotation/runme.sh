#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Rotation of access keys: as a task, by the playbook, and after a run that was killed.
source ../setup_fake_aws/start.sh

log="${work}/log"
passed=0

play() {
    ansible-playbook "${extra_vars[@]}" "$@" </dev/null 2>&1 | tee "${log}" || return 1
    passed=$((passed + 1))
}
fails() {
    if "$@"; then
        echo "it should have failed"
        exit 1
    fi
}
says() {
    grep -qE "$1" "${log}" || { echo "it should have said: $1"; exit 1; }
}
# keys: the access keys of the user rotator at IAM, with their state
keys() {
    python -c 'import json, sys, urllib.request
url = json.load(open(sys.argv[1]))["url"] + "/_test/keys"
for key in json.load(urllib.request.urlopen(url, data=b"{\"list\": \"rotator\"}")):
    print(key["status"], key["access_key"])' "${work}/aws.json"
}
# Removes the accounts, and saves some with a key of the user rotator that is 100 days old.
begin() {
    rm -rf "${OCTO_AWS_STORE}"
    play prepare.yml -e "guide_path=${collection}/docs/docsite/rst/howto_rotate_access_keys.rst" "$@"
}

begin
play rotation.yml

begin
play octo.aws.rotate_accounts --check
[ "$(keys | wc -l)" = 1 ]
old="$(keys | cut -d' ' -f2)"
says "^first +would be rotated +${old}\$"
play octo.aws.rotate_accounts -e rotate_after_days=101
says '^first +not due$'
[ "$(keys | cut -d' ' -f2)" = "${old}" ]

# Nothing is changed if a name or a variable is wrong, although other accounts are due.
fails play octo.aws.rotate_accounts -e rotate_names=first,frist
says "There is no account 'frist' in the store .*Did you mean 'first'.*account_unknown"
fails play octo.aws.rotate_accounts -e rotate_after_day=1
says "There is no variable rotate_after_day. Did you mean 'rotate_after_days'"
fails play octo.aws.rotate_accounts -e rotate_keep_old=no
says 'rotate_keep_old cannot be .no.*option_invalid'
fails play octo.aws.rotate_accounts -e rotate_after_days=-1
says 'rotate_after_days cannot be -1.*option_invalid'
fails play octo.aws.rotate_accounts -e '{"rotate_names": "{{ no_such }}"}'
says "'no_such' is undefined"
[ "$(keys | cut -d' ' -f2)" = "${old}" ]

play octo.aws.rotate_accounts -e 'rotate_names=fi*,roled'
new="$(keys | cut -d' ' -f2)"
[ "${new}" != "${old}" ]
says '^NAME +RESULT +OLD KEY +NEW KEY +ALSO CHANGED$'
says "^first +rotated +${old} +${new} +roled, second\$"
says '^roled +not due'
says "^Store: "
if grep -qF '"secret_key"' "${log}"; then
    echo "it showed a secret key"
    exit 1
fi
play octo.aws.test_account -e account_name=first
play octo.aws.test_account -e account_name=roled
says 'assumed-role/deploy'
# Nothing is due any more, and the role has no key.
play octo.aws.rotate_accounts
says '^first +not due$'
says 'changed=0'
fails grep -q role-only "${log}"
fails play octo.aws.rotate_accounts -e rotate_names=role-only
says '^role-only +failed$'
says "Account 'role-only' has the type instance_role.*rotation_unsupported"
play octo.aws.rotate_accounts -e 'rotate_names=role-*'
says 'There is no account with a long-term access key'
begin -e broken=true
fails play octo.aws.rotate_accounts
says '^broken +failed$'
says "^Account 'broken': .*access_key_unknown"
says '^first +rotated +AKIA'
says "1 account could not be rotated: 'broken' .access_key_unknown.*rotation_incomplete"
[ "$(keys | wc -l)" = 1 ]

# A run that is killed while IAM creates the key: the answer is lost, and so is the secret.
begin
python - "${work}/aws.json" <<'PYTHON'
import json, sys, urllib.request
url = json.load(open(sys.argv[1]))["url"] + "/_test/fault"
body = {"action": "iam:CreateAccessKey", "kind": "drop_after"}
urllib.request.urlopen(url, data=json.dumps(body).encode())
PYTHON
fails play rotate.yml
says 'rotation_unfinished'
[ "$(keys | wc -l)" = 2 ]
play octo.aws.test_account -e account_name=first
play rotate.yml
[ "$(keys | wc -l)" = 1 ]
play octo.aws.test_account -e account_name=first

# SIGKILL while AWS does not take the new key yet.
begin -e late=1000
setsid ansible-playbook "${extra_vars[@]}" rotate.yml </dev/null >"${log}" 2>&1 &
run="$!"
for _try in $(seq 200); do
    [ "$(keys | wc -l)" = 2 ] && break
    sleep 0.1
done
sleep 0.5
kill -KILL -- "-${run}"
wait "${run}" || true
[ "$(keys | wc -l)" = 2 ]
play octo.aws.test_account -e account_name=first
play octo.aws.list_accounts -e account_details=true
python - "${work}/aws.json" <<'PYTHON'
import json, sys, urllib.request
url = json.load(open(sys.argv[1]))["url"] + "/_test/keys"
urllib.request.urlopen(url, data=json.dumps({"late": 0}).encode())
PYTHON
play rotate.yml
[ "$(keys | wc -l)" = 1 ]
play octo.aws.test_account -e account_name=first
play octo.aws.test_account -e account_name=roled
echo "${passed} passed"
