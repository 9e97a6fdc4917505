#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
# The playbooks, and the files that they use, are those of the target aws_steps.
source ../aws_steps/start.sh

expect() {
    python ../sessions/asked.py "${aws_url}" "$@"
    passed=$((passed + 1))
}

echo "All kinds: in check mode, first, in check mode again, and again"
for first in true false; do
    for mode in "--check --diff" --diff; do
        # shellcheck disable=SC2086 # several options
        play ../aws_steps/kinds.yml ${mode} -e "{\"first\": ${first}}"
    done
done

echo "20 hosts, 5 steps, one role: one session"
rm -rf "${ANSIBLE_HOME}/octo/aws/sessions"
expect --forget
play ../aws_steps/fleet.yml -f 20 -i "$(printf 'host%s,' $(seq 20))" --limit 'all:!localhost'
expect AssumeRole=1

echo "Without community.aws"
mkdir -p "${work}/collections/ansible_collections/amazon" "${work}/collections/ansible_collections/octo"
root="$(cd "${collection}/../../.." && pwd)"
ln -s "${root}/ansible_collections/amazon/aws" "${work}/collections/ansible_collections/amazon/aws"
ln -s "${root}/ansible_collections/octo/aws" "${work}/collections/ansible_collections/octo/aws"
ANSIBLE_COLLECTIONS_PATH="${work}/collections" play ../aws_steps/alone.yml
echo "${passed} passed"
