# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: accounts in the Parameter Store of AWS Systems Manager, one SecureString each.

Parameter Store has no save under a condition, so that writers of one account hold a lock; see C(.parameter_lock). It
numbers what is saved, which tells whether anything that knows no lock came between.
"""

from __future__ import annotations

import hashlib
import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._record_cache import Record
from . import url as store_url
from .item_names import ItemNames
from .parameter_lock import EXISTS, MISSING, Lock
from .protocol import RevisionConflict
from .service import ServiceStore, tags

if t.TYPE_CHECKING:
    from .._account import Account

_LOCKS = ".locks"
"""Below the prefix. No quoted name is like it."""

_STANDARD = "Standard"
_SIZES = {_STANDARD: 4_096, "Advanced": 8_192, "Intelligent-Tiering": 8_192}
"""Bytes of a value (Systems Manager user guide, parameter tiers)."""


class ParameterStore(ServiceStore):
    """See :class:`.protocol.Store`."""

    SERVICE = "ssm"
    ITEM = "parameter"
    # At most 15 levels (API reference, PutParameter); two are for the name of a lock.
    PREFIX = re.compile(r"(?!/(?:aws|ssm))(?:/[A-Za-z0-9_.-]+){1,13}", re.IGNORECASE)
    HOW_TO_WRITE_IT = (
        "Write ssm:/PREFIX, with up to 100 letters, digits and _.- in up to 13 parts that each follow a slash; it "
        "cannot begin with /aws or /ssm."
    )
    # A name has 1,011 characters with what its ARN adds (API reference, PutParameter); 100 are for the prefix.
    NAMES = ItemNames(plain="_-", escape=".", longest=800, lead="octo.aws account ")
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {"tier": store_url.one_of("tier", *_SIZES)}
    BATCH = 10
    LONGEST_DESCRIPTION = 1024

    @property
    def longest_record(self) -> int:
        return _SIZES[self._tier]

    @property
    def how_to_make_room(self) -> str:
        if self._tier == _STANDARD:
            return "Add tier=Advanced to the store's URL (AWS charges for it), or use Secrets Manager."
        return "Use Secrets Manager, or give the account fewer roles to assume and shorter policies."

    def text_of(self, account: Account) -> str:
        # No value may have double braces (API reference, PutParameter). Only within the texts of a record can there be
        # any, and JSON spells them in another way, too.
        return super().text_of(account).replace("{{", "{\\u007b")

    def fetch(self, item: str) -> Record | None:
        name = self.full(item)
        try:
            answer = self.client.ask("get_parameter", name, Name=name, WithDecryption=True)
        except OctoAwsError as error:
            if error.is_refusal(MISSING):
                return None
            raise
        return _record(answer["Parameter"])

    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        names = {self.full(item): item for item in items}
        try:
            answer = self.client.ask("get_parameters", self.prefix, Names=list(names), WithDecryption=True)
        except OctoAwsError as error:
            if error.code not in (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED):
                raise
            # One of them that cannot be read fails all.
            return self.one_by_one(items)
        return {names[value["Name"]]: _record(value) for value in answer.get("Parameters", ())}

    def items(self) -> t.Iterator[tuple[str, str]]:
        start = self.full("")
        filters = [{"Key": "Path", "Option": "OneLevel", "Values": [self.prefix]}]
        for answer in self.client.pages("describe_parameters", self.prefix, ParameterFilters=filters, MaxResults=50):
            for parameter in answer.get("Parameters", ()):
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
                if current is None or current.text != text:  # else the first answer was lost
                    raise RevisionConflict from None

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        lock = self._lock(item)
        with lock.held():
            current = self.fetch(item)
            if current is None or current.revision != replaces:
                raise RevisionConflict
            lock.must_last()
            version = self._put(item, text, description, Overwrite=True)
            if version in (1, _number(current) + 1):
                return  # or it was deleted meanwhile, and is new
            before = self._version(item, version - 1)
            if before.text != text:  # else the first answer was lost, and the request was repeated
                # Something that knows no lock saved the parameter meanwhile. What it saved comes back.
                self._put(item, before.text, description, Overwrite=True)
                raise RevisionConflict

    def remove(self, item: str, description: str) -> bool:
        name = self.full(item)
        with self._lock(item).held():
            try:
                self.client.ask("delete_parameter", name, Name=name)
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
        answer = self.client.ask(
            "put_parameter",
            name,
            Name=name,
            Value=text,
            Type="SecureString",
            Description=description,
            Tier=self._tier,
            **more,
        )
        return int(answer["Version"])

    def _version(self, item: str, version: int) -> Record:
        name = self.full(item)
        answer = self.client.ask("get_parameter", name, Name=f"{name}:{version}", WithDecryption=True)
        return _record(answer["Parameter"])


def _record(value: t.Mapping[str, t.Any]) -> Record:
    text = str(value["Value"])
    # The numbers begin anew after a deletion.
    return Record(text, f"{value['Version']} {hashlib.sha256(text.encode()).hexdigest()}")


def _number(record: Record) -> int:
    return int(record.revision.partition(" ")[0])
