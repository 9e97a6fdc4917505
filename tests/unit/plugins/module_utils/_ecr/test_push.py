# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a push copies, with a registry in memory."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecr.login import Login
from ansible_collections.octo.aws.plugins.module_utils._ecr.manifest import Manifest
from ansible_collections.octo.aws.plugins.module_utils._ecr.push import ImagePush
from ansible_collections.octo.aws.plugins.module_utils._ecr.skopeo import Place, SkopeoFailed
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
LOGIN = Login(HOST, "AWS", "canary", datetime.datetime.now(datetime.timezone.utc))
ARCHIVE = Place("docker-archive:/a.tar")
OTHER = Place("docker://quay.io/a:1", "quay.io")
IMAGE = Manifest("sha256:raw", "sha256:id")
PACKED = Manifest("sha256:packed", "sha256:id")


class Registry:
    """Stands for skopeo: keeps the manifests of tags, and compresses what comes from an archive."""

    def __init__(self, failure: str = "", failing: str = "copy", **tags: Manifest) -> None:
        self.images = {f"docker://{HOST}/app:{tag}": manifest for tag, manifest in tags.items()}
        self.copies: list[tuple[str, str]] = []
        self._failure = failure
        self._failing = failing

    def manifest(self, place: Place) -> Manifest:
        if not place.reference.startswith(f"docker://{HOST}"):
            return IMAGE
        if self._failure and self._failing == "read":
            raise SkopeoFailed(self._failure)
        if place.reference not in self.images:
            raise SkopeoFailed("reading manifest 1 in app: manifest unknown: Requested image not found")
        return self.images[place.reference]

    def copy(self, source: Place, target: Place, platform: str) -> None:
        if self._failure == "timeout":
            raise TimeoutError
        if self._failure:
            raise SkopeoFailed(self._failure)
        self.copies.append((source.reference, target.reference))
        self.images[target.reference] = PACKED if source.registry != "quay.io" else IMAGE


def push(registry: Registry, *tags: str, source: Place = ARCHIVE, **mode: bool) -> dict[str, t.Any]:
    options = {"repository": "app", "tags": list(tags), "platform": None, "timeout": 9}
    return ImagePush(t.cast("t.Any", registry), source, LOGIN, options).run(
        **{"check_mode": False, "diff": False, **mode}
    )


def test_a_new_image() -> None:
    registry = Registry()
    result = push(registry, "1", "2", "1")
    assert registry.copies == [
        ("docker-archive:/a.tar", f"docker://{HOST}/app:1"),
        (f"docker://{HOST}/app@sha256:packed", f"docker://{HOST}/app:2"),
    ]
    assert result["changed"]
    assert result["digest"] == "sha256:packed"
    assert result["image"] == f"{HOST}/app@sha256:packed"
    assert result["tags"] == ["1", "2"]


def test_an_image_that_is_there() -> None:
    registry = Registry(**{"1": PACKED, "2": PACKED})
    result = push(registry, "1", "2", diff=True)
    assert registry.copies == []
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"] == "1: sha256:packed\n2: sha256:packed\n"


def test_a_tag_that_another_image_has() -> None:
    registry = Registry(**{"1": Manifest("sha256:old", "sha256:old"), "2": PACKED})
    result = push(registry, "1", "2")
    assert registry.copies == [(f"docker://{HOST}/app@sha256:packed", f"docker://{HOST}/app:1")]
    assert result["changed"]


def test_a_push_that_gives_the_same_digest_changes_nothing() -> None:
    # A list of images, such as one with layers that are not compressed, cannot be compared before.
    registry = Registry(**{"1": Manifest("sha256:packed")})
    result = push(registry, "1")
    assert len(registry.copies) == 1
    assert not result["changed"]


@pytest.mark.parametrize(("source", "digest"), [(ARCHIVE, None), (OTHER, "sha256:raw")])
def test_check_mode(source: Place, digest: str | None) -> None:
    registry = Registry()
    result = push(registry, "1", source=source, check_mode=True, diff=True)
    assert registry.copies == []
    assert result["changed"]
    assert result["digest"] == digest
    assert result["diff"] == {"before": "1:\n", "after": f"1: {digest or '(a new digest)'}\n"}


@pytest.mark.parametrize(
    ("failure", "failing", "code"),
    [
        ("name unknown: The repository with name 'app' does not exist", "read", ErrorCode.REPOSITORY_UNKNOWN),
        ("denied: User is not authorized to perform: ecr:BatchGetImage", "read", ErrorCode.ACCESS_DENIED),
        (
            "tag invalid: The image tag '1' ... the repository is immutable.",
            "copy",
            ErrorCode.IMAGE_TAG_IMMUTABLE,
        ),
        ("pinging container registry: connection refused", "copy", ErrorCode.IMAGE_PUSH_FAILED),
        ("timeout", "copy", ErrorCode.IMAGE_PUSH_TIMED_OUT),
    ],
)
def test_failures(failure: str, failing: str, code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as caught:
        push(Registry(failure, failing), "1")
    assert caught.value.code is code
    assert f"{HOST}/app" in caught.value.message
    assert caught.value.hint
    if code in (ErrorCode.IMAGE_PUSH_FAILED, ErrorCode.IMAGE_PUSH_TIMED_OUT):
        path = "ecr/repositories/private/123456789012/app?region=eu-central-1"
        assert f"https://eu-central-1.console.aws.amazon.com/{path}" in caught.value.hint


def test_a_failure_after_a_change() -> None:
    registry = Registry()
    first = registry.copy

    def copy(source: Place, target: Place, platform: str) -> None:
        if registry.copies:
            raise SkopeoFailed("broken")
        first(source, target, platform)

    registry.copy = copy  # type: ignore[method-assign]
    with pytest.raises(PartialFailure) as caught:
        push(registry, "1", "2")
    assert caught.value.values == {"changed": True}


def test_the_registry_of_another_account() -> None:
    assert LOGIN.in_registry_of("210987654321").registry == "210987654321.dkr.ecr.eu-central-1.amazonaws.com"
    assert LOGIN.in_registry_of("") is LOGIN
    assert "canary" not in repr(LOGIN)
