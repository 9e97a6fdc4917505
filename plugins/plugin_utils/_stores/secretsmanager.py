# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: accounts in AWS Secrets Manager, one secret each.

A save puts the new record beside the current one, as a version that nobody reads yet, and then moves the staging label
C(AWSCURRENT) from the version that was read to the new one. Secrets Manager refuses that where the label is on another
version by now (API reference, UpdateSecretVersionStage), so that no save is lost, and a save that ends half way has
changed nothing that anybody reads.

A secret without a current version, as Terraform makes one, is filled in the same way: AWS gives the label to the first
version at once, and else refuses to give it to one version while another one has it.

A deletion with a recovery window first puts a note in the record's place, in the way of a save: a secret that is
restored, by a new save or by hand, is then no account, and not the old one for a moment. Who put the note there has the
secret deleted, which knows no condition; until that is done, or the note is old, all others wait.
"""

from __future__ import annotations

import random
import re
import time
import typing as t
import uuid

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from . import url as store_url
from .aws_client import response_time
from .aws_service import ServiceStore, tags
from .item_names import ItemNames
from .protocol import RevisionConflict
from .record_cache import Record
from .secret_version import (
    DELETED,
    MISSING,
    NO_VERSION,
    NOT_NOW,
    UNREADABLE,
    Version,
    has_no_version,
    is_gone,
    is_no_version_message,
    version_in,
)

_CURRENT = "AWSCURRENT"
_NEXT = "OCTO_AWS_NEXT"
"""The staging label of a version that is about to be the current one."""

_DELETED_DESCRIPTION = "octo.aws: a deleted account"

_EXISTS = "ResourceExistsException"
_INVALID = (NOT_NOW, "InvalidParameterException")

_REFUSALS = (ErrorCode.ACCESS_DENIED, ErrorCode.AWS_REFUSED)

_NO_RECOVERY = "0"
_DEFAULT_WINDOW = "30"
_LEASE = 60.0
"""Seconds after which a note is nobody's."""
_ROUNDING = 1.0
"""Seconds by which times in responses may be rounded."""
_PATIENCE = 90.0
"""Seconds that a save or a deletion waits for the end of another deletion, which AWS may do in the background."""


