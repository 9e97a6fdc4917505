#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
mkdir -p "${work}/site/assets/fonts" "${work}/files"
(
    cd "${work}/site"
    echo one >index.html
    echo two >"assets/a b+c & ü.css"
    echo three >assets/fonts/body.woff2
    echo four >assets/debug.map
    : >empty.txt
)
head -c 40000000 /dev/urandom >"${work}/large.bin"
cat >"${work}/hosts.ini" <<END
localhost
worker
END
ansible-playbook downloads.yml "${extra_vars[@]}" -i "${work}/hosts.ini" "$@"
