# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a folder of accounts and a session cache hold, as somebody reads them who comes later."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
import stat
import threading
import typing as t
from pathlib import Path
from unittest import mock

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._aws import sts
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._service.resolver import Resolver
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._stores.record_cache import Record, RecordCache
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault

NAME = "prod"
LONG = "\N{GRINNING FACE}" * 60
"""A name whose record is in folders of its own."""

KEYS = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "canary/secret+key", "region": "eu-central-1"}
ROLE: dict[str, t.Any] = {"assume_role": [{"role_arn": "arn:aws:iam::123456789012:role/deploy"}]}
RECORD = Record("canary of a service", "1")
_URL = "ssm:/octo"


def _refuse(name: str, url: str) -> t.NoReturn:
    raise AssertionError((name, url))


class _Aws(threading.local):
    """What AWS gives a thread for a role."""

    answer: t.Callable[[], Credentials]


_aws = _Aws()


def _assume_role(*_arguments: t.Any, **_options: t.Any) -> Credentials:
    return _aws.answer()


def roles_answered() -> t.ContextManager[object]:
    """Inside, AWS answers as :meth:`StoreState.take_session` says, and nobody asks it."""
    return mock.patch.object(sts, "assume_role", _assume_role)


class StoreState:
    """A store, a second one to copy from, and a session cache, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        vault = Vault([("default", VaultSecret(b"vault-password"))])
        context = StoreContext(vault, "", lambda text: None, _refuse)
        self.store = FileStore(str(folder / "above" / "store"), context)
        self.source = FileStore(str(folder / "source"), context)
        self.settings = Settings(self.store.url, session_cache=str(folder / "home" / "sessions"))
        self.warnings: list[str] = []
        self._records = RecordCache(
            self.settings.session_cache, _URL, NAME, self.warnings.append, access_digest="", vault=vault, seconds=3600
        )

    def keep(self, folder: Path) -> None:
        """Remember in ``folder`` what is there."""
        shutil.copytree(self.folder, folder)

    @classmethod
    def again(cls, folder: Path, kept: Path) -> StoreState:
        """What was there, for a new process. Sessions belong to the path of a store, which has to be the same."""
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        return cls(folder)

    def accounts(self, store: FileStore | None = None) -> AccountManager:
        """What saves and deletes."""
        return AccountManager(
            store or self.store, self.settings, dry_run=False, options=SessionOptions(), warn=self.warnings.append
        )

    def save(self, name: str = NAME, store: FileStore | None = None, **fields: t.Any) -> None:
        """Save without a test."""
        self.accounts(store).save(name, {**KEYS, **fields}, vault_id=None, test=False)

    def take_session(self, answer: t.Callable[[], Credentials]) -> str:
        """What the lookup does for an account with a role, where AWS gives this answer; the access key."""
        session_reuse._in_memory.clear()
        _aws.answer = answer
        account = find(self.store, NAME).account
        return str(self._resolver().walk(account).credentials().access_key)

    def take_record(self) -> str:
        """What a store that is a service does to read a record."""
        found = self._records.get(lambda: RECORD)
        return found.text if found else ""

    def forget_record(self) -> None:
        """What a store that is a service does after a save."""
        self._records.forget()

    def facts(self) -> dict[str, t.Any]:
        """All that a reader can know, by name. Session keys are random; facts tell them by their sessions."""
        self.warnings.clear()
        facts: dict[str, t.Any] = {}
        names = self.store.names()
        for name in sorted({*names, NAME, LONG}):
            stored = self.store.read(name)
            facts[name] = stored and dataclasses.replace(stored.account, session_key="")
            facts[f"session of {name}"] = stored and self._session_of(stored.account)
            if (stored is not None) != (name in names):
                raise AssertionError(f"{name} is listed and cannot be read, or the other way round")
        facts["record"] = self._records._shared()
        facts["warnings"] = list(self.warnings)
        return facts

    def _resolver(self) -> Resolver:
        return Resolver(self.settings, SessionOptions(), self.store, self.warnings.append)

    def _session_of(self, account: Account) -> str:
        seal = self._resolver().walk(account).chain.seals[-1]
        cache = self._resolver().session_cache(account.name)
        session = cache.read(seal) if cache else None
        return session.access_key if session else ""

    def dirt(self) -> list[str]:
        """What does not belong there: files of no account, those that were not finished, what others may read."""
        records = {Path(self.store.url).joinpath(*path_of(name)) for name in self.store.names()}
        found: list[str] = []
        for path in self.folder.rglob("*"):
            mode = stat.S_IMODE(path.lstat().st_mode)
            strange = path.suffix == ".new" or mode != (0o700 if path.is_dir() else 0o600)
            if Path(self.store.url) in path.parents and path.is_file():
                strange = strange or (path.name != ".lock" and path not in records)
            if strange:
                found.append(f"{path.relative_to(self.folder)} ({mode:o})")
        return found

    def empty_folders(self) -> list[str]:
        """What a long name may leave in the store."""
        folders = [path for path in Path(self.store.url).rglob("*") if path.is_dir()]
        return [str(path.relative_to(self.folder)) for path in folders if not os.listdir(path)]


def session(access_key: str, left: float = 3600) -> Credentials:
    """What AWS gives for a role, for an hour.

    :param left: seconds of it that are left
    """
    expiration = now() + datetime.timedelta(seconds=left)
    return Credentials(
        access_key=access_key,
        secret_key="canary/secret+key/of/a/session",
        session_token="canary//session+token==",
        region=KEYS["region"],
        began=expiration - datetime.timedelta(hours=1),
        expiration=expiration,
        source="access_key",
    )
