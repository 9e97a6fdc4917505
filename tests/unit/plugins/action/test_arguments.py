# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of each action and the options of the module that documents it; the settings of all plugins."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.plugins.loader import action_loader, fragment_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.octo.aws.plugins.module_utils._host.argument_specs import SETTINGS_SPEC
from ansible_collections.octo.aws.plugins.module_utils._host.handover import HANDOVER_SPEC
from ansible_collections.octo.aws.plugins.module_utils._model.hop import _FIELDS
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import SETTING_NAMES
from ansible_collections.octo.aws.plugins.plugin_utils._steps.validation import step_spec

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
ACTIONS = sorted(path.stem for path in (PLUGINS / "action").glob("*.py") if path.stem != "__init__")


def documented(kind: str, name: str) -> dict[str, t.Any]:
    doc, _examples, _returns, _metadata = get_docstring(
        str(PLUGINS / kind / f"{name}.py"), fragment_loader, collection_name="octo.aws"
    )
    options: dict[str, t.Any] = doc["options"]
    return options


def test_every_action_has_its_module_and_its_place_in_the_action_group() -> None:
    assert sorted(path.stem for path in (PLUGINS / "modules").glob("*.py") if path.stem != "__init__") == ACTIONS
    groups = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    *on_controller, extended = groups["aws"]
    assert extended == {"metadata": {"extend_group": ["octo.aws.work"]}}
    assert sorted(on_controller + groups["work"]) == ACTIONS
    works = [name for name in ACTIONS if issubclass(action_loader.get(f"octo.aws.{name}", class_only=True), HostAction)]
    assert sorted(groups["work"]) == works


@pytest.mark.parametrize("name", ACTIONS)
def test_arguments_are_as_documented(name: str) -> None:
    plugin = action_loader.get(f"octo.aws.{name}", class_only=True)
    options = documented("modules", name)
    # What an action hands over to its module is in the module's documentation, and no option of a task.
    handed_over = HANDOVER_SPEC if issubclass(plugin, HostAction) else {}
    assert not set(HANDOVER_SPEC) & set(plugin.ARGUMENT_SPEC)
    compare({**SETTINGS_SPEC, **plugin.ARGUMENT_SPEC, **handed_over}, options)


def compare(spec: dict[str, t.Any], options: dict[str, t.Any]) -> None:
    assert set(spec) == set(options)
    for key, option in spec.items():
        compare(option.get("options", {}), options[key].get("suboptions", {}))
        choices = options[key].get("choices")
        assert option["type"] == options[key]["type"], key
        assert option.get("default") == options[key].get("default"), key
        assert option.get("required", False) == options[key].get("required", False), key
        assert option.get("elements") == options[key].get("elements"), key
        assert sorted(option.get("choices", [])) == sorted(choices or []), key


@pytest.mark.parametrize("name", ACTIONS)
def test_what_is_secret_is_marked(name: str) -> None:
    spec = action_loader.get(f"octo.aws.{name}", class_only=True).ARGUMENT_SPEC
    spec = {**spec, **spec.get("assume_role", {}).get("options", {})}
    marked = {key for key, option in spec.items() if option.get("no_log")}
    secrets = {"secret_key", "session_token", "mfa_token", "external_id", "source_password", "secrets"}
    secrets |= {"private_key", "private_key_passphrase", "vault_token", "vault_secret_id", "vault_jwt"}
    assert marked == secrets & set(spec)


def test_hops_of_the_lookup_are_those_of_an_account() -> None:
    of_account = documented("modules", "aws_account")["assume_role"]
    of_lookup = documented("lookup", "creds")["assume_role"]
    assert of_lookup["suboptions"] == of_account["suboptions"]
    assert set(of_lookup["suboptions"]) == set(_FIELDS)


KINDS = {
    "script": "aws_script",
    "cloudformation": "cloudformation_stack",
    "cloudformation_delete": "cloudformation_stack",
    "cloudformation_wait": "cloudformation_stack",
    "cloudformation_change_set": "cloudformation_change_set",
    "ecs_update": "ecs_service_update",
    "ecs_run_task": "ecs_task_run",
    "image_push": "image_push",
    "lambda": "lambda_function",
    "s3_download": "s3_download",
    "s3_upload": "s3_upload",
    "ssm_command": "ssm_command",
    "stack_set": "cloudformation_stack_set",
}
"""The modules behind the kinds of steps. The state of a stack is said by the kind."""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_options_of_a_step_are_those_of_its_module(kind: str) -> None:
    options = documented("modules", KINDS[kind])
    spec = step_spec()[kind]["options"]
    for name, option in spec.items():
        assert option["type"] == options[name]["type"], name
        assert option.get("elements") == options[name].get("elements"), name
        assert sorted(option.get("choices") or []) == sorted(options[name].get("choices") or []), name
        assert option["description"], name
    own = set(options) - set(documented("modules", "aws_identity"))
    if KINDS[kind] != "cloudformation_stack":
        assert own == set(spec)


def test_settings_are_declared_once_and_can_come_from_everywhere() -> None:
    options = documented("lookup", "creds")
    for name in SETTING_NAMES:
        assert {entry["name"] for entry in options[name]["vars"]} == {f"octo_aws_{name}"}
        assert {"section": "octo_aws", "key": name} in options[name]["ini"]
        assert options[name]["env"][-1]["name"] == f"OCTO_AWS_{name.upper()}"
    assert set(SETTINGS_SPEC) < set(SETTING_NAMES)
