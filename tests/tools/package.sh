#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Builds the collection, looks at what is in it, installs it into an empty home folder and uses it from there.
#
#     tests/tools/package.sh COLLECTIONS    the folder with the collections that it depends on

set -eu -o pipefail

dependencies="$1"
folder="$(mktemp -d)"
trap 'rm -rf "${folder}"' EXIT

ansible-galaxy collection build --output-path "${folder}" .
package="$(echo "${folder}"/octo-aws-*.tar.gz)"
tar -tzf "${package}" | grep -v '/$' | sort >"${folder}/list"

# What users need, and nothing else.
for wanted in MANIFEST.json README.md CHANGELOG.md CHANGELOG.rst COPYING LICENSES/GPL-3.0-or-later.txt requirements.txt \
    meta/runtime.yml meta/execution-environment.yml changelogs/changelog.yaml docs/docsite/rst/errors.rst \
    plugins/lookup/creds.py plugins/action/aws_account.py plugins/modules/aws_account.py playbooks/add_account.yml \
    plugins/module_utils/_host/module.py roles/aws_steps/README.md roles/aws_steps/meta/argument_specs.yml; do
    grep -qx "${wanted}" "${folder}/list" || { echo "${wanted} is missing"; exit 1; }
done
if grep -E '^(tests|\.|Makefile|noxfile|antsibull-nox|pyproject|requirements-|docs/docsite/site|galaxy)|/\.|\.pyc$|__pycache__|changelogs/fragments/' "${folder}/list"; then
    echo "The files above have no place in the package."
    exit 1
fi

export HOME="${folder}/home"
mkdir "${HOME}"
unset ANSIBLE_COLLECTIONS_PATH
ansible-galaxy collection install --no-deps "${package}"
# Galaxy would bring it.
cp -r "${dependencies}/ansible_collections/amazon" "${HOME}/.ansible/collections/ansible_collections/"
cd "${HOME}"
# Nothing that runs needs a file of another folder.
find "${HOME}/.ansible/collections/ansible_collections/octo/aws" -mindepth 1 -maxdepth 1 \
    ! -name meta ! -name playbooks ! -name plugins ! -name roles -exec rm -r {} +

echo password >password
export ANSIBLE_VAULT_PASSWORD_FILE="${HOME}/password"
ansible localhost -m octo.aws.aws_account -a \
    '{"name": "prod", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "not-a-secret", "test": false}'
ansible localhost -m ansible.builtin.assert -a \
    '{"that": ["lookup(\"octo.aws.creds\", \"prod\").secret_key == \"not-a-secret\""]}'
test -s "${HOME}/.ansible/octo/aws/accounts/prod.vault"
ansible-playbook octo.aws.list_accounts
ansible-doc --type lookup octo.aws.creds | grep "IAM role" >"${folder}/lookup"
ansible-doc octo.aws.aws_account octo.aws.aws_account_info | grep secret_key >"${folder}/modules"
