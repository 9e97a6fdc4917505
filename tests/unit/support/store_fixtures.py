# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test fixtures for all stores. A new store needs one entry, in ``FIXTURES``."""

from __future__ import annotations

import json
import os
import typing as t
import urllib.request
import uuid
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import urlencode

import boto3
import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client, registry, secretsmanager, ssm_lock
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.secretsmanager import SecretsManagerStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.ssm import ParameterStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.vault import VaultStore
from ansible_collections.octo.aws.tests.fake_vault.server import ROOT_TOKEN, FakeVault, serve
from ansible_collections.octo.aws.tests.unit.support import memory_store
from ansible_collections.octo.aws.tests.unit.support.accounts import SECRET_KEY, make_context, make_vault

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store
    from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws

REGION = "eu-central-1"


class StoreFixture(ABC):
    """An empty store, and changes to it from outside.

    :ivar url: of the store
    """

    url: str

    @classmethod
    @abstractmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreFixture:
        """Make an empty store."""

    @abstractmethod
    def put(self, name: str, text: str) -> None:
        """Replace the record of an account with another text."""

    @abstractmethod
    def put_empty(self, name: str) -> None:
        """Create an item without content for an account."""

    @abstractmethod
    def add_foreign(self) -> None:
        """Add items beside the accounts that are not accounts."""

    def stored(self) -> bytes:
        """Return everything that is stored. Only for stores that seal with Ansible Vault."""
        raise NotImplementedError

    def open(self) -> Store:
        """Open the store, like another process."""
        return registry.open_store(self.url, make_context())

    def open_warning(self) -> tuple[Store, list[str]]:
        """Open the store, and return its warnings, too."""
        warnings: list[str] = []
        context = make_context()._replace(warn=warnings.append)
        return registry.open_store(self.url, context), warnings


class FileFixture(StoreFixture):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"file:{folder}"

    @classmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileFixture:
        return cls(tmp_path / "store")

    def put(self, name: str, text: str) -> None:
        self._folder.joinpath(*path_of(name)).write_bytes(make_vault("default").seal(text, None, "The text"))

    def put_empty(self, name: str) -> None:
        file = self._folder.joinpath(*path_of(name))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    def stored(self) -> bytes:
        return b"".join(file.read_bytes() for file in self._folder.rglob("*") if file.is_file())

    def add_foreign(self) -> None:
        self._folder.mkdir(exist_ok=True)
        for name in ("README.md", "Prod.vault", "x+"):
            self._folder.joinpath(name).write_text("x")


class MemoryFixture(StoreFixture):
    def __init__(self, place: str) -> None:
        self._place = place
        self.url = f"memory:{place}"

    @classmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryFixture:
        # This store is no part of the collection. A store of the collection is in the registry.
        monkeypatch.setitem(registry.STORES, "memory", (memory_store.__name__, "MemoryStore"))
        return cls(uuid.uuid4().hex)

    def put(self, name: str, text: str) -> None:
        memory_store.records[self._place][name] = (text, uuid.uuid4().hex)

    def put_empty(self, name: str) -> None:
        self.put(name, "")

    def add_foreign(self) -> None:
        memory_store.records["elsewhere"]["x"] = ("x", "x")


class ServiceFixture(StoreFixture):
    """A store that is an AWS service, with a prefix of its own, and a client of this service."""

    scheme: t.ClassVar[str]

    def __init__(self, **options: str) -> None:
        self.prefix = f"{self.lead}team/{uuid.uuid4().hex[:12]}"
        self.url = self.with_options(**options)
        self.client: t.Any = boto3.client(self.scheme, region_name=REGION)

    @classmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceFixture:
        return cls()

    lead = ""

    def with_options(self, **options: str) -> str:
        """The URL of the same store with other options."""
        return f"{self.scheme}:{self.prefix}?{urlencode({'region': REGION, **options})}"


class SecretsManagerFixture(ServiceFixture):
    scheme = "secretsmanager"

    def item(self, name: str) -> str:
        return f"{self.prefix}/{SecretsManagerStore.NAMES.item_of(name)}"

    def put(self, name: str, text: str) -> None:
        self.client.put_secret_value(SecretId=self.item(name), SecretString=text)

    def put_empty(self, name: str) -> None:
        self.client.create_secret(Name=self.item(name), Description="Made by Terraform")

    def add_foreign(self) -> None:
        for name in ("/a/b", "/=zz", "/==", "-beside", "/=6b"):
            self.client.create_secret(Name=self.prefix + name, SecretString="{}")


