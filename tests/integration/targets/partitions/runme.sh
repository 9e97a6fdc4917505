#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
ansible-playbook partitions.yml "${extra_vars[@]}" "$@"

(umask 077 && printf e30.e30.web-identity-token >"${work}/token")
env -u AWS_ENDPOINT_URL NO_PROXY= HTTPS_PROXY=http://127.0.0.1:1 ansible-playbook endpoints.yml "${extra_vars[@]}" "$@"
