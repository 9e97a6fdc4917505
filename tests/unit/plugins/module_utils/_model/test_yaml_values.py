# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of YAML as text and as JSON, in every option that takes values of any type."""

from __future__ import annotations

import json
import typing as t

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import api_parameters
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_json, to_text, to_texts
from ansible_collections.octo.aws.tests.unit.support.yaml_values import (
    OPTIONS,
    ROLE,
    TEXTS,
    container_environment,
    stack_parameters,
    upload,
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("option", [*OPTIONS, container_environment])
def test_texts(option: t.Callable[[t.Any], str], text: str) -> None:
    value = yaml.safe_load(text)
    expected = str(value) if type(value).__name__ in ("int", "_AnsibleTaggedInt") else TEXTS[text]
    assert option(value) == expected


@pytest.mark.parametrize("option", [option for option in OPTIONS if option is not stack_parameters])
def test_null_is_refused_and_the_entry_named(option: t.Callable[[t.Any], str]) -> None:
    with pytest.raises(OctoAwsError, match=r"\w\.key is null") as raised:
        option(None)
    assert raised.value.code is ErrorCode.OPTION_INVALID


def test_null_leaves_a_parameter_out() -> None:
    assert api_parameters({"parameters": {"key": None}}, update=False)["Parameters"] == []


@pytest.mark.parametrize("option", OPTIONS)
def test_what_yaml_does_not_have_is_refused(option: t.Callable[[t.Any], str]) -> None:
    with pytest.raises(OctoAwsError, match="key") as raised:
        option(object())
    assert raised.value.code is ErrorCode.OPTION_INVALID


def test_keys_are_texts() -> None:
    with pytest.raises(OctoAwsError, match="twice"):
        to_texts("tags", {1: "a", "1": "b"})
    with pytest.raises(OctoAwsError, match="tags is not a mapping"):
        to_texts("tags", ["a"])


def test_a_policy_may_have_an_unquoted_date() -> None:
    policy = yaml.safe_load("{Version: 2012-10-17, Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}")
    assert json.loads(parse_hops([{"role_arn": ROLE, "policy": policy}])[0].policy)["Version"] == "2012-10-17"


def test_json_has_no_infinity_and_an_end() -> None:
    endless: list[t.Any] = []
    endless.append(endless)
    for value in (float("inf"), float("nan"), endless):
        with pytest.raises(OctoAwsError, match="policy has a value"):
            to_json("policy", {"a": value})


def test_a_text_of_vault_opens_itself() -> None:
    class Sealed:
        def _decrypt(self) -> str:
            return "open"

        def __str__(self) -> str:
            return self._decrypt()

    assert to_text("external_id", Sealed()) == "open"


@pytest.mark.parametrize("option", ["prefix", "key"])
@pytest.mark.parametrize("value", ["./x", " x", "x ", "x//", "a//b", "a/./b", "../x", "x/..", ".", "/x", "//", "x\n"])
def test_a_path_in_a_bucket_is_written_plainly(option: str, value: str) -> None:
    with pytest.raises(OctoAwsError, match=f"^{option} ") as raised:
        upload(**{option: value})
    assert raised.value.code is ErrorCode.OPTION_INVALID


@pytest.mark.parametrize("value", ["x", "x/", "a/b", "a b/c", ".well-known/x", "...", "x/.hidden"])
def test_a_plain_path_in_a_bucket(value: str) -> None:
    upload(prefix=value)


@pytest.mark.parametrize(
    "given",
    [
        {"tags": {"aws:team": "a"}},
        {"tags": {"": "a"}},
        {"tags": {"a,b": "a"}},
        {"tags": {"a": "b" * 257}},
        {"tags": {"a": "x{}"}},
        {"metadata": {"a": "b" * 1900}},
        {"metadata": {"a": "ä"}},
        {"headers": [{"pattern": "*", "metadata": {f"a{number}": "b" * 400 for number in range(5)}}]},
    ],
)
def test_what_s3_refuses_is_refused_before(given: dict[str, t.Any]) -> None:
    with pytest.raises(OctoAwsError, match=r"tags|metadata") as raised:
        upload(**given)
    assert raised.value.code is ErrorCode.OPTION_INVALID
