#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh

# A fake AWS that speaks TLS with a certificate that nobody knows.
python "${collection}/tests/fake_aws/server.py" --write "${work}/tls.json" --tls "${work}/tls" &
tls="$!"
trap 'kill ${tls} || true; end' EXIT
for _try in $(seq 300); do
    [ -e "${work}/tls.json" ] && break
    sleep 0.1
done
python - "${work}" <<'PYTHON'
import json, sys
work = sys.argv[1]
facts = json.load(open(f"{work}/vars.json"))
facts["tls"] = json.load(open(f"{work}/tls.json"))
json.dump(facts, open(f"{work}/vars.json", "w"))
PYTHON

# What the shell and the home folder hold changes nothing.
mkdir -p "${work}/home/.aws"
printf 'broken [ file\n' >"${work}/home/.aws/config"
printf '[default]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = not-this-one\n' \
    >"${work}/home/.aws/credentials"
export AWS_CONFIG_FILE="${work}/home/.aws/config"
export AWS_SHARED_CREDENTIALS_FILE="${work}/home/.aws/credentials"
export AWS_PROFILE=does-not-exist
export AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE
export AWS_SECRET_ACCESS_KEY=not-this-one
export AWS_SESSION_TOKEN=somebody-elses

ansible-playbook errors.yml "${extra_vars[@]}" "$@"

# The ways to STS, as AWS clients take them.
way() {
    local expected="$1"
    shift
    env "$@" ansible-playbook way.yml "${extra_vars[@]}" -e "expected=${expected}"
}
way "" AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_ENDPOINT_URL_STS="${aws_url}"
way endpoint_unreachable AWS_ENDPOINT_URL=http://127.0.0.1:1
way proxy_failed NO_PROXY= HTTP_PROXY=http://user:proxy-canary@127.0.0.1:1
way "" NO_PROXY= HTTP_PROXY="${aws_url}" AWS_ENDPOINT_URL=http://sts.example.invalid
tls_url="$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "${work}/tls.json")"
way tls_failed AWS_ENDPOINT_URL="${tls_url}"
way access_key_unknown AWS_ENDPOINT_URL="${tls_url}" AWS_CA_BUNDLE="${work}/tls.crt"
