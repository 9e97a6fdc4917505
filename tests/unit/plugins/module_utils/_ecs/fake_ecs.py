# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for an ECS with one cluster, whose services and tasks go as they are told."""

from __future__ import annotations

import copy
import datetime
import typing as t

import botocore.session
from ansible_collections.octo.aws.plugins.module_utils._ecs.client import EcsClient
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import RUN_SPEC, SERVICE_SPEC
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded
from botocore.exceptions import ClientError

ARN = "arn:aws:ecs:eu-central-1:123456789012:"
CLUSTER = f"{ARN}cluster/shop"
SERVICE = f"{ARN}service/shop/web"
TASK = f"{ARN}task/shop/0123"
BEGAN = datetime.datetime(2026, 11, 24, 8, 15, tzinfo=datetime.timezone.utc)
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop", "awslogs-stream-prefix": "run"}}
MODEL = botocore.session.Session().get_service_model("ecs")


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "X")


def definition(revision: int, **app: t.Any) -> dict[str, t.Any]:
    """A registered task definition, with what ECS adds."""
    container = {"name": "app", "image": "web:1", "memory": 128, "cpu": 0, "essential": True, "mountPoints": []}
    return {
        "taskDefinitionArn": f"{ARN}task-definition/web:{revision}",
        "revision": revision,
        "status": "ACTIVE",
        "family": "web",
        "networkMode": "bridge",
        "containerDefinitions": [{**container, **app}, {"name": "proxy", "image": "proxy:1", "essential": False}],
    }


def deployment(number: int, revision: int, **fields: t.Any) -> dict[str, t.Any]:
    return {
        "id": f"ecs-svc/{number}",
        "status": "PRIMARY",
        "taskDefinition": f"{ARN}task-definition/web:{revision}",
        "desiredCount": 2,
        "runningCount": 2,
        "rolloutState": "COMPLETED",
        "createdAt": BEGAN,
        **fields,
    }


class FakeEcs:
    """The client, and the clock that it goes by.

    :ivar looks: the deployments after an update, one list for each look; the last one stays
    :ivar page: tasks on a page of ListTasks
    :ivar log_looks: reads of the log without lines, before it has some
    """

    class meta:
        endpoint_url = "https://ecs.example.org"
        service_model = MODEL

    def __init__(self) -> None:
        self.now = 0.0
        self.requests: list[str] = []
        self.sent: dict[str, dict[str, t.Any]] = {}
        self.errors: dict[str, Exception] = {}
        self.definitions = [definition(1)]
        self.service: dict[str, t.Any] = {
            "serviceArn": SERVICE,
            "serviceName": "web",
            "clusterArn": CLUSTER,
            "status": "ACTIVE",
            "taskDefinition": f"{ARN}task-definition/web:1",
            "desiredCount": 2,
            "runningCount": 2,
            "deployments": [deployment(1, 1)],
            "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            "events": [],
        }
        self.looks: list[list[dict[str, t.Any]]] = []
        self.stopped: list[dict[str, t.Any]] = []
        self.running: list[dict[str, t.Any]] = []
        self.task_looks: list[dict[str, t.Any]] = []
        self.run_answer: dict[str, t.Any] = {"tasks": [{"taskArn": TASK, "clusterArn": CLUSTER}], "failures": []}
        self.log = ["one", "two"]
        self.page = 100
        self.log_looks = 0

    def __getattr__(self, name: str) -> t.Callable[..., t.Any]:
        def answer(**parameters: t.Any) -> t.Any:
            self.requests.append(name)
            self.sent[name] = parameters
            if name in self.errors:
                raise self.errors[name]
            return copy.deepcopy(getattr(self, f"_{name}")(parameters))

        return answer

    def _describe_services(self, _parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        if self.looks and ("update_service" in self.requests or len(self.requests) > 2):
            self.service["deployments"] = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return {"services": [self.service] if self.service else []}

    def _describe_task_definition(self, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        name = parameters["taskDefinition"].rpartition("/")[2]
        found = [item for item in self.definitions if name in ("web", f"web:{item['revision']}")]
        if not found:
            raise refusal("ClientException", "Unable to describe task definition.")
        return {"taskDefinition": found[-1], "tags": [{"key": "team", "value": "a"}]}

    def _register_task_definition(self, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        new = {**definition(len(self.definitions) + 1), **parameters}
        self.definitions.append(new)
        return {"taskDefinition": new}

    def _update_service(self, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        revision = int(parameters.get("taskDefinition", "web:1").rpartition(":")[2])
        self.service["taskDefinition"] = f"{ARN}task-definition/web:{revision}"
        if "taskDefinition" in parameters or "forceNewDeployment" in parameters:
            self.service["deployments"] = [deployment(2, revision, rolloutState="IN_PROGRESS")]
        if "desiredCount" in parameters:
            self.service.update(desiredCount=parameters["desiredCount"], runningCount=parameters["desiredCount"])
        self.looks = self.looks or [[{**self.service["deployments"][0], "rolloutState": "COMPLETED"}]]
        return {"service": self.service}

    def _tag_resource(self, _parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        return {}

    def _list_tasks(self, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        tasks = self.stopped if parameters.get("desiredStatus") == "STOPPED" else self.running
        first = int(parameters.get("nextToken", 0))
        following = {"nextToken": str(first + self.page)} if len(tasks) > first + self.page else {}
        return {"taskArns": [task["taskArn"] for task in tasks[first : first + self.page]], **following}

    def _describe_tasks(self, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        assert len(parameters["tasks"]) <= 100
        known = [task for task in [*self.stopped, *self.running] if task["taskArn"] in parameters["tasks"]]
        if known and not self.task_looks:
            return {"tasks": known}
        look = self.task_looks.pop(0) if len(self.task_looks) > 1 else self.task_looks[0]
        return {"tasks": [look] if look else [], "failures": []}

    def _run_task(self, _parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        return self.run_answer

    def _get_log_events(self, _parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        self.log_looks -= 1
        return {"events": [{"message": line} for line in self.log if self.log_looks < 0]}


def options(spec: t.Mapping[str, t.Any], **given: t.Any) -> dict[str, t.Any]:
    """The options of a module with their defaults."""
    found = {name: option.get("default") for name, option in spec.items()}
    found.update(cluster="shop", **given)
    for container in found["containers"]:
        for name, option in spec["containers"]["options"].items():
            container.setdefault(name, option.get("default"))
    return found


def service_options(**given: t.Any) -> dict[str, t.Any]:
    return options(SERVICE_SPEC, service="web", **given)


def run_options(**given: t.Any) -> dict[str, t.Any]:
    return options(RUN_SPEC, **{"task_definition": "web", **given})


def in_slices(
    aws: FakeEcs, work: t.Callable[[EcsClient], t.Any], timeout: int = 1800, hidden: t.Sequence[str] = ()
) -> tuple[t.Any, list[str]]:
    """Run work in slices as the action does: its result, and the lines that were shown."""
    state, shown = "", []
    for number in range(1000):
        sliced = SlicedWork(Slice(5.0 if number else 0.0, aws.now, state))
        ecs = EcsClient(aws, ["canary-secret"], timeout, sliced, hidden=hidden, progress=True)
        try:
            with ecs.tracking_state():
                return work(ecs), [*shown, *sliced.report["lines"]]
        except SliceEnded:
            shown += sliced.report["lines"]
            state = sliced.report["state"]
            aws.now += sliced.report["delay"]
    raise AssertionError("it does not end")
