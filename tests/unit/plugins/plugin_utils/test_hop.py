# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which roles to assume are taken, and which are refused before anything is sent."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop, parse_hops
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account, merge
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import from_record, to_record
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import links_of
from ansible_collections.octo.aws.tests.unit.support.accounts import ACCESS_KEY, SECRET_KEY, make_account, make_verified
from hypothesis import given
from hypothesis import strategies as st

ROLE = "arn:aws:iam::123456789012:role/deploy"
ROLE_IN_CHINA = "arn:aws-cn:iam::123456789012:role/deploy"
POLICY_ARN = "arn:aws:iam::aws:policy/"
DEVICE = "arn:aws:iam::123456789012:mfa/alice"
FULL: dict[str, t.Any] = {
    "role_arn": ROLE,
    "role_session_name": "alice@laptop",
    "external_id": "canary:external/id",
    "duration_seconds": 1800,
    "policy": '{"Version":"2012-10-17"}',
    "policy_arns": [POLICY_ARN + "ReadOnlyAccess", "arn:aws:iam::123456789012:policy/own"],
    "tags": {"Project": "x", "Cost Centre": ""},
    "transitive_tag_keys": ["project"],
    "source_identity": "alice",
    "mfa_serial": DEVICE,
}
KEYS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


def hop_of(**fields: t.Any) -> Hop:
    return parse_hops([{"role_arn": ROLE, **fields}])[0]


def error_of(work: t.Callable[[], object]) -> OctoAwsError:
    with pytest.raises(OctoAwsError) as caught:
        work()
    return caught.value


def arn_of_length(length: int, name: int = 60) -> str:
    """The ARN of a role with a path, of so many characters."""
    start = "arn:aws:iam::123456789012:role/"
    return start + "p" * (length - len(start) - name - 1) + "/" + "n" * name


def policy_of(length: int) -> str:
    return '{"a":"%s"}' % ("x" * (length - 8))


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


def test_an_external_id_is_never_shown() -> None:
    account = merge("prod", None, {**KEYS, "assume_role": [FULL]})
    assert account.assume_role[0].external_id == FULL["external_id"]
    assert "canary:external" not in repr(account) + str(account.as_result()) + repr(account.assume_role)
    assert account.as_result()["assume_role"][0]["role_session_name"] == "alice@laptop"
    assert FULL["external_id"] in account.secrets


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


WEB = {"type": "web_identity", "role_arn": ROLE, "web_identity_token_file": "/token"}
LONG: dict[str, t.Any] = {"role_arn": ROLE, "duration_seconds": 3601}
HOUR: dict[str, t.Any] = {"role_arn": ROLE, "duration_seconds": 3600}
PLAIN = {"role_arn": ROLE}
WITH_MFA = {"role_arn": ROLE, "mfa_serial": DEVICE}
ALICE: dict[str, t.Any] = {"role_arn": ROLE, "source_identity": "alice"}
TAGGED: dict[str, t.Any] = {"role_arn": ROLE, "tags": {"Team": "a", "Stage": "b"}}
TAGS_STAY: dict[str, t.Any] = {**TAGGED, "transitive_tag_keys": ["Team"]}


