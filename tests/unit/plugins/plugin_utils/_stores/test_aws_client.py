# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The region that a service is asked in, and with which credentials."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import store_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts, make_context
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import REGION, failure, use_keys

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

CONFIG = """
[default]
region = eu-west-1
[profile team]
region = eu-west-2
aws_access_key_id = {access_key}
aws_secret_access_key = {secret_key}
[profile bare]
aws_access_key_id = {access_key}
aws_secret_access_key = {secret_key}
[profile role]
role_arn = {closed}
source_profile = team
"""


@pytest.fixture
def config(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The home of a controller that has profiles, and neither keys in its environment nor a role."""
    path = tmp_path / "config"
    path.write_text(CONFIG.format(**aws.facts, closed=aws.facts["roles"]["closed"]))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


def names_of(url: str) -> list[str]:
    return store_of(Settings(url), pytest.fail).names()


def asked(aws: FakeAws) -> tuple[str, str]:
    """The region and the access key of the last request."""
    return aws.requests[-1]["region"], aws.requests[-1]["access_key"]


@pytest.mark.parametrize(
    ("option", "variables", "profile", "region"),
    [
        ("&region=us-east-2", {"AWS_REGION": "eu-west-3"}, "team", "us-east-2"),
        ("", {"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-north-1"}, "team", "eu-west-3"),
        ("", {"AWS_DEFAULT_REGION": "eu-north-1"}, "team", "eu-north-1"),
        ("", {}, "team", "eu-west-2"),
    ],
)
def test_where_the_region_comes_from(
    aws: FakeAws,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    variables: dict[str, str],
    profile: str,
    region: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    names_of(f"ssm:/octo?profile={profile}{option}")
    assert asked(aws) == (region, aws.facts["access_key"])


def test_keys_of_the_environment(aws: FakeAws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, aws.facts["second_key"])
    names_of("secretsmanager:octo")
    assert asked(aws) == (REGION, aws.facts["second_key"]["access_key"])


def test_the_role_of_the_controller(aws: FakeAws, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws.facts["url"])
    config.unlink()
    names_of("secretsmanager:octo?region=eu-central-1")
    assert ":assumed-role/instance/" in aws.requests[-1]["session"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ("region=eu-central-1", ErrorCode.STORE_UNAVAILABLE, "Attach an IAM role to the controller"),
        ("profile=absent&region=eu-central-1", ErrorCode.PROFILE_FAILED, "absent"),
        ("profile=role&region=eu-central-1", ErrorCode.PROFILE_FAILED, "role"),
        ("profile=bare", ErrorCode.REGION_MISSING, "AWS_REGION"),
    ],
)
def test_no_credentials_and_no_region(config: Path, options: str, code: ErrorCode, says: str) -> None:
    for scheme in ("secretsmanager:octo", "ssm:/octo"):
        error = failure(lambda scheme=scheme: names_of(f"{scheme}?{options}"))
        assert error.code is code
        assert f"the store {scheme}" in str(error)
        assert says in str(error)


def test_a_store_that_is_asked_with_an_account(
    aws: FakeAws, config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = str(tmp_path / "hubs")
    keys = {name: aws.facts[name] for name in ("access_key", "secret_key")}
    hub = {**keys, "region": "eu-west-3", "assume_role": aws.hops("deploy")}
    accounts = make_accounts(open_store(folder, make_context()))
    accounts.save("hub", hub, vault_id=None, test=False)
    # What the shell says is for other stores.
    use_keys(monkeypatch, aws.facts["users"]["reader"], "eu-west-1")

    names_of(f"ssm:/octo?account=hub&account_store={folder}")
    assert (asked(aws)[0], ":assumed-role/deploy/" in aws.requests[-1]["session"]) == ("eu-west-3", True)
    names_of(f"ssm:/octo?account=hub&account_store={folder}&region=us-east-2")
    assert asked(aws)[0] == "us-east-2"
    store_of(Settings("ssm:/octo?account=hub", default_store=folder), pytest.fail).names()

    error = failure(lambda: names_of(f"ssm:/octo?account=huB&account_store={folder}"))
    assert error.code is ErrorCode.ACCOUNT_UNKNOWN
    assert "Did you mean 'hub'?" in str(error)
    inner = f"ssm:/hub%3Faccount=hub%26account_store={folder}%26region=eu-central-1"
    error = failure(lambda: names_of(f"ssm:/octo?account=hub&account_store={inner}"))
    assert error.code is ErrorCode.OPTION_CONFLICT
    assert "Set account_store to one that needs none" in str(error)
