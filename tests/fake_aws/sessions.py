# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions as moto keeps them, and who calls: moto's signature checks, and sessions of users, which moto lacks."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from botocore.credentials import Credentials
from clock import utcnow
from moto.iam import access_control
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.sts.utils import random_session_token
from moto.utilities.utils import get_partition
from werkzeug.datastructures import EnvironHeaders

Environ = dict[str, t.Any]
SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
"""Access key, region and service of a signed request."""


class Refusal(Exception):
    """An error that AWS answers with."""

    def __init__(self, code: str, message: str, status: str = "403 Forbidden") -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class UserSession:
    """A session of a user, which GetSessionToken makes: moto keeps it among the sessions of roles."""

    def __init__(self, account_id: str, partition: str, user: t.Any, duration: int, mfa: bool) -> None:
        key = iam_backends[account_id][partition].create_temp_access_key()
        self.account_id = account_id
        self.partition = partition
        self.user = user
        self.user_id = user.id
        self.arn = user.arn
        self.mfa = mfa
        self.access_key_id = key.access_key_id
        self.secret_access_key = key.secret_access_key
        self.session_token = random_session_token()
        self.expiration = utcnow() + datetime.timedelta(seconds=duration)
        sts_backends[account_id][partition].assumed_roles.append(self)


class FederatedSession(UserSession):
    """A session of a federated user, which GetFederationToken makes."""

    def __init__(self, account_id: str, partition: str, user: t.Any, duration: int, name: str) -> None:
        super().__init__(account_id, partition, user, duration, mfa=False)
        self.arn = f"arn:{partition}:sts::{account_id}:federated-user/{name}"
        self.user_id = f"{account_id}:{name}"


class _UserSessionKey(access_control.IAMUserAccessKey):
    """The key of a user's session, with the policies of the user."""

    def __init__(self, session: UserSession) -> None:
        self.account_id = session.account_id
        self.partition = session.partition
        self._owner_user_name = session.user.name
        self._session = session

    def create_credentials(self) -> t.Any:
        session = self._session
        return Credentials(session.access_key_id, session.secret_access_key, session.session_token)


_create_access_key = access_control.create_access_key


def _create_any_access_key(account_id: str, partition: str, access_key_id: str, headers: t.Any) -> t.Any:
    session = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key_id)
    if not isinstance(session, UserSession):
        return _create_access_key(account_id, partition, access_key_id, headers)
    if headers.get("X-Amz-Security-Token") != session.session_token:
        raise access_control.CreateAccessKeyFailure(reason="InvalidToken")
    return _UserSessionKey(session)


# All services of moto find the secret of an access key, and the policies of its owner, by this function.
access_control.create_access_key = _create_any_access_key


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who signed a request."""

    arn: str
    account_id: str
    partition: str
    session: t.Any
    """Of a user or of a role; nothing for the long-term key of a user."""
    user: t.Any
    """Nothing for a role."""

    @property
    def names(self) -> set[str]:
        """What a trust policy may call it by."""
        names = {self.arn, self.account_id, f"arn:{self.partition}:iam::{self.account_id}:root"}
        return names if self.user else {*names, self.session.role_arn}

    @property
    def mfa(self) -> dict[str, str]:
        """The condition key for MFA, which no long-term key has."""
        if not self.session:
            return {}
        return {"aws:MultiFactorAuthPresent": str(getattr(self.session, "mfa", False)).lower()}


class SignedRequest(access_control.IAMRequest):
    """A request whose signature was checked, with the errors of STS."""

    def __init__(self, environ: Environ, body: bytes, action: str) -> None:
        match = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not match:
            raise Refusal("MissingAuthenticationToken", "Request is missing Authentication Token")
        access_key = match[1]
        partition = get_partition(match[2])
        account_id = next(
            (id_ for id_, account in list(iam_backends.items()) if access_key in account[partition].access_keys), ""
        )
        if not account_id:
            self._raise_invalid_access_key("InvalidId")
        super().__init__(
            account_id=account_id,
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            data={},
            body=body,
            headers=EnvironHeaders(environ),
            action=action,
        )
        self.check_signature()
        session = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key)
        user: t.Any = getattr(session, "user", None)
        if not session:
            user = iam_backends[account_id][partition].get_user_from_access_key_id(access_key)
        self.caller = Caller((session or user).arn, account_id, partition, session, user)

    @property
    def policies(self) -> list[t.Any]:
        """Those of the caller, as moto has them."""
        policies: list[t.Any] = self._access_key.collect_policies()
        return policies

    def check_permitted(self, action: str, resource: str) -> None:
        """Refuse what the policies of the caller do not allow; what the resource allows is not looked at."""
        self._action = action
        self._resource = resource
        self.check_action_permitted(resource)

    def _is_assuming_role_operation(self, _resource: str) -> bool:
        return False

    def _raise_signature_does_not_match(self) -> t.NoReturn:
        message = "The request signature we calculated does not match the signature you provided."
        raise Refusal("SignatureDoesNotMatch", message)

    def _raise_invalid_access_key(self, _reason: str) -> t.NoReturn:
        raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")

    def _raise_access_denied(self) -> t.NoReturn:
        raise denied(self.caller.arn, self._action, self._resource)


def denied(arn: str, action: str, resource: str) -> Refusal:
    return Refusal("AccessDenied", f"User: {arn} is not authorized to perform: {action} on resource: {resource}")
