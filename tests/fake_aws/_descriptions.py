# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let all sessions of botocore share what they read. Import this before moto.

moto makes a session for each region while it is imported, and each session reads the list of all endpoints again. That
is a third of the start, which each test target and each page of the documentation waits for.
"""

from __future__ import annotations

import functools

import botocore.session

botocore.session.create_loader = functools.cache(botocore.session.create_loader)
