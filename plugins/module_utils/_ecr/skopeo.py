# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run skopeo, which reads and copies images. Its passwords are in memory only, neither in arguments nor in files."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
import typing as t

from .._aws.variables import without_identity
from .._errors import ErrorCode, OctoAwsError
from .._host.program import run
from .._secrecy import redact
from .manifest import Manifest, parse_manifest

_FATAL = re.compile(r'level=fatal msg="((?:[^"\\]|\\.)*)"')
_LONGEST_MESSAGE = 500
_RETRIES = "3"
"""Of requests that fail for transient reasons."""


class SkopeoFailed(Exception):
    """skopeo failed with this message."""


class Place(t.NamedTuple):
    """An image as skopeo names it, and the options to get there.

    :param reference: with its transport, such as ``docker://registry.example.org/app:1.0``
    :param registry: the registry that it is in; empty for an archive or a daemon
    :param login: the user and the password of the registry as one word; empty for none
    """

    reference: str
    registry: str = ""
    login: str = ""
    validate_certs: bool = True
    daemon_host: str = ""

    def with_reference(self, reference: str) -> Place:
        """Return another image of the same place."""
        return self._replace(reference=reference)


class Skopeo:
    """Runs skopeo with a common time limit.

    :param secrets: values to mask in messages
    :param timeout: seconds for all runs together
    """

    def __init__(self, secrets: t.Sequence[str], timeout: int) -> None:
        self._secrets = secrets
        self._until = time.monotonic() + timeout
        self._program = shutil.which("skopeo") or ""
        if not self._program:
            raise OctoAwsError(
                ErrorCode.REQUIREMENT_MISSING,
                "skopeo is not installed on the host.",
                hint="Install the package skopeo there: `apt-get install skopeo` or `dnf install skopeo`.",
            )

    def manifest(self, place: Place) -> Manifest:
        """Return the manifest of an image.

        :raises SkopeoFailed: there is none, or it cannot be read
        """
        with _options_for(place, "") as (options, descriptors):
            text = self._run(["inspect", "--raw", *options, place.reference], descriptors)
        manifest = parse_manifest(text)
        if manifest is None:
            raise SkopeoFailed("the manifest is of an unknown kind")
        return manifest

    def copy(self, source: Place, target: Place, platform: str) -> None:
        """Copy an image. Layers that are at the target are not sent.

        :param platform: copy only the image for this platform of a list; empty for all
        :raises SkopeoFailed: the image could not be copied
        """
        names = ("--override-os", "--override-arch", "--override-variant")
        overrides = [word for pair in zip(names, platform.split("/")) for word in pair] if platform else []
        with _options_for(source, "src-") as (from_source, first), _options_for(target, "dest-") as (to_target, second):
            all_images = [] if platform else ["--all"]
            options = [*overrides, "copy", *all_images, *from_source, *to_target]
            self._run([*options, source.reference, target.reference], [*first, *second], retries=True)

    def _run(self, arguments: list[str], descriptors: list[int], *, retries: bool = False) -> str:
        if retries:
            arguments = [*arguments[:-2], "--retry-times", _RETRIES, *arguments[-2:]]
        completed = run(
            [self._program, *arguments],
            chdir=None,
            environment=without_identity(os.environ),
            stdin=None,
            timeout=max(1, int(self._until - time.monotonic())),
            pass_fds=descriptors,
        )
        if completed.timed_out:
            raise TimeoutError
        if completed.rc:
            raise SkopeoFailed(self._message(completed.stderr))
        return completed.stdout

    def _message(self, output: str) -> str:
        found = _FATAL.findall(output)
        lines = output.strip().splitlines() or ["no message"]
        message = re.sub(r"\\(.)", r"\1", found[-1]) if found else lines[-1]
        return redact(message, self._secrets)[:_LONGEST_MESSAGE].rstrip(".")


@contextlib.contextmanager
def _options_for(place: Place, prefix: str) -> t.Iterator[tuple[list[str], list[int]]]:
    """Return the options for one side of a command, and the descriptors that skopeo inherits for them."""
    if place.daemon_host:
        yield [f"--{prefix}daemon-host", place.daemon_host], []
        return
    if not place.registry:
        yield [], []
        return
    certificates = [] if place.validate_certs else [f"--{prefix}tls-verify=false"]
    if not place.login:
        # Not with a login of the host's user.
        yield [*certificates, f"--{prefix}no-creds"], []
        return
    logins = {"auths": {place.registry: {"auth": place.login}}}
    with _memory_file(json.dumps(logins)) as descriptor:
        yield [*certificates, f"--{prefix}authfile", f"/proc/self/fd/{descriptor}"], [descriptor]


@contextlib.contextmanager
def _memory_file(text: str) -> t.Iterator[int]:
    """Write a file that is in memory only, and has no name. skopeo reads a file several times, which a pipe cannot do.

    :returns: its descriptor
    :raises OctoAwsError: the host is not Linux
    """
    if not hasattr(os, "memfd_create"):
        raise OctoAwsError(
            ErrorCode.REQUIREMENT_MISSING,
            "The host cannot keep the password of the registry in memory: it is not Linux.",
            hint="Run the task on a host with Linux.",
        )
    descriptor = os.memfd_create("octo-aws")
    try:
        os.fchmod(descriptor, 0o600)
        data = text.encode("utf-8")
        while data:
            written = os.write(descriptor, data)
            data = data[written:]
        yield descriptor
    finally:
        os.close(descriptor)
