# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of stack sets, and their conversion into parameters of the API.

Patterns, lengths and rules are those of the AWS CloudFormation API reference.
"""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import check_account_id, check_role_arn, refused
from .._model.option_forms import Form, check_forms
from .options import CONTENT_SPEC, FORMS, api_parameters, check_template

SERVICE_MANAGED = "SERVICE_MANAGED"
SELF_MANAGED = "SELF_MANAGED"

_OF_STACKS = (
    *("template", "template_body", "template_url", "template_bucket", "template_prefix"),
    *("parameters", "parameters_file", "use_previous_value", "capabilities", "tags"),
    *("wait", "timeout", "progress"),
)
_PREFERENCES_SPEC: dict[str, t.Any] = {
    "failure_tolerance_count": {"type": "int"},
    "failure_tolerance_percentage": {"type": "int"},
    "max_concurrent_count": {"type": "int"},
    "max_concurrent_percentage": {"type": "int"},
    "region_order": {"type": "list", "elements": "str"},
    "region_concurrency_type": {"type": "str", "choices": ["SEQUENTIAL", "PARALLEL"]},
    "concurrency_mode": {"type": "str", "choices": ["STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"]},
}

STACK_SET_SPEC: dict[str, t.Any] = {
    "stack_set_name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **{name: CONTENT_SPEC[name] for name in _OF_STACKS},
    "description": {"type": "str"},
    "permission_model": {"type": "str", "choices": [SELF_MANAGED, SERVICE_MANAGED], "default": SELF_MANAGED},
    "administration_role_arn": {"type": "str"},
    "execution_role_name": {"type": "str"},
    "auto_deployment": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool", "required": True},
            "retain_stacks_on_account_removal": {"type": "bool", "default": False},
        },
    },
    "accounts": {"type": "list", "elements": "str"},
    "organizational_unit_ids": {"type": "list", "elements": "str"},
    "regions": {"type": "list", "elements": "str"},
    "purge_instances": {"type": "bool", "default": False},
    "retain_stacks": {"type": "bool", "default": False},
    "operation_preferences": {"type": "dict", "options": _PREFERENCES_SPEC},
    "call_as": {"type": "str", "choices": ["SELF", "DELEGATED_ADMIN"], "default": "SELF"},
}

_REGION = Form("[a-zA-Z0-9-]{1,128}", 128, "Use region codes such as eu-central-1.")
_FORMS = {
    "stack_set_name": Form(
        "[A-Za-z][A-Za-z0-9-]{0,127}",
        128,
        "Use the name of a stack set: a letter, then up to 127 letters, digits and hyphens.",
    ),
    **{name: form for name, form in FORMS.items() if name in _OF_STACKS},
    "description": Form("", 1_024, "Use 1 to 1,024 characters."),
    "execution_role_name": Form("[a-zA-Z_0-9+=,.@-]+", 64, "Use the name of an IAM role, not its ARN."),
    "organizational_unit_ids": Form(
        "ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}", 68, "Use IDs such as ou-ab12-34cd5678 or r-ab12."
    ),
    "regions": _REGION,
    "administration_role_arn": Form("", 2_048, "Use the ARN of an IAM role."),
}
_RANGES = {
    "failure_tolerance_count": (0, 2_147_483_647),
    "failure_tolerance_percentage": (0, 100),
    "max_concurrent_count": (1, 2_147_483_647),
    "max_concurrent_percentage": (1, 100),
}
_FOR_PRESENT = (
    *("parameters", "parameters_file", "tags", "accounts", "organizational_unit_ids", "regions"),
    *("auto_deployment", "description"),
)


def check_stack_set(options: t.Mapping[str, t.Any], fewest: int, most: int) -> None:
    """Reject options that are not valid, before any request.

    :param fewest: the smallest number of templates
    :param most: the largest number of templates
    :raises OctoAwsError: an option is not valid, or options exclude each other
    """
    check_forms(options, _FORMS, required=["stack_set_name"])
    check_template(options, fewest, most)
    if options.get("administration_role_arn") is not None:
        check_role_arn(options["administration_role_arn"], "administration_role_arn")
    for account in options.get("accounts") or []:
        check_account_id(account, "accounts")
    if options.get("state") == "absent":
        _check_absent(options)
    _check_permissions(options)
    _check_targets(options)
    _check_preferences(options.get("operation_preferences") or {})
    api_parameters(options, update=False)


def _conflict(text: str, hint: str = "") -> OctoAwsError:
    return OctoAwsError(ErrorCode.OPTION_CONFLICT, text, hint=hint)


def _check_absent(options: t.Mapping[str, t.Any]) -> None:
    for option in _FOR_PRESENT:
        if options.get(option):
            raise _conflict(
                f"{option} cannot be used with state: absent, which deletes the stack set with all its instances.",
                "To delete some instances, use state: present with purge_instances: true.",
            )
    if options.get("wait") is False:
        raise _conflict(
            "wait: false cannot be used with state: absent: a stack set can be deleted only without instances."
        )


def _check_permissions(options: t.Mapping[str, t.Any]) -> None:
    managed = options.get("permission_model") == SERVICE_MANAGED
    foreign = (
        ("accounts", "administration_role_arn", "execution_role_name")
        if managed
        else ("organizational_unit_ids", "auto_deployment")
    )
    for option in foreign:
        if options.get(option) is not None:
            hint = "Use organizational_unit_ids." if option == "accounts" else ""
            model = SERVICE_MANAGED if managed else SELF_MANAGED
            raise _conflict(f"{option} cannot be used with permission_model: {model}.", hint)
    if options.get("call_as") == "DELEGATED_ADMIN" and not managed and options.get("state") == "present":
        raise _conflict(f"call_as: DELEGATED_ADMIN needs permission_model: {SERVICE_MANAGED}.")


def _check_targets(options: t.Mapping[str, t.Any]) -> None:
    target = target_option(options)
    given = [name for name in (target, "regions") if options.get(name) is not None]
    if len(given) == 1:
        missing = "regions" if given == [target] else target
        raise _conflict(f"{given[0]} needs {missing}, since an instance is in one account and region.")
    if options.get("purge_instances") and not given:
        raise _conflict(f"purge_instances needs {target} and regions. Empty lists delete all instances.")
    for name in given:
        if len(set(options[name])) < len(options[name]):
            raise refused(name, "has an item twice")


def _check_preferences(preferences: t.Mapping[str, t.Any]) -> None:
    label = "operation_preferences"
    for option, (least, most) in _RANGES.items():
        value = preferences.get(option)
        if value is not None and not least <= value <= most:
            raise refused(f"{label}.{option}", f"cannot be {value}", f"Use a number from {least} to {most}.")
    for first in ("failure_tolerance", "max_concurrent"):
        if preferences.get(f"{first}_count") is not None and preferences.get(f"{first}_percentage") is not None:
            raise _conflict(f"{label}: {first}_count and {first}_percentage are mutually exclusive.")
    for region in preferences.get("region_order") or []:
        _REGION.check(f"{label}.region_order", region)


def target_option(options: t.Mapping[str, t.Any]) -> str:
    """Return the option with the targets of the stack set."""
    return "organizational_unit_ids" if options.get("permission_model") == SERVICE_MANAGED else "accounts"


def operation_preferences(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the parameter of a request that begins an operation; empty if there are no preferences."""
    given = options.get("operation_preferences") or {}
    preferences = {
        "".join(word.capitalize() for word in name.split("_")): value
        for name, value in given.items()
        if value is not None
    }
    return {"OperationPreferences": preferences} if preferences else {}
