# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what stores have in common that are services of AWS.

A part, above C(.service_client) and C(.memory). A service keeps records in items of its own kind, each the account's
record as JSON in one line; what it gives so that no save is lost is the business of each store.
"""

from __future__ import annotations

import itertools
import json
import typing as t
from abc import ABC, abstractmethod
from functools import partial

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ...module_utils._model.name_forms import KMS_KEY, check_not_empty
from ...module_utils._model.validation import check_endpoint_url, check_region, check_text
from ...module_utils._secrecy import without_password
from .._accounts.account import Account, check_name
from .._accounts.record import from_record, to_record
from . import url as store_url
from .aws_client import ServiceClient
from .protocol import EmptyRecordError, Stored, has_content
from .record_cache import Record, RecordCache
from .run_cache import RunCache

if t.TYPE_CHECKING:
    import re

    from .item_names import ItemNames
    from .protocol import StoreContext

_LONGEST_PREFIX = 100

_CODES_OF_ONE_RECORD = (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED)


class ServiceStore(ABC):
    """See :class:`.protocol.Store`.

    :param prefix: what the names of items begin with
    :param options: those of the URL
    """

    SERVICE: t.ClassVar[str]
    """Its name in botocore, and the scheme of its URLs."""
    ITEM: t.ClassVar[str]
    """What it calls an item."""
    PREFIX: t.ClassVar[re.Pattern[str]]
    """What the names of items can begin with, without an ending slash."""
    PREFIX_HINT: t.ClassVar[str]
    """What to do about a URL with another one."""
    NAMES: t.ClassVar[ItemNames]
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]]
    """Those that only this store knows."""
    BATCH: t.ClassVar[int]
    """Items that it gives at once."""
    LONGEST_DESCRIPTION: t.ClassVar[int]

    seals_with_vault = False

    def __init__(self, prefix: str, options: t.Mapping[str, str], context: StoreContext) -> None:
        shown = "&".join(f"{name}={options[name]}" for name in ("region", "endpoint_url") if name in options)
        self.url = without_password(f"{self.SERVICE}:{prefix}{'?' if shown else ''}{shown}")
        self.prefix = prefix
        self.options = options
        self.client = ServiceClient(self.SERVICE, self.url, options, context)
        self._context = context
        self._cache_seconds = int(options.get("cache_seconds", 0))
        self._run_cache = RunCache(f"{self.url} {self.client.access_digest}")
        self._descriptions: dict[str, str] = {}
        if self._cache_seconds:
            self._check_sharing()

    @classmethod
    def at_url(cls, rest: str, context: StoreContext) -> t.Self:
        """The store that a URL of its scheme names."""
        checks = {**_COMMON_OPTIONS, **cls.OPTIONS}
        prefix, options = store_url.parse(rest, checks)
        if "account" in options and "profile" in options:
            raise store_url.invalid("It names an account and a profile.", "One of them gives the credentials.")
        if "account_store" in options and "account" not in options:
            raise store_url.invalid("It names account_store without an account.", "Add account=NAME, or leave it out.")
        prefix = prefix.removesuffix("/")
        if not cls.PREFIX.fullmatch(prefix) or len(prefix) > _LONGEST_PREFIX:
            raise store_url.invalid(f"The names of {cls.ITEM}s cannot begin with {prefix!r:.110}.", cls.PREFIX_HINT)
        return cls(prefix, options, context)

    @abstractmethod
    def fetch(self, item: str) -> Record | None:
        """What is in an item, which may be nothing, or ``None`` where there is no item."""

    @abstractmethod
    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        """The same for at most C(BATCH) items; what there is none of is left out."""

    @abstractmethod
    def items(self) -> t.Iterator[tuple[str, str]]:
        """The names, without the prefix, and the descriptions of all items below the prefix."""

    @abstractmethod
    def create(self, item: str, text: str, description: str) -> None:
        """Make an item: whole or, in any failure, not at all.

        :raises RevisionConflict: there is one
        """

    @abstractmethod
    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        """Put another record into an item: whole or, in any failure, not at all.

        :param described: whether the description is another one, too
        :raises RevisionConflict: what is there has another revision
        """

    @abstractmethod
    def remove(self, item: str, description: str) -> bool:
        """Remove an item, readable or not; whether there was an account in it.

        :param description: what describes it, should it have to stay
        """

    @property
    @abstractmethod
    def max_record_size(self) -> int:
        """Bytes that an item takes."""

    @property
    @abstractmethod
    def size_hint(self) -> str:
        """What to do about a record that is longer."""

    def exists(self) -> bool | None:
        return None  # a prefix without items is like a prefix that was mistyped

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        item = self.NAMES.item_of(name)
        fetch = partial(self._fetch_to_keep, name)
        if fresh:
            record = fetch()
        elif self._cache_seconds:
            record = self._run_cache.get(item, partial(self._shared(name).get, fetch))
        else:
            record = self._run_cache.get(item, fetch)
        return self._stored(name, record) if record else None

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        rest = iter(names)
        while batch := list(itertools.islice(rest, self.BATCH)):
            with self.client.parsing_responses():
                found = self.fetch_many([self.NAMES.item_of(name) for name in batch])
            for name in batch:
                record = found.get(self.NAMES.item_of(name))
                try:
                    if isinstance(record, OctoAwsError):
                        raise _as_record_error(record)
                    yield name, self._stored(name, record) if record else None
                except RecordError as error:
                    yield name, error

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        text = self.text_of(account)
        size = len(text.encode())
        if size > self.max_record_size:
            raise OctoAwsError(
                ErrorCode.RECORD_TOO_LARGE,
                f"{self._label(account.name)} would have {size:,} bytes, and a {self.ITEM} takes {self.max_record_size:,}"
                ".",
                hint=f"Nothing was sent. {self.size_hint}",
            )
        if dry_run:
            return
        item = self.NAMES.item_of(account.name)
        description = self._description(account)
        with self.client.redacting(account.secrets), self.client.parsing_responses():
            try:
                if replaces is None:
                    self.create(item, text, description)
                else:
                    described = self._descriptions.get(item) != description
                    self.replace(item, text, description, replaces, described=described)
            finally:
                self._forget(account.name)

    def delete(self, name: str) -> bool:
        item = self.NAMES.item_of(name)
        plain = self.NAMES.description_of(name, "", self.LONGEST_DESCRIPTION)
        try:
            with self.client.parsing_responses():
                return self.remove(item, self._descriptions.get(item, plain))
        finally:
            self._forget(name)

    def names(self) -> list[str]:
        with self.client.parsing_responses():
            found = [self._name_in(item, description) for item, description in self.items()]
        return sorted(name for name in found if name)

    def text_of(self, account: Account) -> str:
        """The record of an account."""
        return to_record(account, compact=True)

    def full(self, item: str) -> str:
        """The name of an item as the service knows it."""
        return f"{self.prefix}/{item}"

    def one_by_one(self, items: t.Iterable[str]) -> dict[str, Record | OctoAwsError]:
        """See :meth:`fetch_many`."""
        found: dict[str, Record | OctoAwsError] = {}
        for item in items:
            try:
                if record := self.fetch(item):
                    found[item] = record
            except OctoAwsError as error:
                found[item] = error
        return found

    def _fetch_one(self, item: str) -> Record | None:
        try:
            with self.client.parsing_responses():
                return self.fetch(item)
        except OctoAwsError as error:
            raise _as_record_error(error) from None

    def _fetch_to_keep(self, name: str) -> Record | None:
        """A record with content: one without is neither remembered nor shared."""
        record = self._fetch_one(self.NAMES.item_of(name))
        return self._with_content(name, record) if record else None

    def _with_content(self, name: str, record: Record) -> Record:
        if not has_content(record.text):
            raise EmptyRecordError.of(self._label(name), record.revision)
        return record

    def _stored(self, name: str, record: Record) -> Stored:
        account = from_record(self._with_content(name, record).text, name, self._label(name))
        self._descriptions[self.NAMES.item_of(name)] = self._description(account)
        return Stored(account, record.revision)

    def _name_in(self, item: str, description: str) -> str | None:
        name = self.NAMES.name_of(item, description)
        if name is None and self.NAMES.is_cut(item):
            # Somebody described it in other words. The record knows.
            try:
                record = self._fetch_one(item)
                told = json.loads(record.text).get("name") if record else None
            except (RecordError, ValueError, AttributeError):
                return None
            name = told if isinstance(told, str) and self.NAMES.item_of(told) == item else None
        return name

    def _description(self, account: Account) -> str:
        facts = f"({account.type}) {account.description}"
        return self.NAMES.description_of(account.name, facts, self.LONGEST_DESCRIPTION)

    def _label(self, name: str) -> str:
        return f"The record of account {name!r:.80} in {self.url} ({self.full(self.NAMES.item_of(name)):.120})"

    def _check_sharing(self) -> None:
        if not self._context.shared_folder:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "cache_seconds of the store shares records in the session cache, and session_cache is none.",
                hint="Name a folder with session_cache, or leave cache_seconds out.",
            )
        self._context.vault.require_password(f"What cache_seconds of the store {self.url} shares")

    def _shared(self, name: str) -> RecordCache:
        return RecordCache(
            self._context.shared_folder,
            self.url,
            name,
            self._context.warn,
            access_digest=self.client.access_digest,
            vault=self._context.vault,
            seconds=self._cache_seconds,
        )

    def _forget(self, name: str) -> None:
        self._run_cache.invalidate()
        # Others on this machine may share it, whether or not this process does.
        if self._context.shared_folder:
            self._shared(name).forget()


def tags(item: str) -> list[dict[str, str]]:
    """The tags of a new item, for administrators and for conditions in policies."""
    return [{"Key": "managed-by", "Value": "octo.aws"}, {"Key": "octo.aws:account", "Value": item[:256]}]


def _as_record_error(error: OctoAwsError) -> OctoAwsError:
    """The failure, as one of the record alone where the store and its other records may be well."""
    if error.code not in _CODES_OF_ONE_RECORD:
        return error
    return RecordError(error.code, error.message, hint=error.hint, aws_code=error.aws_code, request_id=error.request_id)


def _text(name: str) -> store_url.Check:
    def check(value: str) -> str:
        check_not_empty({name: value}, name)
        return check_text(name, value, longest=2_000)

    return check


def _kms_key(value: str) -> str:
    KMS_KEY.check("kms_key_id", value)
    return value


_COMMON_OPTIONS: dict[str, store_url.Check] = {
    "region": check_region,
    "endpoint_url": check_endpoint_url,
    "profile": _text("profile"),
    "account": check_name,
    "account_store": _text("account_store"),
    "kms_key_id": _kms_key,
    "cache_seconds": store_url.whole_number("cache_seconds", 1, 86_400),
}
