# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck shell=bash disable=SC1091,SC2154
# Sourced by the targets of the role: an AWS, a home of its own, and play, which counts the cases that playbooks name.
source ../setup_fake_aws/start.sh
# The AWS CLI keeps sessions of roles that it took by itself in its home.
export HOME="${work}/home" ANSIBLE_ASYNC_DIR="${work}/async"
mkdir "${HOME}"

passed=0
# What the host has of its own, and nothing of it may be used.
own=(AWS_PROFILE=nowhere AWS_SECRET_ACCESS_KEY=wrong AWS_DEFAULT_REGION=xx-nowhere-1)
play() {
    env "${own[@]}" \
        ansible-playbook "$@" "${extra_vars[@]}" >"${work}/log" 2>&1 || { cat "${work}/log" && return 1; }
    passed=$((passed + $(sed -n 's/.*"msg": "\([0-9]*\) cases".*/\1/p' "${work}/log" | paste -sd+ | sed 's/^$/0/') ))
}
