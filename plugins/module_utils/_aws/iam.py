# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access keys of an IAM user, by requests that the user signs."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
from functools import cached_property

from .._clock import in_utc
from .._errors import ErrorCode, OctoAwsError
from .._model.credentials import can_be_key
from .._secrecy import register
from .botocore import isolated_session, make_client, region_of_partition
from .errors import call, retry_throttled

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials
    from .._model.identity import Identity

_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10
"""In seconds."""
_ATTEMPTS = 3

_GONE = "NoSuchEntity"
FULL = "LimitExceeded"
"""The error code of CreateAccessKey for a user with two keys (IAM API reference)."""
_NO_KEY = "AKIAOCTOAWSNOSUCHKEY"
"""Has the form of an access key. No user has it."""


@dataclasses.dataclass(frozen=True)
class UserKey:
    """An access key of a user, as IAM lists it."""

    access_key: str
    active: bool
    created: datetime.datetime


@dataclasses.dataclass(frozen=True)
class NewKey:
    """An access key that was just created, the only time that its secret key is known."""

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    created: datetime.datetime


class UserKeys:
    """The access keys of one user.

    :param credentials: a long-term key of the user, which signs the requests
    :param identity: that of the user
    """

    def __init__(self, credentials: Credentials, identity: Identity) -> None:
        self._credentials = credentials
        self._partition = identity.partition
        self.user_name = identity.arn.rpartition("/")[2]

    def listed(self) -> list[UserKey]:
        """Return the keys, oldest first (IAM API reference, ListAccessKeys).

        :raises OctoAwsError: the request failed
        """
        response = self._call("list_access_keys", UserName=self.user_name)
        try:
            keys = [
                UserKey(str(key["AccessKeyId"]), key["Status"] == "Active", _moment(key["CreateDate"]))
                for key in response["AccessKeyMetadata"]
            ]
        except (KeyError, TypeError):
            raise _unexpected_response() from None
        return sorted(keys, key=lambda key: key.created)

    def last_used(self, access_key: str) -> datetime.datetime | None:
        """Return when a key was used (IAM API reference, GetAccessKeyLastUsed); ``None`` if it was not.

        :raises OctoAwsError: the request failed
        """
        response = self._call("get_access_key_last_used", AccessKeyId=access_key)
        used = (response.get("AccessKeyLastUsed") or {}).get("LastUsedDate")
        return in_utc(used) if isinstance(used, datetime.datetime) else None

    def create(self) -> NewKey:
        """Create a key. The request is sent once: a second one could create a second key.

        :raises OctoAwsError: the request failed; the key may exist if ``may_have_worked``
        """
        secrets = self._credentials.secrets
        response = call(self._client(attempts=1), "create_access_key", secrets, UserName=self.user_name)
        key = response.get("AccessKey") or {}
        if not can_be_key(key.get("AccessKeyId")) or not can_be_key(key.get("SecretAccessKey")):
            raise _unexpected_response()
        register([key["SecretAccessKey"]])
        return NewKey(key["AccessKeyId"], key["SecretAccessKey"], _moment(key.get("CreateDate")))

    def deactivate(self, access_key: str) -> bool:
        """Deactivate a key. Return whether it existed.

        :raises OctoAwsError: the request failed
        """
        return self._change("update_access_key", access_key, Status="Inactive")

    def delete(self, access_key: str) -> bool:
        """Delete a key. Return whether it existed.

        :raises OctoAwsError: the request failed
        """
        return self._change("delete_access_key", access_key)

    def check_permissions(self, *, retire: bool) -> None:
        """Send the requests that change keys for a key that does not exist, and ask when one was used.

        :param retire: whether an old key is to be deactivated
        :raises OctoAwsError: AWS denied one of them
        """
        self.last_used(self._credentials.access_key)
        # Also without an old key to delete: a new one that gets lost is deleted.
        self.delete(_NO_KEY)
        if retire:
            self.deactivate(_NO_KEY)

    def _change(self, operation: str, access_key: str, **parameters: t.Any) -> bool:
        try:
            self._call(operation, UserName=self.user_name, AccessKeyId=access_key, **parameters)
        except OctoAwsError as error:
            if error.is_refusal(_GONE):
                return False
            raise
        return True

    def _call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        client = self._repeating_client
        return retry_throttled(lambda: call(client, operation, self._credentials.secrets, **parameters))

    @cached_property
    def _session(self) -> t.Any:
        # Each session reads the description of IAM once, which takes longer than a request.
        return isolated_session()

    @cached_property
    def _repeating_client(self) -> t.Any:
        return self._client(attempts=_ATTEMPTS)

    def _client(self, *, attempts: int) -> t.Any:
        return make_client(
            self._session,
            "iam",
            region_of_partition(self._partition),
            self._credentials,
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            attempts=attempts,
            bounded=True,
        )


def _moment(value: object) -> datetime.datetime:
    moment = in_utc(value) if isinstance(value, datetime.datetime) else None
    if not moment:
        raise _unexpected_response()
    return moment


def _unexpected_response() -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        "IAM returned no access key.",
        hint="Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    )
