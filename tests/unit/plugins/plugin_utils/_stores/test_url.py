# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URLs of stores that are services. Nobody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.plugins.plugin_utils._stores.url import parse
from ansible_collections.octo.aws.tests.unit.support.accounts import make_context
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure
from hypothesis import given
from hypothesis import strategies as st

ALL_OPTIONS = "region=eu-central-1&profile=hub&kms_key_id=alias/octo&endpoint_url=https://x.example.org&cache_seconds=9"


@pytest.mark.parametrize(
    "url",
    [
        "secretsmanager:octo",
        "secretsmanager:octo/aws/",
        "SecretsManager:octo/aws",
        "secretsmanager:a_+=.@-z/b",
        f"secretsmanager:octo?{ALL_OPTIONS}&recovery_window_days=7",
        "secretsmanager:octo?recovery_window_days=0",
        "secretsmanager:octo?account=hub&account_store=ssm:/hub%3Fregion=eu-central-1%26tier=Advanced",
        "secretsmanager:octo?account=a%26b%20%C3%BC",
        "secretsmanager:" + "a" * 100,
        "ssm:/octo",
        "ssm:/octo/aws/",
        f"ssm:/a_.-z?{ALL_OPTIONS}&tier=Intelligent-Tiering",
        "ssm:" + "/a" * 13,
        "ssm:/octo%2Faws",
    ],
)
def test_urls(url: str, tmp_path: Path) -> None:
    assert open_store(url, make_context(shared_folder=str(tmp_path)))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("secretmanager:octo", "Did you mean 'secretsmanager'"),
        ("secretsmanager:", "Write secretsmanager:PREFIX"),
        ("secretsmanager:/octo", "'/octo' is not a valid prefix of secret names"),
        ("secretsmanager:octo//aws", "is not a valid prefix"),
        ("secretsmanager:octo aws", "is not a valid prefix"),
        ("secretsmanager:oct%C3%B6", "'octö' is not a valid prefix"),
        ("secretsmanager:" + "a" * 101, "up to 100"),
        ("ssm:octo", "Write ssm:/PREFIX"),
        ("ssm:/", "is not a valid prefix"),
        ("ssm:/aws", "cannot start with /aws or /ssm"),
        ("ssm:/SSM-octo/x", "cannot start with /aws or /ssm"),
        ("ssm:/octo@x", "letters, digits and _.-"),
        ("ssm:" + "/a" * 14, "up to 13 parts"),
        ("ssm:/" + "a" * 100, "up to 100"),
        ("ssm:/octo?regoin=eu-central-1", "unknown option 'regoin'. Use one of account, account_store, cache_seconds"),
        ("ssm:/octo?regoin=eu-central-1", "Did you mean 'region'?"),
        ("ssm:/octo?recovery_window_days=7", "unknown option 'recovery_window_days'"),
        ("secretsmanager:octo?tier=Advanced", "unknown option 'tier'"),
        ("ssm:/octo?Region=eu-central-1", "unknown option 'Region'"),
        ("ssm:/octo?region=eu-central-1&", "unknown option ''"),
        ("ssm:/octo?region=eu-central-1&region=eu-central-1", "region is set twice"),
        ("ssm:/octo?region", "option region has no value"),
        ("ssm:/octo?region=", "option region has no value"),
        ("ssm:/octo?region=Frankfurt", "invalid option region"),
        ("ssm:/octo?endpoint_url=ftp://x", "invalid option endpoint_url"),
        ("ssm:/octo?account=%E2%80%AE", "account is not percent-encoded"),
        ("ssm:/octo?account=%ff", "account is not percent-encoded"),
        ("ssm:/octo?account=50%", "Write % as %25"),
        ("ssm:/oc%to", "prefix is not percent-encoded"),
        ("ssm:/octo#x", "has a fragment. Write # as %23"),
        ("ssm:/octo?account=a&profile=b", "account and profile are both set"),
        ("ssm:/octo?account_store=/srv", "account_store is set without account"),
        ("ssm:/octo?cache_seconds=0", "a whole number from 1 to 86400"),
        ("ssm:/octo?cache_seconds=86401", "a whole number from 1 to 86400"),
        ("ssm:/octo?cache_seconds=1.5", "cannot be '1.5'"),
        ("ssm:/octo?cache_seconds=٣", "cannot be"),
        ("ssm:/octo?tier=advanced", "Did you mean 'Advanced'?"),
        ("secretsmanager:octo?recovery_window_days=6", "from 7 to 30, or 0"),
        ("secretsmanager:octo?recovery_window_days=31", "from 7 to 30, or 0"),
        ("secretsmanager:octo?recovery_window_days=-7", "cannot be '-7'"),
    ],
)
def test_urls_that_name_no_store(url: str, says: str) -> None:
    error = failure(lambda: open_store(url, make_context()))
    assert error.code is ErrorCode.STORE_URL_INVALID
    assert says in str(error)


def test_a_store_is_named_without_a_password() -> None:
    url = "ssm:/octo?region=eu-central-1&endpoint_url=https://x.example.org&profile=hub"
    store = open_store(url, make_context())
    assert store.url == "ssm:/octo?region=eu-central-1&endpoint_url=https://x.example.org"
    error = failure(lambda: open_store("ssm:/octo?endpoint_url=https://me:canary@x.example.org", make_context()))
    assert "canary" not in str(error)


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_none(rest: str) -> None:
    try:
        prefix, options = parse(rest, {"a": str, "b": str})
        fine = prefix.isprintable() and set(options) <= {"a", "b"}
    except OctoAwsError as error:
        fine = error.code is ErrorCode.STORE_URL_INVALID
    assert fine
