# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the CloudFormation modules, and their conversion into parameters of the API.

Patterns and lengths are those of the AWS CloudFormation API reference.
"""

from __future__ import annotations

import json
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import check_role_arn, empty, refused
from .._model.option_forms import PARTITION, Form, check_forms
from .._model.yaml_values import to_json, to_text
from .resource_imports import IMPORT_SPEC, check_imports
from .rollback import ROLLBACK_SPEC, check_rollback, rollback_configuration

LARGEST_TEMPLATE = 51_200
"""Bytes of a template in a request (AWS CloudFormation user guide, quotas)."""
LARGEST_STORED_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (the same quotas: 1 MB)."""

_SOURCES = ("template", "template_body", "template_url")

CONTENT_SPEC: dict[str, t.Any] = {
    "stack_name": {"type": "str", "required": True},
    "template": {"type": "path"},
    "template_body": {"type": "raw"},
    "template_url": {"type": "str"},
    "template_bucket": {"type": "str"},
    "template_prefix": {"type": "str", "default": ""},
    "parameters": {"type": "dict"},
    "parameters_file": {"type": "path"},
    "use_previous_value": {"type": "list", "elements": "str", "default": []},
    "capabilities": {"type": "list", "elements": "str", "default": []},
    "tags": {"type": "dict"},
    "role_arn": {"type": "str"},
    "notification_arns": {"type": "list", "elements": "str"},
    "on_create_failure": {"type": "str", "choices": ["ROLLBACK", "DELETE", "DO_NOTHING"]},
    **ROLLBACK_SPEC,
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 3600},
    "progress": {"type": "bool", "default": True},
}
"""The options of stacks and change sets."""

STACK_SPEC: dict[str, t.Any] = {
    **CONTENT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent", "completed"], "default": "present"},
    "termination_protection": {"type": "bool"},
    "stack_policy": {"type": "json"},
    "recreate_failed": {"type": "bool", "default": False},
    "retain_resources": {"type": "list", "elements": "str", "default": []},
    "detect_drift": {"type": "bool", "default": False},
}

CHANGE_SET_SPEC: dict[str, t.Any] = {
    **CONTENT_SPEC,
    "change_set_name": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "executed", "absent"], "default": "present"},
    "description": {"type": "str"},
    "include_nested_stacks": {"type": "bool", "default": False},
    **IMPORT_SPEC,
}

_NAME = r"[A-Za-z][A-Za-z0-9-]{0,127}"
_STACK = Form(
    rf"{_NAME}|{PARTITION}:cloudformation:[a-z0-9-]+:[0-9]{{12}}:stack/{_NAME}/[!-~]{{1,128}}",
    2_048,
    "Use the name of a stack (a letter, then up to 127 letters, digits and hyphens), or its ARN.",
)
_NEW_CHANGE_SET = Form(
    _NAME, 128, "Use the name of a change set (a letter, then up to 127 letters, digits and hyphens)."
)
_CHANGE_SET = Form(
    rf"{_NAME}|{PARTITION}:cloudformation:[a-z0-9-]+:[0-9]{{12}}:changeSet/{_NAME}/[!-~]{{1,128}}",
    1_600,
    "Use the name of a change set (a letter, then up to 127 letters, digits and hyphens), or its ARN.",
)
FORMS = {
    "stack_name": _STACK,
    "template": Form("", 4_096, "Use the path of a file."),
    "template_url": Form(r"https?://[!-~]+", 5_120, "Use the URL of a template in S3, https://..."),
    "template_bucket": Form("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", 63, "Use the name of a bucket, without s3://."),
    "parameters_file": Form("", 4_096, "Use the path of a file."),
    "use_previous_value": Form("[A-Za-z0-9]+", 255, "Use a list of names of parameters (letters and digits)."),
    "capabilities": Form("CAPABILITY_[A-Z_]+", 100, "Use a list of names such as CAPABILITY_NAMED_IAM."),
    "role_arn": Form("", 2_048, "Use the ARN of an IAM role."),
    "notification_arns": Form(
        rf"{PARTITION}:sns:[a-z0-9-]+:[0-9]{{12}}:[A-Za-z0-9_-]{{1,256}}(?:\.fifo)?",
        2_048,
        "Use a list of ARNs of SNS topics: arn:aws:sns:REGION:ACCOUNT:NAME.",
    ),
    "retain_resources": Form("[A-Za-z0-9]+", 255, "Use a list of logical IDs (letters and digits)."),
}
_MOST_TOPICS = 5


def check_identifiers(options: t.Mapping[str, t.Any]) -> None:
    """Reject names that CloudFormation does not accept, above all empty ones.

    :raises OctoAwsError: an option is not valid
    """
    check_forms(options, FORMS, required=["stack_name"])
    check_forms(options, {"change_set_name": _NEW_CHANGE_SET if template_sources(options) else _CHANGE_SET})
    if options.get("role_arn") is not None:
        check_role_arn(options["role_arn"])
    if len(options.get("notification_arns") or ()) > _MOST_TOPICS:
        raise refused("notification_arns", f"has more than {_MOST_TOPICS} items")


def template_sources(options: t.Mapping[str, t.Any]) -> list[str]:
    """Return the options with a template that are set."""
    return [name for name in _SOURCES if options.get(name) is not None]


def check_options(options: t.Mapping[str, t.Any], fewest: int, most: int) -> None:
    """Reject options that are not valid, before any request.

    :param fewest: the smallest number of templates
    :param most: the largest number of templates
    :raises OctoAwsError: an option is not valid, or options exclude each other
    """
    check_identifiers(options)
    check_template(options, fewest, most)
    if options.get("stack_policy") is not None:
        parse_policy(options["stack_policy"])
    _check_waits(options)
    check_rollback(options)
    check_imports(options)
    api_parameters(options, update=False)


