#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
export AWS_CONFIG_FILE="${work}/config"
(umask 077 && printf e30.e30.web-identity-token >"${work}/web-identity-token")
python configure.py "${work}"

hosts="$(printf 'host%s,' $(seq 20))"
play() {
    local file="$1"
    shift
    ansible-playbook -f 20 "${file}" "${extra_vars[@]}" "$@" >"${work}/log" || { cat "${work}/log" && return 1; }
}
on_fleet() {
    play "$@" -i "${hosts}" --limit 'all:!localhost'
}
passed=0
# How many sessions AWS made since it was asked last.
expect() {
    python asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}

play save.yml
expect --forget
rm -rf "${ANSIBLE_HOME}/octo/aws/sessions"

echo "20 hosts, 3 tasks, one role: one session; beside a profile of amazon.aws"
on_fleet fleet.yml
expect AssumeRole=1
on_fleet lookups.yml -e account=role -e role=deploy
expect AssumeRole=0
on_fleet fleet.yml -e with_profile=true
expect "AssumeRole>=60"

echo "A chain of three: three; then none"
on_fleet lookups.yml -e account=chain -e role=third
expect AssumeRole=3
on_fleet lookups.yml -e account=chain -e role=third
expect AssumeRole=0

for account in web:after_web:AssumeRoleWithWebIdentity=1 profile:deploy:AssumeRole=1 machine:deploy:AssumeRole=1; do
    IFS=: read -r name role count <<<"${account}"
    on_fleet lookups.yml -e "account=${name}" -e "role=${role}"
    expect "${count}"
    on_fleet lookups.yml -e "account=${name}" -e "role=${role}"
    expect AssumeRole=0 AssumeRoleWithWebIdentity=0
done

echo "The web identity of the machine: one session for all processes"
export AWS_ROLE_ARN=arn:aws:iam::123456789012:role/web AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web-identity-token"
on_fleet lookups.yml -e account=bare -e role=web
expect AssumeRoleWithWebIdentity=1
on_fleet lookups.yml -e account=bare -e role=web
expect AssumeRoleWithWebIdentity=0
echo "${passed} passed"
