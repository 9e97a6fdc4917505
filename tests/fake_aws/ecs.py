# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ECS does and moto does not: rollouts that take a while and fail, their events and stopped tasks, the deployment
circuit breaker, and tasks that end with exit codes and reasons.

Methods of moto are replaced, so that moto goes on parsing requests and keeping clusters and task definitions. A play,
see :class:`Play`, says how the next rollout of a service, or the next task of a family, goes.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t
import uuid

import constraints
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.exceptions import EcsClientException, InvalidParameterException
from moto.ecs.models import ecs_backends
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.logs.models import logs_backends

_REGION = "eu-central-1"

# What moto does by itself, before anything is replaced.
_update_service = EC2ContainerServiceResponse.update_service
_describe_services = EC2ContainerServiceResponse.describe_services
_register_task_definition = EC2ContainerServiceResponse.register_task_definition


@dataclasses.dataclass
class Play:
    """How a rollout or a task goes.

    :param looks: how often it is seen in progress; with -1, for ever
    :param failed: whether the rollout fails, as its tasks do
    :param replaced: whether somebody else deploys meanwhile
    :param events: of the service, without those of a normal rollout
    :param stopped: the task as it ends, or the tasks that a rollout has stopped: ``stop_code``, ``reason``, and
        ``containers`` by their names, each with ``exit_code`` and ``reason``
    :param failures: of RunTask, in place of a task
    :param empty: whether the cluster has no container instances, so that RunTask is refused
    :param log: lines in the log of each container
    :param unseen: how often DescribeTasks does not show the task yet
    """

    looks: int = 0
    failed: bool = False
    replaced: bool = False
    events: list[str] = dataclasses.field(default_factory=list)
    stopped: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    failures: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    empty: bool = False
    log: list[str] = dataclasses.field(default_factory=list)
    unseen: int = 0


_plays: dict[str, Play] = {}
_tasks: dict[str, dict[str, t.Any]] = {}
"""By ARN, in the form of the API, with ``play`` besides."""
_answers: dict[str, tuple[t.Any, t.Any]] = {}
"""Of RunTask: by token, the parameters and the answer."""


def install() -> None:
    """Replace what moto does otherwise."""
    for method in (
        register_task_definition,
        update_service,
        describe_services,
        run_task,
        describe_tasks,
        list_tasks,
        EC2ContainerServiceResponse.describe_task_definition,
        EC2ContainerServiceResponse.tag_resource,
    ):
        setattr(EC2ContainerServiceResponse, method.__name__, _checked(method))


def reset() -> None:
    """No plays, and no tasks."""
    _plays.clear()
    _tasks.clear()
    _answers.clear()


def plan(value: dict[str, t.Any], account_id: str) -> None:
    """The body of ``POST /_test/ecs``: ``play`` for the next rollout of the service or the next task of the family
    ``name``; or ``make``, a cluster with services and task definitions, for :func:`make`."""
    if "make" in value:
        make(value["make"], account_id)
    else:
        _plays[value["name"]] = Play(**value.get("play", {}))


def make(value: dict[str, t.Any], account_id: str) -> None:
    """Make a cluster.

    :param value: ``cluster``, ``definitions``, which are parameters of RegisterTaskDefinition, and ``services``, each
        with ``name``, ``definition``, ``desired``, perhaps ``breaker``, ``controller`` and ``tags``
    """
    backend = ecs_backends[account_id][value.get("region", _REGION)]
    if value["cluster"] not in backend.clusters:
        backend.create_cluster(value["cluster"])
    for definition in value.get("definitions", []):
        backend.register_task_definition(
            family=definition["family"],
            container_definitions=_completed(definition["containerDefinitions"]),
            volumes=[],
            network_mode=definition.get("networkMode"),
            tags=definition.get("tags"),
            cpu=definition.get("cpu"),
            memory=definition.get("memory"),
        )
    for item in value.get("services", []):
        service = backend.create_service(
            cluster_str=value["cluster"],
            service_name=item["name"],
            desired_count=item.get("desired", 2),
            task_definition_str=item["definition"],
            tags=item.get("tags"),
            deployment_controller={"type": item.get("controller", "ECS")},
        )
        breaker = {"enable": item.get("breaker", True), "rollback": item.get("breaker", True)}
        service.deployment_configuration = {"deploymentCircuitBreaker": breaker}
        for deployment in service.deployments:
            deployment["status"] = "PRIMARY"
            _complete(service, deployment)


