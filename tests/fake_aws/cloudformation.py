# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What CloudFormation does and moto does not: operations that take a while and fail, their events, states in which a
stack cannot be updated, termination protection, capabilities, change sets with states and pages.

Methods of moto are replaced, so that moto goes on parsing requests and writing answers. A play, see :class:`Play`, says
how the next operation on a stack of a name ends.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import time
import typing as t
from urllib.parse import unquote

import constraints
from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.models import Event, Stack, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

EVENTS_ON_A_PAGE = 3
RESOURCES_ON_A_PAGE = 1
LARGEST_TEMPLATE = 51_200
LARGEST_STORED_TEMPLATE = 1_000_000
_STACK_NAME = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")
_EMPTY = '{"Resources": {}}'
_CANNOT_DELETE = re.compile(r"^(UPDATE|IMPORT)_.*IN_PROGRESS$")
_CANNOT_UPDATE = re.compile(r"_IN_PROGRESS$|^ROLLBACK_|^CREATE_FAILED$|^DELETE_FAILED$|^UPDATE_ROLLBACK_FAILED$")

# What moto does by itself, before anything is replaced.
_create_stack = CloudFormationResponse.create_stack
_update_stack = CloudFormationResponse.update_stack
_describe_stacks = CloudFormationResponse.describe_stacks
_stored_template = CloudFormationResponse._get_stack_from_s3_url
_list_stack_resources = CloudFormationResponse.list_stack_resources


@dataclasses.dataclass
class Play:
    """How an operation goes.

    :param looks: how often a stack or its events are seen in progress; with -1, for ever
    :param seconds: how long it takes, in place of ``looks``
    :param events: of resources, each with ``logical_id``, ``type``, ``status``, perhaps ``reason`` and ``physical_id``
    :param status: of the stack in the end; empty for success
    :param reason: of the stack itself
    :param unseen: how often AWS does not show yet what was made
    :param stale: how often a stack is seen as it was before
    :param still: whether ``LastUpdatedTime`` stays as it was
    :param tokens: whether the events have the token of the request
    :param failures: of resources: ``logical_id``, ``type``, ``reason``, and for a nested stack ``inside``, a list of
        the same. ``reason`` "cancelled" is that of a resource that others held up.
    :param nested: by the name of a nested stack, the changes of its change set, as AWS returns them
    :param drifts: of resources, as AWS returns them
    """

    looks: int = 0
    seconds: float = 0
    events: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    status: str = ""
    reason: str = ""
    failures: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    unseen: int = 0
    stale: int = 0
    still: bool = False
    tokens: bool = True
    nested: dict[str, list[dict[str, t.Any]]] = dataclasses.field(default_factory=dict)
    drifts: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)


_plays: dict[tuple[str, str], Play] = {}


_answers: dict[tuple[str, str], tuple[str, t.Any, t.Any]] = {}
"""By region and token: the operation, its parameters and its answer."""


class InsufficientCapabilities(CloudFormationError):
    code = "InsufficientCapabilitiesException"


class TokenAlreadyExists(CloudFormationError):
    code = "TokenAlreadyExistsException"


def install(methods: t.Sequence[t.Callable[..., t.Any]]) -> None:
    """Replace what moto does otherwise.

    :param methods: those of other files
    """
    for method in (
        create_stack,
        update_stack,
        delete_stack,
        describe_stacks,
        describe_stack_events,
        list_stack_resources,
        update_termination_protection,
        CloudFormationResponse.get_stack_policy,
        CloudFormationResponse.set_stack_policy,
        *methods,
    ):
        setattr(CloudFormationResponse, method.__name__, _checked(method))
    # Replaced by differs: moto does not look at tags.
    CloudFormationResponse._validate_different_update = lambda *_arguments: None
    # moto takes the host for the bucket, unless it has this name, and the path for the key.
    CloudFormationResponse._get_stack_from_s3_url = lambda self, url: _stored_template(
        self, unquote(url.replace("://127.0.0.1", "://localhost"))
    )
    Stack.parameter_list = property(_parameters)


def reset() -> None:
    """No plays."""
    _plays.clear()
    _answers.clear()


