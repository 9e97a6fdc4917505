# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the role describe options by the words of the modules, which they cannot include."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.plugins.loader import fragment_loader, init_plugin_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.octo.aws.plugins.doc_fragments.session import ModuleDocFragment as Session
from ansible_collections.octo.aws.plugins.plugin_utils._steps.specs import step_spec

ROOT = Path(__file__).resolve().parents[3]
MODULES = {
    "approval": "approval",
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
"""The module of each kind of step."""

Options = dict[str, dict[str, t.Any]]


def _documented(module: str) -> Options:
    init_plugin_loader()
    doc = get_docstring(str(ROOT / "plugins" / "modules" / f"{module}.py"), fragment_loader, plugin_type="module")[0]
    options: Options = doc["options"]
    return options


def _paragraphs(option: t.Mapping[str, t.Any], kind: str = "") -> list[str]:
    description = option["description"]
    paragraphs = [description] if isinstance(description, str) else description
    return [re.sub(rf"O\({kind}\.", "O(", str(paragraph)) if kind else str(paragraph) for paragraph in paragraphs]


def test_hops() -> None:
    documented = yaml.safe_load(Session.HOPS)["options"]["assume_role"]["suboptions"]
    hops = step_spec()["assume_role"]["options"]
    assert {name: _paragraphs(option) for name, option in hops.items()} == {
        name: _paragraphs(option) for name, option in documented.items()
    }


def _compare(options: Options, documented: Options, kind: str) -> None:
    for name, option in options.items():
        mine, theirs = _paragraphs(option, kind), _paragraphs(documented[name])
        assert mine in (theirs, theirs[:1]), f"{kind}.{name}"
        assert option.get("type") == documented[name]["type"], f"{kind}.{name}"
        assert option.get("choices") == documented[name].get("choices"), f"{kind}.{name}"
        _compare(option.get("options", {}), documented[name].get("suboptions", {}), kind)


@pytest.mark.parametrize("kind", MODULES)
def test_options_of_kinds(kind: str) -> None:
    _compare(step_spec()[kind]["options"], _documented(MODULES[kind]), kind)
