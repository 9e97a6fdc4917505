#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Lookups and images: with the fake ECR, EKS and STS, the skopeo and the registry of Debian, and a daemon of our own.

# shellcheck source-path=SCRIPTDIR disable=SC1091
registry="$(mktemp -d)"
export FAKE_AWS_OPTIONS="--registry ${registry}"
source ../setup_fake_aws/start.sh
trap 'end; rm -rf "${registry}"' EXIT
mkdir "${work}/bin" "${work}/images"

# Keeps the arguments and the environment of each run of skopeo, and runs it.
cat >"${work}/bin/skopeo" <<END
#!/bin/sh
{ printf '%s\n' "\$*"; env; } >>"${work}/skopeo"
exec "$(command -v skopeo)" "\$@"
END
chmod 755 "${work}/bin/skopeo"
export PATH="${work}/bin:${PATH}"
export SSL_CERT_FILE="${registry}/registry.crt"

python images.py "${work}/images"
python daemon.py "${work}/images/docker.tar" "${work}/daemon" &
daemon="$!"
trap 'kill "${daemon}" || true; end; rm -rf "${registry}"' EXIT

export ANSIBLE_LOG_PATH="${work}/log"
for playbook in access images failures; do
    ansible-playbook "${playbook}.yml" "${extra_vars[@]}" -vvvvv "$@" >>"${work}/output" 2>&1 \
        || { grep -v '^<' "${work}/output" | tail -n 80 && exit 1; }
done
python hidden.py "${work}"
