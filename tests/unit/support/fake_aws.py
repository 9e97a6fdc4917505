# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fake AWS, and accounts whose sessions are looked up there."""

from __future__ import annotations

import json
import typing as t
import urllib.request
from pathlib import Path

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_reuse
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore


class FakeAws:
    """The fake AWS, and what it was asked for."""

    __test__ = False

    def __init__(self, facts: dict[str, t.Any]) -> None:
        self.facts = facts

    def tell(self, what: str, **value: t.Any) -> None:
        data = json.dumps(value).encode()
        urllib.request.urlopen(f"{self.facts['url']}/_test/{what}", data=data).close()

    @property
    def requests(self) -> list[dict[str, t.Any]]:
        with urllib.request.urlopen(f"{self.facts['url']}/_test/requests") as answer:
            found: list[dict[str, t.Any]] = json.load(answer)
            return found

    def travels(self, *values: str) -> list[dict[str, t.Any]]:
        """For each request, which of the values it held, and which its answer."""
        data = json.dumps({"values": values}).encode()
        with urllib.request.urlopen(f"{self.facts['url']}/_test/travels", data=data) as answer:
            found: list[dict[str, t.Any]] = json.load(answer)
            return found

    def issue(self, **options: t.Any) -> dict[str, t.Any]:
        """A certificate for IAM Roles Anywhere, with its chain and its key."""
        data = json.dumps(options).encode()
        with urllib.request.urlopen(f"{self.facts['url']}/_test/certificate", data=data) as answer:
            made: dict[str, t.Any] = json.load(answer)
            return made

    @property
    def sessions(self) -> int:
        made = ("sts:AssumeRole", "sts:GetSessionToken", "sts:AssumeRoleWithWebIdentity")
        return sum(request["action"] in made for request in self.requests)

    def hops(self, *names: str, **fields: t.Any) -> list[dict[str, t.Any]]:
        return [{"role_arn": self.facts["roles"][name], **fields} for name in names]


def save(store: FileStore, aws: FakeAws, name: str = "prod", **fields: t.Any) -> None:
    keys = {"access_key": aws.facts["access_key"], "secret_key": aws.facts["secret_key"], "region": "eu-central-1"}
    make_accounts(store, str(cache_of(store))).save(name, {**keys, **fields}, vault_id=None, test=False)


def cache_of(store: FileStore) -> Path:
    return Path(store.url).parent / "sessions"


def lookup(store: FileStore, *names: str, **options: t.Any) -> t.Any:
    loader = DataLoader()
    plugin = lookup_loader.get("octo.aws.creds", loader=loader, templar=Templar(loader=loader, variables={}))
    given = {"store": store.url, "session_cache": str(cache_of(store)), "format": "full", **options}
    return plugin.run(list(names), variables={}, **given)[0]


def as_a_new_process(store: FileStore, *names: str, **options: t.Any) -> t.Any:
    session_reuse._in_memory.clear()
    return lookup(store, *names, **options)
