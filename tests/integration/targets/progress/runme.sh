#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
export ANSIBLE_ASYNC_DIR="${work}/async"
mkdir "${work}/files"
for number in $(seq 200); do
    printf '%0100d' "${number}" >"${work}/files/${number}.txt"
done
for playbook in waits uploads; do
    ansible-playbook "${playbook}.yml" "${extra_vars[@]}" "$@" 2>>"${work}/shown" || { cat "${work}/shown" && exit 1; }
done
python shown.py "${work}/shown"
