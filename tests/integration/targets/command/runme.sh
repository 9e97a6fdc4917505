#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
# The command octo-aws as a person uses it: installed by its playbook, at a terminal and without one.
source ../setup_fake_aws/start.sh

export HOME="${work}/home" COMMAND="${work}/home/bin/octo-aws" WORK="${work}"
mkdir "${HOME}"
log="${work}/log"
says() {
    grep -qF -- "$1" "${log}" || { cat "${log}" && echo "it should have said: $1" && exit 1; }
}
install() {
    ansible-playbook octo.aws.install_command -i "localhost," -e ansible_python_interpreter="$(command -v python)" "$@" \
        >"${log}" 2>&1
}

install -e path="~/bin/octo-aws" || { cat "${log}" && exit 1; }
says "octo-aws is installed as ${COMMAND}."
says "${HOME}/bin is not in PATH. Add this line to the profile of your shell:"
grep -qxF "export PATH=${HOME}/bin:\$PATH" "${log}" || { cat "${log}" && exit 1; }
[ "$(grep -c '^TASK ' "${log}")" = 1 ] || { cat "${log}" && echo "it should have one task" && exit 1; }
PATH="${HOME}/bin:${PATH}" install -e path="${COMMAND}"
says "is already installed as ${COMMAND}."
says "Run octo-aws --help."
echo "of another tool" >"${HOME}/foreign"
ln -s "${COMMAND}" "${HOME}/link"
for path in foreign link; do
    if install -e path="${HOME}/${path}"; then
        echo "it replaced ${path}" && exit 1
    fi
    says "${HOME}/${path} exists, and is not a launcher of octo.aws. Nothing was written."
done
[ "$(cat "${HOME}/foreign")" = "of another tool" ]
if install -e path=octo-aws; then
    echo "it took a path that depends on the folder" && exit 1
fi
says "The path octo-aws is not valid."
install -e "{\"path\": \"${HOME}/a folder's name/octo-aws\"}"
"${HOME}/a folder's name/octo-aws" --help >"${log}"
says "Run a command with an account."

python save.py >"${work}/save.yml"
ansible-playbook "${work}/save.yml" "${extra_vars[@]}" >"${log}" 2>&1 || { cat "${log}" && exit 1; }
python without_terminal.py
python console.py
python terminal.py