class SecretsManagerStore(ServiceStore):
    """See :class:`.protocol.Store`."""

    SERVICE = "secretsmanager"
    ITEM = "secret"
    PREFIX = re.compile(r"[A-Za-z0-9_+=.@-]+(?:/[A-Za-z0-9_+=.@-]+)*")
    PREFIX_HINT = "Write secretsmanager:PREFIX, with up to 100 letters, digits and _+=.@- in parts between slashes."
    # Of 512 characters (API reference, CreateSecret), 100 and a slash are for the prefix.
    NAMES = ItemNames(plain="_+.@-", escape="=", longest=400, lead="octo.aws account ")
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {
        "recovery_window_days": store_url.whole_number("recovery_window_days", 7, 30, or_zero=True)
    }
    BATCH = 20
    LONGEST_DESCRIPTION = 2048

    max_record_size = 65_536
    size_hint = "Give the account fewer roles to assume, or shorter policies."

    def fetch(self, item: str) -> Record | None:
        current = self._current(item)
        if current is None or current.is_note:
            return None
        if current.text is None:
            raise RecordError(
                ErrorCode.RECORD_DAMAGED,
                f"The secret {self.full(item):.120} of the store {self.url} holds no text.",
                hint="It holds binary data. Restore its previous version, or delete the account.",
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
        found: dict[str, Record | OctoAwsError] = {}
        for response in responses:
            for value in response.get("SecretValues", ()):
                item, version = names[value["Name"]], version_in(value, value["Name"])
                if version.text is None:
                    found |= self.one_by_one([item])
                elif not version.is_note:
                    found[item] = Record(version.text, version.revision)
            for refusal in response.get("Errors", ()):
                has_no_version = is_no_version_message(refusal.get("Message", ""))
                if has_no_version or refusal.get("ErrorCode") not in (MISSING, *_INVALID):
                    # A batch says less about why than a single request.
                    found |= self.one_by_one([names[refusal["SecretId"]]])
        return found

    def items(self) -> t.Iterator[tuple[str, str]]:
        start = self.full("")
        filters = [{"Key": "name", "Values": [start]}]
        for response in self.client.pages("list_secrets", self.prefix, Filters=filters, MaxResults=100):
            for secret in response.get("SecretList", ()):
                name, description = secret["Name"], secret.get("Description", "")
                # The filter knows neither upper case nor the end of a word.
                if name.startswith(start) and description != _DELETED_DESCRIPTION:
                    yield name.removeprefix(start), description

    def create(self, item: str, text: str, description: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        token = str(uuid.uuid4())
        while True:
            began = time.monotonic()
            restored = False
            try:
                return self._make(item, text, description, token)
            except OctoAwsError as error:
                if not error.is_refusal(_EXISTS) and not is_gone(error):
                    raise
                restored = is_gone(error) and self._restored(item)
            current = self._current(item)
            if current and _may_be_replaced(current, restored, time.monotonic() - began):
                return self.replace(item, text, description, current.revision, described=True)
            if current and not current.is_note:
                raise RevisionConflict
            # Another process is deleting it, or AWS removes in the background what was deleted for good.
            self._wait(item, deadline)

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        self._exchange(item, text, replaces, description if described else "")

    def _exchange(self, item: str, text: str, replaces: str, description: str = "") -> str:
        """Put another text in the place of a version, and say which version it is.

        :param replaces: empty where there is no current version
        :param description: of the secret, if that is another one
        :raises RevisionConflict: another version is the current one
        """
        secret = self.full(item)
        version = str(uuid.uuid4())
        try:
            if description:
                # The first version of a secret is the current one at once.
                self._describe(item, description)
            response = self.client.call(
                "put_secret_value",
                secret,
                SecretId=secret,
                SecretString=text,
                ClientRequestToken=version,
                VersionStages=[_NEXT],
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
                raise  # the refusal holds: nothing was written
            # The first response was lost, and the request was repeated.
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
                if not current.is_note or current.age > _LEASE or self._window == _NO_RECOVERY:
                    self._remove(item, description, current)
                    return not current.is_note
            except RevisionConflict:
                continue
            # Somebody else is deleting it.
            self._wait(item, deadline)

    def _remove(self, item: str, description: str, current: Version) -> None:
        try:
            if self._window == _NO_RECOVERY:
                self._delete(item, ForceDeleteWithoutRecovery=True)
            else:
                self._delete_with_note(item, description, current, int(self._window))
        except OctoAwsError as error:
            # What cannot be read cannot be looked at again.
            if not is_gone(error) or (current is not UNREADABLE and self.fetch(item)):
                raise

    @property
    def _window(self) -> str:
        return self.options.get("recovery_window_days", _DEFAULT_WINDOW)

    def _wait(self, item: str, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise OctoAwsError(
                ErrorCode.STORE_BUSY,
                f"The secret {self.full(item)} is still being deleted, after {_PATIENCE:.0f} seconds.",
                hint="Nothing was changed. Try again in a minute.",
            )
        time.sleep(random.uniform(0.1, 1.0))

    def _delete(self, item: str, **how: t.Any) -> None:
        secret = self.full(item)
        self.client.call("delete_secret", secret, SecretId=secret, **how)

    def _delete_with_note(self, item: str, description: str, current: Version, window: int) -> None:
        if current is NO_VERSION:
            # There is nothing that a restored secret could bring back.
            self._delete(item, RecoveryWindowInDays=window)
            return
        if current is UNREADABLE:
            # It is deleted, whatever it is by now.
            secret = self.full(item)
            note = str(uuid.uuid4())
            self.client.call("update_secret", secret, SecretId=secret, SecretString=DELETED, ClientRequestToken=note)
        else:
            note = self._exchange(item, DELETED, current.revision)
        try:
            self._describe(item, _DELETED_DESCRIPTION)
            self._delete(item, RecoveryWindowInDays=window)
        except OctoAwsError as error:
            if error.code in _REFUSALS and not is_gone(error) and current is not UNREADABLE:
                # A deletion that is refused has deleted nothing.
                self._make_current(item, note, current.revision)
                self._describe(item, description)
            raise

    def _describe(self, item: str, description: str) -> None:
        secret = self.full(item)
        self.client.call("update_secret", secret, SecretId=secret, Description=description)

    def _make_current(self, item: str, before: str, version: str) -> None:
        """Move the staging label, if it still is where it was.

        :param before: the version that has it, empty for none
        """
        secret = self.full(item)
        self.client.call(
            "update_secret_version_stage",
            secret,
            SecretId=secret,
            VersionStage=_CURRENT,
            MoveToVersionId=version,
            **({"RemoveFromVersionId": before} if before else {}),
        )

    def _current(self, item: str) -> Version | None:
        secret = self.full(item)
        try:
            response = self.client.call("get_secret_value", secret, SecretId=secret, VersionStage=_CURRENT)
        except OctoAwsError as error:
            if has_no_version(error):
                return NO_VERSION
            if is_gone(error):
                return None
            raise
        return version_in(response, secret)._replace(age=response_time(response) - response["CreatedDate"].timestamp())

    def _make(self, item: str, text: str, description: str, token: str) -> None:
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

    def _restored(self, item: str) -> bool:
        secret = self.full(item)
        try:
            self.client.call("restore_secret", secret, SecretId=secret)
        except OctoAwsError as error:
            if not error.is_refusal(MISSING, *_INVALID):
                raise
            return False
        return True


def _may_be_replaced(current: Version, restored: bool, seconds: float) -> bool:
    """Whether a new account may take the place of a version.

    :param restored: whether the secret was restored, by this save or by another one
    :param seconds: since it was deleted, as far as this save knows; a younger version is that of another save
    """
    if current.is_note:
        return restored or current.age > _LEASE
    return restored and current.age > seconds + _ROUNDING
