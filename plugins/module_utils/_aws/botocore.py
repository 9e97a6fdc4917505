# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: botocore, cut off from the credentials of the shell and of the home folder.

A part, above the ground. botocore is imported inside the functions: a lookup that need not ask AWS never pays for it.
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
"""Where AWS is asked when nobody named a region: STS answers there for every account of the partition C(aws)."""

_MACHINE_VARIABLES = ("AWS_CONTAINER_", "AWS_EC2_METADATA_")

_SESSION_VARIABLES = {
    "sts_regional_endpoints": (None, None, "regional", None),
    "defaults_mode": (None, None, "legacy", None),
    "retry_mode": (None, None, "standard", None),
    "csm_enabled": (None, None, False, None),
}


def machine_facts() -> dict[str, t.Any]:
    """What decides which role this machine or container gives."""
    variables = {name: value for name, value in os.environ.items() if name.startswith(_MACHINE_VARIABLES)}
    return {"machine": os.uname().nodename, "variables": variables}


def isolated_session() -> t.Any:
    """A botocore session that knows no profile, no config file and no credentials file.

    Proxies, C(AWS_ENDPOINT_URL), C(AWS_ENDPOINT_URL_STS), C(AWS_CA_BUNDLE), FIPS and dual-stack endpoints and the
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
    """A botocore session as every AWS client of this user has it: environment, profile, role of the machine.

    :param profile: empty for the one that the environment names, or the default
    :raises OctoAwsError: botocore is not installed
    """
    return _session(profile=profile or None, session_vars=dict(_SESSION_VARIABLES))


def profile_session(profile: str) -> t.Any:
    """A botocore session for one profile of the config and credentials files, which takes credentials from nowhere
    else: neither from the environment, nor from the machine.

    :raises OctoAwsError: botocore is not installed
    """
    session = _session(profile=profile, session_vars=dict(_SESSION_VARIABLES))
    resolver = session.get_component("credential_provider")
    elsewhere = ("env", "boto-config", "ec2-credentials-file", "container-role", "iam-role")
    resolver.providers = [provider for provider in resolver.providers if provider.METHOD not in elsewhere]
    return session


def config_file_session(profile: str, config_file: str) -> t.Any:
    """A botocore session for a profile of one config file, with the role of this machine where the profile names it. No
    other file and no environment variable says anything about credentials.

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
    elsewhere = ("env", "boto-config", "ec2-credentials-file")
    resolver.providers = [provider for provider in resolver.providers if provider.METHOD not in elsewhere]
    return session


def _session(**arguments: t.Any) -> t.Any:
    try:
        import botocore.session
    except ImportError:
        raise botocore_missing() from None
    return botocore.session.Session(**arguments)


def botocore_missing() -> OctoAwsError:
    """What to say when there is no botocore for this Python."""
    return OctoAwsError(
        ErrorCode.REQUIREMENT_MISSING,
        f"The Python library botocore is not installed for {sys.executable}.",
        hint="Install boto3 there: the collection's requirements.txt names the versions.",
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
    """A client for one service. What passes by itself is waited out within so many attempts, with jitter.

    :param credentials: V(None) for those of the session
    :param signed: whether requests are; a web identity needs no signature
    :param bounded: whether an attempt ends after both timeouts, however much of an answer there is by then, and an
        answer that is too large is none; for requests and answers that are small
    :param endpoint_url: in place of that of the environment, of the AWS config, or of AWS
    :param verify: a file of CA certificates, or whether certificates are verified; ``None`` for what the environment or
        the AWS config says
    :raises OctoAwsError: the client cannot be made, or could send no request
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
        # Not botocore's errors alone: it starts programs and reads files for credentials.
        raise client_failed(error, service, region, endpoint_url) from None
    check_client(client, service, endpoint_url, verify, session.get_config_variable("ca_bundle") or "")
    if bounded:
        endpoint = client._endpoint
        endpoint.http_session = BoundedSession(endpoint.http_session, connect_timeout + read_timeout)
    return client


def partition_of_region(region: str) -> str | None:
    """The partition that RV(region) belongs to, from botocore's data, or V(None) for a region that it does not know."""
    from botocore.exceptions import UnknownRegionError

    try:
        partition: str = isolated_session().get_partition_for_region(region)
    except UnknownRegionError:
        return None
    return partition


def region_of_partition(partition: str) -> str:
    """A region whose STS answers for every account of the partition, from botocore's data.

    :raises OctoAwsError: botocore does not know the partition
    """
    known = isolated_session().get_component("data_loader").load_data("partitions")["partitions"]
    for entry in known:
        if entry["id"] == partition:
            return str(entry["outputs"]["implicitGlobalRegion"])
    raise OctoAwsError(
        ErrorCode.PARTITION_MISMATCH,
        f"botocore knows no partition {partition!r:.40}.",
        hint=f"It knows {', '.join(entry['id'] for entry in known)}. Correct the ARN, or update botocore.",
    )
