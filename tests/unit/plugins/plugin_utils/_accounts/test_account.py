# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account, check_name
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.merge import merge
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import from_record, to_record
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import as_result
from ansible_collections.octo.aws.tests.unit.support.accounts import ACCESS_KEY, SECRET_KEY, make_account, make_verified
from hypothesis import given
from hypothesis import strategies as st

KEYS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
OTHER_KEY = "AKIAI44QH8DHBEXAMPLE"


@pytest.mark.parametrize(
    "name", ["prod", "../x", "a/b", ".", "-x", "%2e", "Prod ü", "a" * 200, "\N{GRINNING FACE}" * 200]
)
def test_names_that_are_taken(name: str) -> None:
    assert check_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "   ", "a\0b", "a\nb", "a\x7f", "a\u202eb", "a\ud800", "a" * 201, None, True, ["prod"], "a\u2028b"]
)
def test_names_that_are_refused(name: t.Any) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_name(name)
    assert caught.value.code is ErrorCode.NAME_INVALID


def test_what_is_left_out_stays_and_what_is_empty_goes() -> None:
    stored = make_account(region="eu-central-1", description="old", account_id="123456789012")
    assert merge("prod", stored, {"region": None, "description": "new"}) == make_account(
        region="eu-central-1", description="new", account_id="123456789012"
    )
    assert merge("prod", stored, {"region": "", "account_id": ""}) == make_account(description="old")


def test_values_are_trimmed() -> None:
    options = {"access_key": f" {ACCESS_KEY}\n", "secret_key": f"\t{SECRET_KEY}\n", "region": " eu-central-1 "}
    assert merge("prod", None, options) == make_account(region="eu-central-1")


def test_a_new_access_key_drops_what_belongs_to_the_old_one() -> None:
    stored = make_account(access_key="ASIAIOSFODNN7EXAMPLE", session_token="old-token")
    account = merge("prod", stored, {"access_key": OTHER_KEY, "secret_key": "new"})
    assert (account.access_key, account.secret_key, account.session_token) == (OTHER_KEY, "new", "")
    with pytest.raises(OctoAwsError) as caught:
        merge("prod", stored, {"access_key": OTHER_KEY})
    assert caught.value.code is ErrorCode.OPTION_CONFLICT


def test_an_access_key_with_spaces_around_it_is_no_new_one() -> None:
    stored = make_account(access_key="ASIAIOSFODNN7EXAMPLE", session_token="token")
    assert merge("prod", stored, {"access_key": " ASIAIOSFODNN7EXAMPLE\n"}) == stored


def test_a_changed_type_drops_the_keys() -> None:
    account = merge("prod", make_account(region="eu-central-1"), {"type": "instance_role"})
    assert account == Account(name="prod", type="instance_role", region="eu-central-1")
    with pytest.raises(OctoAwsError) as caught:
        merge("prod", account, {"type": "access_key"})
    assert caught.value.code is ErrorCode.OPTION_CONFLICT


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, ErrorCode.OPTION_CONFLICT),
        ({"access_key": ACCESS_KEY}, ErrorCode.OPTION_CONFLICT),
        ({"secret_key": SECRET_KEY}, ErrorCode.OPTION_CONFLICT),
        ({"access_key": "ASIAIOSFODNN7EXAMPLE", "secret_key": SECRET_KEY}, ErrorCode.OPTION_CONFLICT),
        ({"type": "instance_role", **KEYS}, ErrorCode.OPTION_CONFLICT),
        ({"type": "acces_key", **KEYS}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "access_key": SECRET_KEY}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "access_key": "AKIA"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "secret_key": "canary secret"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "session_token": "canary\0secret"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "region": "Frankfurt"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "region": "eu-central-1/../x"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "account_id": "12345678901"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "account_id": "1234567890123"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "sts.example.org"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "ftp://sts.example.org"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "https://user:canary@sts.example.org"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "https://sts.example.org:99999"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "https://["}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "description": "x" * 1001}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "description": "half a character: \udc80"}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "secret_key": "canary" * 1000}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "session_token": "canary" * 10_000}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "ca_bundle": "/x" * 3000}, ErrorCode.OPTION_INVALID),
        ({**KEYS, "endpoint_url": "https://" + "x" * 3000}, ErrorCode.OPTION_INVALID),
    ],
)
def test_what_no_account_can_be(options: dict[str, str], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as caught:
        merge("prod", None, options)
    assert caught.value.code is code
    assert "canary" not in str(caught.value)


@given(
    st.builds(
        make_account,
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        description=st.text(max_size=50).map(str.strip),
        region=st.sampled_from(["", "eu-central-1", "us-gov-west-1", "ap-southeast-4"]),
        account_id=st.sampled_from(["", "000000000001"]),
        validate_certs=st.booleans(),
        verified=st.sampled_from([None, make_verified()]),
        endpoint_url=st.sampled_from(["", "https://sts.example.org"]),
    )
)
def test_a_record_holds_an_account_whole(account: Account) -> None:
    assert from_record(to_record(account), account.name, "It") == account


def test_a_record_names_no_field_that_is_not_set() -> None:
    assert json.loads(to_record(Account(name="b", type="instance_role"))) == {
        "version": 1,
        "name": "b",
        "type": "instance_role",
    }


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"version": 2}, ErrorCode.RECORD_INVALID, "version 1"),
        ({"name": "other"}, ErrorCode.RECORD_MISPLACED, "'other'"),
        ({"regoin": "eu-central-1"}, ErrorCode.RECORD_INVALID, "Did you mean 'region' or 'sso_region'? Correct it"),
        ({"region": 7}, ErrorCode.RECORD_INVALID, "'region'"),
        ({"validate_certs": "no"}, ErrorCode.RECORD_INVALID, "'validate_certs'"),
        ({"type": "profile"}, ErrorCode.RECORD_INVALID, "needs profile"),
        ({"secret_key": ""}, ErrorCode.RECORD_INVALID, "secret_key"),
        ({"secret_key": "can ary"}, ErrorCode.RECORD_INVALID, "secret_key"),
        ({"verified": {"arn": "x"}}, ErrorCode.RECORD_INVALID, "'verified'"),
        ({"verified": "x"}, ErrorCode.RECORD_INVALID, "'verified'"),
    ],
)
def test_a_record_that_somebody_spoilt(change: dict[str, t.Any], code: ErrorCode, says: str) -> None:
    record = {**json.loads(to_record(make_account())), **change}
    with pytest.raises(RecordError) as caught:
        from_record(json.dumps(record), "prod", "The record")
    assert caught.value.code is code
    assert says in str(caught.value)
    assert SECRET_KEY not in str(caught.value)
    assert "can ary" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"version": 1}', "7"])
def test_a_record_that_is_none(text: str) -> None:
    with pytest.raises(RecordError) as caught:
        from_record(text, "prod", "The record")
    assert caught.value.code in (ErrorCode.RECORD_INVALID, ErrorCode.RECORD_MISPLACED)


def test_no_secret_is_shown() -> None:
    account = make_account(session_token="canary-token", verified=make_verified())
    assert "canary" not in repr(account) + str(as_result(account))
    assert account.secrets == [SECRET_KEY, "canary-token"]


def test_what_was_verified_counts_for_its_key_only() -> None:
    assert make_account(verified=make_verified()).verified_identity is not None
    assert make_account(verified=make_verified(OTHER_KEY)).verified_identity is None
