#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2034,SC2154
# Work on two workers that outlives its session. A session lasts LIFETIME seconds, and the work, such as an upload of
# FILES files, takes SECONDS_OF_WORK.
lifetime="${LIFETIME:-30}" seconds="${SECONDS_OF_WORK:-70}" files_of_site="${FILES:-100}"
# The clock of the second worker is four minutes ahead. AWS allows five.
variables_of_worker2="PYTHONPATH=/run/clock"
source ../workers/fleet.sh
here=../renewal_workers
install -D "${here}/sitecustomize.py" "${work}/worker2/files/run/clock/sitecustomize.py"

# shorten SECONDS: sessions from now on, and none that was made before.
shorten() {
    forget
    SECONDS=0
    play "${here}/lifetime.yml" -e "lifetime=$1"
    OCTO_AWS_SESSION_CACHE="$(mktemp -d "${work}/cache-XXXXXX")"
    export OCTO_AWS_SESSION_CACHE
}
# begin PLAYBOOK OPTION...: as a process of its own, for finish.
begun=()
begin() {
    play "$@" &
    begun+=("$!")
}
finish() {
    local process
    for process in "${begun[@]}"; do
        wait "${process}"
        passed=$((passed + 1))
    done
    begun=()
}
# clock WORKER: as its scripts had it in the beginning.
clock() {
    cat "${work}/$1/files/home/$1/clock"
}
beats() {
    cat "${work}"/worker?/files/home/worker?/beat
}
beaten() {
    [ -e "${work}/worker1/files/home/worker1/beat" ] && [ -e "${work}/worker2/files/home/worker2/beat" ]
}

for pipelining in false true; do
    export ANSIBLE_PIPELINING="${pipelining}"
    echo "A script, a file of tasks, a stack, a change set, and an upload, with pipelining: ${pipelining}"
    shorten "${lifetime}"
    begin "${here}/script.yml" -e "seconds=${seconds}"
    begin steps.yml -e account=prod_deploy -e expected=assumed-role/deploy/ -e pause=15 -e "rounds=$((seconds / 15 + 1))"
    for kind in stack change_set upload; do
        begin "${here}/${kind}.yml" -e "seconds=${seconds}" -e "files=${files_of_site}"
    done
    finish
    [ "$(clock worker2)" -gt "$(($(clock worker1) + 200))" ]
    play "${here}/count.yml" -e "seconds=${seconds}" -e "elapsed=${SECONDS}" -e "lifetime=${lifetime}"
    search nowhere "${files[@]}"
done

echo "A stack, a change set, and an upload from the controller"
shorten "${lifetime}"
for kind in stack change_set upload; do
    begin "${here}/${kind}.yml" -e "seconds=${seconds}" -e "files=${files_of_site}" -e place=localhost
done
finish
play "${here}/count.yml" -e "seconds=${seconds}" -e "elapsed=${SECONDS}" -e "lifetime=${lifetime}"

echo "A connection that is lost for 10 seconds"
# Only the connection: AWS can be reached.
silence() {
    nsenter --net --target "${workers[0]}" ip rule "$1" ipproto tcp sport 22 blackhole
}
shorten 60
begin "${here}/script.yml" -e seconds=75
begin "${here}/stack.yml" -e seconds=75
wait_for beaten
sleep 10
silence add
pkill --ns "$$" --nslist net -f '^ssh: .*\[mux\]'
sleep 10
silence delete
finish

echo "A controller that is killed: the script ends with its session, and nothing is left"
shorten 10
ansible-playbook "${here}/script.yml" -i "${work}/inventory" -e "@${work}/vars.json" -e seconds=300 \
    >"${work}/logs/killed" 2>&1 &
killed="$!"
wait_for beaten
# shellcheck disable=SC2046 # several processes
kill -KILL "${killed}" $(cat "/proc/${killed}/task/${killed}/children")
wait "${killed}" || true
none_left() {
    [ -z "$(find "${files[@]}" -path '*/tmp/octo-aws-*')" ]
}
wait_for none_left
before="$(beats)"
sleep 5
[ "$(beats)" = "${before}" ]
search nowhere "${files[@]}"
passed=$((passed + 1))

echo "Ansible says nothing of it"
search nowhere "${work}/logs"
echo "${passed} passed"
