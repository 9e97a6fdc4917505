# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Machines outside EC2 with a role: components of Greengrass, and machines with a hybrid activation."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.tests.unit.support.fake_aws import as_a_new_process, cache_of
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws


def save(store: FileStore, **fields: t.Any) -> dict[str, t.Any]:
    places = {"store": store.url, "session_cache": str(cache_of(store))}
    return run_task("aws_account", {"name": "machine", "region": "eu-central-1", **places, **fields})


def test_a_component_of_greengrass(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS IoT Greengrass developer guide, "Interact with AWS services": an address on localhost, and a token."""
    aws.tell("reset")
    address = aws.facts["url"].replace("127.0.0.1", "localhost")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/container")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-authorization-token")
    save(store, type="instance_role", account_id="123456789012", test=False)
    assert as_a_new_process(store, "machine")["arn"].split("/")[1] == "instance"
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "wrong")
    with pytest.raises(AnsibleError, match=r"status 403.*Greengrass.*container_credentials_failed"):
        as_a_new_process(store, "machine")


def test_keys_that_the_ssm_agent_replaces(
    store: FileStore, aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS Systems Manager user guide, "Hybrid activations": the agent writes them to the credentials file."""
    aws.tell("reset")
    file = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "not-there"))

    def write(access_key: str, secret_key: str) -> None:
        file.write_text(f"[default]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n")

    write(aws.facts["access_key"], aws.facts["secret_key"])
    assert save(store, type="profile", profile="default")["tested"]
    assert as_a_new_process(store, "machine")["access_key"] == aws.facts["access_key"]
    reader = aws.facts["users"]["reader"]
    write(reader["access_key"], reader["secret_key"])
    assert as_a_new_process(store, "machine")["access_key"] == reader["access_key"]
