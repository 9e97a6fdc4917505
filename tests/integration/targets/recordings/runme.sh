#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
# Compare the recordings of the documentation with runs of this code. To make them: runme.sh --write FOLDER [SCENE...]
source ../setup_fake_aws/start.sh

[ "${1:-}" = --write ] || set -- --compare "${collection}/docs/docsite/images"
python "${collection}/tests/recordings/record.py" --aws "${work}/aws.json" "$@"