@pytest.mark.parametrize(
    "options",
    [
        {**KEYS, "assume_role": [LONG, HOUR]},
        {"type": "instance_role", "assume_role": [LONG, HOUR]},  # AWS: no role chaining
        {"type": "profile", "profile": "x", "assume_role": [LONG, HOUR]},
        {**WEB, "assume_role": [HOUR]},
        {**KEYS, "assume_role": [WITH_MFA, PLAIN]},
        {"type": "profile", "profile": "x", "assume_role": [WITH_MFA, PLAIN]},
        {**KEYS, "temporary": True, "assume_role": [WITH_MFA]},
        {**KEYS, "temporary": True, "mfa_serial": DEVICE, "assume_role": [PLAIN]},
        {**KEYS, "assume_role": [PLAIN, {"role_arn": "arn:aws:iam::210987654321:role/other"}]},
        {**WEB, "role_arn": ROLE_IN_CHINA, "assume_role": [{"role_arn": ROLE_IN_CHINA}]},
        {**KEYS, "assume_role": [{"role_arn": ROLE_IN_CHINA}, {"role_arn": ROLE_IN_CHINA}]},
        {**KEYS, "assume_role": [ALICE, PLAIN, ALICE]},
        {**KEYS, "assume_role": [PLAIN, ALICE]},
        {**KEYS, "assume_role": [TAGGED, TAGGED, TAGS_STAY]},
        {**KEYS, "assume_role": [TAGS_STAY, {"role_arn": ROLE, "tags": {"stage": "c"}}]},
    ],
)
def test_chains_that_are_taken(options: dict[str, t.Any]) -> None:
    account = merge("prod", None, options)
    assert [hop.as_record() for hop in account.assume_role] == options["assume_role"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**KEYS, "assume_role": [PLAIN, LONG]}, "assume_role, hop 2: duration_seconds is 3,601, but"),
        ({**KEYS, "assume_role": [PLAIN, HOUR, LONG]}, "assume_role, hop 3: duration_seconds is 3,601, but"),
        ({**WEB, "assume_role": [LONG]}, "assume_role, hop 1: duration_seconds is 3,601, but"),
        ({**KEYS, "assume_role": [PLAIN, WITH_MFA]}, "assume_role, hop 2: mfa_serial cannot be used"),
        ({**KEYS, "assume_role": [WITH_MFA, WITH_MFA]}, "assume_role, hop 2: mfa_serial cannot be used"),
        ({**WEB, "assume_role": [WITH_MFA]}, "assume_role, hop 1: mfa_serial cannot be used"),
        ({"type": "instance_role", "assume_role": [WITH_MFA]}, "assume_role, hop 1: mfa_serial cannot be used"),
        (
            {**KEYS, "temporary": True, "mfa_serial": DEVICE, "assume_role": [WITH_MFA]},
            "assume_role, hop 1: mfa_serial cannot be used",
        ),
        (
            {**KEYS, "assume_role": [PLAIN, {"role_arn": ROLE_IN_CHINA}]},
            "assume_role, hop 2 is in the partition aws-cn, but the first role is in the partition aws.",
        ),
        (
            {**KEYS, "assume_role": [ALICE, PLAIN, {"role_arn": ROLE, "source_identity": "bob"}]},
            "assume_role, hop 3: source_identity is 'bob', but 'alice' is inherited from an earlier hop.",
        ),
        (
            {**KEYS, "assume_role": [TAGS_STAY, PLAIN, {"role_arn": ROLE, "tags": {"tEAM": "a"}}]},
            "assume_role, hop 3: tags has 'tEAM', which is inherited as a transitive tag from an earlier hop.",
        ),
    ],
)
def test_chains_that_aws_cannot_make(options: dict[str, t.Any], message: str) -> None:
    error = error_of(lambda: merge("prod", None, options))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message.startswith(message)


def test_a_web_identity_and_its_first_hop_are_of_one_partition() -> None:
    error = error_of(lambda: merge("prod", None, {**WEB, "assume_role": [{"role_arn": ROLE_IN_CHINA}]}))
    assert error.code is ErrorCode.PARTITION_MISMATCH
    assert "aws-cn" in error.message
    assert ROLE in error.message


