#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
umask 077

ansible-playbook save.yml "${extra_vars[@]}" "$@"

echo "60 cold processes, 20 at a time: one session"
python ../sessions/asked.py "${aws_url}" --forget
rm -rf "${ANSIBLE_HOME}/octo/aws/sessions"
root="$(cd "${collection}/../../.." && pwd)"
process=(env "PYTHONPATH=${root}" python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process datacenter)
seq 60 | xargs -P 20 -I{} "${process[@]}" >"${work}/sessions"
python ../sessions/asked.py "${aws_url}" CreateSession=1
[ "$(grep -o '"SessionToken": *"[^"]*"' "${work}/sessions" | sort | uniq -c | awk '{print $1}')" = 60 ]

echo "The key is needed for a new session only"
rm "${work}/controller.key"
"${process[@]}" >"${work}/again"
python ../sessions/asked.py "${aws_url}" CreateSession=0
rm -rf "${ANSIBLE_HOME}/octo/aws/sessions"
if "${process[@]}" >"${work}/again" 2>"${work}/error"; then
    echo "A session without a key" && exit 1
fi
grep -q "controller.key: No such file" "${work}/error"
python ../sessions/asked.py "${aws_url}" CreateSession=0
echo "4 passed"
