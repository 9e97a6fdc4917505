# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a service to a task definition."""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._secrecy import CHANGED_PLACEHOLDER, PLACEHOLDER
from .options import api_tags, tags_of
from .rollout import Rollout, counts_of, primary_of
from .task_definition import TaskDefinition

if t.TYPE_CHECKING:
    from .client import EcsClient

Result = dict[str, t.Any]


class ServiceUpdate:
    """One update of a service: a new revision if something differs, a deployment, and its rollout."""

    def __init__(self, ecs: EcsClient, options: t.Mapping[str, t.Any], *, check_mode: bool) -> None:
        self._ecs = ecs
        self._options = options
        self._check_mode = check_mode

    def run(self) -> Result:
        """Update the service, and return the result.

        :raises OctoAwsError: there is no such service, a request failed, or the rollout failed or timed out
        """
        plan = self._ecs.work.step(self._begin)
        result: Result = {**plan["result"]}
        self._ecs.note(**result)
        if self._options["wait"] and not self._check_mode:
            result.update(Rollout(self._ecs, plan).wait())
        return result

    def _begin(self) -> Result:
        """Send what has to be changed, and return plain data for the wait."""
        cluster, name = self._options["cluster"], self._options["service"]
        service = self._ecs.service(cluster, name)
        _check_controller(service)
        if self._options["wait"]:
            _check_strategy(service)
        changes: dict[str, tuple[str, str]] = {}
        present, wanted = self._definitions(service)
        if wanted is not None and wanted.arn != service["taskDefinition"]:
            changes.update(_differences(present, wanted))
        tags = self._differing_tags(service)
        for key, value in tags.items():
            changes[f"tags.{key}"] = (_tags(service).get(key, ""), value)
        count = self._options.get("desired_count")
        if count is not None and count != service.get("desiredCount"):
            changes["desired_count"] = (str(service.get("desiredCount")), str(count))
        if self._options["force_new_deployment"]:
            changes["force_new_deployment"] = ("", "true")
        if changes and not self._check_mode:
            return self._plan(self._apply(service, wanted, tags), service, changes)
        target = service["taskDefinition"] if wanted is None else wanted.arn
        return self._plan({**service, "taskDefinition": target}, service, changes)

    def _definitions(self, service: t.Mapping[str, t.Any]) -> tuple[TaskDefinition | None, TaskDefinition | None]:
        """Return the present and the wanted task definition; ``None`` if the options do not concern it."""
        options = self._options
        if not options["containers"] and not any(options.get(name) for name in ("task_definition", "template_body")):
            return None, None
        inputs = self._ecs.inputs_of("RegisterTaskDefinition")
        present = self._registered(service["taskDefinition"])
        base = present
        if options.get("task_definition"):
            base = self._registered(options["task_definition"])
        elif options.get("template_body"):
            base = TaskDefinition.from_template(options["template_body"], inputs)
        wanted = base.with_containers(options["containers"])
        if not wanted.arn:
            # The latest revision can be the wanted one, after a rollback.
            same = next((known for known in self._known(present, wanted) if known.is_same(wanted)), None)
            wanted = same or wanted
        return present, wanted

    def _known(self, present: TaskDefinition, wanted: TaskDefinition) -> t.Iterator[TaskDefinition]:
        if present.family == wanted.family:
            yield present
        try:
            yield self._registered(wanted.family)
        except OctoAwsError as error:
            if error.code is not ErrorCode.TASK_DEFINITION_UNKNOWN:
                raise

    def _registered(self, name: str) -> TaskDefinition:
        response = self._ecs.task_definition(name)
        return TaskDefinition.from_response(response, self._ecs.inputs_of("RegisterTaskDefinition"))

    def _differing_tags(self, service: t.Mapping[str, t.Any]) -> dict[str, str]:
        present = _tags(service)
        return {key: value for key, value in tags_of(self._options).items() if present.get(key) != value}

    def _apply(
        self, service: t.Mapping[str, t.Any], wanted: TaskDefinition | None, tags: t.Mapping[str, str]
    ) -> dict[str, t.Any]:
        """Send the requests, and return the service after them."""
        parameters: dict[str, t.Any] = {}
        if wanted is not None:
            arn = wanted.arn or self._register(wanted)
            if arn != service["taskDefinition"]:
                parameters["taskDefinition"] = arn
        count = self._options.get("desired_count")
        if count is not None and count != service.get("desiredCount"):
            parameters["desiredCount"] = count
        if self._options["force_new_deployment"]:
            parameters["forceNewDeployment"] = True
        if tags:
            self._ecs.call("tag_resource", resourceArn=service["serviceArn"], tags=api_tags(tags))
            self._ecs.note(changed=True)
        if not parameters:
            return dict(service)
        names = {"cluster": service["clusterArn"], "service": service["serviceArn"]}
        try:
            response = self._ecs.call("update_service", **names, **parameters)
        except OctoAwsError as error:
            if error.may_have_worked:
                self._ecs.note(changed=True)
            raise
        updated: dict[str, t.Any] = response["service"]
        return updated

    def _register(self, wanted: TaskDefinition) -> str:
        response = self._ecs.call("register_task_definition", **wanted.as_parameters(tags_of(self._options)))
        arn = str(response["taskDefinition"]["taskDefinitionArn"])
        self._ecs.note(changed=True, task_definition=arn)
        return arn

    def _plan(
        self,
        service: t.Mapping[str, t.Any],
        before: t.Mapping[str, t.Any],
        changes: t.Mapping[str, tuple[str, str]],
    ) -> Result:
        primary = primary_of(service)
        arn = service["taskDefinition"]
        outputs = {
            "task_definition": arn or None,
            "revision": int(arn.rpartition(":")[2]) if arn else None,
            "previous_task_definition": before["taskDefinition"],
            "deployment_id": None if changes and self._check_mode else primary.get("id"),
        }
        return {
            "cluster_arn": service["clusterArn"],
            "service_arn": service["serviceArn"],
            "service": service["serviceName"],
            "deployment_id": primary.get("id"),
            "task_definition": arn,
            "revision_name": arn.rpartition("/")[2],
            "previous_task_definition": before["taskDefinition"],
            "since": _since(primary, before, scaled=bool(changes)),
            "result": {
                "changed": bool(changes),
                "service_arn": service["serviceArn"],
                **outputs,
                "changes": sorted(changes),
                **counts_of(service),
                "outputs": outputs,
                "diff": _diff(service["serviceName"], changes),
            },
        }


