# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a web identity token, before AWS gets it."""

from __future__ import annotations

import base64
import json
import time
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._web_identity.jwt import check_token
from hypothesis import given
from hypothesis import strategies as st

AUDIENCE = "sts.amazonaws.com"


def encoded(value: t.Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(header: t.Any = None, claims: t.Any = None, signature: str = "canary") -> str:
    return f"{encoded({'alg': 'RS256'} if header is None else header)}.{encoded(claims)}.{signature}"


def with_claims(**claims: t.Any) -> str:
    return token(None, {"aud": AUDIENCE, "exp": 4_102_444_800, **claims})


def code_of(text: str, audience: str = AUDIENCE) -> ErrorCode | None:
    found: OctoAwsError | None = None
    try:
        check_token(text, audience, "The token")
    except OctoAwsError as error:
        found = error
    if not found:
        return None
    assert "canary" not in str(found)
    assert "The token" in found.message
    return found.code


CASES: list[tuple[str | t.Callable[[], str], ErrorCode | None]] = [
    (with_claims(), None),
    (with_claims(aud=["a", AUDIENCE]), None),
    (with_claims(exp=None), None),
    (lambda: with_claims(exp=int(time.time()) - 200), None),
    (lambda: with_claims(exp=int(time.time()) - 400), ErrorCode.WEB_IDENTITY_TOKEN_EXPIRED),
    (with_claims(exp=-1e300), ErrorCode.WEB_IDENTITY_TOKEN_EXPIRED),
    (with_claims(exp=0), ErrorCode.WEB_IDENTITY_TOKEN_EXPIRED),
    (lambda: with_claims(nbf=time.time() + 200), None),
    (lambda: with_claims(nbf=time.time() + 400), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims(exp="canary"), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims(exp=True), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims(exp=float("inf")), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims(aud="another"), ErrorCode.WEB_IDENTITY_AUDIENCE_WRONG),
    (with_claims(aud=["another", 7]), ErrorCode.WEB_IDENTITY_AUDIENCE_WRONG),
    (with_claims(aud=None), ErrorCode.WEB_IDENTITY_AUDIENCE_WRONG),
    (with_claims(aud={"sts.amazonaws.com": 1}), ErrorCode.WEB_IDENTITY_AUDIENCE_WRONG),
    ("canary", ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    ("Bearer " + with_claims(), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (json.dumps({"value": with_claims()}), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims() + ".canary", ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims().rpartition(".")[0], ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (with_claims().rpartition(".")[0] + ".", ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (token("text", {}), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (token({}, []), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (token(b"\xff", {}), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    (token({}, b"[" * 100_000), ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
    ("e30.e3.canary", ErrorCode.WEB_IDENTITY_TOKEN_INVALID),
]


@pytest.mark.parametrize(("text", "code"), CASES, ids=map(str, range(len(CASES))))
def test_the_code_of_each_problem(text: str | t.Callable[[], str], code: ErrorCode | None) -> None:
    assert code_of(text if isinstance(text, str) else text()) == code


def test_any_audience_will_do_without_one() -> None:
    assert code_of(with_claims(aud="another"), "") is None
    assert code_of("e30.e30.signature", "") is None


def test_the_message_has_the_time_and_both_audiences() -> None:
    with pytest.raises(OctoAwsError, match=r"The token expired \(2020-01-01T00:00:00\+00:00\)\."):
        check_token(with_claims(exp=1577836800), AUDIENCE, "The token")
    with pytest.raises(OctoAwsError, match=r"The token is for 'another', not for 'sts\.amazonaws\.com'"):
        check_token(with_claims(aud="another"), AUDIENCE, "The token")


@given(st.text())
def test_any_text_is_accepted_or_refused(text: str) -> None:
    assert code_of(text.replace("canary", "")) in (None, ErrorCode.WEB_IDENTITY_TOKEN_INVALID)


@given(
    st.dictionaries(
        st.sampled_from(["aud", "exp", "nbf"]), st.recursive(st.none() | st.floats() | st.text("ab"), st.lists)
    )
)
def test_any_claims_are_accepted_or_refused(claims: dict[str, t.Any]) -> None:
    code_of(token(None, claims))