@pytest.mark.parametrize(
    ("own", "asked", "message"),
    [
        ([PLAIN], [LONG], "assume_role, hop 2: duration_seconds is 3,601, but"),
        ([PLAIN], [WITH_MFA], "assume_role, hop 2: mfa_serial cannot be used"),
        ([PLAIN], [{"role_arn": ROLE_IN_CHINA}], "assume_role, hop 2 is in the partition aws-cn"),
    ],
)
def test_hops_of_the_lookup_come_after_those_of_the_account(own: list[t.Any], asked: list[t.Any], message: str) -> None:
    account = merge("prod", None, {**KEYS, "assume_role": own})
    alone = merge("prod", None, KEYS)
    options = SessionOptions(assume_role=parse_hops(asked))
    assert len(links_of(alone, "", options)) == 2
    error = error_of(lambda: links_of(account, "", options))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("options", "longest"),
    [
        ({**KEYS, "assume_role": [PLAIN]}, 43_200),
        ({**KEYS, "assume_role": [PLAIN, PLAIN]}, 3_600),
        ({**WEB, "assume_role": [PLAIN]}, 3_600),
        (WEB, 43_200),
        ({**KEYS, "temporary": True}, 129_600),
    ],
)
def test_how_long_the_lookup_can_ask_for(options: dict[str, t.Any], longest: int) -> None:
    account = merge("prod", None, options)
    for seconds in (900, longest):
        assert links_of(account, "", SessionOptions(duration_seconds=seconds))[-1].seconds == seconds
    for seconds in (899, longest + 1):
        error = error_of(lambda: links_of(account, "", SessionOptions(duration_seconds=seconds)))  # noqa: B023
        assert error.code is ErrorCode.OPTION_INVALID
        assert error.message.startswith("duration_seconds cannot be")
        assert f"to {longest} seconds" in error.hint


@pytest.mark.parametrize("options", [KEYS, {"type": "instance_role"}, {"type": "profile", "profile": "x"}])
def test_nobody_can_choose_how_long_these_last(options: dict[str, t.Any]) -> None:
    account = merge("prod", None, options)
    error = error_of(lambda: links_of(account, "", SessionOptions(duration_seconds=900)))
    assert error.code is ErrorCode.OPTION_CONFLICT


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({**KEYS, "assume_role": [PLAIN]}, 3_600),
        ({**KEYS, "assume_role": [LONG]}, 3_601),
        (WEB, 3_600),
        ({**KEYS, "temporary": True}, 43_200),
    ],
)
def test_min_ttl_asks_for_no_more_than_there_is(options: dict[str, t.Any], seconds: int) -> None:
    account = merge("prod", None, options)
    assert links_of(account, "", SessionOptions(min_ttl=seconds))[-1].seconds == seconds
    error = error_of(lambda: links_of(account, "", SessionOptions(min_ttl=seconds + 1)))
    assert error.code is ErrorCode.SESSION_TOO_SHORT


def test_roles_that_are_left_out_stay_and_an_empty_list_clears_them() -> None:
    stored = merge("prod", None, {**KEYS, "assume_role": [FULL, PLAIN]})
    assert merge("prod", stored, {"assume_role": None, "region": None}) == stored
    assert merge("prod", stored, {"region": "eu-central-1"}).assume_role == stored.assume_role
    for nothing in ([], (), ""):
        assert merge("prod", stored, {"assume_role": nothing}).assume_role == ()
    assert merge("prod", stored, {"assume_role": [PLAIN]}).assume_role == (Hop(role_arn=ROLE),)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"type": "instance_role", "role_arn": ROLE}, "has no role_arn"),
        ({"type": "instance_role", "temporary": True}, "has no temporary"),
        ({"type": "profile", "profile": "x", "mfa_serial": DEVICE}, "has no mfa_serial"),
        ({"type": "profile", "profile": "x", "access_key": ACCESS_KEY}, "has no access_key"),
        ({**WEB, "secret_key": SECRET_KEY}, "has no secret_key"),
        ({**WEB, "profile": "x"}, "has no profile"),
        ({**KEYS, "profile": "x"}, "has no profile"),
        ({**KEYS, "role_arn": ROLE, "web_identity_token_file": "/x"}, "has no role_arn and no web_identity_token_file"),
        ({"type": "web_identity", "role_arn": ROLE}, "needs web_identity_token_file"),
        ({"type": "web_identity", "web_identity_token_file": "/x"}, "needs role_arn"),
        ({"type": "profile"}, "needs profile"),
        ({**KEYS, "session_token": "canary-token", "temporary": True}, "temporary makes sessions with the long-term"),
        ({**KEYS, "mfa_serial": DEVICE}, "mfa_serial of an account is for the sessions that temporary makes"),
    ],
)
def test_fields_that_do_not_fit_together(options: dict[str, t.Any], message: str) -> None:
    error = error_of(lambda: merge("prod", None, options))
    assert error.code is ErrorCode.OPTION_CONFLICT
    assert message in error.message
    assert "canary" not in str(error)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**WEB, "role_arn": "x"}, "role_arn cannot be 'x'"),
        ({**WEB, "web_identity_token_file": "/x\ny"}, "web_identity_token_file contains"),
        ({**WEB, "web_identity_token_file": "/" + "x" * 4000}, "web_identity_token_file has more than 4,000"),
        ({"type": "profile", "profile": "x" * 1001}, "profile has more than 1,000"),
        ({**KEYS, "temporary": True, "mfa_serial": "12345678"}, "mfa_serial cannot be"),
    ],
)
def test_fields_of_the_types_that_make_sessions_are_checked(options: dict[str, t.Any], message: str) -> None:
    error = error_of(lambda: merge("prod", None, options))
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message.startswith(message)


