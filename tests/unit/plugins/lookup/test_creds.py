# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup, loaded through Ansible's loader."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecretsContext
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar, trust_as_template
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import (
    RENDERINGS,
    STRONGER_VARIABLES,
    Credentials,
)
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils import _vault
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.resolver import Resolver
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    ACCESS_KEY,
    SECRET_KEY,
    make_account,
    make_vault,
    make_verified,
)

ROOT = Path(__file__).resolve().parents[7]
ROLE = "arn:aws:iam::123456789012:role/deploy"
FULL = Credentials(
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
    session_token="token",
    region="eu-central-1",
    expiration=datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
    source="instance_role",
    identity=Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/instance/i-1", "AROA:i-1"),
)
PLAIN = Credentials(access_key=ACCESS_KEY, secret_key=SECRET_KEY, source="access_key")
BLANK = dict.fromkeys(
    (
        *("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_ACCOUNT_ID"),
        *("AWS_CREDENTIAL_SCOPE", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"),
        *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"),
    ),
    "",
)
"""What keys in the environment must not be mixed up with."""


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VaultSecretsContext, "_current", VaultSecretsContext(make_vault("default")._secrets))
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", *STRONGER_VARIABLES):
        monkeypatch.delenv(variable, raising=False)


def lookup(store: FileStore, /, *names: t.Any, variables: dict[str, t.Any] | None = None, **options: t.Any) -> t.Any:
    loader = DataLoader()
    plugin = lookup_loader.get("octo.aws.creds", loader=loader, templar=Templar(loader=loader, variables={}))
    return plugin.run(list(names), variables=variables or {}, **{"store": store.url, **options})


