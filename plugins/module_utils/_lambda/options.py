# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the module ``lambda_function``, and their conversion into parameters of the API.

Patterns and lengths are those of the AWS Lambda API reference. AWS checks the largest sizes, which differ by account.
"""

from __future__ import annotations

import json
import re
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused
from .._model.option_forms import KMS_KEY, PARTITION, Form, check_forms
from .._model.yaml_values import to_texts

FUNCTION_SPEC: dict[str, t.Any] = {
    "function_name": {"type": "str", "required": True},
    "src": {"type": "path"},
    "remote_src": {"type": "bool", "default": False},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "s3_bucket": {"type": "str"},
    "s3_key": {"type": "str", "no_log": False},
    "s3_object_version": {"type": "str"},
    "image_uri": {"type": "str"},
    "role": {"type": "str"},
    "runtime": {"type": "str"},
    "handler": {"type": "str"},
    "architecture": {"type": "str", "choices": ["x86_64", "arm64"]},
    "description": {"type": "str"},
    "memory_size": {"type": "int"},
    "function_timeout": {"type": "int"},
    "ephemeral_storage": {"type": "int"},
    "environment": {"type": "dict"},
    "layers": {"type": "list", "elements": "str"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "tracing_mode": {"type": "str", "choices": ["Active", "PassThrough"]},
    "dead_letter_arn": {"type": "str"},
    "kms_key_arn": {"type": "str", "no_log": False},
    "tags": {"type": "dict"},
    "publish": {"type": "bool", "default": False},
    "alias": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "version": {"type": "str"},
            "weight": {"type": "float"},
            "weights": {"type": "dict"},
            "description": {"type": "str"},
        },
    },
    "invoke": {"type": "dict", "options": {"payload": {"type": "json"}, "qualifier": {"type": "str"}}},
    "timeout": {"type": "int", "default": 600},
    "progress": {"type": "bool", "default": True},
}

_NAME = "[A-Za-z0-9_-]"
_FORMS = {
    "function_name": Form(rf"{_NAME}{{1,64}}", 64, "Use 1 to 64 letters, digits, hyphens and underscores."),
    "s3_bucket": Form(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", 63, "Use the name of an S3 bucket."),
    "s3_key": Form("", 1_024, "Use the key of an object."),
    "s3_object_version": Form("", 1_024, "Use the version of an object."),
    "image_uri": Form(
        r"[0-9]{12}\.dkr\.ecr\.[a-z0-9.-]+/[a-z0-9._/-]+(?::[A-Za-z0-9_.-]+)?(?:@sha256:[0-9a-f]{64})?",
        1_024,
        "Use an image of ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG, or @sha256:DIGEST.",
    ),
    "role": Form(rf"{PARTITION}:iam::[0-9]{{12}}:role/[A-Za-z0-9_+=,.@/-]+", 2_048, "Use the ARN of an IAM role."),
    "runtime": Form(r"[a-z0-9.-]+", 64, "Use the identifier of a runtime, such as python3.13."),
    "handler": Form(r"\S+", 128, "Use a handler such as app.handler."),
    "layers": Form(rf"{PARTITION}:lambda:\S+:layer:\S+:[0-9]+", 140, "Use ARNs of versions of layers."),
    "dead_letter_arn": Form(rf"{PARTITION}:(?:sqs|sns):\S+", 2_048, "Use the ARN of an SQS queue or SNS topic."),
    "kms_key_arn": KMS_KEY,
}
_LEAST = {"memory_size": 128, "function_timeout": 1, "ephemeral_storage": 512, "timeout": 1}
_ALIAS = Form(rf"(?![0-9]+$){_NAME}{{1,128}}", 128, "Use letters, digits, hyphens and underscores, not only digits.")
_VERSION = Form(r"[1-9][0-9]*", 20, "Use the number of a published version.")
_QUALIFIER = Form(rf"\$LATEST|{_NAME}{{1,128}}", 128, "Use $LATEST, a version or an alias.")
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_SIMPLE = {
    "role": "Role",
    "runtime": "Runtime",
    "handler": "Handler",
    "description": "Description",
    "memory_size": "MemorySize",
    "function_timeout": "Timeout",
    "kms_key_arn": "KMSKeyArn",
}


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Check the options before anything is sent.

    :raises OctoAwsError: an option is missing, not valid, or conflicts with another one
    """
    check_forms(options, _FORMS, required=["function_name"])
    if len(options.get("description") or "") > 256:
        raise refused("description", "has more than 256 characters")
    for name, least in _LEAST.items():
        value = options.get(name)
        if value is not None and value < least:
            raise refused(name, f"cannot be {value}", f"Use at least {least}.")
    _check_code(options)
    if (options.get("subnet_ids") is None) != (options.get("security_group_ids") is None):
        raise _conflict("subnet_ids and security_group_ids belong together.", "Set both, or none.")
    for name in to_texts("environment", options.get("environment") or {}):
        if not _VARIABLE.fullmatch(name):
            raise refused("environment", f"cannot have the name {name!r:.120}", "Use letters, digits and underscores.")
    to_texts("tags", options.get("tags") or {})
    _check_alias(options.get("alias"), publish=options.get("publish", False))
    invoke = options.get("invoke") or {}
    if invoke.get("qualifier") is not None:
        _QUALIFIER.check("invoke.qualifier", invoke["qualifier"])
    payload_of(invoke)


