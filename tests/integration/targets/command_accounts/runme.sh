#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
# The subcommands of octo-aws for accounts, as a person uses them: without a terminal, and at one.
source ../setup_fake_aws/start.sh

# Profiles are for both versions of the AWS CLI.
aws --version | grep '^aws-cli/1[.]'
/usr/bin/aws --version | grep '^aws-cli/2[.]'

export HOME="${work}/home" COMMAND="${work}/home/bin/octo-aws" WORK="${work}" AWS_PAGER=""
mkdir "${HOME}"
ansible-playbook octo.aws.install_command -i "localhost," -e ansible_python_interpreter="$(command -v python)" \
    -e path="${COMMAND}" >"${work}/log" 2>&1 || { cat "${work}/log" && exit 1; }
python save.py >"${work}/save.yml"
ansible-playbook "${work}/save.yml" "${extra_vars[@]}" >"${work}/log" 2>&1 || { cat "${work}/log" && exit 1; }
export PYTHONPATH="${PWD}/../command${PYTHONPATH:+:${PYTHONPATH}}"
python without_terminal.py
python terminal.py
