# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the ECS modules, and their conversion into parameters of the API.

Patterns and lengths are those of the Amazon ECS API reference.
"""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import check_role_arn, empty, refused
from .._model.option_forms import PARTITION, Form, check_forms
from .._model.yaml_values import to_text, to_texts

_WAIT_SPEC: dict[str, t.Any] = {
    "cluster": {"type": "str", "default": "default"},
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 1800},
    "progress": {"type": "bool", "default": True},
    "tags": {"type": "dict"},
}
_OVERRIDE_SPEC: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "environment": {"type": "dict"},
    "cpu": {"type": "int"},
    "memory": {"type": "int"},
    "memory_reservation": {"type": "int"},
    "command": {"type": "list", "elements": "str"},
}

SERVICE_SPEC: dict[str, t.Any] = {
    **_WAIT_SPEC,
    "service": {"type": "str", "required": True},
    "containers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            **_OVERRIDE_SPEC,
            "image": {"type": "str"},
            "secrets": {"type": "dict", "no_log": False},
            "purge_environment": {"type": "bool", "default": False},
            "entry_point": {"type": "list", "elements": "str"},
        },
    },
    "task_definition": {"type": "str"},
    "template": {"type": "path"},
    "template_body": {"type": "raw"},
    "desired_count": {"type": "int"},
    "force_new_deployment": {"type": "bool", "default": False},
}
RUN_SPEC: dict[str, t.Any] = {
    **_WAIT_SPEC,
    "task_definition": {"type": "str", "required": True},
    "containers": {"type": "list", "elements": "dict", "default": [], "options": _OVERRIDE_SPEC},
    "cpu": {"type": "str"},
    "memory": {"type": "str"},
    "task_role_arn": {"type": "str"},
    "execution_role_arn": {"type": "str"},
    "launch_type": {"type": "str", "choices": ["EC2", "EXTERNAL", "FARGATE"]},
    "capacity_provider_strategy": {
        "type": "list",
        "elements": "dict",
        "options": {
            "capacity_provider": {"type": "str", "required": True},
            "weight": {"type": "int", "default": 1},
            "base": {"type": "int", "default": 0},
        },
    },
    "platform_version": {"type": "str"},
    "subnets": {"type": "list", "elements": "str"},
    "security_groups": {"type": "list", "elements": "str"},
    "assign_public_ip": {"type": "bool", "default": False},
    "group": {"type": "str"},
    "outcome_of": {"type": "list", "elements": "str"},
    "resume": {"type": "bool", "default": True},
    "log_lines": {"type": "int", "default": 20},
}

SOURCES = ("task_definition", "template", "template_body")
"""The options that replace the task definition that a service has. They exclude each other."""

_NAME = r"[A-Za-z0-9_-]{1,255}"
_ARN = rf"{PARTITION}:ecs:[a-z0-9-]+:[0-9]{{12}}"
_CLUSTER = Form(
    rf"{_NAME}|{_ARN}:cluster/{_NAME}",
    2_048,
    "Use the name of a cluster (up to 255 letters, digits, hyphens and underscores), or its ARN.",
)
_SERVICE = Form(
    rf"{_NAME}|{_ARN}:service/(?:{_NAME}/)?{_NAME}",
    2_048,
    "Use the name of a service (up to 255 letters, digits, hyphens and underscores), or its ARN.",
)
_TASK_DEFINITION = Form(
    rf"(?:{_ARN}:task-definition/)?{_NAME}(?::[1-9][0-9]*)?",
    2_048,
    "Use FAMILY for the latest revision, FAMILY:REVISION, or an ARN.",
)
_PROVIDER = Form(_NAME, 255, "Use the name of a capacity provider, such as FARGATE_SPOT.")
_CONTAINER = Form(_NAME, 255, "Use the name of a container of the task definition.")
_FORMS = {
    "cluster": _CLUSTER,
    "service": _SERVICE,
    "task_definition": _TASK_DEFINITION,
    "template": Form("", 4_096, "Use the path of a file."),
    "cpu": Form(r"[0-9]+|[0-9]*\.?[0-9]+ ?[vV][cC][pP][uU]", 20, "Use CPU units such as 256, or '1 vCPU'."),
    "memory": Form(r"[0-9]+|[0-9]*\.?[0-9]+ ?[gG][bB]", 20, "Use MiB such as 512, or '1 GB'."),
    "platform_version": Form(r"LATEST|[0-9]+(?:\.[0-9]+)+", 20, "Use a version such as 1.4.0, or LATEST."),
    "group": Form(r"[^\0]*", 255, "Use up to 255 characters."),
    "outcome_of": _CONTAINER,
    "subnets": Form(r"subnet-[0-9a-f]{8,17}", 24, "Use IDs such as subnet-0123456789abcdef0."),
    "security_groups": Form(r"sg-[0-9a-f]{8,17}", 20, "Use IDs such as sg-0123456789abcdef0."),
}
_MOST = {"security_groups": 5, "subnets": 16, "tags": 50, "capacity_provider_strategy": 20}
_CONTAINER_KEYS = {
    "image": "image",
    "cpu": "cpu",
    "memory": "memory",
    "memory_reservation": "memoryReservation",
    "command": "command",
    "entry_point": "entryPoint",
}
_LOG_LINES = 1_000
_SMALLEST = {"cpu": 0, "memory": 4, "memory_reservation": 4}
"""The smallest numbers for a container. Docker accepts no container with less than 4 MiB."""


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Reject options that are not valid, before any request.

    :raises OctoAwsError: an option is not valid, or options exclude each other
    """
    required = ["service" if "service" in options else "task_definition", "cluster"]
    check_forms(options, _FORMS, required=required)
    sources = [name for name in SOURCES if options.get(name) is not None]
    if len(sources) > 1:
        raise _conflict(*sources)
    if options.get("launch_type") and options.get("capacity_provider_strategy"):
        raise _conflict("launch_type", "capacity_provider_strategy")
    for name in ("task_role_arn", "execution_role_arn"):
        if options.get(name) is not None:
            _about(name, check_role_arn, options[name])
    if options["timeout"] <= 0:
        raise refused("timeout", f"cannot be {options['timeout']}", "Use a number of seconds.")
    if (options.get("desired_count") or 0) < 0:
        raise refused("desired_count", f"cannot be {options['desired_count']}", "Use 0 or more tasks.")
    if not 0 <= options.get("log_lines", 0) <= _LOG_LINES:
        raise refused("log_lines", f"cannot be {options['log_lines']}", f"Use 0 to {_LOG_LINES:,}.")
    for item in options.get("capacity_provider_strategy") or ():
        check_forms(item, {"capacity_provider": _PROVIDER}, required=["capacity_provider"])
    if options.get("subnets") is not None and not options["subnets"]:
        raise empty("subnets", _FORMS["subnets"].hint)
    if (options.get("security_groups") or options.get("assign_public_ip")) and not options.get("subnets"):
        raise refused("subnets", "is missing", "security_groups and assign_public_ip need it.")
    for name, most in _MOST.items():
        if len(options.get(name) or ()) > most:
            raise refused(name, f"has more than {most} items")
    tags_of(options)
    _check_containers(options["containers"])