def _checked(method: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """A method that is only called with parameters that AWS takes, and once for each token."""
    operation = "".join(word.capitalize() for word in method.__name__.split("_"))

    @functools.wraps(method)
    def checked(self: t.Any) -> t.Any:
        if broken := constraints.broken("cloudformation", operation, self.params):
            raise ValidationError(message=broken)
        token = self._get_param("ClientRequestToken") or self._get_param("ClientToken")
        if not token:
            return method(self)
        if found := _answers.get((self.region, token)):
            if found[:2] != (operation, self.params):
                raise TokenAlreadyExists(f"Token {token} already exists")
            return found[2]
        answer = method(self)
        _answers[self.region, token] = operation, dict(self.params), answer
        return answer

    return checked


def plan(value: dict[str, t.Any]) -> None:
    """The body of ``POST /_test/stack``: ``name``, ``operation`` (``CREATE``, ``UPDATE``, ``DELETE``, ``CHANGE_SET``)
    and fields of :class:`Play`. ``NOW`` puts a stack into the state ``status``, and after ``looks`` into ``then``."""
    value = dict(value)
    name, operation = value.pop("name"), value.pop("operation")
    if operation != "NOW":
        _plays[name, operation] = Play(**value)
        return
    for stack in [stack for regions in cloudformation_backends.values() for stack in _stacks_of(regions, name)]:
        stack.status, stack.looks, stack.reason = value["status"], value.get("looks", 0), None
        stack.all_looks, stack.until = stack.looks, 0
        stack.ends = value.get("then", value["status"])


def _stacks_of(regions: t.Mapping[str, t.Any], name: str) -> list[t.Any]:
    return [stack for backend in regions.values() for stack in backend.stacks.values() if stack.name == name]


def play_for(name: str, operation: str) -> Play:
    """How the operation goes that begins now."""
    return _plays.pop((name, operation), Play())


def create_stack(self: t.Any) -> ActionResult:
    name, backend = self._get_param("StackName"), self.cloudformation_backend
    check_name(name)
    check_template(self)
    parameters_of(self, None)
    if any(stack.name == name for stack in backend.stacks.values()):
        raise AlreadyExistsException(f"Stack [{name}] already exists")
    play = play_for(name, "CREATE")
    if not play.status:
        _create_stack(self)
    else:
        # Of what could not be created, nothing is left.
        backend.create_stack(name=name, template=_EMPTY, parameters={})
    stack = backend.get_stack(name)
    begin(self, stack, "CREATE", play)
    return ActionResult({"StackId": stack.stack_id})


def update_stack(self: t.Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    check_updatable(stack)
    check_template(self)
    parameters_of(self, stack)
    if not differs(self, stack):
        raise ValidationError(message="No updates are to be performed.")
    play, parameters = play_for(stack.name, "UPDATE"), parameters_of(self, stack)
    if not play.status:
        forget_parameters(stack, parameters)
        _update_stack(self)
        stack.parameters = parameters
        if self._get_param("Tags", None) == []:
            stack.tags = {}
    begin(self, stack, "UPDATE", play)
    return ActionResult({"StackId": stack.stack_id})


def delete_stack(self: t.Any) -> EmptyResult:
    _check_not_empty(self)
    name, backend = self._get_param("StackName"), self.cloudformation_backend
    try:
        stack = backend.get_stack(name)
    except ValidationError:
        return EmptyResult()
    if stack.enable_termination_protection:
        raise ValidationError(message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    if _CANNOT_DELETE.search(stack.status):
        raise ValidationError(message=f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")
    retained = self._get_param("RetainResources", [])
    failed: set[str] = getattr(stack, "failed_resources", set())
    if retained and stack.status != "DELETE_FAILED":
        raise ValidationError(
            message=f"Invalid operation on stack [{stack.name}]. Specify RetainResources only when it is DELETE_FAILED"
        )
    if set(retained) - failed:
        raise ValidationError(message="Resources to retain must be in a DELETE_FAILED state")
    play = play_for(stack.name, "DELETE")
    if play.status:
        stack.failed_resources = {failure["logical_id"] for failure in play.failures}
    else:
        backend.delete_stack(stack.stack_id)
        if play.looks and stack.stack_id in backend.deleted_stacks:
            # Until it is gone, it has its name.
            backend.stacks[stack.stack_id] = backend.deleted_stacks.pop(stack.stack_id)
    begin(self, stack, "DELETE", play)
    stack.deletion_time = utcnow()
    return EmptyResult()


def update_termination_protection(self: t.Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


def describe_stacks(self: t.Any) -> ActionResult:
    """As moto does it; each look brings a stack nearer to the end of its operation."""
    _check_not_empty(self)
    backend = self.cloudformation_backend
    for stack in backend.describe_stacks(self._get_param("StackName")):
        if getattr(stack, "unseen", 0) > 0:
            stack.unseen -= 1
            raise ValidationError(self._get_param("StackName"))
        if getattr(stack, "stale", 0) > 0:
            stack.stale -= 1
            return _as_before(self, stack)
        _go_on(self, stack)
    return t.cast("ActionResult", _describe_stacks(self))


def _go_on(self: t.Any, stack: t.Any) -> None:
    """Bring a stack nearer to the end of its operation."""
    backend = self.cloudformation_backend
    looks, until = getattr(stack, "looks", 0), getattr(stack, "until", 0)
    if looks > 0:
        stack.looks = looks - 1
    elif looks == 0 and time.time() >= until and hasattr(stack, "ends"):
        stack.status = stack.ends
        stack.stack_status_reason = stack.reason
        del stack.ends
        if stack.status == "DELETE_COMPLETE" and stack.stack_id in backend.stacks:
            backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)


def _as_before(self: t.Any, stack: t.Any) -> ActionResult:
    """A stack as it was before the operation that has begun."""
    now = stack.status, stack.last_updated_time
    stack.status, stack.last_updated_time = stack.former
    # What is shown is read while the answer is written.
    answer = self.serialized(_describe_stacks(self))
    stack.status, stack.last_updated_time = now
    return t.cast("ActionResult", answer)


def describe_stack_events(self: t.Any) -> ActionResult:
    """The events until now, newest first. A look at them is one at the stack."""
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    if not self._get_param("NextToken"):
        _go_on(self, stack)
    events = stack.events[: _happened(stack)][::-1]
    return ActionResult(page(self, events, "StackEvents", EVENTS_ON_A_PAGE))


def _happened(stack: t.Any) -> int:
    """How many events of a stack there are until now; the last one is that of its end."""
    number, before = len(stack.events), getattr(stack, "events_before", 0)
    if not hasattr(stack, "ends") or number == before:
        return number
    if getattr(stack, "stale", 0) > 0:
        return int(before)
    if stack.until:
        done = 1 - (stack.until - time.time()) / stack.seconds
    else:
        done = 1 - stack.looks / stack.all_looks if stack.all_looks > 0 else 0
    return int(before) + 1 + max(0, int((number - before - 2) * done))


def list_stack_resources(self: t.Any) -> ActionResult:
    result = t.cast("ActionResult", _list_stack_resources(self))
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    for summary in result.result["StackResourceSummaries"]:
        if summary["LogicalResourceId"] in getattr(stack, "failed_resources", ()):
            summary["ResourceStatus"] = "DELETE_FAILED"
    return ActionResult(
        page(self, result.result["StackResourceSummaries"], "StackResourceSummaries", RESOURCES_ON_A_PAGE)
    )


def page(self: t.Any, items: t.Sequence[t.Any], key: str, size: int) -> dict[str, t.Any]:
    """One page of an answer."""
    start = int(self._get_param("NextToken") or 0)
    end = start + size
    return {key: list(items[start:end]), "NextToken": str(end) if end < len(items) else None}


def begin(self: t.Any, stack: t.Any, operation: str, play: Play) -> None:
    """Let an operation begin, and write down all the events that it will have."""
    token = self._get_param("ClientRequestToken")
    done = f"{operation}_COMPLETE"
    stack.former = stack.status, getattr(stack, "last_updated_time", None)
    stack.unseen, stack.stale = play.unseen, play.stale
    stack.status, stack.ends, stack.looks = f"{operation}_IN_PROGRESS", play.status or done, play.looks
    stack.all_looks, stack.seconds = play.looks, play.seconds
    stack.until = time.time() + play.seconds if play.seconds else 0
    stack.reason = play.reason or None
    if not play.still:
        stack.last_updated_time = utcnow()
    if play.status:
        # moto did not do it, and wrote that it did, or nothing.
        stack.events = [event for event in stack.events if event.client_request_token or operation == "UPDATE"]
        _add(
            stack,
            stack.name,
            "AWS::CloudFormation::Stack",
            f"{operation}_IN_PROGRESS",
            "User Initiated",
            stack.stack_id,
        )
        _fail(self, stack, operation, play.failures)
        _add(stack, stack.name, "AWS::CloudFormation::Stack", play.status, play.reason, stack.stack_id)
    stack.events_before = min(getattr(stack, "events_known", 0), len(stack.events))
    end = stack.events.pop() if stack.events else None
    for item in play.events:
        names = item["logical_id"], item["type"], item["status"]
        _add(stack, *names, item.get("reason", ""), item.get("physical_id", ""))
    stack.events += [end] if end else []
    stack.events_known = len(stack.events)
    for event in stack.events:
        event.client_request_token = event.client_request_token or (token if play.tokens else None)


def _fail(self: t.Any, stack: t.Any, operation: str, failures: t.Sequence[dict[str, t.Any]]) -> None:
    for failure in failures:
        physical_id = failure.get("physical_id", "")
        if "inside" in failure:
            nested = self.cloudformation_backend.create_stack(
                name=f"{stack.name}-{failure['logical_id']}", template=_EMPTY, parameters={}
            )
            _fail(self, nested, operation, failure["inside"])
            physical_id = nested.stack_id
        reason = failure["reason"]
        if reason == "cancelled":
            reason = f"Resource {'creation' if operation == 'CREATE' else 'update'} cancelled"
        _add(stack, failure["logical_id"], failure["type"], f"{operation}_FAILED", reason, physical_id)


def _add(stack: t.Any, logical_id: str, kind: str, status: str, reason: str, physical_id: str) -> None:
    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical_id,
            physical_resource_id=physical_id,
            resource_type=kind,
            resource_status=status,
            resource_status_reason=reason or None,
            resource_properties=None,
        )
    )


def _check_not_empty(self: t.Any) -> None:
    """Refuse an empty name, which moto takes for no name, and so for all stacks."""
    if self.data.get("StackName", ["x"]) in ([""], ""):
        raise ValidationError(
            message="1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must "
            "have length greater than or equal to 1"
        )


def check_updatable(stack: t.Any) -> None:
    """Refuse an update in a state that has none."""
    if _CANNOT_UPDATE.search(stack.status):
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def check_template(self: t.Any) -> None:
    """Refuse a template without resources, and one that needs capabilities which were not given."""
    body = template_of(self)
    if not self._get_param("TemplateURL") and len(body.encode()) > LARGEST_TEMPLATE:
        raise ValidationError(
            message="1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must "
            f"have length less than or equal to {LARGEST_TEMPLATE}"
        )
    if len(body.encode()) > LARGEST_STORED_TEMPLATE:
        raise ValidationError(message=f"Template may not exceed {LARGEST_STORED_TEMPLATE} bytes in size.")
    try:
        template = Stack.parse_template(body)
    except Exception:
        template = None
    if not isinstance(template, dict) or not template.get("Resources"):
        raise ValidationError(message="Template format error: At least one Resources member must be defined.")
    for tag in self._get_param("Tags", None) or []:
        if tag["Key"].lower().startswith("aws:"):
            raise ValidationError(message="aws: prefixed tag key names are not allowed for external use.")
    given = self._get_param("Capabilities", [])
    if "AWS::IAM::" in json.dumps(template, default=str) and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(
        given
    ):
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_NAMED_IAM]")


def template_of(self: t.Any) -> str:
    """The template of a request."""
    url = self._get_param("TemplateURL")
    body: str = self._get_stack_from_s3_url(url) if url else self._get_param("TemplateBody")
    return body


def differs(self: t.Any, stack: t.Any) -> bool:
    """Whether a request asks for anything that the stack is not."""
    wanted = parameters_of(self, stack)
    tags = self._get_param("Tags", None)
    return bool(
        Stack.parse_template(template_of(self)) != Stack.parse_template(stack.template)
        or wanted != stack.parameters
        or (tags is not None and {tag["Key"]: tag["Value"] for tag in tags} != stack.tags)
    )


def parameters_of(self: t.Any, stack: t.Any) -> dict[str, str]:
    """The parameters of a request, those that stay as they are included.

    :raises ValidationError: the template has other ones
    """
    declared = Stack.parse_template(template_of(self)).get("Parameters", {})
    found = {}
    for item in self._get_param("Parameters", []):
        key = item["ParameterKey"]
        if not item.get("UsePreviousValue"):
            found[key] = item["ParameterValue"]
        elif stack is None or key not in stack.parameters:
            raise ValidationError(
                message=f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true for a "
                "parameter key not in the previous template"
            )
        else:
            found[key] = stack.parameters[key]
    if unknown := [key for key in found if key not in declared]:
        raise ValidationError(message=f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    if missing := [key for key, value in declared.items() if key not in found and "Default" not in value]:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    return found


def check_name(name: str) -> None:
    """Refuse a name that no stack can have."""
    if not _STACK_NAME.fullmatch(name):
        raise ValidationError(
            message=f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member "
            "must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def forget_parameters(stack: t.Any, parameters: t.Mapping[str, str]) -> None:
    """Parameters that a stack has no more, which moto would look for in the new template."""
    known = stack.resource_map
    for name in set(known.input_parameters) - set(parameters):
        for values in (known.input_parameters, known.resolved_parameters):
            values.pop(name, None)


def _parameters(stack: t.Any) -> list[dict[str, t.Any]]:
    hidden = stack.resource_map.no_echo_parameter_keys
    return [
        {"ParameterKey": key, "ParameterValue": "****" if key in hidden else value}
        for key, value in stack.resource_map.resolved_parameters.items()
    ]
