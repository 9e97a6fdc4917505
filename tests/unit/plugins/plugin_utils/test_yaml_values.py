# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of YAML as text and as JSON, in every option that takes values of any type."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qsl

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import api_parameters
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_json, to_text, to_texts
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options, object_settings

ROLE = "arn:aws:iam::123456789012:role/deploy"
UPLOAD = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}
UPLOAD.update(bucket="bucket", src="src")


def hop_tags(value: t.Any) -> str:
    return dict(parse_hops([{"role_arn": ROLE, "tags": {"key": value}}])[0].tags)["key"]


def stack_tags(value: t.Any) -> str:
    return str(api_parameters({"tags": {"key": value}}, update=False)["Tags"][0]["Value"])


def stack_parameters(value: t.Any) -> str:
    return str(api_parameters({"parameters": {"key": value}}, update=False)["Parameters"][0]["ParameterValue"])


def upload(**options: t.Any) -> dict[str, t.Any]:
    given = {**UPLOAD, **options}
    check_options(given)
    return object_settings("a", given)


def object_tags(value: t.Any) -> str:
    return dict(parse_qsl(upload(tags={"key": value})["Tagging"], keep_blank_values=True))["key"]


def object_metadata(value: t.Any) -> str:
    return str(upload(metadata={"key": value})["Metadata"]["key"])


def metadata_of_a_pattern(value: t.Any) -> str:
    return str(upload(headers=[{"pattern": "*", "metadata": {"key": value}}])["Metadata"]["key"])


def script_environment(value: t.Any) -> str:
    return to_texts("environment", {"key": value})["key"]


OPTIONS = (
    hop_tags,
    stack_tags,
    stack_parameters,
    object_tags,
    object_metadata,
    metadata_of_a_pattern,
    script_environment,
)
TAGS = (hop_tags, object_tags)
"""Their values have few signs."""

TEXTS = {
    "a b": "a b",
    "2026-11-24": "2026-11-24",
    "2026-11-24T08:15:30Z": "2026-11-24T08:15:30+00:00",
    "2026-11-24 08:15:30": "2026-11-24T08:15:30",
    "true": "true",
    "no": "false",
    "12": "12",
    "0.5": "0.5",
    "012345678901": "012345678901",
    "''": "",
    "08:15": "08:15",
}
SHAPES = {"{a: 1, b: [true, null]}": '{"a":1,"b":[true,null]}', "{since: 2026-11-24}": '{"since":"2026-11-24"}'}


def from_core(text: str) -> t.Any:
    """As ansible-core reads it: tagged."""
    return DataLoader().load(f"value: {text}\n")["value"]


def from_yaml(text: str) -> t.Any:
    return yaml.safe_load(text)


@pytest.mark.parametrize("read", [from_core, from_yaml])
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("option", OPTIONS)
def test_texts(option: t.Callable[[t.Any], str], text: str, read: t.Callable[[str], t.Any]) -> None:
    value = read(text)
    expected = str(value) if type(value).__name__ in ("int", "_AnsibleTaggedInt") else TEXTS[text]
    assert option(value) == expected


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("option", [option for option in OPTIONS if option not in TAGS])
def test_mappings_become_json(option: t.Callable[[t.Any], str], text: str) -> None:
    assert option(from_core(text)) == SHAPES[text]


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


def test_keys_are_texts_too() -> None:
    given = from_core("{true: a, 2026-11-24: b, 2: c}")
    assert to_texts("tags", given) == {"true": "a", "2026-11-24": "b", "2": "c"}
    with pytest.raises(OctoAwsError, match="twice"):
        to_texts("tags", {1: "a", "1": "b"})
    with pytest.raises(OctoAwsError, match="tags is not a mapping"):
        to_texts("tags", ["a"])


@pytest.mark.parametrize("read", [from_core, from_yaml])
def test_a_policy_may_have_an_unquoted_date(read: t.Callable[[str], t.Any]) -> None:
    policy = read("{Version: 2012-10-17, Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}")
    assert json.loads(parse_hops([{"role_arn": ROLE, "policy": policy}])[0].policy)["Version"] == "2012-10-17"


def test_a_template_may_have_an_unquoted_date() -> None:
    body = from_core("{AWSTemplateFormatVersion: 2010-09-09, Resources: {}}")
    assert json.loads(api_parameters({"template_body": body}, update=False)["TemplateBody"]) == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {},
    }


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
