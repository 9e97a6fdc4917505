# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: clients of AWS services for the account that a host was given.

A part, above C(_executor).
"""

from __future__ import annotations

import os
import typing as t

from ._aws_errors import explain
from ._botocore import isolated_session, only_profile_session
from ._errors import ErrorCode, OctoAwsError
from ._executor import PROFILE
from ._instance_role import credentials_of_machine

if t.TYPE_CHECKING:
    from ._handover import Handover

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

    :param service: C(cloudformation), C(s3), ...
    :param config_file: holds the text of :func:`._executor.config_of`; it is read where the role of the host is used
    :raises OctoAwsError: there is no region, or the host has no role
    """
    region = region_of(handover)
    keys = handover.credentials
    session = isolated_session() if keys else only_profile_session(PROFILE, config_file)
    from botocore.config import Config

    if not keys and not handover.hops and session.get_credentials() is None:
        credentials_of_machine(region)  # says why
    return session.create_client(
        service,
        region_name=region,
        aws_access_key_id=keys.access_key if keys else None,
        aws_secret_access_key=keys.secret_key if keys else None,
        aws_session_token=(keys.session_token or None) if keys else None,
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            user_agent_extra="octo.aws",
        ),
    )


def ask(client: t.Any, operation: str, secrets: t.Iterable[str] = (), /, **parameters: t.Any) -> dict[str, t.Any]:
    """The answer of AWS to one request.

    :param operation: as botocore names it, C(describe_stacks)
    :param secrets: values that no message may quote
    :raises OctoAwsError: AWS refused it, or could not be asked; its C(aws_code) is that of AWS
    """
    try:
        answer: dict[str, t.Any] = getattr(client, operation)(**parameters)
    except Exception as error:
        # Not botocore's errors alone: its parser fails with a KeyError where a captive portal answers, for one.
        raise explain(error, endpoint=client.meta.endpoint_url, secrets=secrets, parameters=parameters) from None
    return answer
