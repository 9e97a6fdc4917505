# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Store accounts in AWS Secrets Manager, one secret each.

A save adds the new record as a version without ``AWSCURRENT``, and then moves this staging label from the version that
was read to the new one. Secrets Manager rejects the move if another version has the label by then (API reference,
UpdateSecretVersionStage). So no save is lost, and an interrupted save changes nothing that is read.

A secret without a current version, for example from Terraform, is filled in the same way: its first version gets the
label at once, and AWS does not give the label to a second version.

A deletion with a recovery window first replaces the record with a note, like a save. So a secret that is restored, by a
new save or by hand, never becomes the old account again. The process that wrote the note deletes the secret, for which
AWS has no condition. Until it is deleted, or the note has expired, other writers wait.
"""

from __future__ import annotations

import random
import re
import time
import typing as t
import uuid

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from . import url as store_url
from .aws_client import ServiceClient, response_time
from .aws_service import ServiceStore, tags
from .item_names import ItemNames
from .protocol import RevisionConflict
from .record_cache import Record
from .secret_version import (
    DELETED,
    INVALID_STATE,
    MISSING,
    NO_VERSION,
    UNREADABLE,
    Version,
    has_no_version,
    is_gone,
    is_no_version_message,
    version_in,
)

_CURRENT = "AWSCURRENT"
_NEXT = "OCTO_AWS_NEXT"
"""The staging label of a version that is about to become the current one."""

_DELETED_DESCRIPTION = "octo.aws: a deleted account"

_EXISTS = "ResourceExistsException"
_INVALID = (INVALID_STATE, "InvalidParameterException")

_REFUSALS = (ErrorCode.ACCESS_DENIED, ErrorCode.AWS_REFUSED)

_NO_RECOVERY = "0"
_DEFAULT_WINDOW = "30"
_LEASE = 60.0
"""Seconds after which a note has expired."""
_PATIENCE = 90.0
"""Seconds to wait for another deletion, which AWS may finish in the background."""


class SecretsManagerStore(ServiceStore):
    """See :class:`.protocol.Store`."""

    SERVICE = "secretsmanager"
    client: ServiceClient
    ITEM = "secret"
    PREFIX = re.compile(r"[A-Za-z0-9_+=.@-]+(?:/[A-Za-z0-9_+=.@-]+)*")
    PREFIX_HINT = "Write secretsmanager:PREFIX, with up to 100 letters, digits, _+=.@- and slashes between parts."
    # A name has at most 512 characters (API reference, CreateSecret); 100 and a slash are for the prefix.
    NAMES = ItemNames(plain="_+.@-", escape="=", max_length=400, lead="octo.aws account ")
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {
        "recovery_window_days": store_url.whole_number("recovery_window_days", 7, 30, or_zero=True)
    }
    BATCH = 20
    MAX_DESCRIPTION = 2048

    max_record_size = 65_536
    size_hint = "Reduce the roles in assume_role, or shorten their policies."

    def fetch(self, item: str) -> Record | None:
        current = self._current(item)
        if current is None or current.is_note:
            return None
        if current.text is None:
            raise RecordError(
                ErrorCode.RECORD_DAMAGED,
                f"The secret {self.full(item):.120} of the store {self.url} has binary data instead of text.",
                hint="Restore its previous version, or delete the account.",
            )
        return Record(current.text, current.revision)

    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        names = {self.full(item): item for item in items}
        try:
            responses = list(self.client.pages("batch_get_secret_value", self.prefix, SecretIdList=list(names)))
        except OctoAwsError as error:
            if error.code is not ErrorCode.ACCESS_DENIED and not error.is_refusal(MISSING):
                raise
            return self.one_by_one(items)
        records: dict[str, Record | OctoAwsError] = {}
        for response in responses:
            for value in response.get("SecretValues", ()):
                item, version = names[value["Name"]], version_in(value, value["Name"])
                if version.text is None:
                    records |= self.one_by_one([item])
                elif not version.is_note:
                    records[item] = Record(version.text, version.revision)
            for failure in response.get("Errors", ()):
                exists = is_no_version_message(failure.get("Message", ""))
                if exists or failure.get("ErrorCode") not in (MISSING, *_INVALID):
                    # A single request has the better error message.
                    records |= self.one_by_one([names[failure["SecretId"]]])
        return records

    def items(self) -> t.Iterator[tuple[str, str]]:
        start = self.full("")
        filters = [{"Key": "name", "Values": [start]}]
        for response in self.client.pages("list_secrets", self.prefix, Filters=filters, MaxResults=100):
            for secret in response.get("SecretList", ()):
                name, description = secret["Name"], secret.get("Description", "")
                # The filter ignores case, and matches longer prefixes.
                if name.startswith(start) and description != _DELETED_DESCRIPTION:
                    yield name.removeprefix(start), description

    def create(self, item: str, text: str, description: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        token = str(uuid.uuid4())
        while True:
            began = time.monotonic()
            restored = False
            try:
                return self._create_secret(item, text, description, token)
            except OctoAwsError as error:
                if not error.is_refusal(_EXISTS) and not is_gone(error):
                    raise
                restored = is_gone(error) and self._restore(item)
            current = self._current(item)
            if current and current.is_replaceable(restored, time.monotonic() - began, _LEASE):
                return self.replace(item, text, description, current.revision, described=True)
            if current and not current.is_note:
                raise RevisionConflict
            # Another process is deleting it, or AWS finishes a permanent deletion in the background.
            self._wait(item, deadline)

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        self._exchange(item, text, replaces, description if described else "")

    def _exchange(self, item: str, text: str, replaces: str, description: str = "") -> str:
        """Replace the current version, and return the ID of the new one.

        :param replaces: the version that must be the current one; empty for none
        :param description: of the secret, if it changes
        :raises RevisionConflict: another version is the current one
        """
        version = str(uuid.uuid4())
        try:
            if description:
                # Described first: the first version of a secret becomes the current one at once.
                self._set_description(item, description)
            response = self._call(
                "put_secret_value", item, SecretString=text, ClientRequestToken=version, VersionStages=[_NEXT]
            )
            if _CURRENT not in response.get("VersionStages", ()):
                self._make_current(item, replaces, version)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING, *_INVALID):
                raise
            current = self._current(item)
            if current is None or current.revision not in (version, replaces):
                raise RevisionConflict from None
            if current.revision == replaces:
                raise  # nothing was written
            # The response was lost, and the retry failed.
        return version

    def remove(self, item: str, description: str) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                current = self._current(item)
            except OctoAwsError as error:
                if error.code not in (ErrorCode.ACCESS_DENIED, ErrorCode.KMS_KEY_REFUSED):
                    raise
                current = UNREADABLE
            if current is None:
                return False
            try:
                if not current.is_note or current.age > _LEASE or self._recovery_window == _NO_RECOVERY:
                    self._remove(item, description, current)
                    return not current.is_note
            except RevisionConflict:
                continue
            # Another process is deleting it.
            self._wait(item, deadline)

    def _remove(self, item: str, description: str, current: Version) -> None:
        try:
            if self._recovery_window == _NO_RECOVERY:
                self._delete(item, ForceDeleteWithoutRecovery=True)
            else:
                self._delete_with_note(item, description, current, int(self._recovery_window))
        except OctoAwsError as error:
            # An unreadable secret cannot be checked again.
            if not is_gone(error) or (current is not UNREADABLE and self.fetch(item)):
                raise

    @property
    def _recovery_window(self) -> str:
        return self.options.get("recovery_window_days", _DEFAULT_WINDOW)

    def _wait(self, item: str, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise OctoAwsError(
                ErrorCode.STORE_BUSY,
                f"The secret {self.full(item)} is still being deleted after {_PATIENCE:.0f} seconds.",
                hint="Nothing was changed. Retry in a minute.",
            )
        time.sleep(random.uniform(0.1, 1.0))

    def _call(self, operation: str, item: str, **parameters: t.Any) -> dict[str, t.Any]:
        secret = self.full(item)
        return self.client.call(operation, secret, SecretId=secret, **parameters)

    def _delete(self, item: str, **options: t.Any) -> None:
        self._call("delete_secret", item, **options)

    def _delete_with_note(self, item: str, description: str, current: Version, window: int) -> None:
        if current is NO_VERSION:
            # A restored secret would have no content.
            self._delete(item, RecoveryWindowInDays=window)
            return
        if current is UNREADABLE:
            # Without its revision, it is deleted unconditionally.
            note = str(uuid.uuid4())
            self._call("update_secret", item, SecretString=DELETED, ClientRequestToken=note)
        else:
            note = self._exchange(item, DELETED, current.revision)
        try:
            self._set_description(item, _DELETED_DESCRIPTION)
            self._delete(item, RecoveryWindowInDays=window)
        except OctoAwsError as error:
            if error.code in _REFUSALS and not is_gone(error) and current is not UNREADABLE:
                # The deletion was rejected: restore the record.
                self._make_current(item, note, current.revision)
                self._set_description(item, description)
            raise

    def _set_description(self, item: str, description: str) -> None:
        self._call("update_secret", item, Description=description)

    def _make_current(self, item: str, before: str, version: str) -> None:
        """Move the staging label, unless it was moved since.

        :param before: the version that has the label; empty for none
        """
        move = {"MoveToVersionId": version} | ({"RemoveFromVersionId": before} if before else {})
        self._call("update_secret_version_stage", item, VersionStage=_CURRENT, **move)

    def _current(self, item: str) -> Version | None:
        try:
            response = self._call("get_secret_value", item, VersionStage=_CURRENT)
        except OctoAwsError as error:
            if has_no_version(error):
                return NO_VERSION
            if is_gone(error):
                return None
            raise
        age = response_time(response) - response["CreatedDate"].timestamp()
        return version_in(response, self.full(item))._replace(age=age)

    def _create_secret(self, item: str, text: str, description: str, token: str) -> None:
        secret = self.full(item)
        options = {"KmsKeyId": self.options["kms_key_id"]} if "kms_key_id" in self.options else {}
        self.client.call(
            "create_secret",
            secret,
            Name=secret,
            Description=description,
            SecretString=text,
            ClientRequestToken=token,
            Tags=tags(item),
            **options,
        )

    def _restore(self, item: str) -> bool:
        """Cancel a deletion. Return ``False`` if it cannot be canceled."""
        try:
            self._call("restore_secret", item)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING, *_INVALID):
                raise
            return False
        return True
