#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
mkdir "${work}/code"
echo 'def handler(event, context): return {"ok": True}' >"${work}/code/app.py"
ansible-playbook functions.yml "${extra_vars[@]}" "$@" 2>"${work}/shown" || { cat "${work}/shown" && exit 1; }
grep -q "\[octo.aws\] .*function orders is Pending, https://eu-central-1.console" "${work}/shown"
