# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the module ``ssm_command``, and their conversion into parameters of the API.

Patterns and lengths are those of the AWS Systems Manager API reference, ``SendCommand``.
"""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused
from .._model.option_forms import PARTITION, Form, check_forms
from .._model.yaml_values import to_text

COMMAND_SPEC: dict[str, t.Any] = {
    "document_name": {"type": "str"},
    "document_version": {"type": "str"},
    "instance_ids": {"type": "list", "elements": "str"},
    "targets": {
        "type": "list",
        "elements": "dict",
        "options": {
            "key": {"type": "str", "required": True, "no_log": False},
            "values": {"type": "list", "elements": "str", "required": True},
        },
    },
    "parameters": {"type": "dict"},
    "comment": {"type": "str"},
    "max_concurrency": {"type": "str"},
    "max_errors": {"type": "str"},
    "delivery_timeout": {"type": "int"},
    "output_bucket": {"type": "str"},
    "output_prefix": {"type": "str"},
    "output_log_group": {"type": "str"},
    "command_id": {"type": "str"},
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 3600},
    "progress": {"type": "bool", "default": True},
}

_FORMS = {
    "document_name": Form(
        rf"[A-Za-z0-9_.:/-]{{3,128}}|{PARTITION}:ssm:[a-z0-9-]+:[0-9]{{12}}:document/[A-Za-z0-9_.-]{{3,128}}",
        2_048,
        "Use the name of a document, such as AWS-RunShellScript, or its ARN.",
    ),
    "document_version": Form(r"\$LATEST|\$DEFAULT|[1-9][0-9]*", 19, "Use a number, $LATEST or $DEFAULT."),
    "instance_ids": Form(r"m?i-(?:[0-9a-f]{8}|[0-9a-f]{17})", 20, "Use IDs of managed nodes: i-... or mi-..."),
    "comment": Form("", 100, "Use at most 100 characters."),
    "max_concurrency": Form(
        r"[1-9][0-9]*|[1-9][0-9]?%|100%", 7, "Use a number such as 10, or a percentage such as 25%."
    ),
    "max_errors": Form(
        r"0|[1-9][0-9]*|[0-9]%|[1-9][0-9]%|100%", 7, "Use a number such as 0, or a percentage such as 10%."
    ),
    "output_bucket": Form(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", 63, "Use the name of an S3 bucket."),
    "output_prefix": Form("", 500, "Use at most 500 characters."),
    "output_log_group": Form(r"[.\-_/#A-Za-z0-9]+", 512, "Use the name of a CloudWatch log group."),
    "command_id": Form(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", 36, "Use the command_id of an earlier result."),
}
_API_NAMES = {
    "document_name": "DocumentName",
    "document_version": "DocumentVersion",
    "instance_ids": "InstanceIds",
    "comment": "Comment",
    "max_concurrency": "MaxConcurrency",
    "max_errors": "MaxErrors",
    "delivery_timeout": "TimeoutSeconds",
    "output_bucket": "OutputS3BucketName",
    "output_prefix": "OutputS3KeyPrefix",
}
_OF_NEW = (*_API_NAMES, "targets", "parameters")
"""The options of a new command."""
_MOST = {"instance_ids": 50, "targets": 5}
"""The largest numbers of items."""
_DELIVERY = (30, 2_592_000)
"""The shortest and the longest ``TimeoutSeconds``."""


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Check the options before anything is sent.

    :raises OctoAwsError: an option is missing, not valid, or conflicts with another one
    """
    check_forms(options, _FORMS)
    if options["timeout"] < 1:
        raise refused("timeout", f"cannot be {options['timeout']}", "Use at least 1 second.")
    if options.get("command_id"):
        given = [name for name in _OF_NEW if options.get(name) is not None and not name.startswith("output")]
        if given:
            raise _conflict(f"command_id is set, and so is {given[0]}.", "Wait for a command, or send a new one.")
        return
    if not options.get("document_name"):
        raise refused("document_name", "is missing", "Set it, or command_id to wait for a command.")
    if not options.get("instance_ids") and not options.get("targets"):
        raise refused("instance_ids", "and targets are missing", "Set exactly one of them, not empty.")
    if options.get("instance_ids") and options.get("targets"):
        raise _conflict("instance_ids is set, and so is targets.", "Set one of them.")
    if options.get("output_prefix") and not options.get("output_bucket"):
        raise _conflict("output_prefix needs output_bucket.", "Set output_bucket, or remove output_prefix.")
    for name, most in _MOST.items():
        if len(options.get(name) or ()) > most:
            raise refused(name, f"has more than {most} items", "Use targets with tags for more instances.")
    for target in options.get("targets") or ():
        if not target["key"] or not target["values"] or len(target["values"]) > 50:
            raise refused("targets", "needs a key and 1 to 50 values in each item", "For a tag, use the key tag:NAME.")
    seconds = options.get("delivery_timeout")
    if seconds is not None and not _DELIVERY[0] <= seconds <= _DELIVERY[1]:
        raise refused("delivery_timeout", f"cannot be {seconds}", "Use 30 to 2,592,000 seconds.")
    # This checks the values of parameters.
    api_parameters(options)


def api_parameters(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the parameters of ``SendCommand``."""
    request = {api: options[name] for name, api in _API_NAMES.items() if options.get(name) is not None}
    if options.get("targets"):
        request["Targets"] = [{"Key": item["key"], "Values": item["values"]} for item in options["targets"]]
    if options.get("parameters"):
        request["Parameters"] = {
            name: _texts(f"parameters.{name}", value) for name, value in options["parameters"].items()
        }
    if options.get("output_log_group"):
        group = options["output_log_group"]
        request["CloudWatchOutputConfig"] = {"CloudWatchLogGroupName": group, "CloudWatchOutputEnabled": True}
    return request


def _texts(name: str, value: t.Any) -> list[str]:
    return [to_text(name, item) for item in (value if isinstance(value, (list, tuple)) else [value])]


def _conflict(message: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.OPTION_CONFLICT, message, hint=hint)
