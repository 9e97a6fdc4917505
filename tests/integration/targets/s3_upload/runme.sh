#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
passed=0
play() {
    local file="$1"
    shift
    ansible-playbook "${file}" "${extra_vars[@]}" "$@" >"${work}/log" 2>&1 || { cat "${work}/log" && return 1; }
    # An assertion that holds is a case.
    passed=$((passed + $(grep -c 'All assertions passed' "${work}/log" || true)))
}

mkdir -p "${work}/site/assets/fonts" "${work}/site/.well-known" "${work}/empty" "${work}/linked"
ln -s /etc/hostname "${work}/linked/outside"
(
    cd "${work}/site"
    echo one >index.html
    echo two >"assets/a b+c & ü.css"
    echo three >assets/fonts/body.woff2
    echo four >assets/debug.map
    echo five >.well-known/security.txt
)
head -c 20000000 /dev/zero >"${work}/large.bin"

play save.yml
echo "What is uploaded, and when it is not"
play uploads.yml
echo "Templates, checksums in keys, addresses and buckets"
play parity.yml
echo "What is on the objects"
play objects.yml
echo "What is deleted, over several pages"
play deletions.yml
echo "What cannot be uploaded"
play failures.yml

cat >"${work}/elsewhere.ini" <<END
elsewhere ansible_connection=elsewhere ansible_remote_tmp=${work}/elsewhere ansible_async_dir=${work}/async ansible_python_interpreter=$(command -v python)
END
elsewhere=(-i "${work}/elsewhere.ini")
echo "Another host: files are sent, and no copy stays"
for pipelining in true false; do
    ANSIBLE_PIPELINING="${pipelining}" play elsewhere.yml "${elsewhere[@]}"
done
echo "${passed} passed"
