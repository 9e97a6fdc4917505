# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to AWS STS, signed with exactly the given credentials."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._clock import CLOCK_TOLERANCE, in_utc, now
from .._errors import ErrorCode, OctoAwsError
from .._model.credentials import Credentials, can_be_key
from .._model.identity import Identity, can_be_caller
from .._secrecy import without_password
from .botocore import DEFAULT_REGION, isolated_session, make_client, partition_of_region, region_of_partition
from .errors import call, retry_throttled

if t.TYPE_CHECKING:
    from .._model.hop import Hop
    from .endpoint import Endpoint

# Seconds. botocore retries only transient failures (5xx, dropped connections), which soon pass, with jitter: three
# attempts are enough. Throttled requests are retried for longer, see retry_throttled.
_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10
_ATTEMPTS = 3


def caller_identity(credentials: Credentials, endpoint: Endpoint) -> Identity:
    """Return the identity of the credentials (AWS STS API reference, GetCallerIdentity). It needs no permission.

    :raises OctoAwsError: the request failed
    """
    client = _client(endpoint, credentials)
    response = _call(client, "get_caller_identity", credentials.secrets)
    account_id, arn, user_id = (str(response.get(key) or "") for key in ("Account", "Arn", "UserId"))
    if not can_be_caller(arn) or arn.split(":")[4] != account_id:
        raise _unexpected_response(f"STS at {without_password(client.meta.endpoint_url)}", "returned no AWS identity")
    return Identity(account_id=account_id, arn=arn, user_id=user_id)


def check_partition(identity: Identity, region: str, subject: str) -> None:
    """Reject a region of another partition than the identity (AWS general reference, AWS partitions).

    :param subject: names the credentials in the error
    :raises OctoAwsError: the region is in another partition
    """
    partition = partition_of_region(region) if region else None
    if partition and partition != identity.partition:
        raise OctoAwsError(
            ErrorCode.PARTITION_MISMATCH,
            f"{subject} belongs to the partition {identity.partition}, but the region {region} is in the partition "
            f"{partition}.",
            hint="Set a region of the partition of the credentials.",
        )


def assume_role(
    credentials: Credentials, hop: Hop, endpoint: Endpoint, *, session_name: str, token_code: str
) -> Credentials:
    """Return a session of the role, in the region of ``credentials`` (AWS STS API reference, AssumeRole).

    :raises OctoAwsError: the request failed
    """
    parameters = {
        "RoleArn": hop.role_arn,
        "RoleSessionName": hop.role_session_name or session_name,
        "ExternalId": hop.external_id,
        "DurationSeconds": hop.duration_seconds,
        "Policy": hop.policy,
        "PolicyArns": [{"arn": arn} for arn in hop.policy_arns],
        "Tags": [{"Key": key, "Value": value} for key, value in hop.tags],
        "TransitiveTagKeys": list(hop.transitive_tag_keys),
        "SourceIdentity": hop.source_identity,
        "SerialNumber": hop.mfa_serial,
        "TokenCode": token_code,
    }
    secrets = [*credentials.secrets, hop.external_id, token_code]
    session = _session(_client(endpoint, credentials), "assume_role", parameters, secrets)
    return dataclasses.replace(session, region=credentials.region, source=credentials.source)


def assume_role_with_web_identity(
    role_arn: str,
    token: str,
    endpoint: Endpoint,
    *,
    session_name: str,
    duration_seconds: int,
    policy: str = "",
    policy_arns: t.Sequence[str] = (),
) -> Credentials:
    """Return a session of the role, by an unsigned request (AWS STS API reference, AssumeRoleWithWebIdentity).

    :param policy: the session policy, in JSON
    :param policy_arns: the ARNs of managed session policies
    :raises OctoAwsError: the request failed
    """
    parameters = {
        "RoleArn": role_arn,
        "RoleSessionName": session_name,
        "WebIdentityToken": token,
        "DurationSeconds": duration_seconds,
        "Policy": policy,
        "PolicyArns": [{"arn": arn} for arn in policy_arns],
    }
    return _session(_client(endpoint), "assume_role_with_web_identity", parameters, [token])


