# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the IAM role that an instance or a container gives: EC2, ECS or EKS Pod Identity.

A part, above C(_botocore). botocore's own fetchers do the work; what is here says which of them, and why they found
nothing.
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

_CONTAINER_VARIABLES = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_TOKEN_PATH = "latest/api/token"
_ROLE_PATH = "latest/meta-data/iam/security-credentials/"


def in_container(environment: t.Mapping[str, str]) -> bool:
    """Whether the machine is a container with credentials of its own, which come before the instance's, as in AWS
    clients."""
    return any(environment.get(variable) for variable in _CONTAINER_VARIABLES)


def from_container(region: str) -> Credentials:
    """The credentials of the container.

    :param region: to use them in
    :raises OctoAwsError: its agent gives none
    """
    return _credentials(region, _from_container())


def from_instance(region: str) -> Credentials:
    """The credentials of the instance.

    :param region: to use them in
    :raises OctoAwsError: it has no role, or its metadata cannot be read
    """
    return _credentials(region, _from_instance(isolated_session()))


def _credentials(region: str, found: tuple[str, str, str, t.Any]) -> Credentials:
    access_key, secret_key, session_token, expiration = found
    return Credentials(
        access_key=access_key,
        secret_key=secret_key,
        session_token=session_token,
        expiration=expiration,
        region=region,
        source="instance_role",
    )


def _checked(access_key: object, secret_key: object, token: object, end: t.Any) -> tuple[str, str, str, t.Any]:
    """What a machine gives, if that can be credentials.

    :raises ValueError: it cannot
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
        # An empty variable is not set; botocore would take it for an address.
        seconds = ContainerMetadataFetcher.TIMEOUT_SECONDS
        provider = ContainerProvider(
            environ={key: value for key, value in os.environ.items() if value},
            fetcher=ContainerMetadataFetcher(BoundedSession(URLLib3Session(timeout=seconds), seconds)),
        )
        credentials = provider.load()
        keys = credentials.get_frozen_credentials()
        return _checked(keys.access_key, keys.secret_key, keys.token, credentials._expiry_time)
    except Exception as error:
        # botocore fails in many ways where something else answers. What it says quotes the whole answer; only its
        # status is passed on.
        status = re.search(r"non 200 response (\d+)", str(error))
        if status:
            why = f"it answered with status {status[1]}"
        elif isinstance(error, OSError):
            why = f"{os.environ.get('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')} cannot be read: {error.strerror}"
        elif "Unsupported host" in str(error):
            why = "its host is none that credentials may be taken from over plain HTTP"
        elif isinstance(error, BotoCoreError):
            why = "it did not answer"
        elif isinstance(error, RuntimeError) and not isinstance(error, RecursionError):
            why = "they have expired, or the clock of this machine is wrong"
        else:
            why = "it did not answer with credentials, or the authorization token is not a legal header value"
        where = next(variable for variable in _CONTAINER_VARIABLES if os.environ.get(variable))
        raise OctoAwsError(
            ErrorCode.CONTAINER_CREDENTIALS_FAILED,
            f"The container credentials that {where} points to could not be taken: {why}.",
            hint="Check the task role (ECS) or the Pod Identity association (EKS), and that the agent runs.",
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
            "A variable AWS_EC2_METADATA_SERVICE_... or AWS_METADATA_SERVICE_... has a value that cannot be used.",
            hint="Correct it in the environment of the user that runs Ansible, or unset it.",
        ) from None
    # Whatever answered, why it gave nothing is found out below, with words that help.
    with contextlib.suppress(Exception):
        found = fetcher.retrieve_iam_role_credentials()
        if found:
            keys = (found["access_key"], found["secret_key"], found["token"])
            return _checked(*keys, parse_timestamp(found["expiry_time"]))
    raise _explain_nothing(fetcher.get_base_url(), timeout)


def _explain_nothing(base_url: str, timeout: float) -> OctoAwsError:
    """Why the metadata service at RV(base_url) gave no role. botocore does not say, so it is asked once more."""
    from botocore.exceptions import ConnectionError as NotConnected
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, HTTPClientError

    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_DISABLED,
            "Instance metadata is disabled (AWS_EC2_METADATA_DISABLED is set).",
            hint="Unset it, or name an account. A file of tasks that runs with an account is closed to the role of the "
            "host: use a step of its own.",
        )
    url = base_url.rstrip("/") + "/"
    base_url = without_password(url)
    try:
        token = _request(url + _TOKEN_PATH, timeout, "PUT", {"x-aws-ec2-metadata-token-ttl-seconds": "60"})
        if token.status_code == 200:
            role = _request(url + _ROLE_PATH, timeout, "GET", {"x-aws-ec2-metadata-token": _text_of(token)})
    except (NotConnected, HTTPClientError) as error:
        if isinstance(error, (ConnectTimeoutError, EndpointConnectionError)):
            return OctoAwsError(
                ErrorCode.INSTANCE_METADATA_UNREACHABLE,
                f"There is no instance metadata service at {base_url}.",
                hint="This machine is not an EC2 instance, or a firewall or route keeps it from its metadata. Name an "
                "account, or run where an instance role is.",
            )
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_BLOCKED,
            f"The instance metadata service at {base_url} takes connections but does not answer.",
            hint="Inside a container, raise the hop limit: aws ec2 modify-instance-metadata-options "
            "--http-put-response-hop-limit 2. Otherwise a firewall, or a proxy, holds the answer back.",
        )
    if token.status_code in (401, 403):
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_DISABLED,
            f"The instance metadata service at {base_url} is turned off for this instance ({token.status_code}).",
            hint="Turn it on: aws ec2 modify-instance-metadata-options --http-endpoint enabled.",
        )
    if token.status_code != 200:
        return OctoAwsError(
            ErrorCode.INSTANCE_METADATA_BLOCKED,
            f"What answers at {base_url} gives no session token (status {token.status_code}).",
            hint="Only version 2 of the metadata service is used. Something that speaks only version 1, or a proxy, "
            "stands in between.",
        )
    attached = _text_of(role) if role.status_code == 200 else ""
    return OctoAwsError(
        ErrorCode.INSTANCE_ROLE_MISSING,
        f"The metadata service at {base_url} gives no usable credentials for the role {attached[:80]!r}."
        if attached
        else f"This machine has no IAM role: its metadata service at {base_url} names none.",
        hint="Let ec2.amazonaws.com assume the role in its trust policy, and try again."
        if attached
        else "Attach an instance profile with a role to the instance, or name an account.",
    )


def _request(url: str, timeout: float, method: str, headers: dict[str, str]) -> t.Any:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    session = BoundedSession(URLLib3Session(timeout=timeout, proxies=get_environ_proxies(url)), timeout)
    return session.send(AWSRequest(method=method, url=url, headers=headers).prepare())


def _text_of(answer: t.Any) -> str:
    content: bytes = answer.content
    return content.decode("utf-8", "replace").strip()