def check_template(options: t.Mapping[str, t.Any], fewest: int, most: int) -> None:
    """Reject too few or too many templates, and a time limit that is not positive.

    :raises OctoAwsError: an option is not valid, or options exclude each other
    """
    sources = template_sources(options)
    if len(sources) > most:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"{' and '.join(sources)} are mutually exclusive."
            if len(sources) > 1
            else f"{sources[0]} cannot be used with state: {options.get('state')}.",
        )
    if len(sources) < fewest:
        raise OctoAwsError(ErrorCode.OPTION_CONFLICT, "No template is set.", hint=f"Set one of {', '.join(_SOURCES)}.")
    timeout = options.get("timeout")
    if timeout is not None and timeout <= 0:
        raise refused("timeout", f"cannot be {timeout}", "Use a number of seconds.")


def _check_waits(options: t.Mapping[str, t.Any]) -> None:
    for option in ("retain_resources", "detect_drift"):
        if options.get("wait") is False and options.get(option):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{option} cannot be used with wait: false: it needs the end of the operation.",
                hint="Remove wait, or use detect_drift with state: completed.",
            )
    if options.get("detect_drift") and options.get("state") == "absent":
        raise OctoAwsError(ErrorCode.OPTION_CONFLICT, "detect_drift cannot be used with state: absent.")


def api_parameters(options: t.Mapping[str, t.Any], *, update: bool) -> dict[str, t.Any]:
    """Return the parameters that CreateStack, UpdateStack and CreateChangeSet have in common.

    :param update: whether the stack has previous values
    :raises OctoAwsError: a value is not valid
    """
    content: dict[str, t.Any] = {}
    if options.get("capabilities"):
        content["Capabilities"] = list(options["capabilities"])
    if options.get("template_body") is not None:
        content["TemplateBody"] = _template_body(options["template_body"], stored=bool(options.get("template_bucket")))
    if options.get("template_url"):
        content["TemplateURL"] = options["template_url"]
    if options.get("role_arn"):
        content["RoleARN"] = options["role_arn"]
    if options.get("parameters") or options.get("use_previous_value"):
        content["Parameters"] = list(_stack_parameters(options, update))
    # Missing values are kept in AWS; empty ones are removed.
    if options.get("tags") is not None:
        content["Tags"] = [
            {"Key": key, "Value": to_text(f"tags.{key}", value)} for key, value in options["tags"].items()
        ]
    if options.get("notification_arns") is not None:
        content["NotificationARNs"] = list(options["notification_arns"])
    rollback = rollback_configuration(options)
    if rollback:
        content["RollbackConfiguration"] = rollback
    return content


def parameter_values(content: t.Mapping[str, t.Any]) -> list[str]:
    """Return the values of the stack parameters in a request, any of which may be secret."""
    return [parameter.get("ParameterValue", "") for parameter in content.get("Parameters", ())]


def parse_policy(text: str) -> t.Any:
    """Parse a stack policy.

    :raises OctoAwsError: it is not a mapping in JSON
    """
    try:
        policy = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise refused("stack_policy", "is not a policy", "Use a mapping, or a string with JSON.")
    return policy


def template_size(text: str) -> int:
    """Return the bytes of a template."""
    return len(text.encode("utf-8", "surrogatepass"))


def check_size(label: str, text: str, *, stored: bool) -> None:
    """Reject a template that is too large for CloudFormation.

    :param stored: whether there is a bucket for templates that are too large for a request
    :raises OctoAwsError: the template is too large
    """
    size = template_size(text)
    if size > LARGEST_STORED_TEMPLATE:
        raise OctoAwsError(
            ErrorCode.TEMPLATE_TOO_LARGE,
            f"{label} has {size:,} bytes, but CloudFormation accepts at most {LARGEST_STORED_TEMPLATE:,}.",
            hint="Split it into nested stacks.",
        )
    if size > LARGEST_TEMPLATE and not stored:
        raise OctoAwsError(
            ErrorCode.TEMPLATE_TOO_LARGE,
            f"{label} has {size:,} bytes, but CloudFormation accepts at most {LARGEST_TEMPLATE:,} in a request.",
            hint="Set template_bucket to an S3 bucket, to which the template is uploaded.",
        )


def _template_body(body: t.Any, *, stored: bool) -> str:
    if not isinstance(body, (str, dict)):
        raise refused("template_body", "is neither a string nor a mapping")
    if not body or (isinstance(body, str) and not body.strip()):
        raise empty("template_body")
    # For YAML, the version of the format is a date, 2010-09-09.
    text = body if isinstance(body, str) else to_json("template_body", body)
    check_size("template_body", text, stored=stored)
    return text


def _stack_parameters(options: t.Mapping[str, t.Any], update: bool) -> t.Iterator[dict[str, t.Any]]:
    kept = options.get("use_previous_value") or []
    values = {**dict.fromkeys(kept), **(options.get("parameters") or {})}
    for key, value in values.items():
        if value is not None and not (update and key in kept):
            yield {"ParameterKey": str(key), "ParameterValue": parameter_text(str(key), value)}
        elif update:
            yield {"ParameterKey": str(key), "UsePreviousValue": True}


def parameter_text(name: str, value: t.Any) -> str:
    """Return the text of a parameter. Items of a list are joined with commas.

    :raises OctoAwsError: the value cannot be converted into text
    """
    values = value if isinstance(value, (list, tuple)) else [value]
    return ",".join(to_text(f"parameters.{name}", item) for item in values)
