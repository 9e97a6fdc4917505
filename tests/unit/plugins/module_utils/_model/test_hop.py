# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which roles to assume are valid, and which are refused before a request is sent."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.module_utils._model.hop import _CHECKS, HOP_SPEC, Hop, parse_hops
from ansible_collections.octo.aws.tests.unit.support.hops import FULL, POLICY_ARN, ROLE, error_of, policy_of


def hop_of(**fields: t.Any) -> Hop:
    return parse_hops([{"role_arn": ROLE, **fields}])[0]


def arn_of_length(length: int, name: int = 60) -> str:
    """The ARN of a role with a path, of so many characters."""
    start = "arn:aws:iam::123456789012:role/"
    return start + "p" * (length - len(start) - name - 1) + "/" + "n" * name


def policy_arns_of(length: int) -> list[str]:
    """Four ARNs of policies with so many characters together."""
    names = length - 4 * len(POLICY_ARN)
    return [POLICY_ARN + "x" * count for count in (names // 4, names // 4, names // 4, names - 3 * (names // 4))]


def tags_of(count: int) -> dict[str, str]:
    return {f"key-{number}": str(number) for number in range(count)}


@pytest.mark.parametrize(
    "fields",
    [
        {"role_arn": "arn:aws-us-gov:iam::000000000001:role/x"},
        {"role_arn": "arn:aws-iso-b:iam::000000000001:role/" + "n" * 64},
        {"role_arn": "arn:aws:iam::123456789012:role/_+=,.@-"},
        {"role_arn": "arn:aws:iam::123456789012:role/" + "p" * 510 + "/x"},
        {"role_arn": "arn:aws:iam::123456789012:role/a/~!/x"},
        {"role_session_name": "ab"},
        {"role_session_name": "a" * 64},
        {"role_session_name": "_+=,.@-"},
        {"external_id": "ab"},
        {"external_id": "a" * 1224},
        {"external_id": "_+=,.@:/-"},
        {"duration_seconds": 900},
        {"duration_seconds": 43_200},
        {"policy": policy_of(2048)},
        {"policy": '{"a":\t\r\n"\xff"}'},
        {"policy_arns": [POLICY_ARN + "x"] * 10},
        {"policy_arns": [POLICY_ARN + "x" * 640]},
        {"policy_arns": ["arn:aws:iam::123456789012:policy/path/x"]},
        {"policy_arns": policy_arns_of(2048)},
        {"policy": policy_of(1000), "policy_arns": policy_arns_of(1048)},
        {"tags": tags_of(50)},
        {"tags": tags_of(50), "transitive_tag_keys": list(tags_of(50))},
        {"tags": {"k" * 128: "v" * 256}},
        {"tags": {"Größe 五": "\u00e9\u0416 \u0660_.:/=+-@"}},
        {"tags": {"awsome": "x", "key": ""}},
        {"tags": {"Key": "x"}, "transitive_tag_keys": ["kEY"]},
        {"source_identity": "ab"},
        {"source_identity": "a" * 64},
        {"mfa_serial": "GAHT12345"},
        {"mfa_serial": "a" * 256},
    ],
)
def test_values_at_the_edge_of_what_aws_takes(fields: dict[str, t.Any]) -> None:
    taken = hop_of(**fields).as_record()
    assert taken == {"role_arn": ROLE, **fields}


def test_a_role_arn_has_at_most_2048_characters_whatever_its_pattern_says() -> None:
    assert len(arn_of_length(600)) == 600
    assert hop_of(role_arn=arn_of_length(600)).role_arn == arn_of_length(600)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role_arn", "deploy"),
        ("role_arn", "arn:aws:iam::123456789012:user/x"),
        ("role_arn", "arn:aws:iam::12345678901:role/x"),
        ("role_arn", "arn:aws:iam::1234567890123:role/x"),
        ("role_arn", "arn:aws:iam:eu-central-1:123456789012:role/x"),
        ("role_arn", "arn:aws:sts::123456789012:assumed-role/x/y"),
        ("role_arn", "arn:amazon:iam::123456789012:role/x"),
        ("role_arn", "arn:aws:iam::123456789012:role/"),
        ("role_arn", "arn:aws:iam::123456789012:role/" + "n" * 65),
        ("role_arn", "arn:aws:iam::123456789012:role/" + "p" * 511 + "/x"),
        ("role_arn", "arn:aws:iam::123456789012:role/a b/x"),
        ("role_arn", "arn:aws:iam::123456789012:role/x\ny"),
        ("role_arn", "arn:aws:iam::123456789012:role/ü"),
        ("role_arn", ["x"]),
        ("role_session_name", "a"),
        ("role_session_name", "a" * 65),
        ("role_session_name", "a b"),
        ("role_session_name", "a:b"),
        ("role_session_name", "müller"),
        ("external_id", "a"),
        ("external_id", "a" * 1225),
        ("external_id", "canary id"),
        ("external_id", "canary\u00fc"),
        ("external_id", ["canary"]),
        ("duration_seconds", 899),
        ("duration_seconds", 43_201),
        ("duration_seconds", -900),
        ("duration_seconds", 0),
        ("duration_seconds", "1h"),
        ("duration_seconds", 900.5),
        ("duration_seconds", True),
        ("duration_seconds", False),
        ("duration_seconds", "9" * 5000),
        ("policy", policy_of(2049)),
        ("policy", "not JSON"),
        ("policy", "[]"),
        ("policy", "{" * 100_000),
        ("policy", '{"a":' * 100_000),
        ("policy", '{"a":"\u0100"}'),
        ("policy", 7),
        ("policy_arns", [POLICY_ARN + "x"] * 11),
        ("policy_arns", POLICY_ARN + "x"),
        ("policy_arns", [POLICY_ARN]),
        ("policy_arns", [POLICY_ARN + "x" * 641]),
        ("policy_arns", [POLICY_ARN + "x y"]),
        ("policy_arns", ["arn:aws:iam::123456789012:role/x"]),
        ("policy_arns", ["arn:aws:iam::210987654321:policy/x"]),
        ("policy_arns", ["arn:aws-cn:iam::aws:policy/x"]),
        ("policy_arns", ["arn:aws-cn:iam::123456789012:policy/x"]),
        ("policy_arns", [None]),
        ("tags", tags_of(51)),
        ("tags", [{"Key": "a", "Value": "b"}]),
        ("tags", "a=b"),
        ("tags", {"k" * 129: ""}),
        ("tags", {"": "x"}),
        ("tags", {"key": "v" * 257}),
        ("tags", {"a\nb": "x"}),
        ("tags", {"key": "a\nb"}),
        ("tags", {"key": "a\tb"}),
        ("tags", {"key": "100%"}),
        ("tags", {"key": "\N{GRINNING FACE}"}),
        ("tags", {"key": "\ud800"}),
        ("tags", {"key": ["a"]}),
        ("tags", {"aws:x": "x"}),
        ("tags", {"AWS:x": "x"}),
        ("tags", {"Key": "x", "kEy": "x"}),
        ("transitive_tag_keys", ["key"]),
        ("transitive_tag_keys", "key"),
        ("transitive_tag_keys", ["key"] * 51),
        ("source_identity", "a"),
        ("source_identity", "a" * 65),
        ("source_identity", "aws:alice"),
        ("source_identity", "a b"),
        ("mfa_serial", "12345678"),
        ("mfa_serial", "a" * 257),
        ("mfa_serial", "arn aws iam"),
    ],
)
def test_values_beyond_what_aws_takes(field: str, value: t.Any) -> None:
    error = error_of(lambda: parse_hops([{"role_arn": ROLE}, {"role_arn": ROLE, field: value}]))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message.startswith(f"assume_role, hop 2: {field} ")
    assert "canary" not in str(error) + str(error.as_result())
    assert len(str(error)) < 500


