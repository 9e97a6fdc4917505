# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters and their tokens."""

from __future__ import annotations

import base64
import datetime
import types
import typing as t
import urllib.parse

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.botocore import isolated_session, make_client
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._eks.cluster import check_cluster_name, describe_cluster
from ansible_collections.octo.aws.plugins.plugin_utils._eks.token import Token, sign_token

PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
SHOP = {
    "name": "shop",
    "arn": "arn:aws:eks:eu-central-1:123456789012:cluster/shop",
    "status": "ACTIVE",
    "endpoint": "https://shop.example.org",
    "certificateAuthority": {"data": base64.b64encode(PEM.encode()).decode()},
}


def keys(**values: t.Any) -> Credentials:
    return Credentials("AKIAIOSFODNN7EXAMPLE", "canary-secret", region="eu-central-1", **values)


def sign(credentials: Credentials, region: str = "eu-central-1", cluster: str = "shop") -> Token:
    client = make_client(isolated_session(), "sts", region, credentials, connect_timeout=1, read_timeout=1, attempts=1)
    return sign_token(client, credentials, cluster)


@pytest.fixture(autouse=True)
def _no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "sts.eu-central-1.amazonaws.com"),
        ("us-east-1", "sts.us-east-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_a_token_is_a_request_to_the_sts_of_the_region(region: str, host: str) -> None:
    token = sign(keys(session_token="canary/token+"), region)
    assert token.text.startswith("k8s-aws-v1.")
    assert "=" not in token.text
    encoded = token.text.removeprefix("k8s-aws-v1.")
    url = urllib.parse.urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    query = dict(urllib.parse.parse_qsl(url.query))
    assert (url.scheme, url.netloc, url.path) == ("https", host, "/")
    assert query["Action"] == "GetCallerIdentity"
    assert query["X-Amz-Expires"] == "60"
    assert query["X-Amz-SignedHeaders"] == "host;x-k8s-aws-id"
    assert query["X-Amz-Security-Token"] == "canary/token+"
    assert "canary-secret" not in url.query
    assert token.text not in repr(token)


def test_a_token_ends_with_its_session() -> None:
    left = (sign(keys()).expiration - now()).total_seconds()
    assert 13 * 60 < left <= 14 * 60
    soon = now() + datetime.timedelta(minutes=5)
    assert sign(keys(expiration=soon)).expiration == soon


@pytest.mark.parametrize("name", ["shop", "0", "A-b_c", "a" * 100])
def test_good_names(name: str) -> None:
    assert check_cluster_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "a" * 101, "ä", "a\n"])
def test_bad_names(name: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_cluster_name(name)
    assert caught.value.code is ErrorCode.OPTION_INVALID


def client_with(cluster: t.Any) -> t.Any:
    meta = types.SimpleNamespace(region_name="eu-central-1", endpoint_url="https://eks.example.org")
    return types.SimpleNamespace(meta=meta, describe_cluster=lambda name: {"cluster": cluster})


def test_a_cluster() -> None:
    cluster = describe_cluster(client_with(SHOP), "shop", [])
    assert cluster.ca_certificate == PEM
    assert cluster.token_name == "shop"
    assert describe_cluster(client_with({**SHOP, "id": "0-1"}), "shop", []).token_name == "0-1"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"endpoint": None, "status": "CREATING"}, ErrorCode.CLUSTER_NOT_READY),
        ({"certificateAuthority": {}}, ErrorCode.CLUSTER_NOT_READY),
        ({"name": "other"}, ErrorCode.AWS_ANSWER_INVALID),
        ({"endpoint": "http://shop.example.org"}, ErrorCode.AWS_ANSWER_INVALID),
        ({"certificateAuthority": {"data": "!"}}, ErrorCode.AWS_ANSWER_INVALID),
        ({"certificateAuthority": {"data": "eA=="}}, ErrorCode.AWS_ANSWER_INVALID),
    ],
)
def test_clusters_that_cannot_be_used(changed: dict[str, t.Any], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as caught:
        describe_cluster(client_with({**SHOP, **changed}), "shop", [])
    assert caught.value.code is code
    assert caught.value.hint