def _check_controller(service: t.Mapping[str, t.Any]) -> None:
    kind = (service.get("deploymentController") or {}).get("type") or "ECS"
    if kind != "ECS":
        raise OctoAwsError(
            ErrorCode.SERVICE_UNSUPPORTED,
            f"The service {service['serviceName']} has the deployment controller {kind}, so ECS does not roll it out.",
            hint="Deploy it with AWS CodeDeploy." if kind == "CODE_DEPLOY" else "Deploy it with its own controller.",
        )


def _check_strategy(service: t.Mapping[str, t.Any]) -> None:
    """Reject a strategy other than rolling updates, as the wait would not notice its stages and its end."""
    strategy = (service.get("deploymentConfiguration") or {}).get("strategy") or "ROLLING"
    if strategy != "ROLLING":
        raise OctoAwsError(
            ErrorCode.SERVICE_UNSUPPORTED,
            f"The service {service['serviceName']} has the deployment strategy {strategy}, and wait is supported for "
            "ROLLING only.",
            hint="Set wait: false to start the deployment, and follow it in the Amazon ECS console.",
        )


def _since(primary: t.Mapping[str, t.Any], before: t.Mapping[str, t.Any], *, scaled: bool) -> float:
    """Return when the events of the deployment began; for one that was only scaled, after those before."""
    known = [event["createdAt"].timestamp() for event in before.get("events") or []]
    if scaled and known and any(item.get("id") == primary.get("id") for item in before.get("deployments") or []):
        return float(max(known)) + 0.001
    return float(primary["createdAt"].timestamp()) if primary.get("createdAt") else 0.0


def _tags(service: t.Mapping[str, t.Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value") or "" for tag in service.get("tags") or []}


def _differences(present: TaskDefinition | None, wanted: TaskDefinition) -> dict[str, tuple[str, str]]:
    """Return the fields that differ, with their values if these can be shown."""
    before, after = (present.lines() if present else {}), wanted.lines()
    changes: dict[str, tuple[str, str]] = {}
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old != new:
            changes[key] = _shown(old, PLACEHOLDER), _shown(new, CHANGED_PLACEHOLDER if old else PLACEHOLDER)
    old_name = present.arn.rpartition("/")[2] if present else ""
    changes["task_definition"] = old_name, wanted.arn.rpartition("/")[2] or f"{wanted.family}:(new)"
    return changes


def _shown(value: tuple[str, str] | None, placeholder: str) -> str:
    if value is None:
        return ""
    return value[1] or placeholder


def _diff(name: str, changes: t.Mapping[str, tuple[str, str]]) -> dict[str, str]:
    sides = [
        "".join(f"{key}: {values[side]}\n" for key, values in sorted(changes.items()) if values[side])
        for side in (0, 1)
    ]
    return {"before_header": name, "after_header": name, "before": sides[0], "after": sides[1]}
