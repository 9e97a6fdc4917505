#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Build the collection, and import it as Galaxy does when a collection is published. Its tests in containers are left
# out; "make test" has the same ones.
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

# Only releases are published. In between, the version is that of the next release with -dev0, which is below 1.0.0 at first.
is_release=true
if grep -q '^version: .*-dev0$' galaxy.yml; then is_release=false; fi

ansible-galaxy collection build --output-path "${folder}" .
cat >"${folder}/importer.cfg" <<END
[galaxy-importer]
check_changelog = true
check_required_tags = true
require_v1_or_greater = ${is_release}
run_ansible_doc = true
run_ansible_lint = true
run_ansible_test = false
run_flake8 = true
END

# The importer writes its results into the current folder, and does not fail on warnings.
cd "${folder}"
export GALAXY_IMPORTER_CONFIG="${folder}/importer.cfg" PATH="${installed}/bin:${PATH}"
python -m galaxy_importer.main "${folder}"/octo-aws-*.tar.gz | tee log
test -s importer_result.json
if grep -E '^(WARNING|ERROR|CRITICAL)' log; then
    echo "Galaxy would show the messages above for the collection."
    exit 1
fi
