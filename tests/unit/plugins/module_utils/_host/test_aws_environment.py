# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS clients on a host are told, and what is handed over to it."""

from __future__ import annotations

import configparser
import json
import os
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._aws.role_providers import web_identity_of
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import (
    check_config,
    config_of,
    conflicting_variables,
    environment_of,
    environment_of_modules,
)
from ansible_collections.octo.aws.plugins.module_utils._host.handover import HANDOVER_SPEC, Handover
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import region_of, service_client
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop

ROLE = "arn:aws:iam::123456789012:role/deploy"
KEYS = Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="canary-secret", region="eu-central-1")
SESSION = Credentials(access_key="ASIAIOSFODNN7EXAMPLE", secret_key="canary-secret", session_token="canary-token")
HOPS = (
    Hop(ROLE, external_id="canary-external", duration_seconds=900),
    Hop(ROLE + "2", role_session_name="me"),
    Hop(ROLE + "3"),
)
POINTER = Pointer("http://127.0.0.1:1/octo.aws/credentials", "/folder/token", "/folder/config")
POINTED = Handover(region="eu-central-1", pointer=POINTER)
FULL = Handover(
    region="eu-central-1",
    credentials=SESSION,
    hops=HOPS,
    session_name="alice@controller",
    endpoint=Endpoint("eu-central-1", "aws", "https://sts.example.org", False, "/ca.pem"),
    account_id="123456789012",
    own_account_id="210987654321",
)


def config(handover: Handover, **environment: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    parser.read_string(config_of(handover, environment))
    return {name: dict(parser[name]) for name in parser.sections()}


def as_module_sees_it(handover: Handover) -> Handover:
    return Handover.of_arguments(json.loads(json.dumps(handover.as_arguments())))


@pytest.mark.parametrize(
    "handover", [FULL, Handover(), POINTED, Handover(credentials=KEYS, region="eu-central-1"), Handover(hops=HOPS)]
)
def test_what_is_handed_over_arrives_whole(handover: Handover) -> None:
    arrived = as_module_sees_it(handover)
    keys = handover.credentials
    assert (arrived.credentials.access_key if arrived.credentials else None) == (keys.access_key if keys else None)
    assert arrived.secrets == handover.secrets
    assert {**vars(arrived), "credentials": None} == {**vars(handover), "credentials": None}


def test_without_an_action_it_is_the_role_of_the_host() -> None:
    assert Handover.of_arguments(dict.fromkeys(HANDOVER_SPEC)) == Handover()


def test_only_what_is_marked_is_secret() -> None:
    arguments = FULL.as_arguments()
    open_ones = {name: value for name, value in arguments.items() if not HANDOVER_SPEC[name].get("no_log")}
    assert set(arguments) == set(HANDOVER_SPEC)
    assert "canary" not in str(open_ones)
    assert "canary" not in repr(FULL)
    assert FULL.secrets == ["canary-secret", "canary-token", "canary-external"]


def test_a_chain_from_the_role_of_the_host() -> None:
    found = config(Handover(region="eu-central-1", hops=HOPS, session_name="alice@controller"))
    common = {"region": "eu-central-1", "sts_regional_endpoints": "regional"}
    assert found == {
        "profile octo-aws-hop-1": {
            **common,
            "role_arn": ROLE,
            "role_session_name": "alice@controller",
            "external_id": "canary-external",
            "duration_seconds": "900",
            "credential_source": "Ec2InstanceMetadata",
        },
        "profile octo-aws-hop-2": {
            **common,
            "role_arn": ROLE + "2",
            "role_session_name": "me",
            "source_profile": "octo-aws-hop-1",
        },
        "profile octo-aws": {
            **common,
            "role_arn": ROLE + "3",
            "role_session_name": "alice@controller",
            "source_profile": "octo-aws-hop-2",
        },
    }


def test_in_a_container_its_credentials_come_first() -> None:
    handover = Handover(hops=HOPS[1:2])
    found = config(handover, AWS_CONTAINER_CREDENTIALS_FULL_URI="http://169.254.170.23/v1/credentials")
    assert found["profile octo-aws"]["credential_source"] == "EcsContainer"


@pytest.mark.parametrize("handover", [Handover(region="eu-central-1"), FULL])
def test_without_hops_and_with_keys_there_is_nothing_to_say(handover: Handover) -> None:
    assert config(handover) == {"profile octo-aws": {"region": "eu-central-1", "sts_regional_endpoints": "regional"}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("policy", "{}"),
        ("policy_arns", ("arn:aws:iam::aws:policy/x",)),
        ("tags", (("a", "b"),)),
        ("transitive_tag_keys", ("a",)),
        ("source_identity", "me"),
    ],
)
def test_what_a_config_cannot_say_is_refused(field: str, value: t.Any) -> None:
    check_config(HOPS)
    with pytest.raises(OctoAwsError, match=rf"hop 2 of 2 .* has {field}.*option_conflict") as caught:
        check_config([HOPS[0], Hop(ROLE, **{field: value})])
    assert caught.value.code is ErrorCode.OPTION_CONFLICT


