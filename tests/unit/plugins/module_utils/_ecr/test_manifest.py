# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests: what is the same image, and the platforms of a list."""

from __future__ import annotations

import hashlib
import json

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecr.manifest import Manifest, parse_manifest
from ansible_collections.octo.aws.plugins.module_utils._ecr.source import registry_of, with_tag
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError

IMAGE = json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:c"}})
LIST = json.dumps(
    {
        "manifests": [
            {"digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": "sha256:2", "platform": {"os": "linux", "architecture": "arm", "variant": "v6"}},
            {"digest": "sha256:3", "platform": {"os": "linux", "architecture": "arm", "variant": "v7"}},
        ]
    }
)


def test_the_digest_is_that_of_the_bytes() -> None:
    manifest = parse_manifest(IMAGE)
    assert manifest
    assert manifest.digest == "sha256:" + hashlib.sha256(IMAGE.encode()).hexdigest()
    assert manifest.image_id == "sha256:c"


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"config": "x"}', '{"manifests": [{}]}', "null"])
def test_what_is_no_manifest(text: str) -> None:
    assert parse_manifest(text) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Manifest("d"), Manifest("d"), True),
        (Manifest("d"), Manifest("e"), False),
        (Manifest("d", "c"), Manifest("e", "c"), True),
        (Manifest("d", "c"), Manifest("e", "x"), False),
        (Manifest("d", "c"), Manifest("e", ""), False),
    ],
)
def test_the_same_image(one: Manifest, other: Manifest, same: bool) -> None:
    assert one.is_same_image(other) is same


@pytest.mark.parametrize(
    ("platform", "digest"), [("linux/amd64", "sha256:1"), ("linux/arm", "sha256:2"), ("linux/arm/v7", "sha256:3")]
)
def test_platforms(platform: str, digest: str) -> None:
    manifest = parse_manifest(LIST)
    assert manifest
    assert manifest.of_platform(platform) == Manifest(digest)
    assert Manifest("d", "c").of_platform(platform) == Manifest("d", "c")


def test_a_platform_that_is_not_there() -> None:
    manifest = parse_manifest(LIST)
    assert manifest
    with pytest.raises(OctoAwsError, match="The image has no linux/ar") as caught:
        manifest.of_platform("linux/ar")
    assert caught.value.code is ErrorCode.IMAGE_SOURCE_INVALID
    assert "linux/arm/v7" in caught.value.hint


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx:1.27", "docker.io"),
        ("library/nginx", "docker.io"),
        ("quay.io/a/b", "quay.io"),
        ("localhost/a", "localhost"),
        ("registry:5000/a", "registry:5000"),
    ],
)
def test_registries(image: str, registry: str) -> None:
    assert registry_of(image) == registry


@pytest.mark.parametrize(
    ("image", "named"), [("a", "a:latest"), ("a:1", "a:1"), ("h:5/a", "h:5/a:latest"), ("a@sha256:0", "a@sha256:0")]
)
def test_tags(image: str, named: str) -> None:
    assert with_tag(image) == named