def test_policy_and_policy_arns_share_2048_characters() -> None:
    arns = [POLICY_ARN + "x" * 76]
    assert hop_of(policy=policy_of(1948), policy_arns=arns).policy_arns == tuple(arns)
    for fields in ({"policy": policy_of(1949), "policy_arns": arns}, {"policy_arns": policy_arns_of(2049)}):
        error = error_of(lambda: hop_of(**fields))  # noqa: B023
        assert error.code is ErrorCode.OPTION_INVALID
        assert error.message.startswith(
            "assume_role, hop 1: policy and policy_arns together have more than 2,048 characters"
        )


def test_a_policy_is_a_mapping_or_its_text() -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Sid": "Größe\u0100"}]}
    hop = hop_of(policy=policy)
    assert json.loads(hop.policy) == policy
    assert hop.policy.startswith('{"Version":"2012-10-17","Statement":[{')
    assert hop.policy.isascii()
    assert hop_of(policy=' {"Version": "2012-10-17"}\n').policy == '{"Version": "2012-10-17"}'


def test_values_are_trimmed_and_numbers_in_quotes_are_numbers() -> None:
    hop = hop_of(role_arn=f" {ROLE}\n", role_session_name=" alice ", duration_seconds="900", external_id=123456)
    assert hop == Hop(role_arn=ROLE, role_session_name="alice", duration_seconds=900, external_id="123456")
    assert hop_of(tags={1: 2}).tags == (("1", "2"),)


