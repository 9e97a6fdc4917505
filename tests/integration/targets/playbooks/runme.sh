#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# The playbooks that a person runs: asked at a terminal, and driven by -e.
source ../setup_fake_aws/start.sh

secret_key="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["secret_key"])' "${work}/aws.json")"
access_key="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["access_key"])' "${work}/aws.json")"
log="${work}/log"
passed=0

# answer PLAYBOOK ANSWER... : run it at a terminal, and type the answers
answer() {
    local playbook="$1" set=()
    shift
    while [ "${1:-}" = -e ]; do
        set+=(-e "$2")
        shift 2
    done
    # shellcheck disable=SC2086 # several options
    python terminal.py ansible-playbook "octo.aws.${playbook}" ${options:-} "${set[@]}" -- "$@" | tee "${log}" || return 1
    passed=$((passed + 1))
}
# fits COLUMNS : no line that a playbook shows is wider
fits() {
    python - "${log}" "$1" <<'PYTHON'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
text = re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", text)
lines = [line for line in re.split("[\r\n]+", text) if not line.startswith("localhost ")]  # the recap of Ansible is wider
wide = [line for line in lines if len(line) > int(sys.argv[2])]
sys.exit(f"wider than the terminal: {wide}" if wide else 0)
PYTHON
}
# role : a role that the keys may assume
role() {
    echo arn:aws:iam::123456789012:role/deploy
}
# drive PLAYBOOK OPTION... : run it where nobody can answer
drive() {
    ansible-playbook "octo.aws.$1" "${@:2}" </dev/null 2>&1 | tee "${log}" || return 1
    passed=$((passed + 1))
}
fails() {
    if "$@"; then
        echo "it should have failed"
        exit 1
    fi
}
says() {
    # A line that is wider than the terminal goes on in the next one.
    grep -qE "$1" "${log}" || tr -s '\r\n' ' ' <"${log}" | grep -qE "$1" || { echo "it should have said: $1"; exit 1; }
    if grep -qF "${secret_key}" "${log}"; then
        echo "it showed the secret key"
        exit 1
    fi
}

answer add_account prod "${access_key}" "${secret_key}" eu-central-1
says 'prod is arn:aws:iam::123456789012:user/deployer in the AWS account 123456789012'
answer test_account prod
says 'arn:aws:iam::123456789012:user/deployer'
answer list_accounts
says '1 account in the store .*/store'
says '^prod'
fails answer delete_account prod nothing
says 'Nothing was deleted'
answer delete_account prd prod prod
says "There is no account 'prd' in the store"
says "Did you mean"
says 'prod was deleted'

# Each answer is checked, and only the wrong one is asked again. AWS checks the keys.
answer add_account "" prod "not a key" "${access_key}" "" wrong-secret eu-west eu-central-1 "${secret_key}"
says "'' is not a valid account name"
says 'There is no access key ID in this answer'
says 'Secret access key cannot be empty'
says "region cannot be 'eu-west'"
says 'The secret key does not match the access key'
says 'prod is arn:aws:iam::123456789012:user/deployer'
answer delete_account prod prod

# Both keys in one paste, in the forms that AWS has, at two widths. The keys are not shown.
for paste in "${access_key} ${secret_key}" "${access_key}\\n${secret_key}" \
    "export AWS_ACCESS_KEY_ID=${access_key}\\nexport AWS_SECRET_ACCESS_KEY=\"${secret_key}\"\\n" \
    "Access key ID,Secret access key\\n${access_key},${secret_key}"; do
    for columns in 80 120; do
        TERMINAL_WIDTH="${columns}" answer add_account prod "${paste}" eu-central-1
        says "Access key ${access_key} and its secret access key"
        says 'prod is arn:aws:iam::123456789012:user/deployer'
        fits "${columns}"
    done
done
# A paste of several lines is no name.
answer test_account "prod\\nother" prod
says 'is not a valid account name'
says 'prod +access_key +arn:aws:iam'
answer delete_account prod prod

# Ctrl-C at each question ends it, and changes nothing.
for answers in "" "prod" "prod ${access_key}" "prod ${access_key} ${secret_key}"; do
    # shellcheck disable=SC2086 # several answers
    fails answer add_account ${answers} '\x03'
    says 'Interrupted. Nothing was changed.'
    [ ! -e "${OCTO_AWS_STORE}/prod.vault" ]
done
for playbook in test_account delete_account copy_accounts; do
    fails answer "${playbook}" '\x03'
    says 'Interrupted. Nothing was changed.'
done

