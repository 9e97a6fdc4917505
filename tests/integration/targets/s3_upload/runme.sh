#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_test_aws/start.sh
passed=0
logs=()
play() {
    local file="$1"
    shift
    local log
    log="$(mktemp "${work}/log-XXXXXX")"
    logs+=("${log}")
    ansible-playbook "${file}" "${extra_vars[@]}" "$@" >"${log}" 2>&1 || { cat "${log}" && return 1; }
    # An assertion that holds is a case.
    passed=$((passed + $(grep -c '"msg": "All assertions passed"' "${log}" || true)))
}
secret="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["secret_key"])' "${work}/aws.json")"

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

# All of it at the highest verbosity, and searched in the end.
export ANSIBLE_LOG_PATH="${work}/ansible-log"

play save.yml
echo "What is uploaded, and when it is not"
play uploads.yml -vvvvv --diff
echo "What is on the objects"
play objects.yml
echo "What is deleted, over several pages"
play deletions.yml
echo "What cannot be uploaded"
play failures.yml -vvvvv --diff

cat >"${work}/elsewhere.ini" <<END
elsewhere ansible_connection=elsewhere ansible_remote_tmp=${work}/elsewhere ansible_async_dir=${work}/async ansible_python_interpreter=$(command -v python)
END
elsewhere=(-i "${work}/elsewhere.ini")
echo "Another host: files are sent, and no copy stays"
for pipelining in true false; do
    ANSIBLE_PIPELINING="${pipelining}" play elsewhere.yml "${elsewhere[@]}" -vvvvv --diff
done

echo "No secret in an output"
grep -q 's3_upload' "${work}/ansible-log"
if grep -qF "${secret}" "${work}/ansible-log" "${logs[@]}"; then
    echo "The secret key was shown." && exit 1
fi
echo "$((passed + 1)) passed"
