# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials from the metadata service of an EC2 instance, or from the agent of a container (ECS, EKS Pod Identity).

The fetchers of botocore do the work. This file chooses the fetcher, and explains why it returned nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import typing as t

from .._clock import in_utc
from .._errors import ErrorCode, OctoAwsError
from .._model.credentials import Credentials, can_be_key
from .._secrecy import without_password
from .botocore import isolated_session
from .response_limits import BoundedSession
from .variables import CONTAINER_VARIABLES

_TOKEN_PATH = "latest/api/token"
_ROLE_PATH = "latest/meta-data/iam/security-credentials/"


def from_container(region: str) -> Credentials:
    """Return the credentials of the container.

    :param region: the region of the credentials
    :raises OctoAwsError: the agent returned none
    """
    return _credentials(region, _from_container())


def from_instance(region: str) -> Credentials:
    """Return the credentials of the instance.

    :param region: the region of the credentials
    :raises OctoAwsError: the instance has no role, or its metadata cannot be read
    """
    return _credentials(region, _from_instance(isolated_session()))


def _credentials(region: str, keys: tuple[str, str, str, t.Any]) -> Credentials:
    access_key, secret_key, session_token, expiration = keys
    return Credentials(
        access_key=access_key,
        secret_key=secret_key,
        session_token=session_token,
        expiration=expiration,
        region=region,
        source="instance_role",
    )


def _checked(access_key: object, secret_key: object, token: object, end: t.Any) -> tuple[str, str, str, t.Any]:
    """Return the keys, the session token and the expiration in UTC.

    :raises ValueError: they are not valid credentials
    """
    expiration = in_utc(end)
    if not can_be_key(access_key) or not can_be_key(secret_key) or not (token in (None, "") or can_be_key(token)):
        raise ValueError
    if expiration is None:
        raise ValueError
    return str(access_key), str(secret_key), str(token or ""), expiration


def _from_container() -> tuple[str, str, str, t.Any]:
    """Amazon ECS developer guide, "Task IAM role"; Amazon EKS user guide, "EKS Pod Identity"."""
    from botocore.credentials import ContainerMetadataFetcher, ContainerProvider
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session

    try:
        # botocore takes an empty variable for an address.
        seconds = ContainerMetadataFetcher.TIMEOUT_SECONDS
        provider = ContainerProvider(
            environ={key: value for key, value in os.environ.items() if value},
            fetcher=ContainerMetadataFetcher(BoundedSession(URLLib3Session(timeout=seconds), seconds)),
        )
        credentials = provider.load()
        keys = credentials.get_frozen_credentials()
        return _checked(keys.access_key, keys.secret_key, keys.token, credentials._expiry_time)
    except Exception as error:
        # botocore fails in many ways on the response of another service. Its messages quote the whole response, so that
        # only the status is quoted here.
        status = re.search(r"non 200 response (\d+)", str(error))
        if status:
            reason = f"the response has status {status[1]}"
        elif isinstance(error, OSError):
            reason = f"{os.environ.get('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')} cannot be read: {error.strerror}"
        elif "Unsupported host" in str(error):
            reason = "AWS clients do not accept its host over plain HTTP"
        elif isinstance(error, BotoCoreError):
            reason = "there is no response"
        elif isinstance(error, RuntimeError) and not isinstance(error, RecursionError):
            reason = "they have expired, or the clock of this machine is wrong"
        else:
            reason = "the response has no credentials, or the authorization token is not a valid header value"
        variable = next(variable for variable in CONTAINER_VARIABLES if os.environ.get(variable))
        raise OctoAwsError(
            ErrorCode.CONTAINER_CREDENTIALS_FAILED,
            f"Cannot get the container credentials from {variable}: {reason}.",
            hint="Check the task role (ECS), the Pod Identity association (EKS) or the token exchange role "
            "(Greengrass), and that its agent is running.",
        ) from None


