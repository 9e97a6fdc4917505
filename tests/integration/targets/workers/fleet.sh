# shellcheck shell=bash source-path=SCRIPTDIR disable=SC1091,SC2034,SC2154
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Sourced: starts the fake AWS and the workers, which reach it under its real names, makes an inventory of them, saves
# accounts on the controller, and changes to this folder.

# Two workers, reached by ssh, each with a role of its own. All of it is in a network namespace of its own, so that its
# addresses are free and nothing of it is left. As in EC2, the metadata service knows an instance by its address. With
# $registry, a folder, the registry of ECR is there, too.
if [ -z "${OWN_NETWORK:-}" ]; then
    OWN_NETWORK=yes exec unshare --net "$0" "$@"
fi
cd "$(dirname "${BASH_SOURCE[0]}")"
ip link set lo up
ip address add 169.254.169.254/32 dev lo
sts=sts.eu-central-1.amazonaws.com
FAKE_AWS_OPTIONS="--address 0.0.0.0 --port 80 --https ${sts} --instance 10.0.1.2=worker1 --instance 10.0.2.2=worker2 ${registry:+--registry ${registry}}"
source ../setup_fake_aws/start.sh
source start.sh

received=("${work}/worker1/received" "${work}/worker2/received")
files=("${work}/worker1/files" "${work}/worker2/files")
passed=0
mkdir "${work}/logs"
# play FILE OPTION...
play() {
    local file="$1" log
    log="$(mktemp "${work}/logs/XXXXXX")"
    shift
    ansible-playbook "${file}" -i "${work}/inventory" -e "@${work}/vars.json" "$@" -vvvvv >"${log}" 2>&1 \
        || { grep -A 40 '^\(fatal\|failed\|\[ERROR\]\)' "${log}" | cut -c 1-500 | tail -n 200 && return 1; }
    passed=$((passed + 1))
}
# What was received so far is of no interest.
forget() {
    rm -f "${work}"/worker?/received/*
    python ../sessions/asked.py "${aws_url}" --forget
}
# search nowhere|somewhere PATH...
search() {
    python search.py "${work}/given.json" "$@"
    passed=$((passed + 1))
}

play accounts.yml
python given.py "${aws_url}" "${work}"