class ParameterFixture(ServiceFixture):
    scheme = "ssm"
    lead = "/"

    def item(self, name: str) -> str:
        return f"{self.prefix}/{ParameterStore.NAMES.item_of(name)}"

    def put(self, name: str, text: str) -> None:
        self.client.put_parameter(Name=self.item(name), Value=text, Type="SecureString", Overwrite=True)

    def put_empty(self, name: str) -> None:
        # Parameter Store takes no empty value.
        self.client.put_parameter(Name=self.item(name), Value=" ", Type="SecureString")

    def add_foreign(self) -> None:
        for name in ("/a/b", "/.zz", "/..x", "-beside", "/.locks/beside"):
            self.client.put_parameter(Name=self.prefix + name, Value="{}", Type="String")


class VaultFixture(StoreFixture):
    """The double of Vault in this process, or the service at REAL_VAULT_ADDR."""

    def __init__(self, base: str, token: str, folder: str) -> None:
        self._base = base
        self._token = token
        self._folder = folder
        self.url = f"vault:secret/{folder}?url={base}"

    @classmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VaultFixture:
        base = os.environ.get("REAL_VAULT_ADDR") or f"http://127.0.0.1:{serve(FakeVault()).server_address[1]}"
        token = os.environ.get("REAL_VAULT_TOKEN") or ROOT_TOKEN
        monkeypatch.setenv("VAULT_TOKEN", token)
        monkeypatch.setenv("NO_PROXY", "*")
        return cls(base, token, uuid.uuid4().hex[:12])

    def _put(self, path: str, body: dict[str, t.Any]) -> None:
        headers = {"X-Vault-Token": self._token, "X-Vault-Request": "true"}
        request = urllib.request.Request(f"{self._base}/v1/secret/{path}", json.dumps(body).encode(), headers)
        urllib.request.urlopen(request).close()

    def put(self, name: str, text: str) -> None:
        self._put(f"data/{self._folder}/{VaultStore.NAMES.item_of(name)}", {"data": {"record": text}})

    def put_empty(self, name: str) -> None:
        self._put(f"data/{self._folder}/{VaultStore.NAMES.item_of(name)}", {"data": {}})

    def add_foreign(self) -> None:
        for path in ("/a/b", "/=zz", "/==", "-beside", "/=6b"):
            self._put(f"data/{self._folder}{path}", {"data": {"password": "x"}})
        self._put(f"metadata/{self._folder}/planned", {"max_versions": 5})


FIXTURES: dict[str, type[StoreFixture]] = {
    "file": FileFixture,
    "memory": MemoryFixture,
    "secretsmanager": SecretsManagerFixture,
    "ssm": ParameterFixture,
    "vault": VaultFixture,
}
"""The stores of the conformance suite, by scheme. A new store is registered here, and nowhere else in the tests."""

SEALING = [scheme for scheme, made in FIXTURES.items() if made.stored is not StoreFixture.stored]
"""The stores that seal with Ansible Vault."""

SERVICES = {scheme: made for scheme, made in FIXTURES.items() if issubclass(made, ServiceFixture)}
"""The stores that are AWS services."""


def use_keys(monkeypatch: pytest.MonkeyPatch, keys: t.Mapping[str, str], region: str = REGION) -> None:
    """Have these in the environment, as the AWS chain of the controller."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys["access_key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys["secret_key"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


def actions(aws: FakeAws) -> list[str]:
    """The actions that were asked for since the last reset, without the service."""
    return [request["action"].partition(":")[2] for request in aws.requests]


def let_locks_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left, a lock or the note of a deletion, is an hour old by the clock of AWS."""
    response_time = aws_client.response_time
    for module in (ssm_lock, secretsmanager):
        monkeypatch.setattr(module, "response_time", lambda answer: response_time(answer) + 3600)


def failure(work: t.Callable[[], object]) -> OctoAwsError:
    """What the work fails with."""
    with pytest.raises(OctoAwsError) as caught:
        work()
    assert SECRET_KEY not in str(caught.value)
    return caught.value
