# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code of a function: a package from a file or folder, an object in S3, or an image.

A folder becomes the same bytes for the same content: names are sorted, times are fixed, and of the mode only the bit
for execution is kept. Files are stored without compression, which differs between versions of zlib, unless the package
would be too large for a request.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import typing as t
import zipfile

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError
from .._path_patterns import includes

_LARGEST = 50 * 1024 * 1024
"""Bytes of a package in a request."""
_LARGEST_FOLDER = 250 * 1024 * 1024
"""Bytes of an unpacked package."""
_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time in a zip file."""
_CHUNK = 1024 * 1024

ClientOf = t.Callable[[str], t.Any]


class Code(t.Protocol):
    """Code that a function should have."""

    def parameters(self) -> dict[str, t.Any]:
        """Return the parameters of ``UpdateFunctionCode``."""

    def is_in(self, function: t.Mapping[str, t.Any]) -> bool:
        """Whether a function has this code, by the response of ``GetFunction``."""


class Package:
    """A zip file.

    :param path: of the file or folder
    :param exclude: patterns of files in the folder that are left out
    """

    def __init__(self, path: str, exclude: t.Sequence[str] = ()) -> None:
        self._path = path
        self._exclude = exclude
        self._read: bytes | None = None

    @property
    def _content(self) -> bytes:
        """The package, read when it is needed: most slices only wait."""
        if self._read is None:
            self._read = read_package(self._path, self._exclude)
        return self._read

    def parameters(self) -> dict[str, t.Any]:
        return {"ZipFile": self._content}

    def is_in(self, function: t.Mapping[str, t.Any]) -> bool:
        return bool(function["Configuration"].get("CodeSha256") == _encoded(hashlib.sha256(self._content)))


class StoredObject:
    """A zip file in S3."""

    def __init__(self, client_of: ClientOf, secrets: t.Sequence[str], bucket: str, key: str, version: str) -> None:
        self._client = client_of("s3")
        self._secrets = secrets
        self._object = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}

    def parameters(self) -> dict[str, t.Any]:
        names = {"Bucket": "S3Bucket", "Key": "S3Key", "VersionId": "S3ObjectVersion"}
        return {names[name]: value for name, value in self._object.items()}

    def is_in(self, function: t.Mapping[str, t.Any]) -> bool:
        return bool(function["Configuration"].get("CodeSha256") == self._sha256())

    def _sha256(self) -> str:
        """Return the checksum that S3 keeps, or that of the content if S3 has none of the whole object."""
        head = call(self._client, "head_object", self._secrets, ChecksumMode="ENABLED", **self._object)
        kept: str = head.get("ChecksumSHA256") or ""
        # That of parts has their number behind it.
        if kept and "-" not in kept:
            return kept
        digest = hashlib.sha256()
        body = call(self._client, "get_object", self._secrets, **self._object)["Body"]
        for chunk in iter(lambda: body.read(_CHUNK), b""):
            digest.update(chunk)
        return _encoded(digest)


class Image:
    """An image in ECR."""

    def __init__(self, client_of: ClientOf, secrets: t.Sequence[str], uri: str) -> None:
        self._client_of = client_of
        self._secrets = secrets
        self._uri = uri

    def parameters(self) -> dict[str, t.Any]:
        return {"ImageUri": self._uri}

    def is_in(self, function: t.Mapping[str, t.Any]) -> bool:
        repository, _at, digest = self._uri.partition("@")
        name, _colon, tag = repository.partition(":")
        resolved, _at, present = (function.get("Code", {}).get("ResolvedImageUri") or "").partition("@")
        if resolved.partition(":")[0] != name:
            return False
        return bool(present == (digest or self._digest(name, tag or "latest")))

    def _digest(self, name: str, tag: str) -> str:
        registry, _slash, repository = name.partition("/")
        found = call(
            self._client_of("ecr"),
            "describe_images",
            self._secrets,
            registryId=registry.partition(".")[0],
            repositoryName=repository,
            imageIds=[{"imageTag": tag}],
        )
        return str(found["imageDetails"][0]["imageDigest"])


def read_package(path: str, exclude: t.Sequence[str] = ()) -> bytes:
    """Return a zip file, or make one of a folder.

    :raises OctoAwsError: it cannot be read, is empty, too large, or no zip file
    """
    try:
        if os.path.isdir(path):
            content = _zip(path, exclude)
        else:
            with open(path, "rb") as file:
                content = file.read(_LARGEST + 1)
            if not zipfile.is_zipfile(io.BytesIO(content)) and len(content) <= _LARGEST:
                raise code_invalid(f"{path} is not a zip file.", "Use a zip file, or the folder with the code.")
    except OSError as error:
        raise code_invalid(
            f"Cannot read {error.filename or path}: {error.strerror or type(error).__name__}.",
            "Correct src, or the owner or mode.",
        ) from None
    if len(content) > _LARGEST:
        raise code_invalid(
            f"The package of {path} has more than 50 MiB.", "Upload it to S3, and set s3_bucket, s3_key."
        )
    return content


def code_invalid(message: str, hint: str) -> OctoAwsError:
    """Return the error of code that cannot be used."""
    return OctoAwsError(ErrorCode.FUNCTION_CODE_INVALID, message, hint=hint)


def _zip(folder: str, exclude: t.Sequence[str]) -> bytes:
    names = sorted(_files(folder, "", exclude))
    if not names:
        raise code_invalid(f"{folder} has no files.", "Correct src or exclude.")
    sizes = sum(os.stat(os.path.join(folder, name)).st_size for name in names)
    if sizes > _LARGEST_FOLDER:
        raise code_invalid(f"{folder} has more than 250 MiB.", "Add files to exclude, or use an image.")
    # An entry has its name twice, and less than 256 bytes besides.
    overhead = sum(2 * len(os.fsencode(name)) + 256 for name in names)
    method = zipfile.ZIP_STORED if sizes + overhead <= _LARGEST else zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            path = os.path.join(folder, name)
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.compress_type = method
            mode = 0o755 if os.stat(path).st_mode & stat.S_IXUSR else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            with open(path, "rb") as file:
                archive.writestr(entry, file.read())
    return buffer.getvalue()


def _files(root: str, below: str, exclude: t.Sequence[str]) -> t.Iterator[str]:
    """Yield the paths of files below a folder. A link may lead to a file in the folder."""
    for entry in os.scandir(os.path.join(root, below)):
        relative = f"{below}/{entry.name}" if below else entry.name
        if any(includes(pattern, relative) for pattern in exclude):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, relative, exclude)
            continue
        inside = os.path.realpath(entry.path).startswith(os.path.realpath(root) + os.sep)
        if not inside or not entry.is_file():
            raise code_invalid(
                f"{entry.path} is not a file in the folder.", "Replace a link by a copy, or add it to exclude."
            )
        yield relative


def _encoded(digest: t.Any) -> str:
    return base64.b64encode(digest.digest()).decode("ascii")
