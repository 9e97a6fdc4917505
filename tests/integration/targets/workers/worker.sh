#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A worker, until whoever started it ends: worker.sh NAME NUMBER FOLDER CONTROLLER SHOWN...
#
# It has a network, processes, and files of its own: home and temporary folders are those of FOLDER/files, and the file
# system of this machine cannot be written. What sshd receives is kept in FOLDER/received. CONTROLLER is a process in
# the network that the worker is connected with, where AWS and the metadata service are. SHOWN are folders that stay
# visible, wherever they are.
set -eu -o pipefail

name="$1" number="$2" folder="$3" controller="$4"
network="10.0.${number}"

if [ -z "${OWN_MACHINE:-}" ]; then
    ip link set lo up
    ip link add eth0 type veth peer name "${name}" netns "${controller}"
    nsenter --net --target "${controller}" ip address add "${network}.1/24" dev "${name}"
    nsenter --net --target "${controller}" ip link set "${name}" up
    ip address add "${network}.2/24" dev eth0
    ip link set eth0 up
    ip route add default via "${network}.1"
    OWN_MACHINE=yes exec unshare --mount --pid --uts --fork --kill-child --mount-proc "$0" "$@"
fi

shown=("${@:5}")
hostname "${name}"
# Reached under another name, until what may hide them is in its place.
mount -t tmpfs shown /mnt
for place in "${!shown[@]}"; do
    mkdir "/mnt/${place}"
    mount --bind "${shown[place]}" "/mnt/${place}"
done
cd "${folder}/files"
mkdir run/received
mount --bind home /home
mount --bind shm /dev/shm
mount --bind var-tmp /var/tmp
mount --bind run /run
mount --bind ../received /run/received
mount --bind run/passwd /etc/passwd
mount --bind run/hosts /etc/hosts
mount --bind tmp /tmp
for place in "${!shown[@]}"; do
    [ -e "${shown[place]}" ] && continue
    mkdir -p "${shown[place]}"
    mount --bind "/mnt/${place}" "${shown[place]}"
    mount -o remount,bind,ro "${shown[place]}"
done
cd /
umount /mnt/* /mnt
mount -o remount,bind,ro /
exec /usr/sbin/sshd -D -e -f /run/sshd_config