@pytest.mark.parametrize(
    ("form", "full", "plain"),
    [
        (
            "module",
            {
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
                "session_token": "token",
                "profile": "",
                "region": "eu-central-1",
            },
            {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "session_token": "", "profile": ""},
        ),
        (
            "env",
            {
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
                **BLANK,
                "AWS_SESSION_TOKEN": "token",
                "AWS_REGION": "eu-central-1",
                "AWS_DEFAULT_REGION": "eu-central-1",
            },
            {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, **BLANK},
        ),
        (
            "boto3",
            {
                "aws_access_key_id": ACCESS_KEY,
                "aws_secret_access_key": SECRET_KEY,
                "aws_session_token": "token",
                "region_name": "eu-central-1",
            },
            {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY},
        ),
        (
            "process",
            {
                "Version": 1,
                "AccessKeyId": ACCESS_KEY,
                "SecretAccessKey": SECRET_KEY,
                "SessionToken": "token",
                "Expiration": "2026-01-02T02:04:05Z",
            },
            {"Version": 1, "AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY},
        ),
        (
            "full",
            {
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
                "session_token": "token",
                "region": "eu-central-1",
                "expiration": "2026-01-02T02:04:05Z",
                "source": "instance_role",
                "account_id": "123456789012",
                "arn": "arn:aws:sts::123456789012:assumed-role/instance/i-1",
            },
            {
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
                "session_token": None,
                "region": None,
                "expiration": None,
                "source": "access_key",
                "account_id": None,
                "arn": None,
            },
        ),
    ],
)
def test_forms(form: str, full: dict[str, t.Any], plain: dict[str, t.Any]) -> None:
    assert RENDERINGS[form](FULL) == full
    assert RENDERINGS[form](PLAIN) == plain


def test_the_documented_forms_are_the_forms() -> None:
    assert set(lookup_loader.get("octo.aws.creds").option_definitions["format"]["choices"]) == set(RENDERINGS)


def test_several_names_in_their_order(store: FileStore) -> None:
    for name in ("a", "b"):
        store.write(make_account(name, region=f"eu-{name}-1"), None, None)
    assert [item["region"] for item in lookup(store, "b", "a")] == ["eu-b-1", "eu-a-1"]
    assert [item["region"] for item in lookup(store, ["a", "b"])] == ["eu-a-1", "eu-b-1"]


def test_an_empty_list(store: FileStore, mocker: t.Any) -> None:
    store.write(make_account(), None, None)
    for terms in ([[]], [()], ["prod", []], [[], "prod"]):
        with pytest.raises(AnsibleError, match=r"list of names is empty.*name_invalid"):
            lookup(store, *terms)
    warning = mocker.patch("ansible.utils.display.Display.warning")
    assert lookup(store, [], on_missing="skip") == []
    assert len(lookup(store, [], "prod", on_missing="skip")) == 1
    warning.assert_not_called()
    assert lookup(store, [], on_missing="warn") == []
    assert "list of names is empty" in str(warning.call_args)


@pytest.mark.parametrize("on_missing", ["error", "skip"])
@pytest.mark.parametrize("name", ["", " ", None, {}, True, [""], [None], [[]], [["prod"]]])
def test_what_is_no_name_is_never_the_instance_role(store: FileStore, name: t.Any, on_missing: str) -> None:
    with pytest.raises(AnsibleError, match=r"name_invalid"):
        lookup(store, name, on_missing=on_missing)


REQUIRED = r"No account is named.*account of type instance_role.*account_required"


def test_an_account_that_is_required(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = "ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_reuse.ChainWalk.credentials"
    monkeypatch.setattr(resolve, lambda _walk: FULL)
    store.write(make_account(), None, None)
    assert len(lookup(store)) == 1
    variable = {"octo_aws_account_required": trust_as_template("{{ 1 == 1 }}")}
    for value in ("true", "yes", "1", "on", "True"):
        monkeypatch.setenv("OCTO_AWS_ACCOUNT_REQUIRED", value)
        with pytest.raises(AnsibleError, match=REQUIRED):
            lookup(store)
    assert len(lookup(store, variables={"octo_aws_account_required": False})) == 1
    assert len(lookup(store, account_required="no")) == 1
    monkeypatch.delenv("OCTO_AWS_ACCOUNT_REQUIRED")
    for variables, options in ((variable, {}), ({}, {"account_required": True})):
        with pytest.raises(AnsibleError, match=REQUIRED):
            lookup(store, variables=variables, **options)
        assert len(lookup(store, "prod", variables=variables, **options)) == 1


@pytest.mark.parametrize("value", ["maybe", "", "ture", 2, [], None])
def test_a_guard_is_not_off_by_a_value_that_it_cannot_have(store: FileStore, value: t.Any) -> None:
    for given in ({"variables": {"octo_aws_account_required": value}}, {"account_required": value}):
        with pytest.raises(AnsibleError, match=r"account_required is neither true nor false.*option_invalid"):
            lookup(store, **given)


@pytest.mark.parametrize("value", ["", " "])
@pytest.mark.parametrize("option", ["store", "session_cache", "region", "account_id"])
def test_an_empty_option_is_not_left_out(store: FileStore, option: str, value: str) -> None:
    """The name could lead to an account of the default store, or to another AWS account."""
    store.write(make_account(), None, None)
    with pytest.raises(AnsibleError, match=rf"^{option} is empty.*option_invalid"):
        lookup(store, "prod", **{option: value})


@pytest.mark.parametrize("option", ["store", "session_cache", "region"])
def test_an_empty_variable_is_not_left_out(store: FileStore, option: str) -> None:
    store.write(make_account(), None, None)
    with pytest.raises(AnsibleError, match=rf"^octo_aws_{option} is empty.*option_invalid"):
        lookup(store, "prod", variables={f"octo_aws_{option}": ""})


def test_a_setting_that_leads_to_nothing(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(make_account(), None, None)
    names = {
        "octo_aws_acount_required": "octo_aws_account_required",
        "octo_aws_stor": "octo_aws_store",
        "octo_aws_session_cash": "octo_aws_session_cache",
        "OCTO_AWS_store": "octo_aws_store",
    }
    for name, right in names.items():
        with pytest.raises(AnsibleError, match=rf"Unknown setting '{name}'.*Did you mean '{right}'\?.*option_unknown"):
            # It is not read, so that it does not matter what is in it.
            lookup(store, "prod", variables={name: "{{ nowhere }}", "octo_aws": "mine", "other": 1})
    for name in ("OCTO_AWS_STOR", "octo_aws_store"):
        monkeypatch.setenv(name, "x")
        with pytest.raises(
            AnsibleError, match=rf"Unknown environment variable '{name}'.*OCTO_AWS_STORE.*option_unknown"
        ):
            lookup(store, "prod")
        monkeypatch.delenv(name)
    # What a process of the collection leaves for those that it starts is no setting.
    monkeypatch.setenv("OCTO_AWS_RESOLVING", "[]")
    assert len(lookup(store, "prod")) == 1


def test_a_key_of_the_ini_file_that_leads_to_nothing(store: FileStore, tmp_path: Path) -> None:
    store.write(make_account(account_id="123456789012", verified=make_verified()), None, None)
    done = {}
    for key in ("account_required", "account_requird"):
        (tmp_path / "ansible.cfg").write_text(f"[octo_aws]\n{key} = true\n")
        environment = {**os.environ, "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")}
        done[key] = run_a_lookup(store, environment)
    assert done["account_required"].returncode == 0, done["account_required"].stderr
    assert "Unknown key 'account_requird' in the section [octo_aws] of" in done["account_requird"].stderr
    assert "Did you mean 'account_required'?" in done["account_requird"].stderr


def test_a_profile_that_the_environment_cannot_unset(
    store: FileStore, mocker: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = mocker.patch("ansible.utils.display.Display.warning")
    store.write(make_account(), None, None)
    for name in STRONGER_VARIABLES:
        monkeypatch.setenv(name, "")
        lookup(store, "prod", format="env")
        warning.assert_not_called()
    for name in STRONGER_VARIABLES:
        monkeypatch.setenv(name, "canary")
        lookup(store, "prod")
        warning.assert_not_called()
        lookup(store, "prod", format="env")
        assert f"{name} is set where Ansible was started" in str(warning.call_args)
        assert "canary" not in str(warning.call_args)
        warning.reset_mock()
        monkeypatch.delenv(name)


def test_an_unknown_name(store: FileStore, mocker: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(make_account("prod"), None, None)
    with pytest.raises(AnsibleError, match=r"Did you mean 'prod'\?.*account_unknown"):
        lookup(store, "prod", "prdo")
    assert len(lookup(store, "prod", "prdo", on_missing="skip")) == 1
    warning = mocker.patch("ansible.utils.display.Display.warning")
    assert lookup(store, "prdo", on_missing="warn") == []
    assert "account_unknown" in str(warning.call_args)
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "names", lambda self: pytest.fail("the store was listed for nothing"))
        assert lookup(store, "prdo", on_missing="skip") == []
    Path(store.url, "broken.vault").write_text("x")
    with pytest.raises(AnsibleError, match=r"record_damaged"):
        lookup(store, "broken", on_missing="skip")


def test_a_mistyped_option(store: FileStore) -> None:
    with pytest.raises(AnsibleError, match=r"'regoin'.*Did you mean 'region'\?.*option_unknown"):
        lookup(store, "prod", regoin="eu-central-1")


def test_which_region(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(make_account("with", region="eu-central-1"), None, None)
    store.write(make_account("without"), None, None)

    def regions(**options: t.Any) -> list[str | None]:
        return [item.get("region") for item in lookup(store, "with", "without", **options)]

    assert regions() == ["eu-central-1", None]
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert regions() == ["eu-central-1", "eu-west-1"]
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    assert regions() == ["eu-central-1", "eu-west-2"]
    monkeypatch.setenv("OCTO_AWS_REGION", "eu-west-3")
    assert regions() == ["eu-central-1", "eu-west-3"]
    assert regions(variables={"octo_aws_region": "us-east-2"}) == ["eu-central-1", "us-east-2"]
    assert regions(variables={"octo_aws_region": "us-east-2"}, region="us-west-1") == ["us-west-1", "us-west-1"]


def test_a_region_that_is_none(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(make_account("with", region="eu-central-1"), None, None)
    store.write(make_account("without"), None, None)
    monkeypatch.setenv("AWS_REGION", "Frankfurt")
    assert lookup(store, "with")[0]["region"] == "eu-central-1"
    for name, options in (("without", {}), ("with", {"region": "Frankfurt"})):
        with pytest.raises(AnsibleError, match=r"Frankfurt.*option_invalid"):
            lookup(store, name, **options)


def test_the_guard_needs_nobody_where_the_key_was_verified(store: FileStore, mocker: t.Any) -> None:
    asked = mocker.patch("ansible_collections.octo.aws.plugins.module_utils._aws.sts.caller_identity")
    store.write(make_account(account_id="123456789012", verified=make_verified()), None, None)
    assert lookup(store, "prod", format="full")[0]["account_id"] == "123456789012"
    store.write(make_account("bad", account_id="123456789012", verified=make_verified(account_id="9" * 12)), None, None)
    with pytest.raises(AnsibleError, match=r"999999999999.*account_mismatch"):
        lookup(store, "bad")
    asked.assert_not_called()


def test_the_guard_asks_once_where_the_key_was_not_verified(store: FileStore, mocker: t.Any) -> None:
    asked = mocker.patch(
        "ansible_collections.octo.aws.plugins.module_utils._aws.sts.caller_identity",
        return_value=make_verified(account_id="9" * 12).identity,
    )
    store.write(make_account("good", account_id="9" * 12, verified=make_verified("AKIAI44QH8DHBEXAMPLE")), None, None)
    store.write(make_account("bad", account_id="123456789012"), None, None)
    for _time in range(3):
        assert lookup(store, "good", format="full")[0]["account_id"] == "9" * 12
    assert asked.call_count == 1
    for _time in range(2):
        with pytest.raises(AnsibleError, match=r"account_mismatch"):
            lookup(store, "bad")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"region": "eu-central-1", "description": "Production."},
        {"access_key": "ASIAIOSFODNN7EXAMPLE", "session_token": "token"},
        {"verified": make_verified()},
        {"account_id": "123456789012", "verified": make_verified()},
    ],
)
def test_keys_that_lead_nowhere_else_are_what_their_chain_would_give(fields: dict[str, t.Any]) -> None:
    account = make_account(**fields)
    assert account.is_static
    settings, options = Settings("/store", fallback_region="eu-west-1"), SessionOptions(min_ttl=3600)
    given = account.own_keys(settings, options)
    assert given
    assert given == Resolver(settings, options, None, pytest.fail).walk(account).credentials()
    assert given.region == (account.region or "eu-west-1")


@pytest.mark.parametrize(
    "fields",
    [
        {"temporary": True},
        {"assume_role": parse_hops([{"role_arn": ROLE}])},
        {"account_id": "123456789012"},
        {"account_id": "123456789012", "verified": make_verified("AKIAI44QH8DHBEXAMPLE")},
        {"account_id": "123456789012", "verified": make_verified(account_id="9" * 12)},
        {"type": "profile", "access_key": "", "secret_key": "", "profile": "deploy"},
    ],
)
def test_accounts_that_somebody_is_asked_about(fields: dict[str, t.Any]) -> None:
    assert not make_account(**fields).is_static


@pytest.mark.parametrize(
    "asked",
    [{"assume_role": parse_hops([{"role_arn": ROLE}])}, {"duration_seconds": 900}, {"account_id": "123456789012"}],
)
def test_what_is_asked_for_besides_is_no_longer_the_account_alone(asked: dict[str, t.Any]) -> None:
    assert SessionOptions(**asked).changes_session
    assert make_account().own_keys(Settings("/store"), SessionOptions(**asked)) is None


def test_one_opening_a_process(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    real = _vault.Vault._decrypt
    monkeypatch.setattr(_vault.Vault, "_decrypt", lambda *arguments: opened.append(1) or real(*arguments))
    store.write(make_account(), None, None)
    for _time in range(50):
        lookup(store, "prod")
    assert len(opened) == 1


IMPORTS = """
import sys
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret, VaultSecretsContext
from ansible.plugins.loader import init_plugin_loader, lookup_loader
from ansible.template import Templar

init_plugin_loader([sys.argv[2]])
VaultSecretsContext.initialize(VaultSecretsContext([("default", VaultSecret(b"default"))]))
loader = DataLoader()
plugin = lookup_loader.get("octo.aws.creds", loader=loader, templar=Templar(loader=loader))
before = set(sys.modules)
print(plugin.run(["prod"], variables={}, store=sys.argv[1])[0]["access_key"])
print(sorted({name.partition(".")[0] for name in set(sys.modules)} & {"boto3", "botocore", "urllib3", "difflib"}))
"""


def run_a_lookup(store: FileStore, environment: t.Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORTS, store.url, str(ROOT)],
        env={**environment, "ANSIBLE_COLLECTIONS_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_keys_import_no_aws_library(store: FileStore) -> None:
    store.write(make_account(account_id="123456789012", verified=make_verified()), None, None)
    done = run_a_lookup(store, os.environ)
    assert done.returncode == 0, done.stderr
    key, modules = done.stdout.splitlines()[-2:]
    assert key == ACCESS_KEY
    assert not {"boto3", "botocore", "urllib3"} & set(eval(modules))