def test_a_changed_type_drops_the_fields_of_the_old_one() -> None:
    hops = [PLAIN]
    keys = merge("prod", None, {**KEYS, "temporary": True, "mfa_serial": DEVICE, "assume_role": hops})
    web = merge("prod", keys, WEB)
    assert web == Account(
        name="prod",
        type="web_identity",
        role_arn=ROLE,
        web_identity_token_file="/token",
        assume_role=(Hop(role_arn=ROLE),),
    )
    profile = merge("prod", web, {"type": "profile", "profile": "x"})
    assert profile == Account(name="prod", type="profile", profile="x", assume_role=(Hop(role_arn=ROLE),))
    again = merge("prod", profile, {"type": "access_key", **KEYS})
    assert again == make_account(assume_role=(Hop(role_arn=ROLE),))


def test_a_changed_type_cannot_keep_hops_that_do_not_fit_it() -> None:
    stored = merge("prod", None, {**KEYS, "assume_role": [WITH_MFA]})
    error = error_of(lambda: merge("prod", stored, {"type": "instance_role"}))
    assert error.code is ErrorCode.OPTION_INVALID
    assert "hop 1: mfa_serial" in error.message


NAMES = st.text("Az09_+=,.@-", min_size=2, max_size=64)
TAG_TEXT = st.text("aZé五Ж09\u0660 \u2003_.:/=+-@", max_size=20)


@st.composite
def hops(draw: st.DrawFn, *, with_mfa: bool, longest: int) -> dict[str, t.Any]:
    tag_keys = draw(
        st.lists(TAG_TEXT.filter(lambda key: key and key == key.strip()), max_size=5, unique_by=lambda key: key.lower())
    )
    tags = {key: draw(TAG_TEXT) for key in tag_keys if not key.lower().startswith("aws:")}
    fields: dict[str, st.SearchStrategy[t.Any]] = {
        "role_session_name": NAMES,
        "external_id": st.text("Az09_+=,.@:/-", min_size=2, max_size=40),
        "duration_seconds": st.integers(900, longest),
        "policy": st.one_of(
            st.dictionaries(TAG_TEXT, TAG_TEXT, max_size=3),
            st.just('{"Version": "2012-10-17",\n"Größe": 1}'),
        ),
        "policy_arns": st.lists(st.sampled_from([POLICY_ARN + "x", "arn:aws:iam::123456789012:policy/y"]), max_size=10),
        "tags": st.just(tags),
        "transitive_tag_keys": st.lists(st.sampled_from(sorted(tags)), max_size=50) if tags else st.just([]),
        "source_identity": NAMES,
        "mfa_serial": st.just(DEVICE) if with_mfa else st.just(""),
    }
    assert {"role_arn", *fields} == set(FULL)
    path = draw(st.sampled_from(["", "path/", "a/b/"]))
    role = f"arn:aws:iam::123456789012:role/{path}{draw(NAMES)}"
    hop = {"role_arn": role, **draw(st.fixed_dictionaries({}, optional=fields))}
    return {**hop, "tags": tags} if hop.get("transitive_tag_keys") else hop