def _check_containers(containers: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    seen: set[str] = set()
    for container in containers:
        check_forms(container, {"name": _CONTAINER, "image": Form(r"[!-~]+", 255, "Use REPOSITORY:TAG or @DIGEST.")})
        name = str(container["name"])
        if name in seen:
            raise refused("containers", f"has the container {name} twice")
        seen.add(name)
        for option, smallest in _SMALLEST.items():
            if container.get(option) is not None and container[option] < smallest:
                raise refused(
                    f"containers.{name}.{option}", f"cannot be {container[option]}", f"Use {smallest} or more."
                )
        environment, secrets = environment_of(container), secrets_of(container)
        if "secrets" not in container:
            # An override cannot remove a variable, so null is an error.
            to_texts(f"containers.{name}.environment", container.get("environment") or {})
        both = [variable for variable in environment if variable in secrets and secrets[variable] is not None]
        if both:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{', '.join(both)} of the container {name} is in both environment and secrets.",
                hint="ECS accepts a variable in one of them only.",
            )


def environment_of(container: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """Return the environment variables of a container; ``None`` removes one."""
    return _variables(container, "environment")


def secrets_of(container: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """Return the sources of secret variables of a container; ``None`` removes one."""
    return _variables(container, "secrets")


def _variables(container: t.Mapping[str, t.Any], option: str) -> dict[str, str | None]:
    label = f"containers.{container['name']}.{option}"
    given = container.get(option) or {}
    texts = to_texts(label, {key: "" if value is None else value for key, value in given.items()})
    if "" in texts:
        raise refused(label, "has an empty name")
    removed = {to_text(label, key) for key, value in given.items() if value is None}
    for name in texts:
        if option == "secrets" and not texts[name] and name not in removed:
            raise empty(f"{label}.{name:.140}", "Use the ARN of a secret or a parameter, or the name of a parameter.")
    return {name: None if name in removed else text for name, text in texts.items()}


def tags_of(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the tags of the options.

    :raises OctoAwsError: AWS does not accept one
    """
    tags = to_texts("tags", options.get("tags") or {})
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:"):
            raise refused(
                f"tags.{key:.140}", "is not valid", "Use keys of 1 to 128 characters without aws:, values up to 256."
            )
    return tags


def container_values(container: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the plain values of a container by their names in the API, without its variables."""
    return {key: container[name] for name, key in _CONTAINER_KEYS.items() if container.get(name) is not None}


def values_of_environment(containers: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the values of all environment variables, any of which may be secret."""
    return [value for container in containers for value in environment_of(container).values() if value]


def run_parameters(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the parameters of RunTask, without those that the module sets itself."""
    overrides: dict[str, t.Any] = {
        "containerOverrides": [_override(container) for container in options["containers"]],
        "cpu": options.get("cpu"),
        "memory": options.get("memory"),
        "taskRoleArn": options.get("task_role_arn"),
        "executionRoleArn": options.get("execution_role_arn"),
    }
    network = {
        "subnets": options.get("subnets"),
        "securityGroups": options.get("security_groups") or [],
        "assignPublicIp": "ENABLED" if options["assign_public_ip"] else "DISABLED",
    }
    strategy = [
        {"capacityProvider": item["capacity_provider"], "weight": item["weight"], "base": item["base"]}
        for item in options.get("capacity_provider_strategy") or ()
    ]
    parameters = {
        "cluster": options["cluster"],
        "overrides": {name: value for name, value in overrides.items() if value},
        "launchType": options.get("launch_type"),
        "capacityProviderStrategy": strategy,
        "platformVersion": options.get("platform_version"),
        "networkConfiguration": {"awsvpcConfiguration": network} if network["subnets"] else None,
        "group": options.get("group"),
        "tags": api_tags(tags_of(options)),
    }
    return {name: value for name, value in parameters.items() if value}


def api_tags(tags: t.Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags in the form of the API of ECS."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def _override(container: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    override = {"name": container["name"], **container_values(container)}
    environment = environment_of(container)
    if environment:
        override["environment"] = [{"name": name, "value": value} for name, value in environment.items()]
    return override


def _conflict(*names: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.OPTION_CONFLICT, f"{' and '.join(names)} are mutually exclusive.")


def _about(option: str, check: t.Callable[[str], str], value: str) -> None:
    try:
        check(value)
    except OctoAwsError as error:
        raise error.reworded(lambda text: text.replace("role_arn", option, 1)) from None
