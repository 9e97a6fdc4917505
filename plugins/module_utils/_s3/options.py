# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an upload, and the key and the settings of each file. No requests, and no access to files."""

from __future__ import annotations

import hashlib
import json
import re
import typing as t
from unicodedata import category
from urllib.parse import urlencode

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused
from .._model.option_forms import KMS_KEY, PARTITION, Form, check_forms
from .._model.yaml_values import to_texts
from .._path_patterns import includes
from .content_types import content_type_of

STORAGE_CLASSES = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
]
UPLOAD_SPEC: dict[str, t.Any] = {
    "bucket": {"type": "str", "required": True},
    "src": {"type": "path", "required": True},
    "remote_src": {"type": "bool", "default": False},
    "key": {"type": "str", "no_log": False},
    "prefix": {"type": "str"},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "templates": {"type": "list", "elements": "str", "default": []},
    "content_type": {"type": "str"},
    "cache_control": {"type": "str"},
    "headers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "pattern": {"type": "str", "required": True},
            "content_type": {"type": "str"},
            "cache_control": {"type": "str"},
            "content_encoding": {"type": "str"},
            "content_disposition": {"type": "str"},
            "content_language": {"type": "str"},
            "storage_class": {"type": "str", "choices": STORAGE_CLASSES},
            "metadata": {"type": "dict"},
        },
    },
    "metadata": {"type": "dict", "default": {}},
    "tags": {"type": "dict", "default": {}},
    "storage_class": {"type": "str", "choices": STORAGE_CLASSES},
    "encryption": {"type": "str", "choices": ["AES256", "aws:kms", "aws:kms:dsse"]},
    "kms_key_id": {"type": "str", "no_log": False},
    "acl": {
        "type": "str",
        "choices": [
            "private",
            "public-read",
            "public-read-write",
            "authenticated-read",
            "aws-exec-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
        ],
    },
    "progress": {"type": "bool", "default": True},
    "delete_removed": {"type": "bool", "default": False},
    "whole_bucket": {"type": "bool", "default": False},
    "create_bucket": {"type": "bool", "default": False},
    "allow_empty": {"type": "bool", "default": False},
}

DIGEST = "{sha256}"
"""The part of ``key`` that is replaced with the SHA-256 of the content."""
CONTENT_NAME = "octo-aws-sha256"
SETTINGS_NAME = "octo-aws-settings"
"""Names of the object metadata that the next upload compares."""

_POINT = r"[A-Za-z0-9.-]{1,63}"
# Older buckets in us-east-1 have longer names, upper case and underscores (Amazon S3 user guide, bucket naming rules).
# ARNs are those of access points.
BUCKET = Form(
    r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){1,253}[A-Za-z0-9]"
    rf"|{PARTITION}:(?:s3|s3-object-lambda):[a-z0-9-]*:[0-9]{{12}}:accesspoint[/:]{_POINT}"
    rf"|{PARTITION}:s3-outposts:[a-z0-9-]+:[0-9]{{12}}:outpost[/:]{_POINT}[/:]accesspoint[/:]{_POINT}",
    255,
    "Use the name of a bucket, without s3://, or the alias or the ARN of an access point.",
)
_FORMS = {
    "bucket": BUCKET,
    "src": Form("", 4_096, "Use a file, a folder or a pattern."),
    "key": Form("", 1_024, "Use the key of an object."),
    "prefix": Form("", 1_024, "Use a folder in the bucket."),
    "exclude": Form("", 4_096, "Use a list of patterns."),
    "templates": Form("", 4_096, "Use a list of patterns."),
    "kms_key_id": KMS_KEY,
}
_METADATA_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_PRINTABLE = re.compile(r"[ -~]*")
_LONGEST_KEY = 1024
_MOST_TAGS = 10
_TAG_SIGNS = frozenset("_.:/=+-@")
_LARGEST_METADATA = 2_048 - len(CONTENT_NAME) - len(SETTINGS_NAME) - 2 * 64
"""Bytes of names and values (Amazon S3 user guide, object metadata), without the metadata of the collection."""

