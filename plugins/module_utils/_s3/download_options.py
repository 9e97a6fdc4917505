# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a download. No requests, and no access to files."""

from __future__ import annotations

import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused
from .._model.option_forms import Form, check_forms
from .options import BUCKET, check_path, conflict

DOWNLOAD_SPEC: dict[str, t.Any] = {
    "bucket": {"type": "str", "required": True},
    "key": {"type": "str", "no_log": False},
    "version_id": {"type": "str"},
    "prefix": {"type": "str"},
    "include": {"type": "list", "elements": "str", "default": []},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "dest": {"type": "path", "required": True},
    "mode": {"type": "str"},
    "progress": {"type": "bool", "default": True},
    "delete_removed": {"type": "bool", "default": False},
    "allow_empty": {"type": "bool", "default": False},
}

_FORMS = {
    "bucket": BUCKET,
    "key": Form("", 1_024, "Use the key of an object."),
    "version_id": Form(r"[!-~]+", 1_024, "Use the ID of a version of the object."),
    "prefix": Form("", 1_024, "Use a folder in the bucket."),
    "include": Form("", 4_096, "Use a list of patterns."),
    "exclude": Form("", 4_096, "Use a list of patterns."),
    "dest": Form("", 4_096, "Use an absolute path on the host."),
    # 0644 without quotes is the number 420 in YAML.
    "mode": Form(r"0[0-7]{3}", 4, 'Use four octal digits in quotes, such as "0644".'),
}


def check_download(options: t.Mapping[str, t.Any]) -> None:
    """Reject options that are not valid, or that exclude each other.

    :raises OctoAwsError: an option is not valid
    """
    check_forms(options, _FORMS, required=["bucket", "dest"])
    key, prefix = options.get("key"), options.get("prefix")
    if key is not None and prefix is not None:
        raise conflict("key and prefix are mutually exclusive.", "Use key for one object, and prefix for several.")
    for name, value in (("key", key), ("prefix", prefix)):
        if value is not None:
            check_path(name, value)
    if key is not None and key.endswith("/"):
        raise refused("key", "cannot end with a slash", "Use prefix for a folder.")
    if key is None and options.get("version_id"):
        raise conflict("version_id requires key.", "Set key, or remove version_id.")
    if key is not None:
        for name in ("include", "exclude", "delete_removed", "allow_empty"):
            if options.get(name):
                raise conflict(f"{name} and key are mutually exclusive.", f"Use prefix, or remove {name}.")


def check_dest(dest: str) -> None:
    """Reject a ``dest`` that is not absolute on the host, or its root.

    :raises OctoAwsError: it is not valid
    """
    if not os.path.isabs(dest) or os.path.normpath(dest) in ("/", "//"):
        problem = "is the root folder" if os.path.isabs(dest) else "is not an absolute path"
        raise OctoAwsError(
            ErrorCode.DOWNLOAD_DEST_INVALID, f"dest: {dest} {problem}.", hint="Use an absolute path on the host."
        )
