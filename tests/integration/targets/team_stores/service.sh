#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Accounts in a service that the controller's own IAM role may use: service.sh SCHEME PREFIX READ
scheme="$1" prefix="$2" fetch="$3"
source ../setup_fake_aws/start.sh
export HOME="${work}/home" ANSIBLE_ASYNC_DIR="${work}/async"
mkdir "${HOME}"
# The demo names its facts otherwise.
python -c 'import json, sys; print(json.dumps({"demo": json.load(open(sys.argv[1]))}))' "${work}/aws.json" >"${work}/demo.json"

hosts="$(printf 'host%s,' $(seq 20))"
passed=0
play() {
    ansible-playbook "$@" "${extra_vars[@]}" >"${work}/log" 2>&1 || { cat "${work}/log" && return 1; }
    passed=$((passed + 1))
}
on_fleet() {
    play -f 20 -i "${hosts}" --limit 'all:!localhost' "$@"
}
expect() {
    python ../sessions/asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}
forget() {
    python ../sessions/asked.py "${aws_url}" --forget
}

store() {
    export OCTO_AWS_STORE="${scheme}:${prefix}/$1?region=eu-central-1${2:-}"
}

echo "${scheme}: the demo and the steps of the role, as they are"
store demo
# What is given on the command line is an option of the play, as in the demo itself.
(
    be_github_job
    play "${collection}/tests/demo/demo.yml" -e "@${work}/demo.json" -e "octo_aws_store=${OCTO_AWS_STORE}"
)
passed=$((passed + 1))
store steps
rm -f "${work}/tries"
play ../aws_steps/steps.yml
# Whatever was done: a secret key is in what saves a record and in what reads one, and nowhere else.
python travels.py "${aws_url}" "${work}/aws.json" "${scheme}"
passed=$((passed + 1))

echo "${scheme}: 20 hosts, 3 tasks"
store fleet
play save.yml
forget
on_fleet fleet.yml
expect "${fetch}=60"
store fleet '&cache_seconds=600'
on_fleet fleet.yml
expect "${fetch}=1"
on_fleet fleet.yml
expect "${fetch}=0"
echo "${scheme}: a save on this machine is seen at once, whatever is shared"
play changed.yml
expect "${fetch}>=1"

if [ "${scheme}" = secretsmanager ]; then
    echo "Beside a lookup of amazon.aws"
    forget
    on_fleet fleet.yml -e with_amazon_aws=true
    expect GetSecretValue=60
fi
echo "${passed} passed"
