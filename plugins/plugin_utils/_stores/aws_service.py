# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base class of stores that are services: those of AWS, and Vault.

A service holds one item per account, with the record as JSON in one line. Each store class implements conditional
writes with the means of its service.
"""

from __future__ import annotations

import itertools
import json
import typing as t
from abc import ABC, abstractmethod
from functools import partial

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ...module_utils._secrecy import without_password
from .._accounts.record import from_record, to_record
from . import url as store_url
from .aws_client import ServiceClient
from .protocol import EmptyRecordError, Stored, has_content
from .record_cache import Record, RecordCache
from .run_cache import RunCache

if t.TYPE_CHECKING:
    import re

    from .._accounts.account import Account
    from .item_names import ItemNames
    from .protocol import StoreContext

_MAX_PREFIX = 100

_CODES_OF_ONE_RECORD = (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED, ErrorCode.VAULT_DENIED)


class ServiceStore(ABC):
    """See :class:`.protocol.Store`.

    :param prefix: of the names of all items
    :param options: of the URL
    """

    SERVICE: t.ClassVar[str]
    """The scheme of the URLs; for AWS, the name of the service in botocore."""
    ITEM: t.ClassVar[str]
    """The word for an item."""
    PREFIX: t.ClassVar[re.Pattern[str]]
    """The valid prefixes, without a trailing slash."""
    PREFIX_HINT: t.ClassVar[str]
    """The hint for an invalid prefix."""
    NAMES: t.ClassVar[ItemNames]
    COMMON_OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = store_url.COMMON_OPTIONS
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]]
    """The options of the URL that only this store has."""
    SHOWN_OPTIONS: t.ClassVar[tuple[str, ...]] = ("region", "endpoint_url")
    """Those that belong to the location."""
    BATCH: t.ClassVar[int]
    """Maximum number of items in one request."""
    MAX_DESCRIPTION: t.ClassVar[int]

    seals_with_vault = False

    def __init__(self, prefix: str, options: t.Mapping[str, str], context: StoreContext) -> None:
        shown = "&".join(f"{name}={options[name]}" for name in self.SHOWN_OPTIONS if name in options)
        self.url = without_password(f"{self.SERVICE}:{prefix}{'?' if shown else ''}{shown}")
        self.prefix = prefix
        self.options = options
        self.client = self.make_client(context)
        self._context = context
        self._cache_seconds = int(options.get("cache_seconds", 0))
        self._run_cache = RunCache(f"{self.url} {self.client.access_digest}")
        self._descriptions: dict[str, str] = {}
        if self._cache_seconds:
            self._check_cache()

    @classmethod
    def at_url(cls, rest: str, context: StoreContext) -> t.Self:
        """Open the store of a URL; see :meth:`.protocol.Store.at_url`."""
        checks = {**cls.COMMON_OPTIONS, **cls.OPTIONS}
        prefix, options = store_url.parse(rest, checks)
        if "account" in options and "profile" in options:
            raise store_url.invalid("account and profile are both set.", "Set only one of them.")
        if "account_store" in options and "account" not in options:
            raise store_url.invalid("account_store is set without account.", "Add account=NAME, or remove it.")
        prefix = prefix.removesuffix("/")
        if not cls.PREFIX.fullmatch(prefix) or len(prefix) > _MAX_PREFIX:
            raise store_url.invalid(f"{prefix!r:.110} is not a valid prefix of {cls.ITEM} names.", cls.PREFIX_HINT)
        return cls(prefix, options, context)

    def make_client(self, context: StoreContext) -> t.Any:
        """Return the client, which is also the context of errors while responses are parsed."""
        return ServiceClient(self.SERVICE, self.url, self.options, context)

    @abstractmethod
    def fetch(self, item: str) -> Record | None:
        """Read an item, which may be empty. Return ``None`` if it does not exist."""

    @abstractmethod
    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        """Read at most ``BATCH`` items. Omit those that do not exist."""

    @abstractmethod
    def items(self) -> t.Iterator[tuple[str, str]]:
        """Yield the name, without the prefix, and the description of each item below the prefix."""

    @abstractmethod
    def create(self, item: str, text: str, description: str) -> None:
        """Create an item: completely or, on any failure, not at all.

        :raises RevisionConflict: the item exists
        """

    @abstractmethod
    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        """Replace the record of an item: completely or, on any failure, not at all.

        :param described: whether the description changes, too
        :raises RevisionConflict: the stored revision is another one
        """

    @abstractmethod
    def remove(self, item: str, description: str) -> bool:
        """Remove an item, even an unreadable one. Return whether it held an account.

        :param description: of the item, if it has to be restored
        """

    @property
    @abstractmethod
    def max_record_size(self) -> int:
        """Maximum size of a record in bytes."""

    @property
    @abstractmethod
    def size_hint(self) -> str:
        """The hint for a larger record."""

    def exists(self) -> bool | None:
        return None  # a prefix without items looks like a mistyped one

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        item = self.NAMES.item_of(name)
        fetch = partial(self._fetch_record, name)
        if fresh:
            record = fetch()
        elif self._cache_seconds:
            record = self._run_cache.get(item, partial(self._record_cache(name).get, fetch))
        else:
            record = self._run_cache.get(item, fetch)
        return self._stored(name, record) if record else None

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        rest = iter(names)
        while batch := list(itertools.islice(rest, self.BATCH)):
            with self.client.parsing_responses():
                records = self.fetch_many([self.NAMES.item_of(name) for name in batch])
            for name in batch:
                record = records.get(self.NAMES.item_of(name))
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
                f"{self._label(account.name)} is too large: {size:,} bytes. The maximum of a {self.ITEM} is "
                f"{self.max_record_size:,}.",
                hint=f"Nothing was written. {self.size_hint}",
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
                self._invalidate(account.name)

    def delete(self, name: str) -> bool:
        item = self.NAMES.item_of(name)
        plain = self.NAMES.description_of(name, "", self.MAX_DESCRIPTION)
        try:
            with self.client.parsing_responses():
                return self.remove(item, self._descriptions.get(item, plain))
        finally:
            self._invalidate(name)

    def names(self) -> list[str]:
        with self.client.parsing_responses():
            names = [self._name_in(item, description) for item, description in self.items()]
        return sorted(name for name in names if name)

    def text_of(self, account: Account) -> str:
        """Serialize an account."""
        return to_record(account, compact=True)

    def full(self, item: str) -> str:
        """Return the full name of an item, with the prefix."""
        return f"{self.prefix}/{item}"

    def one_by_one(self, items: t.Iterable[str]) -> dict[str, Record | OctoAwsError]:
        """Implement :meth:`fetch_many` with single requests."""
        records: dict[str, Record | OctoAwsError] = {}
        for item in items:
            try:
                if record := self.fetch(item):
                    records[item] = record
            except OctoAwsError as error:
                records[item] = error
        return records

    def _fetch_one(self, item: str) -> Record | None:
        try:
            with self.client.parsing_responses():
                return self.fetch(item)
        except OctoAwsError as error:
            raise _as_record_error(error) from None

    def _fetch_record(self, name: str) -> Record | None:
        """Fetch a record with content: an empty one must not be cached."""
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
            # The description was edited. The record has the name.
            try:
                record = self._fetch_one(item)
                recorded = json.loads(record.text).get("name") if record else None
            except (RecordError, ValueError, AttributeError):
                return None
            name = recorded if isinstance(recorded, str) and self.NAMES.item_of(recorded) == item else None
        return name

    def _description(self, account: Account) -> str:
        facts = f"({account.type}) {account.description}"
        return self.NAMES.description_of(account.name, facts, self.MAX_DESCRIPTION)

    def _label(self, name: str) -> str:
        return f"The record of account {name!r:.80} in {self.url} ({self.full(self.NAMES.item_of(name)):.120})"

    def _check_cache(self) -> None:
        if not self._context.shared_folder:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "cache_seconds of the store needs the session cache, and session_cache is none.",
                hint="Set session_cache to a folder, or remove cache_seconds from the URL of the store.",
            )
        self._context.vault.require_password(f"The record cache of the store {self.url} (cache_seconds)")

    def _record_cache(self, name: str) -> RecordCache:
        return RecordCache(
            self._context.shared_folder,
            self.url,
            name,
            self._context.warn,
            access_digest=self.client.access_digest,
            vault=self._context.vault,
            seconds=self._cache_seconds,
        )

    def _invalidate(self, name: str) -> None:
        self._run_cache.invalidate()
        # Other processes may cache the record, even if this one does not.
        if self._context.shared_folder:
            self._record_cache(name).forget()


def tags(item: str) -> list[dict[str, str]]:
    """Return the tags of a new item, for administrators and for policy conditions."""
    return [{"Key": "managed-by", "Value": "octo.aws"}, {"Key": "octo.aws:account", "Value": item[:256]}]


def _as_record_error(error: OctoAwsError) -> OctoAwsError:
    """Convert an error to a :class:`RecordError` if other records may be readable."""
    if error.code not in _CODES_OF_ONE_RECORD:
        return error
    return RecordError(error.code, error.message, hint=error.hint, aws_code=error.aws_code, request_id=error.request_id)
