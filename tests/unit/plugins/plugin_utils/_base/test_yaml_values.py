# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of YAML that ansible-core read, and tagged, in every option that takes values of any type."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import api_parameters
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_texts
from ansible_collections.octo.aws.tests.unit.support.yaml_values import OPTIONS, ROLE, SHAPES, TAGS, TEXTS


def read(text: str) -> t.Any:
    """As ansible-core reads it: tagged."""
    return DataLoader().load(f"value: {text}\n")["value"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("option", OPTIONS)
def test_texts(option: t.Callable[[t.Any], str], text: str) -> None:
    value = read(text)
    expected = str(value) if type(value).__name__ in ("int", "_AnsibleTaggedInt") else TEXTS[text]
    assert option(value) == expected


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("option", [option for option in OPTIONS if option not in TAGS])
def test_mappings_become_json(option: t.Callable[[t.Any], str], text: str) -> None:
    assert option(read(text)) == SHAPES[text]


def test_keys_are_texts() -> None:
    given = read("{true: a, 2026-11-24: b, 2: c}")
    assert to_texts("tags", given) == {"true": "a", "2026-11-24": "b", "2": "c"}


def test_a_policy_may_have_an_unquoted_date() -> None:
    policy = read("{Version: 2012-10-17, Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}")
    assert json.loads(parse_hops([{"role_arn": ROLE, "policy": policy}])[0].policy)["Version"] == "2012-10-17"


def test_a_template_may_have_an_unquoted_date() -> None:
    body = read("{AWSTemplateFormatVersion: 2010-09-09, Resources: {}}")
    assert json.loads(api_parameters({"template_body": body}, update=False)["TemplateBody"]) == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {},
    }
