# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask the STS endpoint for any response, to check the network and the clock. No credentials are sent."""

from __future__ import annotations

import datetime
import email.utils
import typing as t

from .._secrecy import without_password
from .errors import explain
from .sts import unsigned_client

if t.TYPE_CHECKING:
    from .endpoint import Endpoint


class Probe(t.NamedTuple):
    """A response of an endpoint.

    :param url: of the endpoint, without a password
    :param proxy: host and port of the proxy; empty for none
    :param date: when it was sent; ``None`` if the response has no date
    """

    url: str
    proxy: str
    date: datetime.datetime | None


def probe(endpoint: Endpoint) -> Probe:
    """Send a request without credentials to STS.

    :raises OctoAwsError: there is no response
    """
    from botocore.awsrequest import AWSRequest
    from botocore.utils import get_environ_proxies

    client = unsigned_client(endpoint)
    url = client.meta.endpoint_url
    try:
        limited = client._endpoint.http_session  # see make_client
        response = limited.send(AWSRequest("GET", url).prepare())
    except Exception as error:
        raise explain(error, endpoint=url, secrets=()) from None
    proxies = get_environ_proxies(url)
    proxy = str(proxies.get(url.partition(":")[0]) or "")
    return Probe(
        without_password(url),
        proxy.rpartition("@")[2].rpartition("//")[2].rstrip("/"),
        _parsed(response.headers.get("Date")),
    )


def _parsed(date: str | None) -> datetime.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return moment.replace(tzinfo=datetime.timezone.utc) if moment and moment.tzinfo is None else moment