def session_token(
    credentials: Credentials, endpoint: Endpoint, *, duration_seconds: int, mfa_serial: str, token_code: str
) -> Credentials:
    """Return a session of the IAM user with these long-term keys (AWS STS API reference, GetSessionToken).

    :raises OctoAwsError: the request failed
    """
    parameters = {"DurationSeconds": duration_seconds, "SerialNumber": mfa_serial, "TokenCode": token_code}
    secrets = [*credentials.secrets, token_code]
    session = _session(_client(endpoint, credentials), "get_session_token", parameters, secrets)
    return dataclasses.replace(
        session, region=credentials.region, source=credentials.source, identity=credentials.identity
    )


def federation_token(credentials: Credentials, endpoint: Endpoint, *, name: str, policy: str) -> Credentials:
    """Return a session of a federated user with these long-term keys of an IAM user (AWS STS API reference,
    GetFederationToken). It may do what both the user and the policy allow, for 12 hours.

    :param name: of the federated user
    :raises OctoAwsError: the request failed
    """
    client = _client(endpoint, credentials)
    session = _session(client, "get_federation_token", {"Name": name, "Policy": policy}, credentials.secrets)
    return dataclasses.replace(session, region=credentials.region, source=credentials.source)


def _call(client: t.Any, operation: str, secrets: t.Iterable[str], **parameters: t.Any) -> dict[str, t.Any]:
    return retry_throttled(lambda: call(client, operation, secrets, **parameters))


def _session(client: t.Any, operation: str, parameters: dict[str, t.Any], secrets: t.Iterable[str]) -> Credentials:
    """Request a session without empty parameters, and return its credentials."""
    # Before the request: for AWS, the session starts with its response.
    began = now()
    response = _call(client, operation, secrets, **{name: value for name, value in parameters.items() if value})
    label = f"STS at {without_password(client.meta.endpoint_url)}"
    return parse_session(response, label, began, parameters.get("RoleArn", ""))


def parse_session(response: t.Mapping[str, t.Any], label: str, began: datetime.datetime, role_arn: str) -> Credentials:
    """Return the credentials in a response.

    :param label: names the service and its endpoint in errors
    :param role_arn: the requested role; empty for a session of a user
    :raises OctoAwsError: it has no session, or that of another role
    """
    keys = response.get("Credentials") or {}
    values = [keys.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    expiration = keys.get("Expiration")
    if not all(map(can_be_key, values)) or not isinstance(expiration, datetime.datetime):
        raise _unexpected_response(label, "returned no session")
    if not (end := in_utc(expiration)) or (began - end).total_seconds() > CLOCK_TOLERANCE:
        raise _unexpected_response(label, "returned an expired session, or the clock of this machine is wrong")
    user = response.get("AssumedRoleUser")
    return Credentials(
        access_key=str(values[0]),
        secret_key=str(values[1]),
        session_token=str(values[2]),
        began=began,
        expiration=end,
        identity=_assumed(label, user or {}, role_arn) if role_arn else None,
    )


def _assumed(label: str, user: t.Mapping[str, t.Any], role_arn: str) -> Identity:
    """Return the identity of a session, which must be that of the requested role."""
    arn, user_id = (str(user.get(key) or "") for key in ("Arn", "AssumedRoleId"))
    requested = role_arn.split(":", 5)
    returned = arn.split(":", 5)
    # arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION, without the path of the role
    same = can_be_caller(arn) and (returned[1], returned[4]) == (requested[1], requested[4])
    if not same or returned[5].split("/")[:2] != ["assumed-role", requested[5].rpartition("/")[2]]:
        raise _unexpected_response(label, "returned a session for a different role than requested")
    return Identity(account_id=returned[4], arn=arn, user_id=user_id)


def _unexpected_response(label: str, problem: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"{label} {problem}.",
        hint="Check endpoint_url, AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    )


def unsigned_client(endpoint: Endpoint) -> t.Any:
    """Return a client for requests without credentials.

    :raises OctoAwsError: the client cannot be created
    """
    return _client(endpoint)


def _client(endpoint: Endpoint, credentials: Credentials | None = None) -> t.Any:
    """Return a client that signs with ``credentials``, or does not sign without them."""
    session = isolated_session()
    region = endpoint.region or (region_of_partition(endpoint.partition) if endpoint.partition else DEFAULT_REGION)
    return make_client(
        session,
        "sts",
        region,
        credentials,
        endpoint_url=endpoint.url,
        verify=(endpoint.ca_bundle or None) if endpoint.validate_certs else False,
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        attempts=_ATTEMPTS,
        signed=credentials is not None,
        bounded=True,
    )