@given(
    st.sampled_from(
        [
            KEYS,
            {**KEYS, "temporary": True},
            {**KEYS, "temporary": True, "mfa_serial": DEVICE},
            {**KEYS, "access_key": "ASIAIOSFODNN7EXAMPLE", "session_token": "token"},
            {"type": "instance_role"},
            WEB,
            {"type": "profile", "profile": "a profile"},
        ]
    ),
    st.data(),
)
def test_a_record_holds_an_account_with_its_roles_whole(options: dict[str, t.Any], data: st.DataObject) -> None:
    with_mfa = options.get("type", "access_key") in ("access_key", "profile") and "mfa_serial" not in options
    longest = 3_600 if options is WEB else 43_200
    first = data.draw(st.lists(hops(with_mfa=with_mfa, longest=longest), max_size=1))
    later = data.draw(st.lists(hops(with_mfa=False, longest=3_600), max_size=2)) if first else []
    # What stays from the first hop on cannot be set again.
    fixed = {"source_identity", "tags", "transitive_tag_keys"} if len([*first, *later]) > 1 else set()
    later = [{key: value for key, value in hop.items() if key not in fixed} for hop in later]
    account = merge("prod", None, {**options, "assume_role": [*first, *later]})
    if account.type == "access_key":
        account = dataclasses.replace(account, verified=make_verified(account.access_key), session_key="0f" * 32)
    assert from_record(to_record(account), "prod", "The record") == account


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"assume_role": {"role_arn": ROLE}}, "'assume_role' has the wrong type"),
        ({"assume_role": "canary"}, "'assume_role' has the wrong type"),
        ({"assume_role": ["canary"]}, "assume_role, hop 1: A role to assume must be a mapping"),
        ({"assume_role": [PLAIN, {}]}, "assume_role, hop 2: A role to assume needs role_arn"),
        ({"assume_role": [{**FULL, "external_id": "canary id"}]}, "assume_role, hop 1: external_id"),
        ({"assume_role": [{**FULL, "role_anr": "canary"}]}, "assume_role, hop 1: Unknown option 'role_anr'"),
        ({"assume_role": [{**FULL, "policy": "canary"}]}, "assume_role, hop 1: policy"),
        ({"assume_role": [PLAIN, FULL]}, "assume_role, hop 2: mfa_serial"),
        ({"temporary": "yes"}, "'temporary' has the wrong type"),
        ({"mfa_serial": 7}, "'mfa_serial' has the wrong type"),
        ({"mfa_serial": DEVICE}, "mfa_serial"),
        ({"role_arn": "canary"}, "role_arn"),
        ({"session_key": "canary"}, "session_key does not have 64 hexadecimal digits"),
        ({"session_key": "0F" * 32}, "session_key does not have 64 hexadecimal digits"),
    ],
)
def test_a_record_whose_roles_somebody_spoilt(change: dict[str, t.Any], says: str) -> None:
    record = {**json.loads(to_record(merge("prod", None, {**KEYS, "assume_role": [FULL]}))), **change}
    with pytest.raises(RecordError) as caught:
        from_record(json.dumps(record), "prod", "The record")
    assert caught.value.code is ErrorCode.RECORD_INVALID
    assert says in caught.value.message
    assert SECRET_KEY not in str(caught.value)
    if change.get("role_arn") != "canary":
        assert "canary" not in str(caught.value)


def test_an_account_that_is_too_long_to_be_written_down() -> None:
    long = {"role_arn": ROLE, "policy": policy_of(2048)}
    account = merge("prod", None, {**KEYS, "assume_role": [long] * 80})
    assert from_record(to_record(account), "prod", "The record") == account
    account = merge("prod", None, {**KEYS, "assume_role": [long] * 100})
    error = error_of(lambda: to_record(account))
    assert error.code is ErrorCode.OPTION_INVALID
    assert "200,000 bytes" in error.message
