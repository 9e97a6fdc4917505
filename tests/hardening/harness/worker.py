# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that works with few accounts, as others do at the same time, and writes down what it does and sees."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import time
import typing as t
from pathlib import Path

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service import resolver, store_access
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from harness.linearizability import IMPOSSIBLE, Impossible, Operation, State

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account

NAMES = ("a", "b", "c", "d")
"""Few, so that processes meet."""

FIELDS = ("description", "region", "assume_role")
"""What saves change, one at a time. The name of a role's session is in the identity of who assumed it."""

_REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-south-1", "sa-east-1")
_KINDS = {"save": 4, "read": 3, "resolve": 4, "delete": 1}
_LONGEST_PAUSE = 0.02


@dataclasses.dataclass(frozen=True)
class SharedStore:
    """What processes share.

    :param name: names the store, for people
    :param url: of the store
    :param folder: where sessions and what was done lie
    :param keys: an access key and a secret key, and a role that they may assume
    """

    name: str
    url: str
    folder: Path
    keys: dict[str, str]

    @property
    def sessions(self) -> Path:
        """The session cache."""
        return self.folder / "sessions"

    def context(self, warn: t.Callable[[str], None]) -> StoreContext:
        """Those of a process that has the vault password."""

        def refuse(name: str, url: str) -> t.NoReturn:
            raise AssertionError((name, url))

        return StoreContext(Vault([("default", VaultSecret(b"password"))]), str(self.sessions), warn, refuse)


class Worker:
    """One process.

    :param number: no other process has it
    """

    def __init__(self, shared: SharedStore, number: int) -> None:
        self._shared = shared
        self._number = number
        self._random = random.Random(number)
        self._log = os.open(shared.folder / f"{number}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._settings = Settings(shared.url, session_cache=str(shared.sessions))
        self._store = open_store(shared.url, shared.context(self._warn))
        self._accounts = AccountManager(
            self._store, self._settings, dry_run=False, options=SessionOptions(), warn=self._warn
        )

    def work(self, until: float) -> None:
        """Do one thing after the other until this moment of the monotonic clock."""
        count = 0
        while time.monotonic() < until:
            count += 1
            [kind] = self._random.choices(tuple(_KINDS), tuple(_KINDS.values()))
            field = self._random.choice(FIELDS)
            unique = f"{self._number}-{count}"
            value = self._random.choice(_REGIONS) if field == "region" else unique
            facts = {"kind": kind, "account": self._random.choice(NAMES), "field": field, "value": value}
            self._write(**facts, begin=time.monotonic_ns())
            try:
                seen = getattr(self, f"_{kind}")(**facts)
            except OctoAwsError as error:
                self._write(failure=str(error))
                seen = "failed"
            except Exception as error:
                self._write(failure=repr(error))
                raise
            self._write(end=time.monotonic_ns(), seen=seen)
            time.sleep(self._random.uniform(0, _LONGEST_PAUSE))

    def _save(self, account: str, field: str, value: str, **_facts: str) -> State:
        role = [{"role_arn": self._shared.keys["role_arn"], "role_session_name": value}]
        keys = {name: self._shared.keys[name] for name in ("access_key", "secret_key")}
        options = {**keys, field: role if field == "assume_role" else value}
        return _state_of(self._accounts.save(account, options, vault_id=None, test=False).account)

    def _read(self, account: str, **_facts: str) -> State:
        stored = store_access.read(self._store, account, fresh=True)
        return _state_of(stored.account if stored else None)

    def _delete(self, account: str, **_facts: str) -> bool:
        return self._accounts.delete(account).changed

    def _resolve(self, account: str, **_facts: str) -> tuple[str, str] | None:
        try:
            found = store_access.find(self._store, account).account
        except OctoAwsError as error:
            if error.code is ErrorCode.ACCOUNT_UNKNOWN:
                return None
            raise
        resolving = resolver.Resolver(self._settings, SessionOptions(), self._store, self._warn)
        credentials = resolving.walk(found).credentials()
        session = credentials.identity.arn.rpartition("/")[2] if credentials.identity else ""
        return credentials.region, session

    def _warn(self, text: str) -> None:
        self._write(failure=text)

    def _write(self, **facts: t.Any) -> None:
        os.write(self._log, (json.dumps(facts) + "\n").encode())


def _state_of(account: Account | None) -> State:
    if account is None:
        return None
    return account.description, account.region, "".join(hop.role_session_name for hop in account.assume_role)


def read_log(path: Path, death: int | None) -> tuple[list[tuple[str, str, Operation]], list[str]]:
    """What a process did, each with the account and the kind of it, and what failed.

    :param death: when it was gone, if it was killed
    """
    done: list[tuple[str, str, Operation]] = []
    failures: list[str] = []
    begun: dict[str, t.Any] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        facts = json.loads(line)
        if "begin" in facts:
            begun = facts
        elif "failure" in facts:
            failures.append(f"{begun.get('kind')} of {begun.get('account')}: {facts['failure']}")
        else:
            if facts["seen"] != "failed":
                done.append((begun["account"], begun["kind"], operation_of(begun, facts["seen"], facts["end"])))
            begun = {}
    if begun and death and begun["kind"] in ("save", "delete"):
        done.append((begun["account"], begun["kind"], operation_of(begun, None, death, killed=True)))
    return done, failures


def operation_of(begun: dict[str, t.Any], seen: t.Any, end: int, *, killed: bool = False) -> Operation:
    """What was begun and what came of it, as an operation on the account.

    :param seen: nothing is known of it where the process was killed
    """
    told = {
        "save": f"{begun['field']} was set to {begun['value']}, which gave {seen}",
        "read": f"{seen} was read",
        "resolve": f"credentials of {seen} were given",
        "delete": f"it was deleted{'' if seen else ', and was not there'}",
    }
    what = f"{begun['kind']}, killed" if killed else told[begun["kind"]]

    def effect(state: State) -> State | Impossible:
        after, shown = _EFFECTS[begun["kind"]](state, begun)
        return after if killed or shown == (tuple(seen) if isinstance(seen, list) else seen) else IMPOSSIBLE

    return Operation(what, begun["begin"], end, effect, may_be_lost=killed)


def _save(state: State, begun: t.Mapping[str, str]) -> tuple[State, State]:
    after = tuple(
        begun["value"] if field == begun["field"] else value
        for field, value in zip(FIELDS, state or ("", "", ""), strict=True)
    )
    return after, after


_EFFECTS: dict[str, t.Callable[[State, t.Mapping[str, str]], tuple[State, t.Any]]] = {
    "save": _save,
    "read": lambda state, _begun: (state, state),
    "resolve": lambda state, _begun: (state, state and state[1:]),
    "delete": lambda state, _begun: (None, state is not None),
}
"""What an account is after it, and what is seen by who does it."""