INHERITED = {
    "PATH": "/bin",
    "AWS_PROFILE": "x",
    "AWS_SESSION_TOKEN": "x",
    "AWS_BEARER_TOKEN_BEDROCK": "x",
    "AWS_OF_TOMORROW": "x",
    "AMAZON_ACCESS_KEY_ID": "x",
    "EC2_ACCESS_KEY": "x",
    "AWS_REGION": "xx-own-1",
    "AWS_CA_BUNDLE": "/ca.pem",
    "AWS_ENDPOINT_URL": "https://example.org",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23",
}


def test_the_environment_of_keys() -> None:
    found = environment_of(Handover(region="eu-central-1", credentials=KEYS), INHERITED, "")
    assert found == {
        "PATH": "/bin",
        "AWS_CA_BUNDLE": "/ca.pem",
        "AWS_ENDPOINT_URL": "https://example.org",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": KEYS.access_key,
        "AWS_SECRET_ACCESS_KEY": KEYS.secret_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CREDENTIAL_PROFILES_FILE": os.devnull,
        "BOTO_CONFIG": os.devnull,
    }


def test_the_environment_of_a_pointer() -> None:
    found = environment_of(POINTED, {**INHERITED, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/other"}, "")
    assert found == {
        "PATH": "/bin",
        "AWS_CA_BUNDLE": "/ca.pem",
        "AWS_ENDPOINT_URL": "https://example.org",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": POINTER.url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": POINTER.token_file,
        "AWS_CONFIG_FILE": POINTER.config_file,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CREDENTIAL_PROFILES_FILE": os.devnull,
        "BOTO_CONFIG": os.devnull,
    }


def test_modules_with_a_pointer() -> None:
    found = environment_of_modules(POINTED, INHERITED, "")
    assert POINTER.variables.items() <= found.items()
    assert found["AWS_CONFIG_FILE"] == POINTER.config_file
    assert "AWS_PROFILE" not in found
    assert {found[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")} == {""}
    # A host with a profile, which a task cannot unset.
    assert environment_of_modules(POINTED, INHERITED, POINTER.config_file)["AWS_PROFILE"] == "octo-aws"


def test_a_pointer_is_not_the_role_of_the_machine() -> None:
    with pytest.raises(OctoAwsError, match="leads to an account of a task") as caught:
        environment_of(Handover(), environment_of(POINTED, INHERITED, ""), "/config")
    assert caught.value.code is ErrorCode.CONTAINER_CREDENTIALS_FAILED


def test_the_environment_of_a_role_of_the_host() -> None:
    found = environment_of(Handover(hops=HOPS, endpoint=Endpoint(url="https://sts.example.org")), INHERITED, "/config")
    assert found["AWS_CONFIG_FILE"] == "/config"
    assert found["AWS_PROFILE"] == "octo-aws"
    assert found["AWS_ENDPOINT_URL_STS"] == "https://sts.example.org"
    assert found["AWS_REGION"] == "xx-own-1"  # nobody named another one
    assert found["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "http://169.254.170.23"
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", "AWS_OF_TOMORROW"} & set(found)


WEB_IDENTITY = {"AWS_ROLE_ARN": ROLE + "-pod", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}


def test_a_web_identity_comes_first_and_leaves_no_other_way() -> None:
    inherited = {**INHERITED, **WEB_IDENTITY}
    found = environment_of(Handover(hops=HOPS[1:2]), inherited, "/config")
    assert not {*WEB_IDENTITY, "AWS_CONTAINER_CREDENTIALS_FULL_URI"} & set(found)
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"
    # Modules of this collection in there find the same role.
    assert web_identity_of(found) == web_identity_of(inherited)
    own = {"role_arn": ROLE + "-pod", "web_identity_token_file": "/token", "sts_regional_endpoints": "regional"}
    assert config(Handover(), **inherited) == {"profile octo-aws": own}
    chain = config(Handover(hops=HOPS[1:2]), **inherited)
    assert chain["profile octo-aws-machine"] == own
    assert chain["profile octo-aws"]["source_profile"] == "octo-aws-machine"


def test_a_blank_variable_does_not_hide_the_web_identity_of_the_config() -> None:
    inherited = {**INHERITED, **WEB_IDENTITY}
    found = environment_of_modules(Handover(session_name="alice"), inherited, "/config")
    # botocore prefers variables, even blank ones, to the profile that AWS_PROFILE names.
    assert {**inherited, **found}["AWS_WEB_IDENTITY_TOKEN_FILE"] == "/token"
    assert {**inherited, **found}["AWS_ROLE_ARN"] == ROLE + "-pod"
    assert found["AWS_ROLE_SESSION_NAME"] == "alice"
    chain = environment_of_modules(Handover(hops=HOPS[1:2]), inherited, "/config")
    assert {chain[name] for name in WEB_IDENTITY} == {""}


def test_a_container_that_fails_leaves_no_way_to_the_instance() -> None:
    found = environment_of(Handover(), {**INHERITED, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://[::1]"}, "/config")
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"
    assert "AWS_EC2_METADATA_SERVICE_ENDPOINT" not in found


def test_variables_of_this_machine_come_before_those_of_an_outer_one() -> None:
    outer = {"OCTO_AWS_MACHINE_ROLE_ARN": "outer", "OCTO_AWS_MACHINE_WEB_IDENTITY_TOKEN_FILE": "/outer"}
    assert web_identity_of(outer)["ROLE_ARN"] == "outer"
    assert web_identity_of({**outer, **WEB_IDENTITY})["WEB_IDENTITY_TOKEN_FILE"] == "/token"


@pytest.mark.parametrize("changed", [{"AWS_ROLE_ARN": ""}, {"AWS_WEB_IDENTITY_TOKEN_FILE": "a\nb"}])
def test_half_a_web_identity_is_an_error(changed: dict[str, str]) -> None:
    with pytest.raises(OctoAwsError) as caught:
        config(Handover(), **{**INHERITED, **WEB_IDENTITY, **changed})
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_modules_with_keys_find_no_machine() -> None:
    found = environment_of_modules(Handover(credentials=KEYS), dict.fromkeys({**INHERITED, **WEB_IDENTITY}, ""), "")
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"
    assert found["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "http://credentials.invalid/"
    assert {found[name] for name in (*WEB_IDENTITY, "AWS_BEARER_TOKEN_BEDROCK", "AWS_OF_TOMORROW")} == {""}
    assert not {"PATH", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL"} & set(found)


def test_no_blank_variable_stops_aws_clients() -> None:
    # botocore wants a number in the first one, and a mode in the other.
    names = ["AWS_METADATA_SERVICE_TIMEOUT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]
    for handover in (Handover(credentials=KEYS), Handover()):
        found = environment_of_modules(handover, {**INHERITED, **dict.fromkeys(names, "1")}, "/config")
        assert not set(names) & set(found)


def test_modules_with_the_role_of_the_host_keep_its_way() -> None:
    inherited = {**INHERITED, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "canary"}
    found = environment_of_modules(Handover(), inherited, "/config")
    assert not [name for name in found if name.startswith("AWS_CONTAINER_")]
    assert found["AWS_BEARER_TOKEN_BEDROCK"] == ""


def test_every_variable_is_in_the_way_that_is_not_known_to_choose_no_identity() -> None:
    bad = ["AMAZON_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_X", "AWS_FOO", "AWS_REGION", "EC2_ACCESS_KEY", "aws_profile"]
    fine = ["AWS_PAGER", "AWS_CLI_FILE_ENCODING", "AWS_ENDPOINT_URL_S3", "AWS_RETRY_MODE", "PATH", "OCTO_AWS_STORE"]
    assert conflicting_variables([*fine, *bad]) == bad


@pytest.mark.parametrize("handover", [FULL, Handover(hops=HOPS), Handover(region="eu-central-1")])
def test_the_environment_of_modules_holds_no_secret_and_hides_all(handover: Handover) -> None:
    found = environment_of_modules(handover, {}, "/config")
    assert "canary" not in str(found)
    assert found["AWS_CONFIG_FILE"] == "/config"
    assert set(environment_of(handover, {}, "/config")) <= set(found)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN"):
        assert found[name] == ""


def test_the_environment_of_modules_without_a_file_names_no_profile() -> None:
    with_file = environment_of_modules(Handover(region="eu-central-1", credentials=KEYS), {}, "/config")
    found = environment_of_modules(Handover(region="eu-central-1", credentials=KEYS), {}, "")
    # Even a blank one would have AWS clients look for it.
    assert set(with_file) - set(found) == {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}
    changed = {name: value for name, value in found.items() if with_file.get(name) != value}
    assert changed == {"AWS_CONFIG_FILE": os.devnull, "AWS_STS_REGIONAL_ENDPOINTS": "regional"}


def test_the_region_of_the_host_is_for_want_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OctoAwsError) as caught:
        region_of(Handover())
    assert caught.value.code is ErrorCode.REGION_MISSING
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert region_of(Handover()) == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    assert region_of(Handover()) == "eu-west-2"
    assert region_of(Handover(region="eu-central-1")) == "eu-central-1"


@pytest.mark.parametrize(
    ("variable", "service"), [("AWS_ENDPOINT_URL", "cloudformation"), ("AWS_REQUEST_CHECKSUM_CALCULATION", "s3")]
)
def test_a_variable_that_botocore_cannot_use(monkeypatch: pytest.MonkeyPatch, variable: str, service: str) -> None:
    monkeypatch.setenv(variable, "nonsense")
    with pytest.raises(OctoAwsError, match=f"^The variable {variable} ") as caught:
        service_client(Handover(region="eu-central-1", credentials=KEYS), service, "")
    assert caught.value.code is ErrorCode.OPTION_INVALID
