#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# The examples of the documentation, as they are pasted.
registry="$(mktemp -d)"
export FAKE_AWS_OPTIONS="--registry ${registry}"
source ../setup_fake_aws/start.sh
trap 'end; rm -rf "${registry}"' EXIT
export SSL_CERT_FILE="${registry}/registry.crt" REGISTRY_AUTH_FILE="${work}/logins.json"
mkdir "${work}/images"
python "${collection}/tests/integration/targets/containers/images.py" "${work}/images"
cp "${work}/images/docker.tar" "${work}/app.tar"

# A collection that checks the options of its one module, as no cluster is here.
kubernetes="${work}/collections/ansible_collections/kubernetes/core"
mkdir -p "${kubernetes}/meta" "${kubernetes}/plugins/modules"
printf '%s\n' 'action_groups: {k8s: [k8s]}' >"${kubernetes}/meta/runtime.yml"
cp k8s.py "${kubernetes}/plugins/modules/"
export ANSIBLE_COLLECTIONS_PATH="${ANSIBLE_COLLECTIONS_PATH:+${ANSIBLE_COLLECTIONS_PATH}:}${work}/collections"
export AWS_CONFIG_FILE="${work}/aws-config"
# In a job, no terminal counts.
unset JOB_ID GITHUB_RUN_ID CI_JOB_ID BUILD_BUILDID CIRCLE_WORKFLOW_ID BUILDKITE_JOB_ID BITBUCKET_BUILD_NUMBER BUILD_NUMBER
unset DISPLAY WAYLAND_DISPLAY
# One example is for a job of GitHub Actions.
be_github_job
ansible-doc --json --type lookup octo.aws.creds octo.aws.ecr octo.aws.eks >"${work}/creds.json"
mapfile -t modules < <(find "${collection}/plugins/modules" -name '*.py' ! -name '__init__.py' -printf 'octo.aws.%f\n' | sed 's/\.py$//')
ansible-doc --json "${modules[@]}" >"${work}/modules.json"
python examples.py "${work}"
passed=0
for playbook in "${work}"/example-*.yml; do
    # The example of the approval is answered, and that of a sign-in needs a terminal.
    command=(ansible-playbook "${playbook}" "${extra_vars[@]}" "$@")
    case "${playbook}" in
        *.approval.yml) command=(python ../approval/terminal.py yes -- "${command[@]}") ;;
        *.aws_account_import.yml) command=(python ../playbooks/terminal.py "${command[@]}" --) ;;
    esac
    "${command[@]}"
    passed=$((passed + 1))
done
echo "${passed} passed"
