# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: accounts in AWS Secrets Manager, one secret each.

A save puts the new record beside the current one, as a version that nobody reads yet, and then moves the staging label
C(AWSCURRENT) from the version that was read to the new one. Secrets Manager refuses that where the label is on another
version by now (API reference, UpdateSecretVersionStage), so that no save is lost, and a save that ends half way has
changed nothing that anybody reads.

A deletion with a recovery window first puts a note in the record's place: a secret that is restored, by a new save or
by hand, is then no account, and not the old one for a moment.
"""

from __future__ import annotations

import random
import re
import time
import typing as t
import uuid

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._record_cache import Record
from . import url as store_url
from .item_names import ItemNames
from .protocol import RevisionConflict
from .service import ServiceStore, tags

_CURRENT = "AWSCURRENT"
_NEXT = "OCTO_AWS_NEXT"
"""The staging label of a version that is about to be the current one."""

_DELETED = '{"deleted":true}\n'
_DELETED_DESCRIPTION = "octo.aws: a deleted account"

_MISSING = "ResourceNotFoundException"
_EXISTS = "ResourceExistsException"
_NOT_NOW = "InvalidRequestException"
_INVALID = (_NOT_NOW, "InvalidParameterException")

_NO_RECOVERY = "0"
_DEFAULT_WINDOW = "30"
_PATIENCE = 30.0
"""Seconds that a new secret waits for the end of a deletion, which AWS does in the background."""

_PREFIX = re.compile(r"[A-Za-z0-9_+=.@-]+(?:/[A-Za-z0-9_+=.@-]+)*")


class SecretsManagerStore(ServiceStore):
    """See :class:`.protocol.Store`."""

    SERVICE = "secretsmanager"
    ITEM = "secret"
    # Of 512 characters (API reference, CreateSecret), 100 and a slash are for the prefix.
    NAMES = ItemNames(plain="_+.@-", escape="=", longest=400, lead="octo.aws account ")
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {
        "recovery_window_days": store_url.whole_number("recovery_window_days", 7, 30, or_zero=True)
    }
    BATCH = 20
    LONGEST_DESCRIPTION = 2048

    longest_record = 65_536
    how_to_make_room = "Give the account fewer roles to assume, or shorter policies."

    @classmethod
    def check_prefix(cls, prefix: str) -> str:
        prefix = prefix.removesuffix("/")
        if not _PREFIX.fullmatch(prefix) or len(prefix) > 100:
            raise store_url.invalid(
                f"The names of secrets cannot begin with {prefix!r:.110}.",
                "Write secretsmanager:PREFIX, with up to 100 letters, digits and _+=.@- in parts between slashes.",
            )
        return prefix

    def fetch(self, item: str) -> Record | None:
        record = self._current(item)
        if record and not record.text:
            raise RecordError(
                ErrorCode.RECORD_DAMAGED,
                f"The secret {self.full(item):.120} of the store {self.url} holds no text.",
                hint="Somebody put binary data there. Restore its previous version, or delete the account.",
            )
        return None if record and record.text == _DELETED else record

    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        names = {self.full(item): item for item in items}
        try:
            answers = list(self.client.pages("batch_get_secret_value", self.prefix, SecretIdList=list(names)))
        except OctoAwsError as error:
            if error.code is not ErrorCode.ACCESS_DENIED:
                raise
            return self.one_by_one(items)
        found: dict[str, Record | OctoAwsError] = {}
        for answer in answers:
            for value in answer.get("SecretValues", ()):
                if (record := _record(value)).text != _DELETED:
                    found[names[value["Name"]]] = record
            for refusal in answer.get("Errors", ()):
                if refusal.get("ErrorCode") not in (_MISSING, *_INVALID):
                    # A batch says less about why than a single request.
                    found |= self.one_by_one([names[refusal["SecretId"]]])
        return found

    def items(self) -> t.Iterator[tuple[str, str]]:
        start = self.full("")
        filters = [{"Key": "name", "Values": [start]}]
        for answer in self.client.pages("list_secrets", self.prefix, Filters=filters, MaxResults=100):
            for secret in answer.get("SecretList", ()):
                name, description = secret["Name"], secret.get("Description", "")
                # The filter knows neither upper case nor the end of a word.
                if name.startswith(start) and description != _DELETED_DESCRIPTION:
                    yield name.removeprefix(start), description

    def create(self, item: str, text: str, description: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        token = str(uuid.uuid4())
        while True:
            restored = False
            try:
                return self._make(item, text, description, token)
            except OctoAwsError as error:
                if error.aws_code != _EXISTS and not _is_gone(error):
                    raise
                restored = _is_gone(error) and self._restored(item)
            current = self._current(item)
            if current and (restored or current.text == _DELETED):
                return self.replace(item, text, description, current.revision, described=True)
            if current:
                raise RevisionConflict
            # What was deleted for good is removed in the background.
            if time.monotonic() > deadline:
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Secrets Manager is still deleting the secret {self.full(item)}, after {_PATIENCE:.0f} seconds.",
                    hint="Nothing was written. Save the account again in a minute.",
                )
            time.sleep(random.uniform(0.5, 1.5))

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        secret = self.full(item)
        version = str(uuid.uuid4())
        try:
            self.client.ask(
                "put_secret_value",
                secret,
                SecretId=secret,
                SecretString=text,
                ClientRequestToken=version,
                VersionStages=[_NEXT],
            )
            if described:
                self.client.ask("update_secret", secret, SecretId=secret, Description=description)
            self._make_current(item, replaces, version)
        except OctoAwsError as error:
            if error.aws_code not in (_MISSING, *_INVALID):
                raise
            current = self._current(item)
            if current and current.revision == version:
                return  # the first answer was lost, and the request was repeated
            if current is None or current.revision != replaces:
                raise RevisionConflict from None
            raise

    def remove(self, item: str, description: str) -> bool:
        try:
            current = self._current(item)
        except OctoAwsError as error:
            if error.code not in (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED):
                raise
            current = Record("", "")  # it cannot be read, and is there
        if current is None:
            return False
        window = self.options.get("recovery_window_days", _DEFAULT_WINDOW)
        try:
            if window == _NO_RECOVERY:
                self._delete(item, ForceDeleteWithoutRecovery=True)
            elif current.text == _DELETED:
                self._delete(item, RecoveryWindowInDays=int(window))
            else:
                self._delete_with_note(item, description, current, int(window))
        except OctoAwsError as error:
            if not _is_gone(error):
                raise
        return current.text != _DELETED

    def _delete(self, item: str, **how: t.Any) -> None:
        secret = self.full(item)
        self.client.ask("delete_secret", secret, SecretId=secret, **how)

    def _delete_with_note(self, item: str, description: str, current: Record, window: int) -> None:
        note = str(uuid.uuid4())
        secret = self.full(item)
        self.client.ask(
            "update_secret",
            secret,
            SecretId=secret,
            Description=_DELETED_DESCRIPTION,
            SecretString=_DELETED,
            ClientRequestToken=note,
        )
        try:
            self._delete(item, RecoveryWindowInDays=window)
        except OctoAwsError as error:
            if error.code is ErrorCode.ACCESS_DENIED and current.revision:
                # Who may write and not delete has deleted nothing.
                self._make_current(item, note, current.revision)
                self.client.ask("update_secret", secret, SecretId=secret, Description=description)
            raise

    def _make_current(self, item: str, before: str, version: str) -> None:
        """Move the staging label, if it still is where it was."""
        secret = self.full(item)
        self.client.ask(
            "update_secret_version_stage",
            secret,
            SecretId=secret,
            VersionStage=_CURRENT,
            RemoveFromVersionId=before,
            MoveToVersionId=version,
        )

    def _current(self, item: str) -> Record | None:
        """The current version, a note of a deletion included; without a text where it holds none."""
        secret = self.full(item)
        try:
            return _record(self.client.ask("get_secret_value", secret, SecretId=secret, VersionStage=_CURRENT))
        except OctoAwsError as error:
            if _is_gone(error):
                return None
            raise

    def _make(self, item: str, text: str, description: str, token: str) -> None:
        secret = self.full(item)
        options = {"KmsKeyId": self.options["kms_key_id"]} if "kms_key_id" in self.options else {}
        self.client.ask(
            "create_secret",
            secret,
            Name=secret,
            Description=description,
            SecretString=text,
            ClientRequestToken=token,
            Tags=tags(item),
            **options,
        )

    def _restored(self, item: str) -> bool:
        secret = self.full(item)
        try:
            self.client.ask("restore_secret", secret, SecretId=secret)
        except OctoAwsError as error:
            if error.aws_code not in (_MISSING, *_INVALID):
                raise
            return False
        return True


def _record(value: t.Mapping[str, t.Any]) -> Record:
    return Record(str(value.get("SecretString") or ""), str(value["VersionId"]))


def _is_gone(error: OctoAwsError) -> bool:
    """Whether there is no such secret, or one that is deleted.

    AWS has one code for all that a secret cannot do now. The name of the store stands before it in the message.
    """
    said = error.message.rpartition(_NOT_NOW)[2]
    return error.aws_code == _MISSING or (error.aws_code == _NOT_NOW and "delet" in said)
