#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Each service on an AWS of its own.
set -eu -o pipefail
./service.sh secretsmanager octo GetSecretValue
./service.sh ssm /octo GetParameter
