# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Store accounts in the Parameter Store of AWS Systems Manager, one SecureString each.

Parameter Store has no conditional writes, so the writers of one account use a lock; see :mod:`.ssm_lock`. It numbers
the versions of a parameter and keeps the previous ones, so that a save can check afterwards which version it replaced.
If this is not the one that was read, another writer had no lock, or this one lost it, and the save is reverted.
"""

from __future__ import annotations

import hashlib
import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from . import url as store_url
from .aws_service import ServiceStore, tags
from .item_names import ItemNames
from .protocol import RevisionConflict, has_content
from .record_cache import Record
from .ssm_lock import EXISTS, MISSING, NO_VERSION, Lock

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .aws_client import ServiceClient

_LOCKS = ".locks"
"""The folder of locks, below the prefix. No quoted name equals it."""

_OTHER_TYPE = "HierarchyTypeMismatchException"

_STANDARD = "Standard"
_SIZES = {_STANDARD: 4_096, "Advanced": 8_192, "Intelligent-Tiering": 8_192}
"""Maximum size of a value in bytes (Systems Manager user guide, parameter tiers)."""


class ParameterStore(ServiceStore):
    """See :class:`.protocol.Store`."""

    SERVICE = "ssm"
    client: ServiceClient
    ITEM = "parameter"
    # A name has at most 15 levels (API reference, PutParameter); two are for locks.
    PREFIX = re.compile(r"(?!/(?:aws|ssm))(?:/[A-Za-z0-9_.-]+){1,13}", re.IGNORECASE)
    PREFIX_HINT = (
        "Write ssm:/PREFIX, with up to 100 letters, digits and _.- in up to 13 parts, each after a slash. It cannot "
        "start with /aws or /ssm."
    )
    # A name has at most 1,011 characters, including its ARN (API reference, PutParameter); 100 are for the prefix.
    NAMES = ItemNames(plain="_-", escape=".", max_length=800, lead="octo.aws account ")
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {"tier": store_url.one_of("tier", *_SIZES)}
    BATCH = 10
    MAX_DESCRIPTION = 1024

    @property
    def max_record_size(self) -> int:
        return _SIZES[self._tier]

    @property
    def size_hint(self) -> str:
        if self._tier == _STANDARD:
            return "Add tier=Advanced to the URL of the store (AWS charges for it), or use Secrets Manager."
        return "Use Secrets Manager, or reduce the roles in assume_role and their policies."

    def text_of(self, account: Account) -> str:
        # A value cannot contain double braces (API reference, PutParameter). They only occur in strings, where JSON can
        # escape them.
        return super().text_of(account).replace("{{", "{\\u007b")

    def fetch(self, item: str) -> Record | None:
        name = self.full(item)
        try:
            response = self.client.call("get_parameter", name, Name=name, WithDecryption=True)
        except OctoAwsError as error:
            if error.is_refusal(MISSING):
                return None
            raise
        return _record(response["Parameter"], name)

    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        names = {self.full(item): item for item in items}
        try:
            response = self.client.call("get_parameters", self.prefix, Names=list(names), WithDecryption=True)
        except OctoAwsError as error:
            if error.code not in (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED):
                raise
            # One unreadable parameter fails the whole request.
            return self.one_by_one(items)
        # A name that was not requested raises KeyError: the response is not from Parameter Store.
        return {names[value["Name"]]: _record(value, value["Name"]) for value in response.get("Parameters", ())}

    def items(self) -> t.Iterator[tuple[str, str]]:
        start = self.full("")
        filters = [{"Key": "Path", "Option": "OneLevel", "Values": [self.prefix]}]
        for response in self.client.pages("describe_parameters", self.prefix, ParameterFilters=filters, MaxResults=50):
            for parameter in response.get("Parameters", ()):
                if parameter["Name"].startswith(start):
                    yield parameter["Name"].removeprefix(start), parameter.get("Description", "")

    def create(self, item: str, text: str, description: str) -> None:
        with self._lock(item).held():
            try:
                self._put(item, text, description, Tags=tags(item))
            except OctoAwsError as error:
                if not error.is_refusal(EXISTS):
                    raise
                current = self.fetch(item)
                if current is None or current.text != text:  # else the first response was lost
                    raise RevisionConflict from None

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        with self._lock(item).held() as lock:
            current = self.fetch(item)
            if current is None or current.revision != replaces:
                raise RevisionConflict
            try:
                version = self._put(item, text, description, Overwrite=True)
            except OctoAwsError as error:
                if not error.is_refusal(_OTHER_TYPE):
                    raise
                self._replace_type(item, text, description, current, error)
                return
            if lock.is_valid and version == _number(current) + 1:
                return
        before = self._replaced(item, text, version)
        if before is None or before.revision != replaces:
            self._revert(item, Record(text, _revision(version, text)), before, description)
            raise RevisionConflict

    def _replace_type(self, item: str, text: str, description: str, current: Record, error: OctoAwsError) -> None:
        """Recreate an empty parameter as a SecureString, since AWS cannot change its type. The caller holds the lock.

        :raises OctoAwsError: it has a record, which a deletion could lose
        """
        if has_content(current.text):
            raise error.with_text(
                error.message,
                "The parameter is not a SecureString, and AWS cannot change its type. Delete the account and save it "
                "again.",
            )
        self._delete(item)
        self._put(item, text, description, Tags=tags(item))

    def _replaced(self, item: str, text: str, version: int) -> Record | None:
        """Return the record that a text replaced, or ``None`` if it replaced none.

        :param version: of the text; retries may have written the same text several times
        :raises RevisionConflict: the parameter was deleted since
        """
        while version := version - 1:
            before = self._version(item, version)
            if before.text != text:
                return before
        return None

    def _revert(self, item: str, written: Record, before: Record | None, description: str) -> None:
        """Revert a save without a valid lock: restore the record that it replaced, or delete the account if it was
        deleted before. A later record stays."""
        with self._lock(item).held():
            if self.fetch(item) != written:
                return
            if before:
                self._put(item, before.text, description, Overwrite=True)
            else:
                self._delete(item)

    def remove(self, item: str, description: str) -> bool:
        existed = False
        with self._lock(item).held():
            # A late save may have created it again.
            while self._delete(item):
                existed = True
        return existed

    def _delete(self, item: str) -> bool:
        name = self.full(item)
        try:
            self.client.call("delete_parameter", name, Name=name)
        except OctoAwsError as error:
            if error.is_refusal(MISSING):
                return False
            raise
        return True

    @property
    def _tier(self) -> str:
        return self.options.get("tier", _STANDARD)

    def _lock(self, item: str) -> Lock:
        return Lock(self.client, f"{self.prefix}/{_LOCKS}/{item}")

    def _put(self, item: str, text: str, description: str, **more: t.Any) -> int:
        name = self.full(item)
        if "kms_key_id" in self.options:
            more["KeyId"] = self.options["kms_key_id"]
        response = self.client.call(
            "put_parameter",
            name,
            Name=name,
            Value=text,
            Type="SecureString",
            Description=description,
            Tier=self._tier,
            **more,
        )
        return int(response["Version"])

    def _version(self, item: str, version: int) -> Record:
        name = self.full(item)
        try:
            response = self.client.call("get_parameter", name, Name=f"{name}:{version}", WithDecryption=True)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING, NO_VERSION):
                raise
            raise RevisionConflict from None
        return _record(response["Parameter"], name)


def _record(value: t.Mapping[str, t.Any], name: str) -> Record:
    if value["Name"] != name:
        raise ValueError("the response is for another parameter")
    text = str(value["Value"])
    return Record(text, _revision(value["Version"], text))


def _revision(version: int, text: str) -> str:
    # The version numbers restart at 1 after a deletion.
    return f"{version} {hashlib.sha256(text.encode()).hexdigest()}"


def _number(record: Record) -> int:
    return int(record.revision.partition(" ")[0])
