# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session is found by those alone who ask for the same: whatever shapes it is another seal, and nothing else is."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import types
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import ENDPOINT_VARIABLES
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import RENDERINGS
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.rotation import Rotation
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._cache.seal import SessionSeal
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_name
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_accounts, make_verified
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, save
from hypothesis import given
from hypothesis import strategies as st

if t.TYPE_CHECKING:
    from pathlib import Path

IAM = "arn:aws:iam::123456789012:"
FIRST, SECOND, THIRD = (Hop(role_arn=f"{IAM}role/{name}") for name in ("first", "second", "third"))
KEY, OTHER_KEY = "1" * 64, "2" * 64
REGION = "eu-central-1"

ACCOUNTS = {
    "access_key": make_account(session_key=KEY),
    "temporary": make_account(session_key=KEY, temporary=True),
    "instance_role": Account(name="prod", type="instance_role", session_key=KEY),
    "web_identity": Account(
        name="prod",
        type="web_identity",
        session_key=KEY,
        role_arn=f"{IAM}role/ci",
        web_identity_token_file="/run/token",
    ),
    "profile": Account(name="prod", type="profile", session_key=KEY, profile="sso"),
    "sso": Account(
        name="prod",
        type="sso",
        session_key=KEY,
        sso_start_url="https://d-1234567890.awsapps.com/start",
        sso_region="eu-central-1",
        sso_account_id="123456789012",
        sso_role_name="Deployer",
    ),
    "vault": Account(name="prod", type="vault", session_key=KEY, vault_url="https://vault:8200", vault_role="deploy"),
}
"""One of each kind."""

ANYWHERE = "arn:aws:rolesanywhere:eu-central-1:123456789012:{}/00000000-0000-4000-8000-000000000009"
OTHER_OF_ACCOUNT: dict[str, t.Any] = {
    "name": "Prod",
    "type": "another",
    "description": "another",
    "region": "eu-west-1",
    "access_key": "AKIAI44QH8DHBEXAMPLE",
    "secret_key": "another",
    "session_token": "another",
    "temporary": None,
    "mfa_serial": f"{IAM}mfa/alice",
    "mfa_process": ("another",),
    "role_arn": f"{IAM}role/another",
    "web_identity_token_source": "gitlab",
    "web_identity_token_file": "/run/another",
    "web_identity_token_variable": "ANOTHER",
    "web_identity_token_command": ("another",),
    "web_identity_audience": "another",
    "web_identity_service_connection": "another",
    "policy": '{"Version":"2012-10-17"}',
    "policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    "duration_seconds": 1800,
    "profile": "another",
    "sso_start_url": "https://d-0000000000.awsapps.com/start",
    "sso_region": "eu-west-1",
    "sso_account_id": "210987654321",
    "sso_role_name": "Another",
    "trust_anchor_arn": ANYWHERE.format("trust-anchor"),
    "profile_arn": ANYWHERE.format("profile"),
    "certificate": "/etc/another.pem",
    "private_key": "another",
    "private_key_file": "/etc/another.key",
    "private_key_passphrase": "another",
    "role_session_name": "another",
    "vault_url": "another",
    "vault_namespace": "another",
    "vault_ca_cert": "another",
    "vault_mount": "another",
    "vault_role": "another",
    "vault_credential_type": "another",
    "vault_auth_method": "another",
    "vault_mount_point": "another",
    "vault_role_id": "another",
    "vault_token": "another",
    "vault_token_file": "another",
    "vault_secret_id": "another",
    "vault_secret_id_file": "another",
    "vault_jwt": "another",
    "vault_jwt_file": "another",
    "vault_cert_auth_public_key": "another",
    "vault_cert_auth_private_key": "another",
    "vault_aws_iam_server_id": "another",
    "assume_role": (SECOND,),
    "account_id": "123456789012",
    "endpoint_url": "https://sts.example.com",
    "validate_certs": False,
    "ca_bundle": "/etc/another.pem",
    "session_key": OTHER_KEY,
}
"""For each field, a value that no account above has."""

