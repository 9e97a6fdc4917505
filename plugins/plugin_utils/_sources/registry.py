# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sources, by account type."""

from __future__ import annotations

import typing as t
from importlib import import_module

if t.TYPE_CHECKING:
    from .protocol import Source

SOURCES = {
    "access_key": ("access_key", "AccessKeySource"),
    "instance_role": ("instance_role", "InstanceRoleSource"),
    "web_identity": ("web_identity", "WebIdentitySource"),
    "profile": ("profile", "ProfileSource"),
    "sso": ("sso", "SsoSource"),
    "roles_anywhere": ("roles_anywhere", "RolesAnywhereSource"),
    "vault": ("vault", "VaultSource"),
}
"""Module and class of each account type, imported on first use."""


def source_of(account_type: str) -> Source:
    """Return the source of an account type."""
    module, name = SOURCES[account_type]
    source: Source = getattr(import_module(f".{module}", __package__), name)()
    return source
