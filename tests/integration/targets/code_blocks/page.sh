#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2034
# Runs the code blocks of one page: page.sh PAGE RESULTS
#
# Each page has a network, an AWS, workers and a home folder of its own, so that examples can say /home/alice,
# /srv/accounts and 10.0.1.2. Nothing of it is left.
set -eu -o pipefail
if [ -z "${OWN_NETWORK:-}" ]; then
    OWN_NETWORK=yes exec unshare --net --mount --uts "$0" "$@"
fi
page="$1" results="$2"
ip link set lo up
ip address add 169.254.169.254/32 dev lo
# The certificate is for names below this one, too.
region=eu-central-1.amazonaws.com
FAKE_AWS_OPTIONS="--address 0.0.0.0 --port 80 --https ${region} --instance 10.0.1.2=worker1 --instance 10.0.2.2=worker2"
source ../setup_fake_aws/start.sh

# widen FOLDER: what is in it stays, and more can be made there, for this page alone. It is looked at through /mnt, and
# never through a folder that is removed in the end.
widen() {
    local entry
    mount --bind "$1" /mnt
    mount -t tmpfs -o mode=755 wide "$1"
    for entry in /mnt/*; do
        if [ -d "${entry}" ]; then
            mkdir -p "$1/${entry##*/}"
            mount --bind "${entry}" "$1/${entry##*/}"
        fi
    done
    umount /mnt
}
for folder in /home /srv; do
    widen "${folder}"
done
venv="$(python -c 'import sys; print(sys.prefix)')"
home=/home/alice
mkdir -p "${home}/.ansible"
# Programs that ask who they are find alice, and no file of another home folder is touched.
{ echo "alice:x:$(id -u):$(id -g)::${home}:/bin/bash" && cat /etc/passwd; } >"${work}/passwd"
chmod 644 "${work}/passwd"
mount --bind "${work}/passwd" /etc/passwd
hostname controller
ln -s "${venv}" "${home}/venv"
ln -s "${collection%/ansible_collections/octo/aws}" "${home}/.ansible/collections"
variables=("HOME=${home}" "PATH=${PATH}" "LC_ALL=C.UTF-8" "TERM=dumb" "NO_PROXY=*"
    "AWS_ENDPOINT_URL=${aws_url}" "AWS_EC2_METADATA_SERVICE_ENDPOINT=${aws_url}" AWS_METADATA_SERVICE_TIMEOUT=5
    ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false "ANSIBLE_PYTHON_INTERPRETER=${venv}/bin/python")

if grep -qE '^ *(- )?hosts: (workers|all)' "${page}"; then
    # The names that workers reach the fake AWS by; start.sh makes them known.
    sts="sts.${region} s3.${region}"
    cd ../workers
    source start.sh
    cd - >/dev/null
    variables+=("ANSIBLE_INVENTORY=${work}/inventory" "ANSIBLE_PRIVATE_KEY_FILE=${keys}/user"
        "ANSIBLE_SSH_COMMON_ARGS=-F none -o UserKnownHostsFile=${keys}/known_hosts"
        "ANSIBLE_SSH_CONTROL_PATH_DIR=${work}/ssh")
fi
if grep -q 'kubernetes\.core' "${page}"; then
    # A collection that checks the options of its one module, as no cluster is here.
    kubernetes="${work}/kubernetes/ansible_collections/kubernetes/core"
    mkdir -p "${kubernetes}/meta" "${kubernetes}/plugins/modules"
    printf '%s\n' 'action_groups: {k8s: [k8s]}' >"${kubernetes}/meta/runtime.yml"
    cp ../examples/k8s.py "${kubernetes}/plugins/modules/"
    variables+=("ANSIBLE_COLLECTIONS_PATH=${home}/.ansible/collections:${work}/kubernetes")
fi
env -i "${variables[@]}" python "${collection}/tests/code_blocks/runner.py" "${page}" "${work}/aws.json" "${results}"
