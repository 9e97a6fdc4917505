#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What sshd runs in place of each command and of sftp: runs it, and keeps what it was and what is sent to it.
record="$(mktemp /run/received/XXXXXX)"
printf '%s\n' "${SSH_ORIGINAL_COMMAND}" >"${record}.command"
exec /bin/sh -c "${SSH_ORIGINAL_COMMAND}" < <(exec tee "${record}" 2>/dev/null)