def _check_code(options: t.Mapping[str, t.Any]) -> None:
    given = [name for name in ("src", "s3_bucket", "image_uri") if options.get(name) is not None]
    if len(given) > 1:
        raise _conflict(f"{given[0]} is set, and so is {given[1]}.", "The code comes from one of them.")
    if (options.get("s3_bucket") is None) != (options.get("s3_key") is None):
        raise _conflict("s3_bucket and s3_key belong together.", "Set both, or none.")
    if options.get("s3_object_version") and not options.get("s3_key"):
        raise _conflict("s3_object_version needs s3_key.", "Set s3_bucket and s3_key, or remove it.")
    if options.get("image_uri"):
        for name in ("runtime", "handler", "layers"):
            if options.get(name) is not None:
                raise _conflict(f"image_uri is set, and so is {name}.", "An image has no such setting. Remove it.")
    if options.get("architecture") and not given:
        raise _conflict("architecture needs code.", "Set src, s3_bucket or image_uri.")


def _check_alias(alias: t.Mapping[str, t.Any] | None, *, publish: bool) -> None:
    if not alias:
        return
    _ALIAS.check("alias.name", alias["name"])
    version, weight, weights = alias.get("version"), alias.get("weight"), alias.get("weights")
    if len(alias.get("description") or "") > 256:
        raise refused("alias.description", "has more than 256 characters")
    if version is not None:
        _VERSION.check("alias.version", version)
    elif not publish:
        raise _conflict("alias needs a version.", "Set publish: true, or alias.version.")
    if weight is not None and (version is not None or weights is not None):
        raise _conflict("alias.weight is for the published version.", "Remove it, or alias.version and alias.weights.")
    if weight is not None and not 0 < weight <= 1:
        raise refused("alias.weight", f"cannot be {weight}", "Use a number above 0, up to 1, such as 0.1 for 10%.")
    if weights is not None and len(weights) > 1:
        raise refused("alias.weights", "has more than 1 version", "AWS splits an alias over two versions.")
    weights_of(alias)


def weights_of(alias: t.Mapping[str, t.Any]) -> dict[str, float]:
    """Return ``alias.weights`` as the API has it.

    :raises OctoAwsError: a version or a weight is not valid
    """
    found: dict[str, float] = {}
    for version, share in (alias.get("weights") or {}).items():
        _VERSION.check("alias.weights", version)
        try:
            found[str(version)] = float(share)
        except (TypeError, ValueError):
            found[str(version)] = -1.0
        if not 0 <= found[str(version)] <= 1:
            raise refused("alias.weights", f"has a weight that is not valid for {version}", "Use 0 to 1.")
    return found


def payload_of(invoke: t.Mapping[str, t.Any]) -> bytes:
    """Return the event of an invocation.

    :raises OctoAwsError: it is not JSON
    """
    payload = invoke.get("payload")
    text = "{}" if payload is None else payload if isinstance(payload, str) else json.dumps(payload)
    try:
        json.loads(text)
    except ValueError:
        raise refused("invoke.payload", "is not JSON", "Use a mapping, or a string with JSON.") from None
    return text.encode()


def wanted_settings(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the given settings, as parameters of ``UpdateFunctionConfiguration``."""
    wanted: dict[str, t.Any] = {api: options[name] for name, api in _SIMPLE.items() if options.get(name) is not None}
    if options.get("environment") is not None:
        wanted["Environment"] = {"Variables": to_texts("environment", options["environment"])}
    if options.get("layers") is not None:
        wanted["Layers"] = list(options["layers"])
    if options.get("subnet_ids") is not None:
        wanted["VpcConfig"] = {
            "SubnetIds": sorted(options["subnet_ids"]),
            "SecurityGroupIds": sorted(options["security_group_ids"]),
        }
    if options.get("ephemeral_storage") is not None:
        wanted["EphemeralStorage"] = {"Size": options["ephemeral_storage"]}
    if options.get("tracing_mode") is not None:
        wanted["TracingConfig"] = {"Mode": options["tracing_mode"]}
    if options.get("dead_letter_arn") is not None:
        wanted["DeadLetterConfig"] = {"TargetArn": options["dead_letter_arn"]}
    return wanted


def present_settings(configuration: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings of a function in the form of :func:`wanted_settings`."""
    vpc = configuration.get("VpcConfig") or {}
    return {
        **{api: configuration.get(api) or "" for api in _SIMPLE.values()},
        "Environment": {"Variables": (configuration.get("Environment") or {}).get("Variables") or {}},
        "Layers": [layer["Arn"] for layer in configuration.get("Layers") or []],
        "VpcConfig": {
            "SubnetIds": sorted(vpc.get("SubnetIds") or []),
            "SecurityGroupIds": sorted(vpc.get("SecurityGroupIds") or []),
        },
        "EphemeralStorage": {"Size": (configuration.get("EphemeralStorage") or {}).get("Size", 512)},
        "TracingConfig": {"Mode": (configuration.get("TracingConfig") or {}).get("Mode", "PassThrough")},
        "DeadLetterConfig": {"TargetArn": (configuration.get("DeadLetterConfig") or {}).get("TargetArn") or ""},
    }


def _conflict(message: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.OPTION_CONFLICT, message, hint=hint)
