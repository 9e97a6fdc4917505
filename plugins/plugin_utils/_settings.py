# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the settings that every plugin takes, as plain values.

Ground: imports nothing of the collection. Where a setting can come from (option, variable, environment, ini file,
default) is written down once, in the documentation of the lookup C(creds); ansible-core reads it from there.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a task or lookup was told about where accounts live and how they are used.

    :param store: the URL or the path of the store
    :param vault_id: whose vault password seals a new record
    :param region: the region from an option; it comes before the account's own
    :param fallback_region: the region from a variable, the environment or an ini file; it comes after the account's own
    """

    store: str
    vault_id: str | None = None
    region: str = ""
    fallback_region: str = ""

    def region_for(self, account_region: str) -> str:
        """The region to use an account in, or an empty string."""
        return self.region or account_region or self.fallback_region
