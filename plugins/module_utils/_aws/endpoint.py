# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The STS endpoint to use."""

from __future__ import annotations

import typing as t

ENDPOINT_VARIABLES = (
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
"""Environment variables that choose the STS endpoint."""


class Endpoint(t.NamedTuple):
    """An STS endpoint.

    :param region: empty for the default region of the partition
    :param partition: the partition of the requested role; empty where it is not known
    :param url: a URL in place of the endpoint of the region
    :param ca_bundle: a file of CA certificates in place of those of the system
    """

    region: str = ""
    partition: str = ""
    url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""
