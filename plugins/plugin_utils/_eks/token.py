# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign the tokens of EKS clusters. A token is a presigned request to STS, which the cluster sends."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import typing as t

from ...module_utils._clock import now
from ...module_utils._secrecy import register

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials

_PREFIX = "k8s-aws-v1."
_CLUSTER_HEADER = "x-k8s-aws-id"
"""Signed with the request, so that no other cluster accepts the token."""
_URL_SECONDS = 60
"""As in the AWS CLI. The authenticator of EKS rejects more than 15 minutes."""
_LIFETIME = datetime.timedelta(minutes=14)
"""The authenticator of EKS accepts a token for 15 minutes. One minute is for clocks that differ (AWS CLI, ``eks
get-token``)."""


@dataclasses.dataclass(frozen=True)
class Token:
    """A token for one cluster."""

    text: str = dataclasses.field(repr=False)
    expiration: datetime.datetime


def sign_token(client: t.Any, credentials: Credentials, cluster: str) -> Token:
    """Sign a token for a cluster. It takes no request.

    :param client: of STS, with these credentials
    :param cluster: the name of the cluster, or the ID of a local cluster on AWS Outposts
    """

    def add_cluster(request: t.Any, **_event: t.Any) -> None:
        request.headers[_CLUSTER_HEADER] = cluster

    # The time of the signature is a moment later.
    expiration = now() + _LIFETIME
    # botocore emits this event before it signs the URL.
    client.meta.events.register("before-sign.sts.GetCallerIdentity", add_cluster)
    url = client.generate_presigned_url("get_caller_identity", ExpiresIn=_URL_SECONDS, HttpMethod="GET")
    text = _PREFIX + base64.urlsafe_b64encode(url.encode("utf-8")).decode("ascii").rstrip("=")
    register([text, url])
    return Token(text, min(expiration, credentials.expiration or expiration))
