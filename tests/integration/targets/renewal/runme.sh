#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
source ../setup_fake_aws/start.sh

# A session lasts LIFETIME seconds, and the work that needs it SECONDS.
export HOME="${work}/home" LIFETIME="${LIFETIME:-20}" SECONDS_OF_WORK="${SECONDS_OF_WORK:-50}"
mkdir "${HOME}"
extra_vars+=(-e "lifetime=${LIFETIME}" -e "seconds=${SECONDS_OF_WORK}")

nothing_left() {
    ! find "${ANSIBLE_HOME}/tmp" "${TMPDIR}" -path "*octo-aws-*" | grep .
}

ansible-playbook save.yml "${extra_vars[@]}" "$@"

echo "A script with three AWS clients outlives its session"
ansible-playbook script.yml "${extra_vars[@]}" "$@"

echo "So do the AWS clients of a file of tasks"
ansible-playbook steps.yml "${extra_vars[@]}" "$@"

echo "So do waits for a function, a command and a service"
ansible-playbook waits.yml "${extra_vars[@]}" -i "localhost,function,command,service," "$@"

echo "Killed in the middle, nothing answers any more, and nothing is left"
ansible-playbook killed.yml "${extra_vars[@]}" "$@" >"${work}/log" 2>&1 &
playbook="$!"
for _try in $(seq 600); do
    [ -s "${work}/pointer" ] && break
    sleep 0.1
done
python killed.py "${work}/pointer" "${playbook}"
wait "${playbook}" || true
nothing_left

echo "So with a run that is killed during a file of tasks"
rm "${work}/pointer"
ansible-playbook steps.yml "${extra_vars[@]}" -e file=killed_tasks.yml "$@" >"${work}/log" 2>&1 &
playbook="$!"
for _try in $(seq 600); do
    [ -s "${work}/pointer" ] && break
    sleep 0.1
done
python killed.py "${work}/pointer" "${playbook}" --run
wait "${playbook}" || true
nothing_left
echo "5 passed"