OTHER_OF_HOP: dict[str, t.Any] = {
    "role_arn": f"{IAM}role/another",
    "role_session_name": "another",
    "external_id": "another",
    "duration_seconds": 1800,
    "policy": '{"Version":"2012-10-17"}',
    "policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    "tags": (("team", "a"),),
    "transitive_tag_keys": ("team",),
    "tags_from_job": True,
    "source_identity": "another",
    "mfa_serial": f"{IAM}mfa/alice",
    "mfa_process": ("another",),
}

NOT_OF_ACCOUNT: dict[str, t.Any] = {
    "verified": make_verified(),
    "key_created": "2026-11-29T12:00:00+00:00",
    "rotation": Rotation(step="creating", run="0" * 32, old_key="AKIAIOSFODNN7EXAMPLE", keep_old="delete"),
}
NOT_OF_OPTIONS: dict[str, t.Any] = {
    "min_ttl": 1000,
    "task_seconds": 1000,
    "account_id": "123456789012",
    "mfa_token": "123456",
    "ask_for_token": lambda serial: serial,
    "show_sign_in": lambda text: True,
}
"""What is said of a session and does not shape it. An AWS account that it must lead to is compared each time."""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of whoever runs the tests, and no file of theirs."""
    for name in [*session_name._JOBS, *(name for name in os.environ if name.startswith("AWS_"))]:
        monkeypatch.delenv(name, raising=False)
    for name in ("GITHUB_ACTIONS", "GITHUB_REPOSITORY", "GITHUB_JOB", "GITHUB_ACTOR"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def seals(account: Account = ACCOUNTS["access_key"], region: str = REGION, **options: t.Any) -> list[SessionSeal]:
    return chain_of(account, region, SessionOptions(**options)).seals


def seal(account: Account = ACCOUNTS["access_key"], region: str = REGION, **options: t.Any) -> SessionSeal:
    """That of the session that is handed out."""
    return seals(account, region, **options)[-1]


def differ(one: SessionSeal, other: SessionSeal) -> bool:
    """Whether they have neither the file nor the key in common."""
    assert (one.name == other.name) == (one.key == other.key)
    return one.name != other.name


def names(model: type) -> set[str]:
    return {field.name for field in dataclasses.fields(model)}


def test_no_field_is_forgotten() -> None:
    assert names(Account) == set(OTHER_OF_ACCOUNT) | set(NOT_OF_ACCOUNT)
    assert names(Hop) == set(OTHER_OF_HOP)
    assert names(SessionOptions) == {"assume_role", "duration_seconds"} | set(NOT_OF_OPTIONS)


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_the_same_is_found_again(kind: str) -> None:
    hops = [FIRST] if kind == "access_key" else []
    assert seals(ACCOUNTS[kind], assume_role=hops) == seals(dataclasses.replace(ACCOUNTS[kind]), assume_role=hops[:])


@pytest.mark.parametrize("kind", ACCOUNTS)
@pytest.mark.parametrize("hops", [(), (FIRST,)])
def test_accounts_of_different_kinds_share_nothing(kind: str, hops: tuple[Hop, ...]) -> None:
    others = [account for other, account in ACCOUNTS.items() if other != kind]
    assert all(differ(seal(ACCOUNTS[kind], assume_role=hops), seal(other, assume_role=hops)) for other in others)


@pytest.mark.parametrize("kind", ACCOUNTS)
@pytest.mark.parametrize("field", OTHER_OF_ACCOUNT)
def test_each_field_of_an_account_counts(kind: str, field: str) -> None:
    account = ACCOUNTS[kind]
    value = OTHER_OF_ACCOUNT[field]
    if field == "type":
        value = "profile" if account.type == "instance_role" else "instance_role"
    if field == "temporary":
        value = not account.temporary
    other = dataclasses.replace(account, **{field: value})
    assert getattr(account, field) != value
    # For its own session, and for those of roles that are assumed with it.
    for one, changed in zip(seals(account, assume_role=(FIRST,)), seals(other, assume_role=(FIRST,)), strict=False):
        assert differ(one, changed)
    assert differ(seal(account, assume_role=(FIRST,)), seal(other, assume_role=(FIRST,)))


@pytest.mark.parametrize("field", NOT_OF_ACCOUNT)
def test_what_is_known_of_an_account_does_not_count(field: str) -> None:
    account = ACCOUNTS["access_key"]
    assert seals(dataclasses.replace(account, **{field: NOT_OF_ACCOUNT[field]})) == seals(account)


# Only the first hop can have an MFA device.
@pytest.mark.parametrize(
    ("field", "index"), [(field, index) for field in OTHER_OF_HOP for index in range(1 if field == "mfa_serial" else 3)]
)
@pytest.mark.parametrize("of_account", [0, 1, 3])
def test_each_field_of_each_hop_counts(field: str, of_account: int, index: int) -> None:
    """Of a chain of three, wherever the lookup goes on from what the account says."""

    def chain(hops: list[Hop]) -> list[SessionSeal]:
        account = dataclasses.replace(ACCOUNTS["access_key"], assume_role=tuple(hops[:of_account]))
        return seals(account, assume_role=hops[of_account:])

    hops = [FIRST, SECOND, THIRD]
    changed = [*hops]
    changed[index] = dataclasses.replace(hops[index], **{field: OTHER_OF_HOP[field]})
    differences = [differ(one, other) for one, other in zip(chain(hops), chain(changed), strict=True)]
    # A change of the account is a change of all; what comes before a hop of the lookup stays as it is.
    begins = 0 if index < of_account else index + 1
    assert differences == [number >= begins for number in range(4)]


def test_each_value_in_a_list_counts() -> None:
    variants: list[dict[str, t.Any]] = [
        {"tags": (("team", "a"),)},
        {"tags": (("team", "b"),)},
        {"tags": (("Team", "a"),)},
        {"tags": (("team", "a"), ("cost", "b"))},
        {"tags": (("team", "b"), ("cost", "a"))},
        {"tags": (("team", "a"), ("cost", "b")), "transitive_tag_keys": ("team",)},
        {"tags": (("team", "a"), ("cost", "b")), "transitive_tag_keys": ("cost",)},
        {"policy_arns": ("arn:aws:iam::aws:policy/A",)},
        {"policy_arns": ("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B")},
        {"policy_arns": ("arn:aws:iam::aws:policy/A,arn:aws:iam::aws:policy/B",)},
    ]
    found = {seal(assume_role=[dataclasses.replace(FIRST, **variant)]).name for variant in variants}
    assert len(found) == len(variants)


def test_hops_are_another_way_in_another_order() -> None:
    assert differ(seal(assume_role=(FIRST, SECOND, THIRD)), seal(assume_role=(SECOND, FIRST, THIRD)))
    assert differ(seal(assume_role=(FIRST, FIRST)), seal(assume_role=(FIRST,)))
    assert differ(seal(assume_role=(FIRST, THIRD)), seal(assume_role=(FIRST, SECOND, THIRD)))


def test_the_partition_counts() -> None:
    found = {seal(assume_role=[Hop(role_arn=FIRST.role_arn.replace("aws", name))]) for name in ("aws", "aws-cn")}
    assert len(found) == 2


@pytest.mark.parametrize("kind", ACCOUNTS)
@pytest.mark.parametrize("region", ["", "eu-central-2", "us-east-1"])
def test_the_region_counts(kind: str, region: str) -> None:
    for one, other in zip(seals(ACCOUNTS[kind]), seals(ACCOUNTS[kind], region), strict=True):
        assert differ(one, other)
    assert differ(seal(assume_role=(FIRST,)), seal(region=region, assume_role=(FIRST,)))


@pytest.mark.parametrize("kind", ACCOUNTS)
@pytest.mark.parametrize("variable", [*ENDPOINT_VARIABLES, *session_name._JOBS])
def test_variables_that_say_who_is_asked_and_who_asks_count(
    monkeypatch: pytest.MonkeyPatch, kind: str, variable: str
) -> None:
    found = [seal(ACCOUNTS[kind], assume_role=(FIRST,))]
    for value in ("one", "other"):
        monkeypatch.setenv(variable, value)
        found.append(seal(ACCOUNTS[kind], assume_role=(FIRST,)))
    assert len(set(found)) == 3
    monkeypatch.setenv(variable, "")
    assert seal(ACCOUNTS[kind], assume_role=(FIRST,)) == found[0]


def test_variables_do_not_stand_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for variable in (*ENDPOINT_VARIABLES, *session_name._JOBS):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "1")
            found.add(seal().name)
    assert len(found) == len(ENDPOINT_VARIABLES) + len(session_name._JOBS)


def test_user_and_machine_count(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {seal()}
    monkeypatch.setattr(session_name, "_user", lambda: "another")
    found.add(seal())
    monkeypatch.setattr(os, "uname", lambda: types.SimpleNamespace(nodename="another"))
    found.add(seal())
    assert len(found) == 3


@pytest.mark.parametrize("kind", ["temporary", "web_identity", "hop", "chain"])
def test_the_time_that_was_asked_for_counts(kind: str) -> None:
    hops = {"hop": [FIRST], "chain": [FIRST, SECOND]}.get(kind, [])
    account = ACCOUNTS.get(kind, ACCOUNTS["access_key"])
    default, short, longer = (seals(account, assume_role=hops, duration_seconds=seconds) for seconds in (0, 900, 3600))
    assert len({default[-1].name, short[-1].name, longer[-1].name}) == 3
    # It is the last session's alone.
    assert default[:-1] == short[:-1] == longer[:-1]


def test_who_says_how_long_does_not_count() -> None:
    said = dataclasses.replace(SECOND, duration_seconds=1800)
    assert seals(assume_role=(FIRST, said)) == seals(assume_role=(FIRST, SECOND), duration_seconds=1800)


@pytest.mark.parametrize("option", NOT_OF_OPTIONS)
def test_options_that_shape_nothing_do_not_count(option: str) -> None:
    hops = (dataclasses.replace(FIRST, mfa_serial=OTHER_OF_HOP["mfa_serial"]), SECOND)
    assert seals(assume_role=hops, **{option: NOT_OF_OPTIONS[option]}) == seals(assume_role=hops)


def test_the_files_of_a_profile_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def now() -> str:
        return seal(ACCOUNTS["profile"], assume_role=(FIRST,)).name

    found = [now()]
    for name in ("config", "credentials"):
        for content in ("[profile sso]\n", "[profile sso]\nregion = eu-west-1\n"):
            (tmp_path / name).write_text(content)
            found.append(now())
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        copy = tmp_path / variable
        copy.write_bytes((tmp_path / "config").read_bytes())
        monkeypatch.setenv(variable, str(copy))
        found.append(now())
    assert len(set(found)) == len(found)
    assert now() == found[-1]


KEYS_IN_ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
MACHINE = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
)


@pytest.mark.parametrize("variable", [*KEYS_IN_ENVIRONMENT, *MACHINE])
def test_what_a_profile_takes_from_elsewhere_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    """And only where it, or one that it builds on, says so."""
    config = "[profile sso]\nrole_arn = arn\nsource_profile = base\n[profile base]\nrole_arn = arn\n{}\n"
    for line, counts in (("credential_source = Environment", True), ("source_profile = sso", False)):
        (tmp_path / "config").write_text(config.format(line))
        before = seal(ACCOUNTS["profile"])
        with monkeypatch.context() as patch:
            patch.setenv(variable, "another")
            assert differ(before, seal(ACCOUNTS["profile"])) == counts


@pytest.mark.parametrize(
    ("config", "credentials"),
    [
        ("[profile sso]\nregion = eu-west-1\n", "[sso]\n{}"),
        ("[profile\tsso]\n{}", ""),
        ("[profile 'sso']\nsource_profile = base\nrole_arn = arn\n", "[base]\n{}"),
    ],
)
def test_a_profile_is_read_as_aws_clients_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: str, credentials: str
) -> None:
    serial = "arn:aws:iam::123456789012:mfa/alice"
    for lines in (
        f"role_arn = arn\nsource_profile = keys\nmfa_serial = {serial}\n",
        "credential_source = Environment\n",
    ):
        (tmp_path / "config").write_text(config.format(lines))
        (tmp_path / "credentials").write_text(credentials.format(lines))
        [link] = chain_of(ACCOUNTS["profile"], REGION, SessionOptions()).links
        assert link.needs_mfa == (serial in lines)
        before = seal(ACCOUNTS["profile"])
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", "another")
            assert differ(before, seal(ACCOUNTS["profile"])) == ("credential_source" in lines)


@pytest.mark.parametrize(
    ("line", "counts"),
    [("sso_start_url = https://a", "sso"), ("sso_session = corp", "sso"), ("login_session = arn", "login"), ("", "")],
)
def test_the_sign_in_of_a_profile_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, counts: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = f"[profile sso]\nrole_arn = arn\nsource_profile = base\n[profile base]\n{line}\n"
    (tmp_path / "config").write_text(config)
    value = line.rpartition(" ")[2].encode()
    name = hashlib.sha256(value).hexdigest() if counts == "login" else hashlib.sha1(value).hexdigest()
    found = [seal(ACCOUNTS["profile"]).name]
    for kind in ("sso", "login"):
        for token in ("of alice", "of bob"):
            file = tmp_path / ".aws" / kind / "cache" / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(token)
            found.append(seal(ACCOUNTS["profile"]).name)
    assert len(set(found)) == (3 if counts else 1)


@pytest.mark.parametrize(
    ("variable", "counts"),
    [
        ("AWS_PROFILE", True),
        ("OCTO_AWS_STORE", True),
        ("ANSIBLE_CONFIG", True),
        ("OCTO_AWS_RESOLVING", False),
        ("PWD", False),
    ],
)
def test_what_a_credential_process_may_read_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, counts: bool
) -> None:
    monkeypatch.setenv(variable, "[]")
    for line, then in (("credential_process = x", counts), ("region = eu-west-1", False)):
        (tmp_path / "config").write_text(f"[profile sso]\nrole_arn = a\nsource_profile = b\n[profile b]\n{line}\n")
        before = seal(ACCOUNTS["profile"])
        with monkeypatch.context() as patch:
            patch.setenv(variable, '[["a", "b"]]')
            assert differ(before, seal(ACCOUNTS["profile"])) == then


@pytest.mark.parametrize("variable", MACHINE)
def test_what_a_machine_is_asked_with_counts(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    before = seal(ACCOUNTS["instance_role"], assume_role=(FIRST,))
    monkeypatch.setenv(variable, "another")
    assert differ(before, seal(ACCOUNTS["instance_role"], assume_role=(FIRST,)))


@pytest.mark.parametrize("variable", ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_MAX_ATTEMPTS", "HOME_OF_NOBODY"])
def test_other_variables_do_not_count(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    before = seals()
    monkeypatch.setenv(variable, "another")
    assert seals() == before


def test_an_account_without_a_key_has_seals_of_this_process() -> None:
    account = dataclasses.replace(ACCOUNTS["access_key"], session_key="")
    assert seals(account) == seals(account)
    assert differ(seal(account), seal(dataclasses.replace(account, session_key=KEY)))


# Any inputs, not only one change.


TEXTS = st.sampled_from(["", "a", "b", "ab", '"', '","', "\0", "\\", "ä", "a\u0308"])


@st.composite
def hops(draw: st.DrawFn) -> Hop:
    return Hop(
        role_arn=draw(st.sampled_from([FIRST.role_arn, SECOND.role_arn])),
        role_session_name=draw(TEXTS),
        external_id=draw(TEXTS),
        duration_seconds=draw(st.sampled_from([0, 900, 3600])),
        tags=tuple(draw(st.dictionaries(TEXTS, TEXTS, max_size=2)).items()),
        # What stays for the hops after this one is not changed by one of them: such a chain is refused.
        transitive_tag_keys=tuple(f"stays {text}" for text in draw(st.lists(TEXTS, max_size=2))),
        source_identity=draw(st.sampled_from(["", '","'])),
    )


CHAINS = st.lists(hops(), max_size=3)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    return dataclasses.replace(
        ACCOUNTS["access_key"],
        secret_key=draw(TEXTS),
        session_token=draw(TEXTS),
        description=draw(TEXTS),
        assume_role=tuple(draw(st.lists(hops(), max_size=1))),
        session_key=draw(st.sampled_from([KEY, OTHER_KEY])),
    )


@given(data=st.data())
def test_the_same_seal_for_the_same_and_nothing_else(data: st.DataObject) -> None:
    one = (data.draw(accounts()), data.draw(TEXTS), data.draw(CHAINS))
    # A second one that has parts in common with it.
    other = (
        data.draw(st.one_of(st.just(one[0]), accounts())),
        data.draw(st.one_of(st.just(one[1]), TEXTS)),
        data.draw(st.one_of(st.just(one[2]), CHAINS)),
    )

    def shape(account: Account, region: str, chain: list[Hop]) -> object:
        # The account's record is a text, and tags of a request have no order.
        return account, [tag for hop in account.assume_role for tag in hop.tags], region, [h.as_record() for h in chain]

    def last(account: Account, region: str, chain: list[Hop]) -> SessionSeal:
        return seal(account, region, assume_role=chain)

    assert differ(last(*one), last(*other)) == (shape(*one) != shape(*other))


@given(chain=CHAINS, rest=CHAINS, other=CHAINS)
def test_a_session_depends_on_what_is_before_it_alone(chain: list[Hop], rest: list[Hop], other: list[Hop]) -> None:
    length = len(chain) + 1
    found = seals(assume_role=[*chain, *rest])
    assert found[:length] == seals(assume_role=[*chain, *other])[:length] == seals(assume_role=chain)
    # Each step of a way has a seal of its own, even where a role is assumed twice.
    assert len({step.name for step in found}) == len({step.key for step in found}) == len(found)


def test_a_session_is_one_for_all_forms(store: FileStore, aws: FakeAws) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    for rendering in RENDERINGS:
        as_a_new_process(store, "prod", format=rendering, min_ttl=600)
    assert aws.sessions == 1


@pytest.mark.parametrize(
    ("file", "header"), [("config", "profile sso"), ("config", "profile\tsso"), ("credentials", "sso")]
)
def test_a_session_of_other_keys_in_the_environment_is_not_used(
    store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, header: str
) -> None:
    role = aws.facts["roles"]["deploy"]
    lines = f"[{header}]\nrole_arn = {role}\ncredential_source = Environment\nregion = {REGION}\n"
    (tmp_path / file).write_text(lines)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.facts["access_key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", aws.facts["secret_key"])
    make_accounts(store).save("prod", {"type": "profile", "profile": "sso"}, vault_id=None, test=False)
    assert as_a_new_process(store, "prod") == as_a_new_process(store, "prod")
    assert aws.sessions == 1
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    with pytest.raises(AnsibleError, match="sso"):
        as_a_new_process(store, "prod")
