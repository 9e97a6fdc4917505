# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request of the collection can be sent twice, as botocore does when a response is lost."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
SERVICES = ("cloudformation", "ecr", "ecs", "eks", "iam", "lambda", "logs", "s3", "secretsmanager", "ssm", "sts")
SENDERS = {"_change", "ask", "call", "_ask", "_call", "submit", "begin", "pages", "send", "_send", "_session"}
READS = ("get_", "list_", "describe_", "head_", "batch_get_", "assume_role")
"""Sessions are kept nowhere."""

SAFE_TO_REPEAT = {
    "set_stack_policy": "sets a value",
    "update_termination_protection": "sets a value",
    "delete_stack_set": "what is gone stays gone",
    "delete_change_set": "what is gone stays gone; the ARN is of this one alone",
    "create_bucket": "a bucket of this account stays as it is; the second answer is taken for success",
    "put_object": "replaces the object with the same content",
    "upload_part": "replaces the part with the same content",
    "create_multipart_upload": "has no token; an upload without parts holds nothing",
    "complete_multipart_upload": "answers the same for an upload that is complete",
    "abort_multipart_upload": "what is gone stays gone",
    "delete_objects": "what is gone stays gone",
    "update_secret_version_stage": "moves a label from a version that is named",
    "delete_secret": "what is deleted stays deleted",
    "restore_secret": "what is restored stays restored",
    "register_task_definition": "has no token; a second revision has the same content",
    "tag_resource": "sets values",
    "update_service": "sets values; a second forced deployment takes the place of the first",
    "create_function": "has no token; the second answer is a conflict, and the next run goes on with the function",
    "update_function_configuration": "sets values",
    "update_function_code": "sets the same code",
    "publish_version": "makes no second version of the same code and configuration",
    "update_access_key": "sets a state",
    "delete_access_key": "what is gone stays gone, and NoSuchEntity is taken for success",
    "put_parameter": "has no token; the value that is found tells whether this request made it",
    "delete_parameter": "what is gone stays gone, and the lock is held",
}
"""The operations that change something and take no token, and why they may be sent twice."""

SENT_ONCE = {
    "send_command": "modules/ssm_command",
    "invoke": "modules/lambda_function",
    "create_access_key": "module_utils/_aws/iam",
}
"""The operations that must not be repeated, with the file that makes a client of one attempt for them."""


def models() -> dict[str, t.Any]:
    session = botocore.session.Session()
    found = {}
    for service in SERVICES:
        model = session.get_service_model(service)
        found.update({xform_name(name): model.operation_model(name) for name in model.operation_names})
    return found


MODELS = models()


def requests() -> list[tuple[str, str, set[str]]]:
    """Each place that sends a request: where, the operation, and the parameters that are named there."""
    found = []
    for path in sorted(PLUGINS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            sender = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            names = [text for text in texts if text in MODELS]
            if sender in SENDERS and names:
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                found.append((f"{path.name}:{node.lineno}", names[0], given))
    return found


REQUESTS = requests()


def tokens(operation: str) -> set[str]:
    """The members of a request by which its repetition is known."""
    shape = MODELS[operation].input_shape
    return (
        {name for name in shape.members if name in ("ClientToken", "ClientRequestToken", "clientToken", "OperationId")}
        if shape
        else set()
    )


def test_the_requests_are_found() -> None:
    operations = {operation for _place, operation, _given in REQUESTS}
    assert operations >= {"create_stack", "put_object", "create_secret", "put_parameter", "assume_role"}
    assert set(SAFE_TO_REPEAT) <= operations


@pytest.mark.parametrize(
    ("place", "operation", "given"), REQUESTS, ids=[f"{place}-{name}" for place, name, _given in REQUESTS]
)
def test_a_request_may_be_sent_twice(place: str, operation: str, given: set[str]) -> None:
    if operation.startswith(READS):
        return
    known = tokens(operation)
    if known:
        # botocore makes up those that the model marks, once for all repetitions.
        assert known & (given | set(MODELS[operation].idempotent_members)), place
    else:
        assert operation in SAFE_TO_REPEAT or operation in SENT_ONCE, place


@pytest.mark.parametrize("operation", sorted(SENT_ONCE))
def test_a_client_of_one_attempt_is_made(operation: str) -> None:
    assert "attempts=1" in (PLUGINS / f"{SENT_ONCE[operation]}.py").read_text(encoding="utf-8")
