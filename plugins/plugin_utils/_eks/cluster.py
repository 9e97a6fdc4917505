# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EKS clusters, as AWS describes them."""

from __future__ import annotations

import base64
import dataclasses
import re
import typing as t

from ...module_utils._aws.console import console_url, with_console
from ...module_utils._aws.errors import call, retry_throttled
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import refused
from ...module_utils._secrecy import without_password

_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Cluster:
    """A cluster with an endpoint.

    :param host: the URL of its API server
    :param ca_certificate: the certificate authority of the API server, as text in PEM
    :param token_name: the name of the cluster in tokens: its ID for a local cluster on AWS Outposts
    """

    name: str
    arn: str
    region: str
    host: str
    ca_certificate: str
    token_name: str

    @property
    def ca_data(self) -> str:
        """The certificate authority, as a kubeconfig has it."""
        return base64.b64encode(self.ca_certificate.encode("utf-8")).decode("ascii")


def check_cluster_name(name: str) -> str:
    """Check the name of a cluster (EKS API reference, CreateCluster).

    :raises OctoAwsError: no cluster can have this name
    """
    if not _NAME.fullmatch(name):
        raise refused(
            "cluster",
            f"cannot be {name!r:.120}",
            "It has 1 to 100 letters, digits, hyphens and underscores, and starts with a letter or a digit.",
        )
    return name


def describe_cluster(client: t.Any, name: str, secrets: t.Iterable[str]) -> Cluster:
    """Request the endpoint of a cluster (EKS API reference, DescribeCluster).

    :param client: of EKS
    :param secrets: values to mask in messages
    :raises OctoAwsError: the request failed, or the cluster has no endpoint
    """
    region = client.meta.region_name
    try:
        response = retry_throttled(lambda: call(client, "describe_cluster", secrets, name=name))
    except OctoAwsError as error:
        if not error.is_refusal("ResourceNotFoundException"):
            raise
        raise error.with_text(
            f"The cluster {name!r} does not exist in the region {region}.",
            "Correct cluster, region or the account. To list the clusters, run `aws eks list-clusters`.",
            ErrorCode.CLUSTER_UNKNOWN,
        ) from None
    cluster = response.get("cluster") or {}
    host = str(cluster.get("endpoint") or "")
    encoded = str((cluster.get("certificateAuthority") or {}).get("data") or "")
    if cluster.get("name") == name and not (host and encoded):
        raise OctoAwsError(
            ErrorCode.CLUSTER_NOT_READY,
            f"The cluster {name!r} in the region {region} has no endpoint; its state is {cluster.get('status')}.",
            hint=with_console(
                console_url(region, f"eks/home?region={region}#/clusters/{name}"),
                "Wait until it is ACTIVE: run `aws eks wait cluster-active`.",
            ),
        )
    try:
        certificate = base64.b64decode(encoded, validate=True).decode("ascii")
    except ValueError:
        certificate = ""
    arn = str(cluster.get("arn"))
    if cluster.get("name") != name or not host.startswith("https://") or "BEGIN CERTIFICATE" not in certificate:
        raise OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"EKS at {without_password(client.meta.endpoint_url)} did not return the cluster {name!r}.",
            hint="Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
        )
    return Cluster(name, arn, region, host, certificate, cluster.get("id") or name)
