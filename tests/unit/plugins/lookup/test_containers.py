# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookups of registries and clusters, against the fake AWS: their requests, and the command of a kubeconfig."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible_collections.octo.aws.plugins.plugin_utils import eks_token
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, cache_of, save


def look_up(store: FileStore, plugin: str, *names: str, **options: t.Any) -> t.Any:
    loader = DataLoader()
    found = lookup_loader.get(f"octo.aws.{plugin}", loader=loader, templar=Templar(loader=loader, variables={}))
    given = {"store": store.url, "session_cache": str(cache_of(store)), **options}
    return found.run(list(names), variables={}, **given)


def actions(aws: FakeAws) -> list[str]:
    return [request["action"] for request in aws.requests]


@pytest.mark.parametrize(
    ("plugin", "options", "sent"),
    [
        ("ecr", {}, ["ecr:GetAuthorizationToken"]),
        ("ecr", {"public": True}, ["ecr-public:GetAuthorizationToken"]),
        ("eks", {"cluster": "shop"}, ["eks:GET /clusters/shop"]),
        ("eks", {"cluster": "shop", "format": "full"}, ["eks:GET /clusters/shop"]),
        ("eks", {"cluster": "shop", "format": "kubeconfig"}, ["eks:GET /clusters/shop"]),
        ("eks", {"cluster": "shop", "format": "exec"}, []),
    ],
)
def test_requests(plugin: str, options: dict[str, t.Any], sent: list[str], store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    look_up(store, plugin, "prod", **options)
    assert actions(aws) == sent
    look_up(store, plugin, "prod", "prod", **options)
    assert actions(aws) == sent * 3


def test_the_registry_of_another_account(store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    [login] = look_up(store, "ecr", "prod", registry_id="210987654321")
    assert login["registry"] == "210987654321.dkr.ecr.eu-central-1.amazonaws.com"
    assert "parameters" not in login


def test_an_unknown_name_is_skipped(store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    assert look_up(store, "ecr", "absent", on_missing="skip") == []
    with pytest.raises(AnsibleLookupError, match=r"\(account_unknown\)"):
        look_up(store, "ecr", "absent")
    assert actions(aws) == []


def test_a_missing_cluster(store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    with pytest.raises(AnsibleLookupError, match="Account 'prod': The cluster 'absent' does not exist in the region"):
        look_up(store, "eks", "prod", cluster="absent")
    with pytest.raises(AnsibleLookupError, match=r"its state is CREATING.*\(cluster_not_ready\)"):
        look_up(store, "eks", "prod", cluster="young")


def test_the_command_of_a_kubeconfig_has_the_same_options(store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    hops = aws.hops("first", role_session_name="me")
    options = {"assume_role": hops, "min_ttl": 0, "account_id": "123456789012"}
    [config] = look_up(store, "eks", "prod", cluster="outpost", format="kubeconfig", **options)
    program = config["users"][0]["user"]["exec"]
    parsed = vars(eks_token._parser().parse_args(program["args"][2:]))
    assert parsed["name"] == "prod"
    # The ID of a local cluster on AWS Outposts, which its tokens name.
    assert parsed["cluster"] == "6f1e7a9c-0d2b-4c7e-9a7f-1b2c3d4e5f60"
    assert parsed["store"] == store.url
    assert parsed["session_cache"] == str(cache_of(store))
    assert parsed["region"] == "eu-central-1"
    assert (parsed["min_ttl"], parsed["account_id"], parsed["duration_seconds"]) == (0, "123456789012", None)
    assert [(hop["role_arn"], hop["role_session_name"]) for hop in parsed["assume_role"]] == [
        (aws.facts["roles"]["first"], "me")
    ]
    several = ["123456789012", "210987654321"]
    [config_of_several] = look_up(
        store, "eks", "prod", cluster="outpost", format="kubeconfig", **{**options, "account_id": several}
    )
    program = config_of_several["users"][0]["user"]["exec"]
    assert vars(eks_token._parser().parse_args(program["args"][2:]))["account_id"] == several
    text = json.dumps(config)
    assert "k8s-aws-v1" not in text
    assert aws.facts["secret_key"] not in text


def test_the_token_is_for_its_cluster(store: FileStore, aws: FakeAws) -> None:
    save(store, aws)
    [access] = look_up(store, "eks", "prod", cluster="outpost")
    encoded = access["api_key"].removeprefix("k8s-aws-v1.")
    assert b"Action=GetCallerIdentity" in base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    assert access.keys() == {"host", "ca_cert", "api_key", "validate_certs"}
