#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh

# Each test is one of the fake AWS itself: whether it does what AWS does.
TEST_AWS_FACTS="${work}/aws.json" python -m pytest -q -p no:cacheprovider .
