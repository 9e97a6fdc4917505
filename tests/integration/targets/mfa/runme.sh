#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# One code of an MFA device is enough for all that follow, whoever gave it and where.
source ../setup_fake_aws/start.sh

sessions="${ANSIBLE_HOME}/octo/aws/sessions"
log="${work}/log"
passed=0
save() {
    ansible-playbook save.yml "${extra_vars[@]}" "$@" </dev/null >"${log}" 2>&1 || { cat "${log}" && return 1; }
}
hosts() {
    printf 'host%s,' $(seq "$1")
}
# on HOSTS OPTION...: look it up from so many hosts, all at once
on() {
    ansible-playbook -f "$1" look.yml "${extra_vars[@]}" -i "$(hosts "$1")" -e expected=:assumed-role/mfa/ "${@:2}" \
        </dev/null >"${log}" 2>&1 || { cat "${log}" && return 1; }
}
# at_terminal ANSWER PROGRAM...
at_terminal() {
    : >"${log}"
    # Ansible ends its question with a line break; what waits for it here is what the answer is typed for.
    # shellcheck disable=SC2016,SC2094 # for the inner shell, which looks for what was asked
    python ../playbooks/terminal.py sh -c '
        (until grep -q "Code of the MFA device" "$0"; do sleep 0.1; done && sleep 3 && printf "Type it: ") &
        exec "$@"' "${log}" "${@:2}" -- "$1" >"${log}" 2>&1 || { cat "${log}" && return 1; }
    local asked
    asked="$(grep -c '^Code of the MFA device' "${log}" || true)"
    [ "${asked}" -eq 1 ] || { cat "${log}" && echo "asked ${asked} times" && exit 1; }
    # The number of the AWS account has the digits of codes in it.
    if [ -n "$1" ] && grep -qP "(?<!\d)$1(?!\d)" "${log}"; then
        echo "the code was shown" && exit 1
    fi
    passed=$((passed + 1))
}
# It makes all codes good again, too.
expect() {
    python ../sessions/asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}
forget() {
    rm -r "${sessions}"
}

echo "A code at the save is enough for a fleet"
save -e account=role -e token=123456 -e changed=true
expect AssumeRole=1
on 20 -e account=role
expect AssumeRole=0

echo "It is enough for another save and for a test, too"
save -e account=role -e changed=false
expect AssumeRole=0
save -e account=role -e state=tested
expect AssumeRole=0
save -e account=role -e state=tested -e token=234567
on 1 -e account=role
expect AssumeRole=0

echo "Without a code and without a terminal, nobody is asked"
forget
on 3 -e account=role -e code=mfa_token_missing
save -e account=role -e code=mfa_token_missing
save -e account=role -e state=tested -e code=mfa_token_missing
save -e account=user -e code=mfa_token_missing
expect AssumeRole=0 GetSessionToken=0 GetCallerIdentity=0

echo "What cannot be a code is not sent; a wrong one is refused, and one that was used"
save -e account=role -e token=12345 -e code=option_invalid
on 1 -e account=role -e octo_aws_mfa_token=canary -e code=option_invalid
expect AssumeRole=0
save -e account=role -e token=654321 -e code=mfa_token_refused
expect AssumeRole=1
on 1 -e account=role -e octo_aws_mfa_token=654321 -e code=mfa_token_refused
expect AssumeRole=1
on 1 -e account=role -e octo_aws_mfa_token=345678 -e octo_aws_session_cache=none
on 1 -e account=role -e octo_aws_mfa_token=345678 -e octo_aws_session_cache=none -e code=mfa_token_refused
save -e account=role -e token=345678 -e code=mfa_token_refused
save -e account=user -e token=345678 -e code=mfa_token_refused
expect AssumeRole=3 GetSessionToken=1

echo "A code that is a variable, at any place"
on 10 -e account=role -e octo_aws_mfa_token=234567
expect AssumeRole=1
on 10 -e account=role
expect AssumeRole=0
forget
on 1 -e account=role -e '{"options": {"mfa_token": "234567"}}'
expect AssumeRole=1
forget
save -e account=role -e octo_aws_mfa_token=234567 -e changed=false
on 5 -e account=role
expect AssumeRole=1

echo "At a terminal, one question for a fleet"
forget
at_terminal 345678 ansible-playbook -f 10 look.yml "${extra_vars[@]}" -i "$(hosts 10)" -e account=role -e expected=:assumed-role/mfa/
expect AssumeRole=1
on 10 -e account=role
expect AssumeRole=0
forget
at_terminal 123456 ansible-playbook save.yml "${extra_vars[@]}" -e account=role -e changed=false
expect AssumeRole=1
on 10 -e account=role
expect AssumeRole=0
forget
at_terminal 654321 ansible-playbook look.yml "${extra_vars[@]}" -i "$(hosts 1)" -e account=role -e code=mfa_token_refused
expect AssumeRole=1
at_terminal "" ansible-playbook look.yml "${extra_vars[@]}" -i "$(hosts 1)" -e account=role -e code=mfa_token_missing
expect AssumeRole=0

echo "The session of a user outlives those of roles"
save -e account=temporary -e token=123456 -e changed=true
expect GetSessionToken=1 AssumeRole=1
on 20 -e account=temporary
expect GetSessionToken=0 AssumeRole=1
on 20 -e account=temporary -e '{"options": {"duration_seconds": 900}}'
expect GetSessionToken=0 AssumeRole=1
# A file's time is the end of its session: the role's sessions end first. The note of the test is kept longest.
python - "${sessions}" <<'PYTHON'
import sys
from pathlib import Path

files = sorted(Path(sys.argv[1]).rglob("*.session"), key=lambda path: path.stat().st_mtime)
assert len(files) == 4, files
for path in files[:2]:
    path.unlink()
PYTHON
on 20 -e account=temporary
expect GetSessionToken=0 AssumeRole=1
save -e account=temporary -e changed=false
expect GetSessionToken=0 AssumeRole=1
save -e account=temporary -e state=tested
expect GetSessionToken=0 AssumeRole=1
save -e account=user -e token=234567 -e changed=true
expect GetSessionToken=1 AssumeRole=0
on 10 -e account=user -e expected=:user/deployer
expect GetSessionToken=0 GetCallerIdentity=0

echo "A profile, wherever it is described"
export AWS_CONFIG_FILE="${work}/config" AWS_SHARED_CREDENTIALS_FILE="${work}/credentials"
(umask 077 && python - "${work}" <<'PYTHON'
import json
import sys
from pathlib import Path

work = Path(sys.argv[1])
aws = json.loads((work / "aws.json").read_text())
role = f"role_arn = {aws['roles']['mfa']}\nsource_profile = base\nmfa_serial = {aws['mfa_serial']}\n"
keys = f"aws_access_key_id = {aws['access_key']}\naws_secret_access_key = {aws['secret_key']}\n"
(work / "config").write_text(f"[profile\ttabbed]\n{role}")
(work / "credentials").write_text(f"[base]\n{keys}[in-credentials]\n{role}")
PYTHON
)
for account in in-credentials tabbed; do
    save -e "account=${account}" -e token=123456 -e changed=true
    expect AssumeRole=1
    on 5 -e "account=${account}"
    save -e "account=${account}" -e state=tested
    expect AssumeRole=0
done

echo "What only would be saved keeps nothing"
forget
save -e account=role -e token=123456 --check
expect AssumeRole=1
on 1 -e account=role -e code=mfa_token_missing
expect AssumeRole=0
echo "${passed} passed"