@pytest.mark.parametrize("nothing", [None, "", (), [], {}])
def test_what_is_empty_is_left_out(nothing: t.Any) -> None:
    assert set(FULL) == {field.name for field in dataclasses.fields(Hop)}
    hop = hop_of(**dict.fromkeys(set(FULL) - {"role_arn"}, nothing))
    assert hop == Hop(role_arn=ROLE)
    assert hop.as_record() == hop.as_result() == {"role_arn": ROLE}
    error = error_of(lambda: hop_of(role_arn=nothing))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message == "assume_role, hop 1: A role to assume needs role_arn."


def test_what_is_set_is_written_down_as_it_was_given() -> None:
    hop = hop_of(**FULL)
    assert hop.as_record() == FULL
    assert list(hop.as_record()["tags"]) == ["Project", "Cost Centre"]
    assert (hop.partition, hop.account_id) == ("aws", "123456789012")
    assert parse_hops([hop.as_record()]) == (hop,)


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("role_anr", "Did you mean 'role_arn'?"),
        ("externalid", "Did you mean 'external_id'?"),
        ("duration", "Valid options: role_arn,"),
        (7, "Valid options: role_arn,"),
    ],
)
def test_an_unknown_option(option: t.Any, hint: str) -> None:
    error = error_of(lambda: hop_of(external_id="canary") and parse_hops([{"role_arn": ROLE, option: "canary"}]))
    assert error.code is ErrorCode.OPTION_UNKNOWN
    assert error.message == f"assume_role, hop 1: Unknown option {option!r}."
    assert hint in error.hint or (option == "duration" and "'duration_seconds'" in error.hint)
    assert "canary" not in str(error)


@pytest.mark.parametrize("value", ["", ROLE, {"role_arn": ROLE}, 7, None, {ROLE}])
def test_roles_that_are_no_list(value: t.Any) -> None:
    error = error_of(lambda: parse_hops(value, "the option"))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message == "the option is not a list of roles."


@pytest.mark.parametrize("item", [ROLE, None, 7, [], [("role_arn", ROLE)]])
def test_a_role_that_is_no_mapping(item: t.Any) -> None:
    error = error_of(lambda: parse_hops([{"role_arn": ROLE}, item]))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message == "assume_role, hop 2: A role to assume must be a mapping with role_arn."


def test_the_options_of_a_hop_are_the_same_everywhere() -> None:
    assert list(HOP_SPEC) == list(_CHECKS) == [field.name for field in dataclasses.fields(Hop)]
    root = Path(__file__).parents[5]
    specs = yaml.safe_load((root / "roles/aws_steps/meta/argument_specs.yml").read_text())["argument_specs"]
    documented = specs["aws_steps_run"]["options"]["assume_role"]["options"]
    for option in documented.values():
        option.pop("description")
    # Only Python needs no_log: false, for a name that looks like one of a secret.
    specified = {name: {key: v for key, v in spec.items() if v is not False} for name, spec in HOP_SPEC.items()}
    documented = {name: {key: v for key, v in spec.items() if v is not False} for name, spec in documented.items()}
    assert documented == specified