_BY_PATTERN = {
    "content_type": "ContentType",
    "cache_control": "CacheControl",
    "content_encoding": "ContentEncoding",
    "content_disposition": "ContentDisposition",
    "content_language": "ContentLanguage",
    "storage_class": "StorageClass",
}
"""Options of an item of ``headers``, and their names in S3."""
_FOR_ALL = {"encryption": "ServerSideEncryption", "kms_key_id": "SSEKMSKeyId", "acl": "ACL"}


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Reject options that S3 does not accept, or that exclude each other.

    :raises OctoAwsError: an option is not valid
    """
    check_forms(options, _FORMS, required=["bucket", "src"])
    for entry in options.get("headers") or ():
        check_forms(entry, {"pattern": _FORMS["exclude"]}, required=["pattern"])
    key, prefix = options.get("key"), options.get("prefix")
    if key is not None and prefix is not None:
        raise conflict("key and prefix are mutually exclusive.", "Use key for a single file, and prefix for several.")
    for name, value in (("key", key), ("prefix", prefix)):
        if value is not None:
            check_path(name, value)
    if key is not None and key.endswith("/"):
        raise refused("key", "cannot end with a slash", "Use prefix for a folder.")
    if options.get("kms_key_id") and not (options.get("encryption") or "").startswith("aws:kms"):
        raise conflict("kms_key_id requires encryption with KMS.", "Set encryption to aws:kms or aws:kms:dsse.")
    if options.get("templates") and options.get("remote_src"):
        raise conflict("templates and remote_src are mutually exclusive.", "Templates are rendered on the controller.")
    if options.get("create_bucket") and str(options["bucket"]).startswith("arn:"):
        raise conflict("create_bucket requires the name of a bucket.", "Remove create_bucket for an access point.")
    _check_removal(options, key, prefix)
    for entry in (options, *(options.get("headers") or ())):
        _check_metadata(entry.get("metadata") or {})
        for name in (*_BY_PATTERN, "kms_key_id"):
            if not _PRINTABLE.fullmatch(entry.get(name) or ""):
                raise refused(
                    name, "contains characters that are not valid in a header", "Use printable ASCII characters."
                )
    _check_tags(to_texts("tags", options.get("tags") or {}))


def _check_removal(options: t.Mapping[str, t.Any], key: str | None, prefix: str | None) -> None:
    """Reject ``delete_removed`` for a whole bucket by mistake: an empty prefix is often a variable without a value."""
    removal, whole = options.get("delete_removed"), options.get("whole_bucket")
    if removal and key is not None:
        raise conflict("delete_removed and key are mutually exclusive.", "Use prefix, or remove delete_removed.")
    if removal and not prefix and not whole:
        raise conflict(
            "delete_removed without prefix applies to all objects of the bucket.",
            "Set prefix. To allow this, set whole_bucket: true.",
        )
    if whole and (prefix or not removal):
        raise conflict("whole_bucket requires delete_removed without prefix.", "Remove whole_bucket.")


def _check_tags(tags: t.Mapping[str, str]) -> None:
    if len(tags) > _MOST_TAGS:
        raise refused("tags", f"has {len(tags)} entries, but an object has at most {_MOST_TAGS}")
    for name, value in tags.items():
        signs = all(sign in _TAG_SIGNS or category(sign)[0] in "LNZ" for sign in name + value)
        if not signs or not 1 <= len(name) <= 128 or len(value) > 256 or name.lower().startswith("aws:"):
            raise refused(
                "tags",
                f"cannot have the entry {name!r:.140}",
                "Use 1 to 128 characters for keys and up to 256 for values: letters, digits, spaces and _.:/=+-@. Keys "
                "cannot begin with aws:",
            )


def check_path(option: str, value: str) -> None:
    """Reject paths that mean another path to a file system, but folders with such names to S3."""
    if value.startswith("/"):
        raise refused(option, "cannot begin with a slash", "Remove the slash: it would create a folder without a name.")
    if value != value.strip():
        raise refused(option, f"begins or ends with a space or a line break, {value!r:.120}", "Remove it.")
    if {".", "..", ""} & set(value.removesuffix("/").split("/")) and value:
        raise refused(
            option,
            f"has a folder without a name or a folder of dots, {value!r:.120}",
            "Remove // and ./ and ../ from the path: S3 would create folders with these names.",
        )


def _check_metadata(metadata: t.Mapping[str, t.Any]) -> None:
    for name, value in to_texts("metadata", metadata).items():
        if not _METADATA_NAME.fullmatch(name) or not _PRINTABLE.fullmatch(value):
            raise refused(
                "metadata",
                f"cannot have the entry {name!r:.140}",
                "Use printable ASCII characters: S3 sends it as a header.",
            )
        if name.lower() in (CONTENT_NAME, SETTINGS_NAME):
            raise refused(
                "metadata", f"cannot have the entry {name}", "Use another name: the collection uses this one."
            )


def object_key(relative: str, key: str | None, prefix: str | None) -> str:
    """Return the key of a file.

    :raises OctoAwsError: the key would be too long
    """
    name = key if key is not None else folder_prefix(prefix) + relative
    if len(name.encode("utf-8")) > _LONGEST_KEY:
        raise OctoAwsError(
            ErrorCode.UPLOAD_SOURCE_INVALID,
            f"The key of {relative:.120}... would have more than {_LONGEST_KEY:,} bytes.",
            hint="Use a shorter prefix, or shorter names.",
        )
    return name


def folder_prefix(prefix: str | None) -> str:
    """Return the prefix with a final slash, so that ``site`` does not match ``site-old/``."""
    return f"{prefix}/" if prefix and not prefix.endswith("/") else prefix or ""


def object_settings(relative: str, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings of a file as arguments of ``put_object``. Later items of ``headers`` take precedence."""
    chosen: dict[str, t.Any] = {"content_type": content_type_of(relative)}
    metadata: dict[str, str] = {}
    applied = [entry for entry in options["headers"] or () if includes(entry["pattern"], relative)]
    for entry in (options, *applied):
        chosen.update({name: entry[name] for name in _BY_PATTERN if entry.get(name)})
        # S3 stores these names in lower case.
        texts = to_texts("metadata", entry.get("metadata") or {})
        metadata.update({name.lower(): value for name, value in texts.items()})
    if sum(map(len, (*metadata, *metadata.values()))) > _LARGEST_METADATA:
        raise refused(
            "metadata", f"has more than {_LARGEST_METADATA:,} characters in total", "Use fewer or shorter entries."
        )
    settings = {argument: chosen[name] for name, argument in _BY_PATTERN.items() if name in chosen}
    settings.update({argument: options[name] for name, argument in _FOR_ALL.items() if options[name]})
    if options["tags"]:
        settings["Tagging"] = urlencode(sorted(to_texts("tags", options["tags"]).items()))
    return {**settings, "Metadata": metadata}


def settings_digest(settings: t.Mapping[str, t.Any]) -> str:
    """Return a digest that changes with any setting."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def conflict(message: str, hint: str) -> OctoAwsError:
    """Return the error of options that exclude each other."""
    return OctoAwsError(ErrorCode.OPTION_CONFLICT, message, hint=hint)
