# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: how STS is reached.

Ground: imports nothing of the collection.
"""

from __future__ import annotations

import typing as t

ENDPOINT_VARIABLES = (
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
"""Environment variables that say which STS is asked."""


class Endpoint(t.NamedTuple):
    """How STS is reached.

    :param region: empty for one that answers for the whole partition
    :param partition: of the role that is asked for; empty where it is not known
    :param url: in place of the region's own endpoint
    :param ca_bundle: a file of CA certificates, in place of the system's
    """

    region: str = ""
    partition: str = ""
    url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""
