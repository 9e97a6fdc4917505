#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Files that are sent in parts: checksums from end to end, and no parts that stay.

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
head -c 20000000 /dev/urandom >"${work}/large.bin"
ansible-playbook buckets.yml "${extra_vars[@]}"
export PYTHONPATH="${ANSIBLE_COLLECTIONS_PATH%%:*}${PYTHONPATH:+:${PYTHONPATH}}"
python rules.py "${work}/aws.json" "${work}/large.bin"
# With another version of botocore, if one is named: pip install --no-deps --target FOLDER botocore==1.35.0
if [ -n "${OTHER_BOTOCORE:-}" ]; then
    PYTHONPATH="${OTHER_BOTOCORE}:${PYTHONPATH}" python rules.py "${work}/aws.json" "${work}/large.bin"
fi
for calculation in when_supported when_required; do
    AWS_REQUEST_CHECKSUM_CALCULATION="${calculation}" ansible-playbook large.yml "${extra_vars[@]}" -e "calculation=${calculation}"
done
# A shell that was started with nohup, or in the background, ignores signals, and so would the module.
env --default-signal=HUP,INT,TERM ansible-playbook interrupted.yml "${extra_vars[@]}" -e "ansible_remote_tmp=${work}/remote ansible_async_dir=${work}/async"
echo "3 passed"
