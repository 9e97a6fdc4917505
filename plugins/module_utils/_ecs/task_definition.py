# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task definitions: change containers of one, and compare two."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import typing as t

from .._errors import ErrorCode, OctoAwsError, closest
from .._model.field_checks import refused
from .options import api_tags, container_values, environment_of, secrets_of

_SORTED = ("environment", "secrets", "environmentFiles", "requiresCompatibilities", "systemControls", "ulimits")
"""Lists without an order, in which ECS may return items in another one."""
_DEFAULTS = {"cpu": 0, "essential": True, "protocol": "tcp", "hostPort": 0, "networkMode": "bridge"}
"""Values that ECS adds where a request has none."""
_EMPTY: tuple[t.Any, ...] = (None, [], {}, "")
_SHOWN = ("image", "cpu", "memory", "memoryReservation", "secrets", "family", "taskRoleArn", "executionRoleArn")
"""Fields that a diff shows with their values. Variables, options of log drivers and others may be secret."""
_OUTPUTS = (
    *("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities"),
    *("registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"),
)
"""Fields that AWS adds, which are ignored in a template."""
_UNITS = re.compile(r"([0-9]*\.?[0-9]+) ?(?:vcpu|gb)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class TaskDefinition:
    """The input of RegisterTaskDefinition.

    :param content: by the names in the API
    :param arn: of the revision with this content; empty for content that is not registered
    """

    content: t.Mapping[str, t.Any]
    tags: t.Mapping[str, str]
    arn: str = ""

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any], inputs: t.Collection[str]) -> TaskDefinition:
        """Read a response of DescribeTaskDefinition.

        :param inputs: the parameters of RegisterTaskDefinition
        """
        definition = response["taskDefinition"]
        content = {name: value for name, value in definition.items() if name in inputs}
        # AWS sets those with its own prefix.
        own = [tag for tag in response.get("tags") or [] if not tag["key"].startswith("aws:")]
        return cls(content, {tag["key"]: tag["value"] for tag in own}, definition["taskDefinitionArn"])

    @classmethod
    def from_template(cls, template: t.Mapping[str, t.Any], inputs: t.Collection[str]) -> TaskDefinition:
        """Read a template.

        :param inputs: the parameters of RegisterTaskDefinition
        :raises OctoAwsError: it is not a task definition
        """
        # The AWS CLI returns a task definition as the value of this key.
        body = template.get("taskDefinition", template)
        for name in ("family", "containerDefinitions"):
            if not isinstance(body, t.Mapping) or not body.get(name):
                raise refused("The template", f"has no {name}", "Use the form of `aws ecs register-task-definition`.")
        for name in body:
            if name not in inputs and name not in _OUTPUTS:
                hint = closest(str(name), inputs) or "Update botocore on the host if the field is new."
                raise refused("The template", f"has the unknown field {name!r:.80}", hint)
        tags = {tag["key"]: tag["value"] for tag in body.get("tags") or []}
        return cls({name: value for name, value in body.items() if name in inputs and name != "tags"}, tags)

    @property
    def family(self) -> str:
        """The name of all its revisions."""
        return str(self.content["family"])

    @property
    def containers(self) -> list[str]:
        """The names of its containers."""
        return [str(container.get("name")) for container in self.content["containerDefinitions"]]

    def as_parameters(self, tags: t.Mapping[str, str]) -> dict[str, t.Any]:
        """Return parameters of RegisterTaskDefinition.

        :param tags: besides its own
        """
        all_tags = {**self.tags, **tags}
        return {**self.content, **({"tags": api_tags(all_tags)} if all_tags else {})}

    def with_containers(self, changes: t.Sequence[t.Mapping[str, t.Any]]) -> TaskDefinition:
        """Return it with changed containers; itself if nothing differs.

        :raises OctoAwsError: it has no such container
        """
        self.check_containers([change["name"] for change in changes])
        content: dict[str, t.Any] = copy.deepcopy(dict(self.content))
        by_name = {container["name"]: container for container in content["containerDefinitions"]}
        for change in changes:
            _change(by_name[change["name"]], change)
        changed = TaskDefinition(content, self.tags)
        return self if changed.is_same(self) else changed

    def check_containers(self, names: t.Iterable[str]) -> None:
        """Reject names of containers that it does not have.

        :raises OctoAwsError: there is no such container
        """
        for name in names:
            if name not in self.containers:
                raise OctoAwsError(
                    ErrorCode.CONTAINER_UNKNOWN,
                    f"The task definition {self.arn.rpartition('/')[2] or self.family} has no container {name}.",
                    hint=closest(name, self.containers) or f"It has {', '.join(self.containers)}.",
                )

    def is_same(self, other: TaskDefinition) -> bool:
        """Whether both have the same content, apart from tags."""
        return bool(self._normalized == other._normalized)

    @property
    def _normalized(self) -> t.Any:
        return _normalize(self.content, self.content.get("networkMode") in ("awsvpc", "host"))

    def lines(self) -> dict[str, tuple[str, str]]:
        """Return its fields for a diff: by name, a value to compare and one to show."""
        found: dict[str, tuple[str, str]] = {}
        content = self._normalized
        for container in content.pop("containerDefinitions"):
            for key, value in container.items():
                path = f"{container['name']}.{key}"
                if key in ("environment", "secrets"):
                    for item in value:
                        found[f"{path}.{item['name']}"] = _line(key, item.get("value") or item.get("valueFrom"))
                else:
                    found[path] = _line(key, value)
        for key, value in content.items():
            found[key] = _line(key, value)
        return found


def _line(key: str, value: t.Any) -> tuple[str, str]:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text, text if key in _SHOWN else ""


def _change(container: dict[str, t.Any], change: t.Mapping[str, t.Any]) -> None:
    container.update(container_values(change))
    environment, secrets = environment_of(change), secrets_of(change)
    for key in ("environment", "secrets"):
        if change["purge_environment"] and change.get(key) is not None:
            container[key] = []
    # A variable has one source.
    environment.update({name: None for name, value in secrets.items() if value is not None})
    secrets.update({name: None for name, value in environment.items() if value is not None})
    for key, changes, source in (("environment", environment, "value"), ("secrets", secrets, "valueFrom")):
        merged = _merge(container.get(key), changes, source)
        if merged or key in container:
            container[key] = merged


def _merge(
    present: t.Sequence[t.Mapping[str, str]] | None, changes: t.Mapping[str, str | None], key: str
) -> list[dict[str, str]]:
    merged = {**{item["name"]: item.get(key) for item in present or ()}, **changes}
    return [{"name": name, key: value} for name, value in merged.items() if value is not None]


def _normalize(value: t.Any, same_ports: bool, key: str = "") -> t.Any:
    """Return a value without the fields that ECS adds, and with unordered lists sorted.

    :param same_ports: whether the port of a host is that of its container
    """
    if isinstance(value, t.Mapping):
        fields = {str(name): _normalize(item, same_ports, str(name)) for name, item in value.items()}
        if same_ports and fields.get("hostPort") == fields.get("containerPort"):
            fields.pop("hostPort", None)
        return {name: item for name, item in fields.items() if item not in _EMPTY and item != _DEFAULTS.get(name)}
    if isinstance(value, (list, tuple)):
        items = [_normalize(item, same_ports) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if key in _SORTED else items
    if key in ("cpu", "memory") and isinstance(value, str):
        units = _UNITS.fullmatch(value)
        return int(float(units[1]) * 1024) if units else int(value) if value.isdigit() else value
    return value
