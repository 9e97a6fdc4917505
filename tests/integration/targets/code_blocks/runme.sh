#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The code blocks of the documentation, as they are pasted; with a part of its name, those of one page.
set -eu -o pipefail
tools="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/octo/aws/tests/code_blocks"
python "${tools}/run.py" ./page.sh "$@"
[ -z "$*" ] || exit 0

echo "Blocks that are broken fail"
results="$(mktemp)"
trap 'rm "${results}"' EXIT
if ./page.sh broken.rst "${results}"; then
    echo "The page should have failed"
    exit 1
fi
python check_broken.py "${results}"
