#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What Galaxy checks when a collection is published: builds the collection, and imports it as Galaxy does. Its tests in
# containers are left out; "make test" has the same ones.
#
#     tests/tools/importer.sh FOLDER    where the importer is installed, with libraries of its own

set -eu -o pipefail

installed="$1"
folder="$(mktemp -d)"
trap 'rm -rf "${folder}"' EXIT

if [ ! -e "${installed}/complete" ]; then
    rm -rf "${installed}"
    python -m venv "${installed}"
    "${installed}/bin/python" -m pip --quiet install galaxy-importer
    touch "${installed}/complete"
fi

ansible-galaxy collection build --output-path "${folder}" .
cat >"${folder}/importer.cfg" <<END
[galaxy-importer]
check_changelog = true
check_required_tags = true
require_v1_or_greater = true
run_ansible_doc = true
run_ansible_lint = true
run_ansible_test = false
run_flake8 = true
END

# It writes what it found into the folder that it is run in, and warnings do not make it fail.
cd "${folder}"
export GALAXY_IMPORTER_CONFIG="${folder}/importer.cfg" PATH="${installed}/bin:${PATH}"
python -m galaxy_importer.main "${folder}"/octo-aws-*.tar.gz | tee said
test -s importer_result.json
if grep -E '^(WARNING|ERROR|CRITICAL)' said; then
    echo "Galaxy would say the above about the collection."
    exit 1
fi
