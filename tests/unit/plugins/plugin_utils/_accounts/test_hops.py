# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which chains of roles an account can have, and which of its fields fit together."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, RecordError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop, parse_hops
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.merge import merge
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import from_record, to_record
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import as_result
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.tests.unit.support.accounts import ACCESS_KEY, SECRET_KEY, make_account, make_verified
from ansible_collections.octo.aws.tests.unit.support.hops import DEVICE, FULL, POLICY_ARN, ROLE, error_of, policy_of
from hypothesis import given
from hypothesis import strategies as st

ROLE_IN_CHINA = "arn:aws-cn:iam::123456789012:role/deploy"
KEYS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
WEB = {"type": "web_identity", "role_arn": ROLE, "web_identity_token_file": "/token"}
LONG: dict[str, t.Any] = {"role_arn": ROLE, "duration_seconds": 3601}
HOUR: dict[str, t.Any] = {"role_arn": ROLE, "duration_seconds": 3600}
PLAIN = {"role_arn": ROLE}
WITH_MFA = {"role_arn": ROLE, "mfa_serial": DEVICE}
ALICE: dict[str, t.Any] = {"role_arn": ROLE, "source_identity": "alice"}
TAGGED: dict[str, t.Any] = {"role_arn": ROLE, "tags": {"Team": "a", "Stage": "b"}}
TAGS_STAY: dict[str, t.Any] = {**TAGGED, "transitive_tag_keys": ["Team"]}


def test_an_external_id_is_never_shown() -> None:
    account = merge("prod", None, {**KEYS, "assume_role": [FULL]})
    assert account.assume_role[0].external_id == FULL["external_id"]
    assert "canary:external" not in repr(account) + str(as_result(account)) + repr(account.assume_role)
    assert as_result(account)["assume_role"][0]["role_session_name"] == "alice@laptop"
    assert FULL["external_id"] in account.secrets


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
    assert len(chain_of(alone, "", options).links) == 2
    error = error_of(lambda: chain_of(account, "", options).links)
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
        assert chain_of(account, "", SessionOptions(duration_seconds=seconds)).links[-1].seconds == seconds
    for seconds in (899, longest + 1):
        error = error_of(lambda: chain_of(account, "", SessionOptions(duration_seconds=seconds)).links)  # noqa: B023
        assert error.code is ErrorCode.OPTION_INVALID
        assert error.message.startswith("duration_seconds cannot be")
        assert f"to {longest} seconds" in error.hint


@pytest.mark.parametrize("options", [KEYS, {"type": "instance_role"}, {"type": "profile", "profile": "x"}])
def test_nobody_can_choose_how_long_these_last(options: dict[str, t.Any]) -> None:
    account = merge("prod", None, options)
    error = error_of(lambda: chain_of(account, "", SessionOptions(duration_seconds=900)).links)
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
    assert chain_of(account, "", SessionOptions(min_ttl=seconds)).links[-1].seconds == seconds
    error = error_of(lambda: chain_of(account, "", SessionOptions(min_ttl=seconds + 1)).links)
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
        ({**KEYS, "session_token": "canary-token", "temporary": True}, "temporary needs the long-term key"),
        ({**KEYS, "mfa_serial": DEVICE}, "mfa_serial needs temporary: true"),
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
        "tags_from_job": st.just(True),
        "mfa_serial": st.just(DEVICE) if with_mfa else st.just(""),
        "mfa_process": st.just(["code", "Größe"]) if with_mfa else st.just([]),
    }
    assert {"role_arn", *fields} == set(FULL)
    path = draw(st.sampled_from(["", "path/", "a/b/"]))
    role = f"arn:aws:iam::123456789012:role/{path}{draw(NAMES)}"
    hop = {"role_arn": role, **draw(st.fixed_dictionaries({}, optional=fields))}
    if not hop.get("mfa_serial"):
        hop.pop("mfa_process", None)
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
