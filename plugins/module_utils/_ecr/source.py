# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The image to push: in an archive, in a daemon, or in another registry."""

from __future__ import annotations

import base64
import os
import tarfile
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .skopeo import Place

if t.TYPE_CHECKING:
    from .login import Login

_DEFAULT_REGISTRY = "docker.io"
_OCI_FILE = "oci-layout"
_DOCKER_FILE = "manifest.json"


def source_of(options: t.Mapping[str, t.Any], login: Login) -> Place:
    """Return the image to push.

    :param options: of the task, checked
    :param login: of the target, which a source in the same registry uses as well
    :raises OctoAwsError: the archive cannot be read
    """
    if options["archive"]:
        path = os.path.abspath(options["archive"])
        image = f":{options['archive_image']}" if options["archive_image"] else ""
        return Place(f"{_transport_of(path)}:{path}{image}")
    if options["daemon_image"]:
        return Place(
            f"docker-daemon:{with_tag(options['daemon_image'])}",
            daemon_host=options["daemon_host"] or os.environ.get("DOCKER_HOST") or "",
        )
    image = options["source_image"]
    registry = registry_of(image)
    password = encoded_login(options["source_username"], options["source_password"])
    if not password and registry == login.registry:
        password = login.encoded
    return Place(f"docker://{image}", registry, password, validate_certs=options["source_validate_certs"])


def registry_of(image: str) -> str:
    """Return the registry of an image, as Docker finds it: ``docker.io`` for ``nginx:1.27``."""
    first, slash, _rest = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    return first if is_host else _DEFAULT_REGISTRY


def encoded_login(username: str | None, password: str | None) -> str:
    """Return a user and a password as one word; empty for none."""
    if username is None or password is None:
        return ""
    return base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def with_tag(image: str) -> str:
    """Return the image with the tag ``latest`` if it has neither a tag nor a digest."""
    return image if ":" in image.rpartition("/")[2] else f"{image}:latest"


def _transport_of(path: str) -> str:
    """Return how skopeo reads an archive.

    :raises OctoAwsError: it is not an archive of an image
    """
    if os.path.isfile(os.path.join(path, _OCI_FILE)):
        return "oci"
    try:
        with tarfile.open(path) as archive:
            names = {os.path.normpath(member.name) for member in archive}
    except (OSError, EOFError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or "it is not a tar archive"
        raise _invalid(path, reason) from None
    # Docker 25 and later write both: layers, and the tags in the file of Docker.
    if _DOCKER_FILE in names:
        return "docker-archive"
    if _OCI_FILE in names:
        return "oci-archive"
    raise _invalid(path, f"it has neither {_DOCKER_FILE} nor {_OCI_FILE}")


def _invalid(path: str, reason: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.IMAGE_SOURCE_INVALID,
        f"Cannot read an image from {path} on the host: {reason}.",
        hint="Write it with `docker save --output FILE IMAGE`, or `skopeo copy ... oci-archive:FILE`.",
    )
