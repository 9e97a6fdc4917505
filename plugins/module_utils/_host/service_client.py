# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of AWS services for the account of a task."""

from __future__ import annotations

import contextlib
import os
import typing as t
from functools import partial

from .._aws.botocore import config_file_session, isolated_session, make_client, renewing_session
from .._errors import ErrorCode, OctoAwsError
from .pointer import PROFILE
from .pointer_client import request_metadata
from .role_identity import role_identity

if t.TYPE_CHECKING:
    from .handover import Handover

# Seconds. The attempts are for transient failures, above all for throttled requests, with jitter.
_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 60
_ATTEMPTS = 8


def region_of(handover: Handover) -> str:
    """Return the region of the account, or that of the environment of the host.

    :raises OctoAwsError: no region is set
    """
    region = handover.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise OctoAwsError(
            ErrorCode.REGION_MISSING,
            "No region is set.",
            hint="Set region in the task, or save the account with a region.",
        )
    return region


def service_client(
    handover: Handover, service: str, config_file: str, *, attempts: int = _ATTEMPTS, read_timeout: int = _READ_TIMEOUT
) -> t.Any:
    """Create a botocore client that uses the account, and no other credentials.

    :param service: the name of the service, such as ``s3``
    :param config_file: the path of a file with the text of :func:`.aws_environment.config_of`, for the role of the host
    :param attempts: how often a request is sent at most
    :param read_timeout: seconds to wait for a response
    :raises OctoAwsError: no region is set, or the role of the host, a hop or the pointer failed
    """
    region = region_of(handover)
    keys = handover.credentials
    if handover.pointer:
        session = renewing_session(partial(request_metadata, handover.pointer))
    elif keys:
        session = isolated_session()
    else:
        session = config_file_session(PROFILE, config_file)
        _check_role(session, handover)
    return make_client(
        session, service, region, keys, connect_timeout=_CONNECT_TIMEOUT, read_timeout=read_timeout, attempts=attempts
    )


def _check_role(session: t.Any, handover: Handover) -> None:
    """Get the credentials of the role before the first request, so that the error of a failure is about the role.

    :raises OctoAwsError: the role of the host or a hop failed
    """
    with contextlib.suppress(Exception):
        session.get_credentials().get_frozen_credentials()
        return
    # botocore hides the reason, so the requests are repeated. If they succeed now, so does the client.
    role_identity(handover)
