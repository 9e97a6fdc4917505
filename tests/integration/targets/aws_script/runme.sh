#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh

# The AWS CLI keeps sessions of roles that it took by itself in its home.
export HOME="${work}/home"
mkdir "${HOME}"
export ANSIBLE_ASYNC_DIR="${work}/async"
# What a user may have in the shell, and what would lead elsewhere.
printf 'this is [no config' >"${work}/broken"
disturbed=(env AWS_PROFILE=nowhere AWS_DEFAULT_PROFILE=nowhere AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE
    AWS_SECRET_ACCESS_KEY=wrong AWS_SESSION_TOKEN=wrong AWS_SECURITY_TOKEN=wrong AWS_CONFIG_FILE="${work}/broken"
    AWS_SHARED_CREDENTIALS_FILE="${work}/broken" AWS_ROLE_ARN=arn:aws:iam::123456789012:role/nowhere
    AWS_BEARER_TOKEN_BEDROCK=wrong AWS_OF_TOMORROW=wrong EC2_ACCESS_KEY=wrong AWS_CREDENTIAL_FILE="${work}/broken" BOTO_CONFIG="${work}/broken"
    AWS_ACCOUNT_ID=999999999999 AWS_DEFAULT_REGION=xx-nowhere-1 AWS_DEFAULT_OUTPUT=text)
"${disturbed[@]}" ansible-playbook script.yml "${extra_vars[@]}" "$@"

echo "Nothing is kept, whatever ansible-core is told to keep, and what could not be kept away is refused"
export ANSIBLE_LOCAL_TEMP="${TMPDIR}"
ANSIBLE_KEEP_REMOTE_FILES=1 ANSIBLE_REMOTE_TEMP="${work}/remote" ansible-playbook kept.yml "${extra_vars[@]}" >"${work}/log" || { cat "${work}/log" && exit 1; }
if find "${work}/remote" -type f 2>/dev/null | grep -q .; then
    find "${work}/remote" -type f && exit 1
fi

echo "A region that botocore does not know is warned of, once"
for what in "aws_script -a 'cmd=true region=eu-centrall-1'" "aws_identity -a 'region=eu-centrall-1'"; do
    bash -c "ansible all -i one,two, -c local -e ansible_python_interpreter=$(command -v python) -m octo.aws.${what}" >"${work}/log" 2>&1 || true
    [ "$(grep -c "Unknown region .eu-centrall-1.. Did you mean .eu-central-1." "${work}/log")" -eq 1 ] || { cat "${work}/log" && exit 1; }
done
echo "3 passed"
