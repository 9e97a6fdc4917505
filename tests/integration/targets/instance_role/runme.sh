#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# In a network namespace of its own, where the metadata services have their real addresses.
if [ -z "${OWN_NETWORK:-}" ]; then
    OWN_NETWORK=yes exec unshare --map-root-user --net "$0" "$@"
fi
python addresses.py 169.254.169.254 169.254.170.2 fd00:ec2::254
FAKE_AWS_OPTIONS="--address :: --port 80"
source ../setup_fake_aws/start.sh
unset AWS_EC2_METADATA_SERVICE_ENDPOINT

steer() {
    python -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1], data=sys.argv[2].encode()).read()' \
        "${aws_url}/_test/$1" "$2"
}

passed=0
# What the lookup and the test of an account say: an error code, or nothing where the role is found.
role() {
    local expected="$1"
    shift
    env "$@" ansible-playbook role.yml "${extra_vars[@]}" -e "expected=${expected}"
    passed=$((passed + 1))
}

# EC2
role ""
role "" AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6
role "" AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1/
role "" AWS_PROFILE=does-not-exist AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE AWS_SECRET_ACCESS_KEY=not-this-one
role instance_metadata_unreachable AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1
role instance_metadata_disabled AWS_EC2_METADATA_DISABLED=true
role option_invalid AWS_METADATA_SERVICE_TIMEOUT=soon
role option_invalid AWS_EC2_METADATA_SERVICE_ENDPOINT=ftp://127.0.0.1
for mode in stalled:instance_metadata_blocked version1:instance_metadata_blocked disabled:instance_metadata_disabled \
    no_role:instance_role_missing no_keys:instance_role_missing; do
    steer metadata "{\"mode\": \"${mode%%:*}\"}"
    role "${mode##*:}" AWS_METADATA_SERVICE_TIMEOUT=1
done
# without ERROR VARIABLE...
without() {
    env "${@:2}" ansible-playbook without.yml "${extra_vars[@]}" -e "expected=$1"
    passed=$((passed + 1))
}
steer metadata '{"mode": "no_role"}'
without instance_role_missing
without instance_metadata_disabled AWS_EC2_METADATA_DISABLED=true
without container_credentials_failed AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/container
steer metadata '{"mode": "normal"}'
without option_invalid AWS_ENDPOINT_URL=nonsense

# ECS and EKS Pod Identity. Nothing is taken from EC2 in their place.
printf container-authorization-token >"${work}/token"
full="AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/container"
role "" AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/container AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token
role "" "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token
role "" "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="${work}/token"
role container_credentials_failed "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN=wrong
role container_credentials_failed "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="${work}/not-there"
role container_credentials_failed AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.invalid/container
role container_credentials_failed AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/container
for mode in no_keys expired; do
    steer metadata "{\"mode\": \"${mode}\"}"
    role container_credentials_failed "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token
done
steer metadata '{"mode": "normal"}'

# EKS service accounts: the web identity comes before the two others, and nothing is taken in its place.
printf e30.e30.web-identity-token >"${work}/web"
printf e30.e30.expired-web-identity-token >"${work}/expired"
pod=(AWS_ROLE_ARN=arn:aws:iam::123456789012:role/web AWS_ROLE_SESSION_NAME=pod "${full}"
    AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token)
extra_vars+=(-e "arn=arn:aws:sts::123456789012:assumed-role/web/pod")
role "" "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web"
role web_identity_token_unreadable "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/not-there"
role web_identity_refused "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/expired"
role option_invalid "${pod[@]}" AWS_ROLE_ARN= AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web"
HOME="${work}" env "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web" ansible-playbook clients.yml "${extra_vars[@]}" -e expected=
for case in not-there:web_identity_token_unreadable expired:web_identity_refused; do
    IFS=: read -r token code <<<"${case}"
    HOME="${work}/home-of-${token}" env "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/${token}" \
        ansible-playbook clients.yml "${extra_vars[@]}" -e "expected=${code}"
done
passed=$((passed + 3))

# Files of tasks: with keys, no AWS client finds the role of the host; with that role, all of them do.
# steps NAME-OF-ROLE HOP ERROR VARIABLE...
steps() {
    env HOME="${work}/home-of-steps" "${@:4}" ansible-playbook steps.yml "${extra_vars[@]}" -e "own=$1" -e "hop=$2" -e "expected=$3"
    rm -rf "${work}/home-of-steps"
    passed=$((passed + 1))
}
steps instance deploy ""
steps instance deploy "" "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN=container-authorization-token
steps none none container_credentials_failed "${full}" AWS_CONTAINER_AUTHORIZATION_TOKEN=wrong
steps web after_web "" "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web"
steps none none web_identity_token_unreadable "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/not-there"
steps none none web_identity_refused "${pod[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="${work}/expired"
steps none none option_invalid "${pod[@]}" AWS_ROLE_ARN= AWS_WEB_IDENTITY_TOKEN_FILE="${work}/web"

ansible-playbook guard.yml "${extra_vars[@]}"
echo "${passed} passed"