# The file of the AWS console.
(umask 077 && printf '\xef\xbb\xbfAccess key ID,Secret access key\r\n%s,%s\r\n' "${access_key}" "${secret_key}" >"${work}/accessKeys.csv")
drive add_account -e account_name=prod -e "csv=${work}/accessKeys.csv"
says 'prod is arn:aws:iam::123456789012:user/deployer'
says 'The secret key is still in the file'
fails drive add_account -e account_name=prod -e "csv=${work}/accessKeys.csv" -e account_access_key=AKIA
says 'csv cannot be set with account_access_key'
fails drive add_account -e account_name=prod -e csv=/nowhere.csv
says 'The file /nowhere.csv cannot be read'

# Any type, and hops.
drive add_account -e account_name=machine -e account_type=instance_role -e account_region=eu-central-1 --check
says 'machine is arn:aws:sts::.*would be saved'
answer add_account -e account_type=profile hop-of-profile nowhere eu-central-1 || true
says 'profile of the account, type profile'
says 'profile_failed'
fails drive add_account -e account_name=x -e account_type=nonsense
says 'option_invalid.*'
drive add_account -e account_name=hop -e "csv=${work}/accessKeys.csv" -e account_region=eu-central-1 \
    -e "account_assume_role=$(role)"
says 'hop is arn:aws:sts::123456789012:assumed-role/'
drive add_account -e account_name=hop -e "{\"account_assume_role\": [{\"role_arn\": \"$(role)\", \"role_session_name\": \"x-y\"}]}"
says 'hop is arn:aws:sts::123456789012:assumed-role/.*/x-y '
drive delete_account -e account_name=hop -e account_confirm=hop

# Usages are shown before the question.
mkdir -p "${work}/site/group_vars"
printf -- '- octo.aws.aws_script: {account: prod, command: "true"}\n' >"${work}/site/play.yml"
printf 'aws_steps_account: prod\n' >"${work}/site/group_vars/web.yml"
printf '%s\n' "\$ANSIBLE_VAULT;1.1;AES256" 00 >"${work}/site/group_vars/keys.yml"
fails answer delete_account -e "usage_paths=${work}/site" prod no
says 'play.yml'
says 'group_vars/web.yml'
says 'is encrypted with Ansible Vault'
says 'Nothing was deleted'
drive list_accounts -e usages=true -e "usage_paths=${work}/site"
says 'prod +.*/site/play.yml:1 +octo.aws.aws_script'
fails drive list_accounts -e "usage_paths=${work}/nowhere"
says 'usage_paths has'
drive delete_account -e account_name=prod -e account_confirm=prod

(umask 077 && printf 'account_name: prod\naccount_access_key: "%s"\naccount_secret_key: "%s"\naccount_region: ""\naccount_id: "123456789012"\n' \
    "${access_key}" "${secret_key}" >"${work}/account.yml")
drive add_account -e "@${work}/account.yml"
says 'prod is arn:aws:iam::123456789012:user/deployer'
drive test_account -e account_name=prod
drive list_accounts -e account_details=true
says 'arn:aws:iam::123456789012:user/deployer'
fails drive delete_account -e account_name=prod
says 'Nothing was deleted'
drive delete_account -e account_name=prod -e account_confirm=prod
drive list_accounts
says "0 accounts in the store ${OCTO_AWS_STORE}"
fails drive test_account -e account_name=prod
says 'account_unknown'

# Other keys do not replace those of an account without a word.
other() {
    python -c 'import json, sys; print(next(iter(json.load(open(sys.argv[1]))["users"].values()))[sys.argv[2]])' "${work}/aws.json" "$1"
}
other_key="$(other access_key)"
other_secret="$(other secret_key)"
stored() {
    ansible-playbook octo.aws.list_accounts -e account_details=true 2>&1 </dev/null | grep "$1" >/dev/null
}
drive add_account -e "@${work}/account.yml"
says 'prod is .*and saved'
drive add_account -e "@${work}/account.yml"
says 'is already saved'
fails drive add_account -e account_name=prod -e "account_access_key=${other_key}" -e "account_secret_key=${other_secret}" -e account_region=
says "Stored +arn:aws:iam::123456789012:user/deployer +${access_key}"
says "New +arn:aws:iam::.* +${other_key}"
says 'Nothing was saved. The account prod keeps its keys.*-e replace=true'
stored :user/deployer
fails answer add_account prod "${other_key}" "${other_secret}" "" no
says 'Nothing was saved'
stored :user/deployer
drive add_account -e account_name=prod -e "account_access_key=${other_key}" -e "account_secret_key=${other_secret}" -e account_region= --check
says 'Stored +arn:aws:iam::123456789012:user/deployer'
says 'would be saved'
stored :user/deployer
fails drive add_account -e account_name=prod -e "account_access_key=${other_key}" -e "account_secret_key=${other_secret}" -e account_region= -e replace=false
says 'Nothing was saved'
answer add_account prod "${other_key}" "${other_secret}" "" yes
says 'Stored +arn:aws:iam::123456789012:user/deployer'
says 'It was tested and saved'
fails stored :user/deployer
drive add_account -e "@${work}/account.yml" -e replace=true
says 'prod is arn:aws:iam::123456789012:user/deployer'
stored :user/deployer
# The region alone is changed without a question.
drive add_account -e account_name=prod -e account_access_key= -e account_secret_key= -e account_region=eu-west-1
says 'prod is .*saved. Store: '

