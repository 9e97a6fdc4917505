# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifests of images (OCI image specification; Docker image manifest version 2, schema 2)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t

from .._errors import ErrorCode, OctoAwsError


@dataclasses.dataclass(frozen=True)
class Manifest:
    """The manifest of an image, or of a list with one image for each platform.

    :param digest: names these bytes in a registry
    :param image_id: the digest of the configuration, which names the layers by their content. It stays the same if the
        layers are compressed on their way. Empty for a list
    :param platforms: the digest of the image for each platform of a list, such as ``linux/arm64/v8``
    """

    digest: str
    image_id: str = ""
    platforms: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def is_same_image(self, other: Manifest) -> bool:
        """Whether two manifests describe the same image."""
        return self.digest == other.digest or (self.image_id != "" and self.image_id == other.image_id)

    def of_platform(self, platform: str) -> Manifest:
        """Return the image for a platform; this one if it is not a list.

        :param platform: without a variant, the first one is taken
        :raises OctoAwsError: the list has no such image
        """
        if not self.platforms:
            return self
        for name, digest in self.platforms.items():
            if name == platform or name.startswith(f"{platform}/"):
                return Manifest(digest)
        raise OctoAwsError(
            ErrorCode.IMAGE_SOURCE_INVALID,
            f"The image has no {platform}.",
            hint=f"Correct platform. The image has {', '.join(self.platforms)}.",
        )


def parse_manifest(text: str) -> Manifest | None:
    """Return the manifest in this text, or ``None`` if it is none."""
    digest = "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
    try:
        content = json.loads(text)
        if "manifests" in content:
            entries = content["manifests"]
            return Manifest(digest, platforms={_platform_of(entry): str(entry["digest"]) for entry in entries})
        return Manifest(digest, str(content["config"]["digest"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _platform_of(entry: t.Mapping[str, t.Any]) -> str:
    platform = entry.get("platform") or {}
    return "/".join(filter(None, (platform.get(name) for name in ("os", "architecture", "variant"))))