def _checked(method: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """A method that is only called with parameters that AWS takes."""
    operation = "".join(word.capitalize() for word in method.__name__.split("_"))

    @functools.wraps(method)
    def checked(self: t.Any) -> t.Any:
        if broken := constraints.broken("ecs", operation, self._get_params()):
            raise InvalidParameterException(broken)
        return method(self)

    return checked


def register_task_definition(self: t.Any) -> t.Any:
    given = self._get_params()
    for container in given.get("containerDefinitions", []):
        names = [item["name"] for key in ("environment", "secrets") for item in container.get(key, [])]
        if len(names) != len(set(names)):
            raise EcsClientException(
                "The secret name must be unique and not shared with any new or existing environment variables set on "
                "the container."
            )
        container.update(_completed([container])[0])
    return _register_task_definition(self)


def _completed(containers: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Containers with what AWS adds to them."""
    added = {"cpu": 0, "portMappings": [], "essential": True, "environment": [], "mountPoints": [], "volumesFrom": []}
    added["systemControls"] = []
    found = [{**added, **container} for container in containers]
    for container in found:
        container["portMappings"] = [{"hostPort": 0, "protocol": "tcp", **port} for port in container["portMappings"]]
    return found


def update_service(self: t.Any) -> t.Any:
    given = self._get_params()
    service = self.ecs_backend._get_service(given.get("cluster", "default"), given["service"])
    definition, running = service.task_definition, service.running_count
    answer = _update_service(self)
    service.running_count = running
    if service.task_definition != definition or given.get("forceNewDeployment"):
        _deploy(service, service.task_definition, _plays.pop(service.name, Play()))
    elif service.desired_count != running:
        primary = service.deployments[0]
        primary.update(desiredCount=service.desired_count)
        service.play = _plays.pop(service.name, Play())
        service.scaled = True
    return answer


def _deploy(service: t.Any, definition: str, play: Play) -> dict[str, t.Any]:
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    number = f"ecs-svc/{uuid.uuid4().int % 10**19}"
    deployment = {
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": definition,
        "desiredCount": service.desired_count,
        "pendingCount": service.desired_count,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": utcnow(),
        "updatedAt": utcnow(),
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {number} in progress.",
    }
    service.deployments = [deployment, *service.deployments]
    service.play = play
    return deployment


def describe_services(self: t.Any) -> t.Any:
    given = self._get_params()
    found, _missing = self.ecs_backend.describe_services(given.get("cluster", "default"), given["services"])
    for service in found:
        _advance(service)
    return _describe_services(self)


def _advance(service: t.Any) -> None:
    """Let a rollout go on by one look."""
    play = getattr(service, "play", None)
    if play is None:
        return
    own = service.deployments[0]
    for message in play.events:
        _event(service, message.replace("DEPLOYMENT", own["id"]))
    play.events = []
    for stopped in play.stopped:
        _stopped_task(service, own, stopped)
    play.stopped = []
    if play.looks:
        play.looks -= 1
        own["failedTasks"] += 3 if play.failed else 0
        return
    service.play = None
    if play.replaced:
        _complete(service, _deploy(service, own["taskDefinition"], Play()))
        service.deployments.append(own)
        service.play = None
    elif play.failed:
        _fail(service, own)
    else:
        _complete(service, own)


def _complete(service: t.Any, own: dict[str, t.Any]) -> None:
    service.running_count, service.pending_count = service.desired_count, 0
    own.update(runningCount=service.desired_count, pendingCount=0, desiredCount=service.desired_count, failedTasks=0)
    own.update(
        rolloutState="COMPLETED", rolloutStateReason=f"ECS deployment {own['id']} completed.", updatedAt=utcnow()
    )
    service.deployments = [own]
    _event(service, f"(deployment {own['id']}) deployment completed.")
    _event(service, "has reached a steady state.")


def _fail(service: t.Any, own: dict[str, t.Any]) -> None:
    """What the circuit breaker does."""
    own.update(rolloutState="FAILED", rolloutStateReason="ECS deployment circuit breaker: tasks failed to start.")
    own.update(pendingCount=0, failedTasks=own["failedTasks"] + 3)
    _event(service, f"(deployment {own['id']}) deployment failed: tasks failed to start.")
    if service.deployment_configuration["deploymentCircuitBreaker"]["rollback"]:
        before = service.deployments[1]
        _event(service, f"rolling back to deployment {before['id']}.")
        back = _deploy(service, before["taskDefinition"], Play())
        back["runningCount"] = service.desired_count
        service.task_definition = before["taskDefinition"]


def _event(service: t.Any, message: str) -> None:
    event = {"id": str(uuid.uuid4()), "createdAt": utcnow(), "message": f"(service {service.name}) {message}"}
    service.events = [event, *service.events][:100]


def _stopped_task(service: t.Any, own: dict[str, t.Any], stopped: dict[str, t.Any]) -> None:
    names = [item["name"] for item in _definition(service._backend, own["taskDefinition"]).container_definitions]
    task = _task(service.cluster_arn, own["taskDefinition"], names, own["id"], Play(stopped=[stopped]))
    task["group"] = f"service:{service.name}"
    _stop(task)


def _definition(backend: t.Any, name: str) -> t.Any:
    return backend.describe_task_definition(name)


def _task(cluster_arn: str, definition: str, names: list[str], started_by: str, play: Play) -> dict[str, t.Any]:
    arn = f"{cluster_arn.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}"
    containers = [{"name": name, "taskArn": arn, "lastStatus": "PENDING"} for name in names]
    _tasks[arn] = {
        "taskArn": arn,
        "clusterArn": cluster_arn,
        "taskDefinitionArn": definition,
        "lastStatus": "PENDING",
        "desiredStatus": "RUNNING",
        "startedBy": started_by,
        "createdAt": utcnow(),
        "containers": containers,
        "play": play,
    }
    return _tasks[arn]


def _stop(task: dict[str, t.Any]) -> None:
    stopped = (task["play"].stopped or [{}])[0]
    task.update(
        lastStatus="STOPPED",
        desiredStatus="STOPPED",
        stoppedAt=utcnow(),
        stopCode=stopped.get("stop_code", "EssentialContainerExited"),
        stoppedReason=stopped.get("reason", "Essential container in task exited"),
    )
    ends = stopped.get("containers", {})
    for container in task["containers"]:
        end = ends.get(container["name"], {"exit_code": 0} if not ends else {"exit_code": 137})
        container["lastStatus"] = "STOPPED"
        if end.get("exit_code") is not None:
            container["exitCode"] = end["exit_code"]
        if end.get("reason"):
            container["reason"] = end["reason"]


def run_task(self: t.Any) -> ActionResult:
    given = self._get_params()
    token = given.get("clientToken")
    if token in _answers:
        parameters, answer = _answers[token]
        if parameters != given:
            raise InvalidParameterException("clientToken conflict: another request had this token.")
        return t.cast("ActionResult", answer)
    cluster = self.ecs_backend._get_cluster(given.get("cluster", "default"))
    definition = _definition(self.ecs_backend, given["taskDefinition"])
    if definition.network_mode == "awsvpc" and not given.get("networkConfiguration"):
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    names = [container["name"] for container in definition.container_definitions]
    for override in given.get("overrides", {}).get("containerOverrides", []):
        if override["name"] not in names:
            name = override["name"]
            raise InvalidParameterException(
                f"Override for container named {name} is not a container in the TaskDefinition."
            )
    play = _plays.pop(definition.family, Play())
    if play.empty:
        raise InvalidParameterException("No Container Instances were found in your cluster.")
    if play.failures:
        return ActionResult({"tasks": [], "failures": play.failures})
    task = _task(cluster.arn, definition.arn, names, given.get("startedBy", ""), play)
    task["overrides"] = given.get("overrides", {})
    for container in definition.container_definitions:
        _write_log(self, container, task)
    answer = ActionResult({"tasks": [_shown(task)], "failures": []})
    _answers[token] = dict(given), answer
    return answer


def _write_log(self: t.Any, container: dict[str, t.Any], task: dict[str, t.Any]) -> None:
    options = (container.get("logConfiguration") or {}).get("options") or {}
    if not task["play"].log or "awslogs-stream-prefix" not in options:
        return
    group, backend = options["awslogs-group"], logs_backends[self.current_account][self.region]
    if group not in backend.groups:
        backend.create_log_group(group, {})
    stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task['taskArn'].rpartition('/')[2]}"
    backend.create_log_stream(group, stream)
    now = int(utcnow().timestamp() * 1000)
    events = [{"timestamp": now, "message": line} for line in task["play"].log]
    backend.put_log_events(group, stream, events)


def describe_tasks(self: t.Any) -> ActionResult:
    given = self._get_params()
    cluster = self.ecs_backend._get_cluster(given.get("cluster", "default"))
    found, missing = [], []
    for arn in given["tasks"]:
        task = _tasks.get(arn)
        if not task or task["clusterArn"] != cluster.arn or task["play"].unseen:
            missing.append({"arn": arn, "reason": "MISSING"})
            if task:
                task["play"].unseen -= 1
            continue
        if task["lastStatus"] == "STOPPED" or task["play"].looks:
            task["play"].looks -= 1
            task["lastStatus"] = task["lastStatus"] if task["lastStatus"] == "STOPPED" else "RUNNING"
        else:
            _stop(task)
        found.append(_shown(task))
    return ActionResult({"tasks": found, "failures": missing})


def list_tasks(self: t.Any) -> ActionResult:
    given = self._get_params()
    cluster = self.ecs_backend._get_cluster(given.get("cluster", "default"))
    status, group = given.get("desiredStatus", "RUNNING"), f"service:{given.get('serviceName')}"
    found = [
        arn
        for arn, task in _tasks.items()
        if task["clusterArn"] == cluster.arn
        and task["desiredStatus"] == status
        and given.get("startedBy") in (None, task["startedBy"])
        and (given.get("serviceName") is None or task.get("group") == group)
    ]
    return ActionResult({"taskArns": found})


def _shown(task: dict[str, t.Any]) -> dict[str, t.Any]:
    shown = {key: value for key, value in task.items() if key != "play"}
    return {**shown, "containers": [dict(container) for container in task["containers"]]}
