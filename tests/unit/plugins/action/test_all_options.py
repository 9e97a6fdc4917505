# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every module that takes text, tags or identifiers, with every kind of value that YAML gives.

The options are those of the argument specifications, so that a new one is tried, too. Each value becomes the text that
YAML means, or is refused with the name of the option, before anything is asked for.
"""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import action_loader, lookup_loader
from ansible_collections.octo.aws.plugins.module_utils._host.argument_specs import SETTINGS_SPEC
from ansible_collections.octo.aws.plugins.plugin_utils._base import action, lookup
from ansible_collections.octo.aws.tests.unit.plugins.action.test_arguments import ACTIONS, documented
from ansible_collections.octo.aws.tests.unit.plugins.action.test_identifiers import (
    DOWNLOAD,
    GONE,
    MADE,
    ROLE,
    SET,
    UPLOAD,
    Case,
    Reached,
    Untouched,
    run,
)

Path = tuple[str, ...]

PUSH = {"repository": "team/app", "archive": "/srv/app.tar"}
COPY = {"repository": "team/app", "source_image": "registry.example.org/app"}
FUNCTION = {"function_name": "orders"}
MANAGED_SET = {**SET, "permission_model": "SERVICE_MANAGED"}
BESIDE: dict[str, dict[str, t.Any]] = {
    "account_dialog": {"dialog": "list"},
    "approval": {"text": "Deploy"},
    "aws_account": {"name": "prod"},
    "aws_account_copy": {"source_store": "/tmp/store"},
    "aws_script": {"cmd": "true"},
    "cloudformation_change_set": MADE,
    "cloudformation_stack": MADE,
    "cloudformation_stack_set": SET,
    "ecs_service_update": {"service": "web"},
    "ecs_task_run": {"task_definition": "web"},
    "image_push": PUSH,
    "lambda_function": FUNCTION,
    "s3_download": DOWNLOAD,
    "s3_upload": UPLOAD,
    "ssm_command": {"document_name": "AWS-RunShellScript", "instance_ids": ["i-0123456789abcdef0"]},
}
"""What each module needs."""
NEEDS: dict[Path, dict[str, t.Any]] = {
    ("approval", "text"): {"diff": "-a"},
    ("aws_account_import", "sso_start_url"): {"sso_region": "eu-central-1"},
    ("aws_account_import", "sso_region"): {"sso_start_url": "https://d-1234567890.awsapps.com/start"},
    ("aws_script", "script"): {},
    ("aws_script", "cmd"): {},
    ("aws_script", "argv"): {},
    ("aws_script", "executable"): {"script": "true"},
    ("cloudformation_stack", "template"): {"stack_name": "web"},
    ("cloudformation_stack", "template_url"): {"stack_name": "web"},
    ("cloudformation_stack", "retain_resources"): GONE,
    ("cloudformation_stack_set", "template"): {"stack_set_name": "web"},
    ("cloudformation_stack_set", "template_url"): {"stack_set_name": "web"},
    ("cloudformation_stack_set", "accounts"): {**SET, "regions": []},
    ("cloudformation_stack_set", "organizational_unit_ids"): {**MANAGED_SET, "regions": []},
    ("cloudformation_stack_set", "regions"): {**SET, "accounts": []},
    ("cloudformation_stack_set", "auto_deployment"): MANAGED_SET,
    ("cloudformation_change_set", "template"): {"stack_name": "web"},
    ("cloudformation_change_set", "template_url"): {"stack_name": "web"},
    ("ecs_task_run", "security_groups"): {"task_definition": "web", "subnets": ["subnet-01234567"]},
    ("image_push", "daemon_image"): {"repository": "team/app"},
    ("image_push", "daemon_host"): {"repository": "team/app", "daemon_image": "app"},
    ("image_push", "source_image"): {"repository": "team/app"},
    ("image_push", "source_username"): {**COPY, "source_password": "canary"},
    ("image_push", "source_password"): {**COPY, "source_username": "octo"},
    ("ssm_command", "targets"): {"document_name": "AWS-RunShellScript"},
    ("ssm_command", "targets", "key"): {"document_name": "AWS-RunShellScript"},
    ("ssm_command", "targets", "values"): {"document_name": "AWS-RunShellScript"},
    ("ssm_command", "output_prefix"): {"document_name": "D-1", "instance_ids": ["i-01234567"], "output_bucket": "logs"},
    ("lambda_function", "s3_bucket"): {**FUNCTION, "s3_key": "a"},
    ("lambda_function", "s3_key"): {**FUNCTION, "s3_bucket": "abc"},
    ("lambda_function", "s3_object_version"): {**FUNCTION, "s3_bucket": "abc", "s3_key": "a"},
    ("lambda_function", "subnet_ids"): {**FUNCTION, "security_group_ids": []},
    ("lambda_function", "security_group_ids"): {**FUNCTION, "subnet_ids": []},
    ("s3_download", "version_id"): {**DOWNLOAD, "key": "a"},
    ("s3_upload", "kms_key_id"): {**UPLOAD, "encryption": "aws:kms"},
}
"""What an option needs in place of that."""
ITEMS: dict[str, dict[str, t.Any]] = {
    "assume_role": {"role_arn": ROLE},
    "headers": {"pattern": "*"},
    "containers": {"name": "app"},
    "capacity_provider_strategy": {"capacity_provider": "FARGATE"},
    "targets": {"key": "tag:a", "values": ["b"]},
    "alias": {"name": "live", "version": "1"},
    "invoke": {},
    "auto_deployment": {"enabled": True},
    "operation_preferences": {},
    "resources_to_import": {
        "resource_type": "AWS::S3::Bucket",
        "logical_id": "Site",
        "identifier": {"BucketName": "www"},
    },
    "rollback_triggers": {"arn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"},
}
"""What an item of a list needs, or a mapping with options."""
MAPPINGS = ("alias", "auto_deployment", "invoke", "operation_preferences")
TEXTS = ("str", "path", "json", "raw", "dict")


def options_of(module: str) -> t.Iterator[tuple[Path, dict[str, t.Any]]]:
    spec = {**SETTINGS_SPEC, **action_loader.get(f"octo.aws.{module}", class_only=True).ARGUMENT_SPEC}
    # The role sets it, and test_step_tasks.py has its values.
    spec.pop("step", None)
    for name, option in spec.items():
        for inner, inside in option.get("options", {}).items():
            yield (module, name, inner), inside
        if "options" not in option:
            yield (module, name), option


def distinct_options() -> dict[Path, dict[str, t.Any]]:
    """All of them, but those that modules share only once."""
    # Not those of approval, which shows the account and uses no session.
    modules = ["approval", *(module for module in reversed(ACTIONS) if module != "approval")]
    found = {id(option): (path, option) for module in modules for path, option in options_of(module)}
    return dict(found.values())


OPTIONS = {
    path: option
    for path, option in distinct_options().items()
    if option["type"] in TEXTS or option.get("elements") == "str"
}


def read(text: str) -> t.Any:
    """As ansible-core reads it: tagged."""
    return DataLoader().load(f"value: {text}\n")["value"]


VALUES: dict[str, tuple[t.Any, str | None]] = {
    "a date": (read("2026-11-24"), "2026-11-24"),
    "a time": (read("2026-11-24T08:15:30Z"), "2026-11-24T08:15:30+00:00"),
    "a number": (read("12"), "12"),
    "true": (read("true"), "true"),
    "null": (None, None),
    "a mapping": (read("{since: 2026-11-24, ready: true}"), None),
    "a list": (read("[true, null]"), None),
    "text": (read("prod"), "prod"),
    "an empty text": (read("''"), ""),
    "an ARN": (read(ROLE), ROLE),
    "a long text": ("x" * 200_000, "x" * 200_000),
    "control characters": ("a\0b\n", "a\0b\n"),
    "a type that YAML does not have": (object(), None),
}
"""Each with the text that it is, or ``None``."""
REFUSED = {"option_invalid", "name_invalid"}
ONE_OF_THEM = (
    *("template", "template_body", "template_url", "script", "cmd", "argv", "version"),
    *("archive", "daemon_image", "source_image", "source_username", "source_password"),
    *("s3_bucket", "s3_key", "subnet_ids", "security_group_ids"),
    *("accounts", "organizational_unit_ids", "regions"),
    *("sso_start_url", "sso_region"),
)
"""Where one of several options is needed, and one without a value is none of them."""
ALSO_NAMED = {"transitive_tag_keys": ("tags",)}
NO_FILE = {
    "template_unreadable",
    "upload_source_invalid",
    "upload_empty",
    "template_too_large",
    "function_code_invalid",
    "parameters_file_invalid",
}
"""The path is right in its form, or the file in its content, but there is nothing for the task."""


def arguments(path: Path, value: t.Any) -> dict[str, t.Any]:
    module, name, *inner = path
    beside = NEEDS.get(path, BESIDE.get(module, {}))
    if inner:
        item = {**ITEMS[name], inner[0]: value}
        if inner[0] == "transitive_tag_keys" and isinstance(value, list):
            item["tags"] = {str(key): "a" for key in value}
        return {**beside, name: item if name in MAPPINGS else [item]}
    return {**beside, name: value}


def tried(monkeypatch: pytest.MonkeyPatch, path: Path, value: t.Any) -> tuple[dict[str, t.Any], t.Any]:
    """The result of a task, empty where its checks are over and work begins; and what the option is then."""
    seen: dict[str, t.Any] = {}
    settings = action.OctoAction._settings

    def noticed(self: t.Any, given: dict[str, t.Any]) -> t.Any:
        seen.update(given)
        return settings(self, given)

    monkeypatch.setattr(action.OctoAction, "_settings", noticed)
    module, name, *inner = path
    result: dict[str, t.Any] = {}
    with contextlib.suppress(Reached):
        result = run(monkeypatch, Case(module, name, []), arguments(path, value))
    found = seen.get(name)
    if inner and found:
        found = (found if name in MAPPINGS else found[0]).get(inner[0])
    return result, found


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    monkeypatch.setenv("OCTO_AWS_STORE", str(tmp_path))


def check(path: Path, what: str, result: dict[str, t.Any]) -> bool:
    """Whether a value was refused, by the right error."""
    if not result.get("failed"):
        return False
    code, message = result["error"]["code"], result["msg"]
    if code in NO_FILE and path[-1] in ("template", "src", "template_body", "parameters_file"):
        return True
    if what in ("null", "an empty text") and code == "option_conflict" and path[-1] in ONE_OF_THEM:
        return True
    assert code in REFUSED, (what, message)
    named = {path[-1], *ALSO_NAMED.get(path[-1], ())}
    assert any(name in message for name in named) or code == "name_invalid", (what, message)
    assert "\n" not in message
    assert "Tagged" not in message
    assert not result["changed"]
    return True


@pytest.mark.parametrize("path", OPTIONS, ids=".".join)
def test_each_value_is_a_text_or_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    option = OPTIONS[path]
    for what, (value, text) in VALUES.items():
        with monkeypatch.context() as patch:
            result, found = tried(patch, path, value)
        if check(path, what, result):
            continue
        if value is None:
            assert not option.get("required"), "null was taken for a text"
            assert found in (None, option.get("default"))
        elif option["type"] in ("str", "path"):
            assert found == text, what
        elif option["type"] == "json":
            assert found == text or "True" not in found, what
        elif option["type"] == "list":
            assert all(isinstance(item, str) and item != "None" for item in found), what


@pytest.mark.parametrize(
    "path", [path for path, option in OPTIONS.items() if option.get("elements") == "str"], ids=".".join
)
def test_each_item_of_a_list(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for what, (value, text) in VALUES.items():
        with monkeypatch.context() as patch:
            result, found = tried(patch, path, [value])
        assert check(path, what, result) or found == [text], what


@pytest.mark.parametrize("path", [path for path, option in OPTIONS.items() if option["type"] == "dict"], ids=".".join)
def test_each_value_of_a_mapping(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for what, (value, _text) in VALUES.items():
        with monkeypatch.context() as patch:
            result, _found = tried(patch, path, {"key": value})
        check(path, what, result)


def test_every_module_is_there() -> None:
    assert len(OPTIONS) > 60
    every = {id(option) for module in ACTIONS for _path, option in options_of(module)}
    assert {id(option) for option in distinct_options().values()} == every


def test_the_values_of_every_mapping_are_compared_with_their_requests() -> None:
    """A new option with a mapping belongs into the table of ``test_yaml_values``."""
    mappings = {path[-1] for path, option in OPTIONS.items() if option["type"] == "dict"}
    assert mappings == {"tags", "parameters", "metadata", "environment", "secrets", "weights", "identifier"}


LOOKUP = {
    name: option
    for name, option in documented("lookup", "creds").items()
    if option.get("type", "str") in ("str", "string", "path") and name != "_terms"
}


@pytest.mark.parametrize("name", LOOKUP)
def test_each_option_of_the_lookup(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    for what, (value, _text) in VALUES.items():
        with monkeypatch.context() as patch:
            patch.setattr(lookup, "store_of", lambda *_given: Untouched())
            with pytest.raises((AnsibleError, Reached)) as raised:
                lookup_loader.get("octo.aws.creds", loader=DataLoader()).run(
                    ["prod"], variables={}, **{"store": str(tmp_path), name: value}
                )
        if not isinstance(raised.value, Reached):
            assert name in str(raised.value), what
            assert "Tagged" not in str(raised.value), what