# A name that leads to nothing is an error, and what was stored stays as it is.
drive add_account -e "@${work}/account.yml"
for wrong in acount_id=123456789012 account_idd=123456789012 accont_region=eu-central-1 account_acces_key=x; do
    fails drive add_account -e "@${work}/account.yml" -e "${wrong}"
    says "There is no variable ${wrong%%=*}"
done
for undefined in account_name account_access_key account_secret_key account_session_token account_region account_id; do
    fails drive add_account -e "@${work}/account.yml" -e "{\"${undefined}\": \"{{ no_such }}\"}"
    says "'no_such' is undefined"
done
for playbook in test_account delete_account list_accounts; do
    fails drive "${playbook}" -e account_nmae=prod
    says 'There is no variable account_nmae'
done
fails drive list_accounts -e '{"account_details": "{{ no_such }}"}'
says "'no_such' is undefined"
fails drive copy_accounts -e copy_from="${work}/store" -e copy_overwirte=true
says 'There is no variable copy_overwirte'
fails drive copy_accounts -e copy_from="${work}/store" -e '{"copy_names": "{{ no_such }}"}'
says "'no_such' is undefined"
fails drive import_profiles -e import_tests=true
says 'There is no variable import_tests'
fails drive import_profiles -e '{"import_test": "{{ no_such }}"}'
says "'no_such' is undefined"
drive list_accounts
says '1 account in the store'
says '^prod'

# A vault password that is typed.
unset ANSIBLE_VAULT_PASSWORD_FILE
typed() {
    options=--ask-vault-pass answer add_account "$@"
}
keys=("${access_key}" "${secret_key}" eu-central-1)
fails typed mistyped second "${keys[@]}"
says "vault_password_wrong.*"
says "'default' does not decrypt the existing records with this vault ID \\('prod'\\)"
[ ! -e "${OCTO_AWS_STORE}/second.vault" ]
typed vault-password second "${keys[@]}"
says 'second is arn:aws:iam::123456789012:user/deployer'
mv "${OCTO_AWS_STORE}" "${work}/aside"
fails typed new-password first "${keys[@]}" new-passwort
says 'the password of the vault ID .default., new in this store, must be typed twice, and the two passwords differ'
fails typed new-password first "${keys[@]}" ""
says 'was not typed a second time'
[ ! -e "${OCTO_AWS_STORE}/first.vault" ]
typed new-password first "${keys[@]}" new-password
says 'first is arn:aws:iam::123456789012:user/deployer'
typed new-password second "${keys[@]}"
options="--vault-id other@prompt -e octo_aws_vault_id=other" answer add_account new-password third "${keys[@]}" new-password
if grep -qE 'new-passwor[dt]' "${log}"; then
    echo "it showed a vault password"
    exit 1
fi

# With an inventory of this machine alone, nothing is before the output of the playbook.
env -u ANSIBLE_LOCALHOST_WARNING -u ANSIBLE_INVENTORY_UNPARSED_WARNING ansible-playbook octo.aws.list_accounts -i localhost, >"${log}" 2>&1
if grep WARNING "${log}"; then
    echo "it warned"
    exit 1
fi

# A store that is not there is not one that is empty.
drive list_accounts -e octo_aws_store=/nowhere/accounts
says '0 accounts in the store /nowhere/accounts, which does not exist'
fails drive test_account -e account_name=prod -e octo_aws_store=/nowhere/accounts
says 'in the store /nowhere/accounts, which does not exist'
drive delete_account -e account_name=prod -e account_confirm=prod -e octo_aws_store=/nowhere/accounts
says 'the store /nowhere/accounts does not exist'
fails drive copy_accounts -e copy_from=/nowhere/accounts
says '/nowhere/accounts, does not exist'

# Nor is one used that any user may write to.
chmod o+w "${OCTO_AWS_STORE}"
fails drive list_accounts
says 'store_unavailable.*'
says "chmod -R o-w ${OCTO_AWS_STORE}"
chmod o-w "${OCTO_AWS_STORE}"
chmod o+w "${OCTO_AWS_STORE}/first.vault"
fails drive test_account -e account_name=first
says 'record_unreadable'
echo "${passed} passed"
