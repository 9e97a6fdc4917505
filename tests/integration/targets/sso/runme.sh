#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# One sign-in to IAM Identity Center is enough for a fleet, and for all accounts of the portal.
source ../setup_fake_aws/start.sh

# In a job, no terminal counts.
for variable in JOB_ID GITHUB_RUN_ID CI_JOB_ID BUILD_BUILDID CIRCLE_WORKFLOW_ID BUILDKITE_JOB_ID BITBUCKET_BUILD_NUMBER \
    BUILD_NUMBER DISPLAY WAYLAND_DISPLAY SSH_CONNECTION SSH_CLIENT SSH_TTY; do
    unset "${variable}"
done
export HOME="${work}"
sessions="${ANSIBLE_HOME}/octo/aws/sessions"
log="${work}/log"
passed=0
hosts() {
    printf 'host%s,' $(seq "$1")
}
save=(ansible-playbook save.yml "${extra_vars[@]}")
# at_terminal CODES PROGRAM...: it succeeds, and shows so many codes.
at_terminal() {
    python ../playbooks/terminal.py "${@:2}" -- >"${log}" 2>&1 || { cat "${log}" && return 1; }
    local shown
    shown="$(grep -cE '^  Code: [A-Z]{4}-[A-Z]{4} \(valid for' "${log}" || true)"
    [ "${shown}" -eq "$1" ] || { cat "${log}" && echo "${shown} codes were shown" && exit 1; }
    if grep -q aoaAAAA "${log}"; then
        echo "a token was shown" && exit 1
    fi
    passed=$((passed + 1))
}
# alone PROGRAM...: without a terminal
alone() {
    "$@" </dev/null >"${log}" 2>&1 || { cat "${log}" && return 1; }
    passed=$((passed + 1))
}
expect() {
    python ../sessions/asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}
forget() {
    find "${sessions}" -name '*.session' -delete
}
play() {
    python - "${aws_url}" "$1" <<'PYTHON'
import sys
import urllib.request

urllib.request.urlopen(f"{sys.argv[1]}/_test/sso", data=sys.argv[2].encode()).close()
PYTHON
}

echo "Without a terminal, the error has the command, and nothing is sent"
alone "${save[@]}" -e account=deployer -e code=sso_sign_in_required
alone "${save[@]}" -e account=deployer -e testing=false
alone ansible-playbook -f 10 look.yml "${extra_vars[@]}" -i "$(hosts 10)" -e account=deployer -e code=sso_sign_in_required
grep -q "octo.aws.test_account -e account_name=deployer" "${log}"
expect RegisterClient=0 StartDeviceAuthorization=0

echo "In a job, neither: AWX has a terminal that no person reads"
JOB_ID=1 at_terminal 0 "${save[@]}" -e account=deployer -e code=sso_sign_in_required
expect StartDeviceAuthorization=0

echo "60 cold processes, one code"
at_terminal 1 ansible-playbook -f 60 look.yml "${extra_vars[@]}" -i "$(hosts 60)" -e account=deployer
expect RegisterClient=1 StartDeviceAuthorization=1 GetRoleCredentials=1

echo "The sign-in serves other accounts, tests and processes without a terminal"
forget
alone "${save[@]}" -e account=sandbox
alone ansible-playbook -f 20 look.yml "${extra_vars[@]}" -i "$(hosts 20)" -e account=sandbox
alone ansible-playbook octo.aws.test_account "${extra_vars[@]}" -e account_name=deployer
expect StartDeviceAuthorization=0 CreateToken=0 GetRoleCredentials=3

echo "A wrong role, AWS account and start URL"
alone "${save[@]}" -e account=admin -e code=sso_role_denied
alone "${save[@]}" -e account=nowhere -e code=sso_role_unknown
at_terminal 0 "${save[@]}" -e account=elsewhere -e code=sso_start_url_refused
expect StartDeviceAuthorization=1

echo "Tokens are refreshed without a person, once for 60 processes"
rm -r "${sessions}"
play '{"token_seconds": 200}'
at_terminal 1 "${save[@]}" -e account=deployer
play '{"token_seconds": 3600}'
forget
alone ansible-playbook -f 60 look.yml "${extra_vars[@]}" -i "$(hosts 60)" -e account=deployer
expect StartDeviceAuthorization=1 CreateToken=3 GetRoleCredentials=2

echo "A denied sign-in fails for all that wait, and is not repeated"
rm -r "${sessions}"
play '{"person": "deny"}'
at_terminal 1 ansible-playbook -f 20 look.yml "${extra_vars[@]}" -i "$(hosts 20)" -e account=deployer -e code=sso_sign_in_denied
expect StartDeviceAuthorization=1

echo "An AWS client gets the code at its terminal, and the document on standard output"
process=(env PYTHONPATH="$(cd "${collection}/../../.." && pwd)" python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process deployer)
rm -r "${sessions}"
play '{"person": "allow"}'
# Without a controlling terminal
if setsid --wait "${process[@]}" </dev/null >"${log}" 2>&1; then
    cat "${log}" && exit 1
fi
grep -q '(sso_sign_in_required)' "${log}" || { cat "${log}" && exit 1; }
# shellcheck disable=SC2016 # for the inner shell
at_terminal 1 sh -c '"$@" >"$0"' "${work}/document" "${process[@]}"
grep -q '"Version": 1' "${work}/document"
rm "${work}/document"
alone setsid --wait "${process[@]}"
rm "${log}"
expect StartDeviceAuthorization=1 GetRoleCredentials=1

echo "A browser on this machine: no code to compare"
rm -r "${sessions}"
export DISPLAY=:99
BROWSER="$(command -v python) ${PWD}/browser.py %s"
export BROWSER
at_terminal 0 ansible-playbook -f 20 look.yml "${extra_vars[@]}" -i "$(hosts 20)" -e account=deployer
expect StartDeviceAuthorization=0 Authorize=1 CreateToken=1 GetRoleCredentials=1
unset DISPLAY BROWSER

echo "Every role of the person becomes an account"
rm -r "${sessions}"
play '{"accounts": 25}'
import=(ansible-playbook octo.aws.import_profiles "${extra_vars[@]}" -e "sso=https://d-1234567890.awsapps.com/start" -e sso_region=eu-central-1)
at_terminal 1 "${import[@]}" -e import_test=false --check
grep -qE '^Sandbox/ReadOnly +sso +would be imported' "${log}" || { cat "${log}" && exit 1; }
alone "${import[@]}" -e import_test=false -e 'import_profiles=*/ReadOnly'
grep -qE '^Member 25/ReadOnly +sso +imported' "${log}" || { cat "${log}" && exit 1; }
alone "${import[@]}" -e import_name_prefix=aws- -e import_profiles=Production/Deployer
alone ansible-playbook look.yml "${extra_vars[@]}" -i "$(hosts 1)" -e account=Sandbox/ReadOnly -e '{"options": {"account_id": "210987654321"}}'
expect StartDeviceAuthorization=1
echo "${passed} passed"
