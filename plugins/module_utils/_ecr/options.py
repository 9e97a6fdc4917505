# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a push, and its source. No requests, and no access to files."""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import check_account_id, empty, refused

PUSH_SPEC: dict[str, t.Any] = {
    "repository": {"type": "str", "required": True},
    "tags": {"type": "list", "elements": "str", "default": ["latest"]},
    "public": {"type": "bool", "default": False},
    "registry_id": {"type": "str"},
    "archive": {"type": "path"},
    "archive_image": {"type": "str"},
    "daemon_image": {"type": "str"},
    "daemon_host": {"type": "str"},
    "source_image": {"type": "str"},
    "source_username": {"type": "str"},
    "source_password": {"type": "str", "no_log": True},
    "source_validate_certs": {"type": "bool", "default": True},
    "platform": {"type": "str"},
    "timeout": {"type": "int", "default": 3600},
}

_SOURCES = ("archive", "daemon_image", "source_image")
_NEEDS = {
    "archive_image": "archive",
    "daemon_host": "daemon_image",
    "source_username": "source_image",
    "source_password": "source_image",
}

_PART = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
_REPOSITORY = re.compile(rf"(?:{_PART}/)*{_PART}", re.ASCII)
_LONGEST_REPOSITORY = 256
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,511}", re.ASCII)
_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?", re.ASCII)
_DAEMON = re.compile(r"(unix|tcp|http|https)://\S+", re.ASCII)


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Reject options that no push can have.

    :param options: all of PUSH_SPEC; ``None`` for one that is left out
    :raises OctoAwsError: names the option
    """
    _check_source(options)
    repository = options["repository"]
    if not _REPOSITORY.fullmatch(repository) or not 2 <= len(repository) <= _LONGEST_REPOSITORY:
        raise refused(
            "repository",
            f"cannot be {repository!r:.80}",
            "Write its name without registry and tag, such as team/app: 2 to 256 lowercase letters, digits, and single "
            "periods, hyphens, underscores and slashes between them.",
        )
    if options["public"] and "/" not in repository:
        raise refused("repository", f"{repository!r:.80} has no alias", "Write ALIAS/NAME for a public repository.")
    if options["public"] and options["registry_id"] is not None:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT, "registry_id and public are both set.", hint="Remove registry_id."
        )
    if options["registry_id"] is not None:
        check_account_id(options["registry_id"], "registry_id")
    if not options["tags"]:
        raise refused("tags", "is empty", "Name at least one tag.")
    for tag in options["tags"]:
        if not _TAG.fullmatch(tag):
            hint = "A tag has 1 to 128 letters, digits, periods, hyphens and underscores, and starts with none of .-"
            raise refused("tags", f"cannot contain {tag!r:.140}", hint)
    if options["platform"] is not None and not _PLATFORM.fullmatch(options["platform"]):
        raise refused(
            "platform", f"cannot be {options['platform']!r:.80}", "Write OS/ARCHITECTURE, such as linux/arm64."
        )
    if options["timeout"] < 1:
        raise refused("timeout", f"cannot be {options['timeout']}", "It is a number of seconds.")


def _check_source(options: t.Mapping[str, t.Any]) -> None:
    given = [name for name in _SOURCES if options[name] is not None]
    if len(given) != 1:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"{' and '.join(given)} are set." if given else "The task has no image to push.",
            hint=f"Set one of {', '.join(_SOURCES)}.",
        )
    for name, needed in _NEEDS.items():
        if options[name] is not None and options[needed] is None:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT, f"{name} needs {needed}.", hint=f"Set {needed}, or remove {name}."
            )
    if (options["source_username"] is None) != (options["source_password"] is None):
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "source_username and source_password belong together.",
            hint="Set both, or none of them for an image that needs no login.",
        )
    for name in ("archive_image", "daemon_image", "source_image"):
        if options[name] is not None and not _REFERENCE.fullmatch(options[name]):
            raise refused(
                name, f"cannot be {options[name]!r:.80}", "Write a name such as registry.example.org/app:1.0."
            )
    for name in ("source_username", "source_password"):
        if options[name] == "":
            raise empty(name)
    if ":" in (options["source_username"] or ""):
        raise refused("source_username", "has a colon, which separates it from the password", "Correct it.")
    archive = options["archive"]
    if archive is not None and (":" in archive or not archive.strip() or not archive.isprintable()):
        raise refused("archive", f"cannot be {archive!r:.80}", "skopeo needs a path of printable characters, no colon.")
    if options["daemon_host"] is not None and not _DAEMON.fullmatch(options["daemon_host"]):
        raise refused("daemon_host", "is not the URL of a daemon", "Write unix:///PATH or tcp://HOST:PORT.")
