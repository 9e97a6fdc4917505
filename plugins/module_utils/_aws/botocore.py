# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions and clients of botocore, isolated from the credentials of the shell and of the home folder.

botocore is imported inside the functions: a lookup that sends no request does not load it.
"""

from __future__ import annotations

import os
import sys
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .client_errors import check_client, client_failed
from .response_limits import BoundedSession

if t.TYPE_CHECKING:
    from .._model.credentials import Credentials

DEFAULT_REGION = "us-east-1"
"""The region of STS if none is set: it serves every AWS account of the partition ``aws``."""

_MACHINE_VARIABLES = ("AWS_CONTAINER_", "AWS_EC2_METADATA_")

_SESSION_VARIABLES = {
    "sts_regional_endpoints": (None, None, "regional", None),
    "defaults_mode": (None, None, "legacy", None),
    "retry_mode": (None, None, "standard", None),
    "csm_enabled": (None, None, False, None),
}


def machine_facts() -> dict[str, t.Any]:
    """Return the data that decides the role of this machine or container."""
    variables = {name: value for name, value in os.environ.items() if name.startswith(_MACHINE_VARIABLES)}
    return {"machine": os.uname().nodename, "variables": variables}


def isolated_session() -> t.Any:
    """Return a botocore session without profile, config file and credentials file.

    Proxies, ``AWS_ENDPOINT_URL``, ``AWS_ENDPOINT_URL_STS``, ``AWS_CA_BUNDLE``, FIPS and dual-stack endpoints and the
    variables of the metadata services work as in every AWS client.

    :raises OctoAwsError: botocore is not installed
    """
    unread: tuple[None, None, str, None] = (None, None, os.devnull, None)
    return _session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": unread,
            "credentials_file": unread,
            **_SESSION_VARIABLES,
        }
    )


def shell_session(profile: str) -> t.Any:
    """Return the botocore session of any AWS client of this user: environment, profile, role of the machine.

    :param profile: empty for the profile of the environment, or the default
    :raises OctoAwsError: botocore is not installed
    """
    return _session(profile=profile or None, session_vars=dict(_SESSION_VARIABLES))


def profile_session(profile: str) -> t.Any:
    """Return a botocore session with credentials only from one profile of the config and credentials files.

    :raises OctoAwsError: botocore is not installed
    """
    session = _session(profile=profile, session_vars=dict(_SESSION_VARIABLES))
    resolver = session.get_component("credential_provider")
    other_sources = ("env", "boto-config", "ec2-credentials-file", "container-role", "iam-role")
    resolver.providers = [provider for provider in resolver.providers if provider.METHOD not in other_sources]
    return session


def config_file_session(profile: str, config_file: str) -> t.Any:
    """Return a botocore session for a profile of one config file, which may use the role of this machine.

    No other file and no environment variable is a source of credentials.

    :raises OctoAwsError: botocore is not installed
    """
    session = _session(
        profile=profile,
        session_vars={
            "config_file": (None, None, config_file, None),
            "credentials_file": (None, None, os.devnull, None),
            **_SESSION_VARIABLES,
        },
    )
    resolver = session.get_component("credential_provider")
    other_sources = ("env", "boto-config", "ec2-credentials-file")
    resolver.providers = [provider for provider in resolver.providers if provider.METHOD not in other_sources]
    return session


def renewing_session(request: t.Callable[[], dict[str, str]]) -> t.Any:
    """Return an isolated session with credentials that botocore renews.

    :param request: returns ``access_key``, ``secret_key``, ``token`` and ``expiry_time``
    :raises OctoAwsError: botocore is not installed, or ``request`` failed
    """
    session = isolated_session()
    from botocore.credentials import RefreshableCredentials

    session._credentials = RefreshableCredentials.create_from_metadata(request(), request, "octo.aws")
    return session


def _session(**arguments: t.Any) -> t.Any:
    try:
        import botocore.session
    except ImportError:
        raise missing_botocore() from None
    return botocore.session.Session(**arguments)


def missing_botocore() -> OctoAwsError:
    """Return the error of a Python without botocore."""
    return OctoAwsError(
        ErrorCode.REQUIREMENT_MISSING,
        f"The Python library botocore is not installed for {sys.executable}.",
        hint=f"Run `{sys.executable} -m pip install boto3`. The requirements.txt of the collection has the versions.",
    )


def make_client(
    session: t.Any,
    service: str,
    region: str,
    credentials: Credentials | None,
    *,
    connect_timeout: int,
    read_timeout: int,
    attempts: int,
    signed: bool = True,
    bounded: bool = False,
    endpoint_url: str = "",
    verify: str | bool | None = None,
) -> t.Any:
    """Create a client for one service.

    :param credentials: ``None`` for those of the session
    :param attempts: how often a request is sent while it fails for transient reasons, with jitter
    :param signed: whether to sign requests; a web identity needs no signature
    :param bounded: whether to limit the time of each attempt to both timeouts, and the size of responses; for small
        requests and responses
    :param endpoint_url: the endpoint in place of that of the environment, the AWS config, or AWS
    :param verify: a file of CA certificates, or whether to verify certificates; ``None`` for the setting of the
        environment or the AWS config
    :raises OctoAwsError: the client cannot be created, or cannot send requests
    """
    from botocore import UNSIGNED
    from botocore.config import Config

    try:
        client = session.create_client(
            service,
            region_name=region,
            aws_access_key_id=credentials.access_key if credentials else None,
            aws_secret_access_key=credentials.secret_key if credentials else None,
            aws_session_token=(credentials.session_token or None) if credentials else None,
            config=Config(
                connect_timeout=connect_timeout,
                read_timeout=read_timeout,
                retries={"mode": "standard", "total_max_attempts": attempts},
                user_agent_extra="octo.aws",
                signature_version=None if signed else UNSIGNED,
            ),
            endpoint_url=endpoint_url or None,
            verify=verify,
        )
    except Exception as error:
        # Not only errors of botocore: it starts programs and reads files for credentials.
        raise client_failed(error, service, region, endpoint_url) from None
    check_client(client, service, endpoint_url, verify, session.get_config_variable("ca_bundle") or "")
    if bounded:
        endpoint = client._endpoint
        endpoint.http_session = BoundedSession(endpoint.http_session, connect_timeout + read_timeout)
    return client


def partition_of_region(region: str) -> str | None:
    """Return the partition of a region from the data of botocore, or ``None`` for an unknown region."""
    from botocore.exceptions import UnknownRegionError

    try:
        partition: str = isolated_session().get_partition_for_region(region)
    except UnknownRegionError:
        return None
    return partition


def region_of_partition(partition: str) -> str:
    """Return the region of the global STS endpoint of a partition, from the data of botocore.

    :raises OctoAwsError: the partition is unknown
    """
    known = isolated_session().get_component("data_loader").load_data("partitions")["partitions"]
    for entry in known:
        if entry["id"] == partition:
            return str(entry["outputs"]["implicitGlobalRegion"])
    raise OctoAwsError(
        ErrorCode.PARTITION_MISMATCH,
        f"Unknown partition {partition!r:.40}.",
        hint=f"Correct the ARN, or update botocore. Known partitions: {', '.join(entry['id'] for entry in known)}.",
    )
