# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of objects, in each partition."""

from __future__ import annotations

import types

import pytest
from ansible_collections.octo.aws.plugins.module_utils._s3.addresses import Addresses

POINT = "arn:aws:s3:eu-central-1:123456789012:accesspoint/site"
LAMBDA = "arn:aws:s3-object-lambda:eu-central-1:123456789012:accesspoint/site"


@pytest.mark.parametrize(
    ("bucket", "partition", "region", "url"),
    [
        ("site", "aws", "eu-central-1", "https://site.s3.eu-central-1.amazonaws.com/a/b%20%2B%C3%BC.css"),
        ("site", "aws-cn", "cn-north-1", "https://site.s3.cn-north-1.amazonaws.com.cn/a/b%20%2B%C3%BC.css"),
        ("site", "aws-us-gov", "us-gov-west-1", "https://site.s3.us-gov-west-1.amazonaws.com/a/b%20%2B%C3%BC.css"),
        ("www.site.org", "aws", "us-east-1", "https://s3.us-east-1.amazonaws.com/www.site.org/a/b%20%2B%C3%BC.css"),
        ("Site", "aws", "us-east-1", "https://s3.us-east-1.amazonaws.com/Site/a/b%20%2B%C3%BC.css"),
        (
            POINT,
            "aws",
            "eu-west-1",
            "https://site-123456789012.s3-accesspoint.eu-central-1.amazonaws.com/a/b%20%2B%C3%BC.css",
        ),
        (LAMBDA, "aws", "eu-central-1", None),
    ],
)
def test_url(bucket: str, partition: str, region: str, url: str | None) -> None:
    found = Addresses(bucket, partition, region).of_key("a/b +ü.css")
    assert found["url"] == url
    assert found["uri"] == f"s3://{bucket}/a/b +ü.css"
    arn = f"{bucket}/object/" if bucket.startswith("arn:") else f"arn:{partition}:s3:::{bucket}/"
    assert found["arn"] == f"{arn}a/b +ü.css"


@pytest.mark.parametrize(
    ("endpoint", "own"),
    [
        ("https://s3.eu-central-1.amazonaws.com", ""),
        ("https://s3.cn-north-1.amazonaws.com.cn", ""),
        ("http://minio:9000/", "http://minio:9000"),
        ("https://notamazonaws.com", "https://notamazonaws.com"),
    ],
)
def test_endpoint(endpoint: str, own: str) -> None:
    meta = types.SimpleNamespace(endpoint_url=endpoint, partition="aws", region_name="eu-central-1")
    addresses = Addresses.of("site", meta)
    assert addresses.endpoint == own
    if own:
        assert addresses.of_key("a")["url"] == f"{own}/site/a"
