# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: clients of AWS services for the account that a host was given.

A part, above ``_executor``.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from .._aws.botocore import isolated_session, make_client, config_file_session
from .._errors import ErrorCode, OctoAwsError
from .aws_environment import PROFILE, role_identity

if t.TYPE_CHECKING:
    from .handover import Handover

_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 60
_ATTEMPTS = 8
"""Seconds, and attempts: what passes by itself (throttling above all) is waited out, with jitter."""


def region_of(handover: Handover) -> str:
    """The region to work in: the one that was handed over, or the host's own.

    :raises OctoAwsError: nobody named one
    """
    region = handover.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise OctoAwsError(
            ErrorCode.REGION_MISSING,
            "Nobody named a region to work in.",
            hint="Give region, or give the account one.",
        )
    return region


def client_of(handover: Handover, service: str, config_file: str) -> t.Any:
    """A botocore client that works with the account and with nothing else.

    :param service: ``cloudformation``, ``s3``, ...
    :param config_file: holds the text of :func:`._executor.config_of`; it is read where the role of the host is used
    :raises OctoAwsError: there is no region, or the role of the host, or one from there, cannot be taken
    """
    region = region_of(handover)
    keys = handover.credentials
    session = isolated_session() if keys else config_file_session(PROFILE, config_file)
    if not keys:
        _take_role(session, handover)
    return make_client(
        session, service, region, keys, connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT, attempts=_ATTEMPTS
    )


def _take_role(session: t.Any, handover: Handover) -> None:
    """Take the role before the service is used, so that a failure is named as one of the role.

    :raises OctoAwsError: it cannot be taken
    """
    with contextlib.suppress(Exception):
        session.get_credentials().get_frozen_credentials()
        return
    # botocore does not say why. If it works now, the client takes the role by itself.
    role_identity(handover)
