# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: elsewhere
short_description: This machine, as if it were another one
author: octo.aws contributors (@octo-aws)
description: Files have to be sent there.
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):
    """This machine, as if it were another one."""

    transport = "elsewhere"
    _remote_is_local = False
