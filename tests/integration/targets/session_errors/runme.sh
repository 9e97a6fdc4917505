#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh

umask 077
printf e30.e30.web-identity-token >"${work}/good"
printf e30.e30.canary-web-identity-token >"${work}/invalid"
export AWS_CONFIG_FILE="${work}/config"
export AWS_SHARED_CREDENTIALS_FILE="${work}/not-there"
python ../sessions/configure.py "${work}"
cat >>"${AWS_CONFIG_FILE}" <<END
[profile failing]
credential_process = sh -c "echo canary-output; exit 1"
END

ansible-playbook errors.yml "${extra_vars[@]}" "$@"

passed=0
sessions="${ANSIBLE_HOME}/octo/aws/sessions"
log="${work}/log"
use() {
    ansible-playbook use.yml "${extra_vars[@]}" "$@" >"${log}" 2>&1 || { cat "${log}" && return 1; }
}
expect() {
    python ../sessions/asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}
kept() {
    local found
    found="$(find "${1}" -name '*.session' 2>/dev/null | wc -l)"
    [ "${found}" -eq "$2" ] || { echo "$1 should hold $2 sessions, and holds ${found}" && exit 1; }
    passed=$((passed + 1))
}
# A warning is one however many lines it has.
warned() {
    local found
    found="$(grep -c '^\[WARNING\]: Ignoring the session cache' "${log}" || true)"
    [ "${found}" -eq "$1" ] || { cat "${log}" && echo "$1 warnings expected, found ${found}" && exit 1; }
    passed=$((passed + 1))
}

echo "Without a session cache, and with one that is of no use"
use -e save=true -e octo_aws_session_cache=none
expect AssumeRole=1
use -e look=2 -e octo_aws_session_cache=none
expect AssumeRole=2
OCTO_AWS_SESSION_CACHE=none use -e look=1
expect AssumeRole=1
warned 0
kept "${work}" 0
: >"${work}/file"
use -e look=3 -e "octo_aws_session_cache=${work}/file/cache"
expect AssumeRole=3
warned 1
mkdir -m 500 "${work}/read-only"
if [ "$(id -u)" = 0 ]; then
    # The superuser writes where it may not, unless it is without this capability.
    # shellcheck disable=SC2054 # one argument
    limited=(setpriv --bounding-set -dac_override,-dac_read_search)
else
    limited=()
fi
"${limited[@]}" ansible-playbook use.yml "${extra_vars[@]}" -e look=3 -e "octo_aws_session_cache=${work}/read-only/cache" \
    >"${log}" 2>&1 || { cat "${log}" && exit 1; }
expect AssumeRole=3
warned 1
kept "${work}" 0

echo "A session is used again, and an account that is only tested keeps what others use"
use -e look=2
expect AssumeRole=1
kept "${sessions}" 1
use -e look=2 -e test=true
expect AssumeRole=1
kept "${sessions}" 1
use -e save=true -e look=1
expect AssumeRole=1
kept "${sessions}" 1
warned 0

echo "Who kept the sessions of an account that changed or was deleted has nothing"
put_back() {
    mkdir -p "${sessions}"
    cp -a "${work}/kept/." "${sessions}"
}
cp -a "${sessions}" "${work}/kept"
use -e save=true -e testing=false -e description=Changed
kept "${sessions}" 0
put_back
kept "${sessions}" 1
use -e look=1
expect AssumeRole=1
warned 0
cp -a "${sessions}/." "${work}/kept"
use -e delete=true
# Locks stay for those who ask at that moment.
[ -z "$(find "${sessions}" -mindepth 2 ! -name '*.lock')" ] || { ls -lR "${sessions}" && exit 1; }
kept "${sessions}" 0
put_back
use -e save=true -e testing=false -e description=Changed
expect AssumeRole=0
use -e look=2
expect AssumeRole=1
# In check mode, nothing is removed: the two that were put back, and the new one.
kept "${sessions}" 3
use -e delete=true --check
use -e save=true -e description=Other --check
kept "${sessions}" 3
expect AssumeRole=1
use -e look=1
expect AssumeRole=0
echo "${passed} passed"
