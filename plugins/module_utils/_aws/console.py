# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS console."""

from __future__ import annotations

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""Of the partitions with a public console."""
_OF_REGIONS = (("cn-", _DOMAINS["aws-cn"]), ("us-gov-", _DOMAINS["aws-us-gov"]))


def console_domain(arn: str) -> str:
    """Return the domain of the console for a resource; empty if it is not known."""
    parts = arn.split(":")
    return _DOMAINS.get(parts[1], "") if len(parts) > 5 else ""


def with_console(url: str, *sentences: str) -> str:
    """Return sentences of a hint, and an address in the console after them.

    :param url: empty if it is not known
    :param sentences: empty ones are left out
    """
    return " ".join(filter(None, (*sentences, url and f"Console: {url}")))


def console_url(region: str, path: str) -> str:
    """Return an address in the console of a region; empty for regions without a public console."""
    if "-iso" in region:
        return ""
    domain = next((domain for prefix, domain in _OF_REGIONS if region.startswith(prefix)), _DOMAINS["aws"])
    return f"https://{region}.{domain}/{path}"