def _from_instance(session: t.Any) -> tuple[str, str, str, t.Any]:
    """Amazon EC2 user guide, "Retrieve security credentials from instance metadata". Only version 2 is used."""
    from botocore.exceptions import BotoCoreError
    from botocore.utils import InstanceMetadataFetcher, parse_timestamp, resolve_imds_endpoint_mode

    try:
        timeout = session.get_config_variable("metadata_service_timeout")
        fetcher = InstanceMetadataFetcher(
            timeout=timeout,
            num_attempts=session.get_config_variable("metadata_service_num_attempts"),
            user_agent=session.user_agent(),
            config={
                "ec2_metadata_service_endpoint": session.get_config_variable("ec2_metadata_service_endpoint"),
                "ec2_metadata_service_endpoint_mode": resolve_imds_endpoint_mode(session),
                "ec2_metadata_v1_disabled": True,
            },
        )
        fetcher._session = BoundedSession(fetcher._session, timeout)
        if not fetcher.get_base_url().startswith(("http://", "https://")):
            raise ValueError
    except (BotoCoreError, ValueError):
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            "A variable AWS_EC2_METADATA_SERVICE_... or AWS_METADATA_SERVICE_... has a value that is not valid.",
            hint="Correct it in the environment of the user that runs Ansible, or unset it.",
        ) from None
    # Failures are explained below.
    with contextlib.suppress(Exception):
        response = fetcher.retrieve_iam_role_credentials()
        if response:
            keys = (response["access_key"], response["secret_key"], response["token"])
            return _checked(*keys, parse_timestamp(response["expiry_time"]))
    raise _explain_failure(fetcher.get_base_url(), timeout)


def _explain_failure(base_url: str, timeout: float) -> OctoAwsError:
    """Return why there are no credentials. botocore hides the reason, so the requests are repeated."""
    from botocore.exceptions import ConnectionError as NotConnected
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, HTTPClientError

    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_DISABLED,
            "Instance metadata is disabled (AWS_EC2_METADATA_DISABLED is set).",
            hint="Unset the variable, or set account. A file of tasks that runs with an account cannot use the role of "
            "the host: use a separate step.",
        )
    url = base_url.rstrip("/") + "/"
    base_url = without_password(url)
    try:
        token = _request(url + _TOKEN_PATH, timeout, "PUT", {"x-aws-ec2-metadata-token-ttl-seconds": "60"})
        if token.status_code == 200:
            role = _request(url + _ROLE_PATH, timeout, "GET", {"x-aws-ec2-metadata-token": _body(token)})
    except (NotConnected, HTTPClientError) as error:
        if isinstance(error, (ConnectTimeoutError, EndpointConnectionError)):
            return OctoAwsError(
                ErrorCode.INSTANCE_METADATA_UNREACHABLE,
                f"There is no instance metadata service at {base_url}.",
                hint="Set account, or run on an EC2 instance with an IAM role. If this is one, a firewall or a route "
                "blocks its metadata.",
            )
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_BLOCKED,
            f"The instance metadata service at {base_url} accepts connections but does not respond.",
            hint="Inside a container, raise the hop limit: `aws ec2 modify-instance-metadata-options --instance-id ID "
            "--http-put-response-hop-limit 2`. Otherwise, a firewall or a proxy blocks the response.",
        )
    if token.status_code in (401, 403):
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_DISABLED,
            f"The instance metadata service at {base_url} is disabled for this instance (status {token.status_code}).",
            hint="Enable it: `aws ec2 modify-instance-metadata-options --instance-id ID --http-endpoint enabled`.",
        )
    if token.status_code != 200:
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_BLOCKED,
            f"The instance metadata service at {base_url} returned no session token (status {token.status_code}).",
            hint="Check for a proxy, or for a metadata service without version 2 (IMDSv2), which is required.",
        )
    attached = _body(role) if role.status_code == 200 else ""
    return OctoAwsError(
        ErrorCode.INSTANCE_ROLE_MISSING,
        f"The instance metadata service at {base_url} returned no valid credentials for the role {attached[:80]!r}."
        if attached
        else f"This machine has no IAM role: its metadata service at {base_url} returned none.",
        hint="Allow ec2.amazonaws.com to assume the role in its trust policy, then try again."
        if attached
        else "Attach an instance profile with a role to the instance, or set account.",
    )


def _request(url: str, timeout: float, method: str, headers: dict[str, str]) -> t.Any:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    session = BoundedSession(URLLib3Session(timeout=timeout, proxies=get_environ_proxies(url)), timeout)
    return session.send(AWSRequest(method=method, url=url, headers=headers).prepare())


def _body(response: t.Any) -> str:
    content: bytes = response.content
    return content.decode("utf-8", "replace").strip()
