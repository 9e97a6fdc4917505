# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Push an image to a repository, if it is not there."""

from __future__ import annotations

import re
import typing as t

from .._aws.console import console_url, with_console
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .skopeo import Place, Skopeo, SkopeoFailed

if t.TYPE_CHECKING:
    from .login import Login
    from .manifest import Manifest

_PRIVATE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com", re.ASCII)


class ImagePush:
    """The push of one image to the tags of one repository.

    :param source: the image
    :param login: of the registry
    :param options: of the task, checked
    """

    def __init__(self, skopeo: Skopeo, source: Place, login: Login, options: t.Mapping[str, t.Any]) -> None:
        self._skopeo = skopeo
        self._source = source
        self._repository = f"{login.registry}/{options['repository']}"
        self._target = Place("", login.registry, login.encoded)
        self._registry = login.registry
        self._name = options["repository"]
        self._tags = list(dict.fromkeys(options["tags"]))
        self._platform = options["platform"] or ""
        self._timeout = options["timeout"]
        self._digests: dict[str, str | None] = {}
        self._pushed = False

    def run(self, *, check_mode: bool, diff: bool) -> dict[str, t.Any]:
        """Push the image, and return the values of the result.

        :raises OctoAwsError: the source cannot be read, or the image could not be pushed
        """
        try:
            return self._run(check_mode=check_mode, diff=diff)
        except TimeoutError:
            raise PartialFailure.of(
                ErrorCode.IMAGE_PUSH_TIMED_OUT,
                f"The push to {self._repository} timed out after {self._timeout} seconds, and was stopped.",
                with_console(
                    self._url, "Run the task again, or raise timeout: layers that are there are not sent again."
                ),
                changed=self._pushed,
            ) from None

    def _run(self, *, check_mode: bool, diff: bool) -> dict[str, t.Any]:
        wanted = self._read_source()
        there = {tag: self._read_tag(tag) for tag in self._tags}
        self._digests = {tag: manifest.digest if manifest else None for tag, manifest in there.items()}
        before = dict(self._digests)
        same = next((manifest for manifest in there.values() if manifest and manifest.is_same_image(wanted)), None)
        if check_mode:
            # The digest of an archive is known only after its layers are compressed.
            digest = same.digest if same else wanted.digest if self._source.registry else None
            self._digests = dict.fromkeys(self._tags, digest)
        else:
            same = same or self._push()
            digest = same.digest
            for tag in self._tags:
                if self._digests[tag] != digest:
                    self._copy(self._place(f"@{digest}"), tag)
                    self._digests[tag] = digest
        result = self._result(digest, same or wanted)
        result["changed"] = any(digest is None or before[tag] != digest for tag in self._tags)
        if diff:
            result["diff"] = {"before": _lines(before), "after": _lines(self._digests, "(a new digest)")}
        return result

    def _result(self, digest: str | None, manifest: Manifest) -> dict[str, t.Any]:
        outputs = {
            "registry": self._registry,
            "repository": self._name,
            "tags": self._tags,
            "digest": digest,
            "image": f"{self._repository}@{digest}" if digest else None,
        }
        return {**outputs, "image_id": manifest.image_id or None, "outputs": outputs}

    def _read_source(self) -> Manifest:
        try:
            manifest = self._skopeo.manifest(self._source)
        except SkopeoFailed as error:
            raise OctoAwsError(
                ErrorCode.IMAGE_SOURCE_INVALID,
                f"Cannot read the image {self._source.reference} on the host: {error}.",
                hint="Correct the name of the image. For a registry that needs a login, set source_username and "
                "source_password.",
            ) from None
        return manifest.of_platform(self._platform) if self._platform else manifest

    def _read_tag(self, tag: str) -> Manifest | None:
        try:
            return self._skopeo.manifest(self._place(f":{tag}"))
        except SkopeoFailed as error:
            if "manifest unknown" in str(error):
                return None
            raise self._failed(tag, error) from None

    def _push(self) -> Manifest:
        """Push the image to the first tag, and return its manifest there."""
        tag = self._tags[0]
        self._copy(self._source, tag, self._platform)
        manifest = self._read_tag(tag)
        if manifest is None:
            raise self._failed(tag, SkopeoFailed("the registry does not have the tag after the push"))
        self._digests[tag] = manifest.digest
        return manifest

    def _copy(self, source: Place, tag: str, platform: str = "") -> None:
        try:
            self._skopeo.copy(source, self._place(f":{tag}"), platform)
        except SkopeoFailed as error:
            raise PartialFailure.after(self._failed(tag, error), changed=self._pushed) from None
        self._pushed = True

    def _place(self, suffix: str) -> Place:
        return self._target.with_reference(f"docker://{self._repository}{suffix}")

    def _failed(self, tag: str, error: SkopeoFailed) -> OctoAwsError:
        text = str(error)
        if "name unknown" in text or "NAME_UNKNOWN" in text:
            return OctoAwsError(
                ErrorCode.REPOSITORY_UNKNOWN,
                f"The repository {self._repository} does not exist.",
                hint="Correct repository, region or the account, or create it first, with community.aws.ecs_ecr.",
            )
        if "immutable" in text:
            return OctoAwsError(
                ErrorCode.IMAGE_TAG_IMMUTABLE,
                f"The tag {tag} of {self._repository} names another image, and the repository does not allow to change "
                "it.",
                hint="Push with another tag, or change the tag mutability of the repository.",
            )
        if re.search(r"denied:|not authorized|unauthorized", text):
            return OctoAwsError(
                ErrorCode.ACCESS_DENIED,
                f"ECR denied the access to {self._repository}: {text}.",
                hint="Check the policies of the identity and of the repository; the notes of the module list them.",
            )
        return OctoAwsError(
            ErrorCode.IMAGE_PUSH_FAILED,
            f"Cannot push to {self._repository}:{tag}: {text}.",
            hint=with_console(self._url, "Run the task again: layers that are there are not sent again."),
        )

    @property
    def _url(self) -> str:
        """The address of the repository in the console; empty for other registries."""
        found = _PRIVATE.fullmatch(self._registry)
        if not found:
            return ""
        region = found["region"]
        return console_url(region, f"ecr/repositories/private/{found['account']}/{self._name}?region={region}")


def _lines(digests: t.Mapping[str, str | None], unknown: str = "") -> str:
    return "".join(f"{tag}: {digest or unknown}".rstrip() + "\n" for tag, digest in digests.items())
