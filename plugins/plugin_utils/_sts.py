# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: asks AWS STS, with exactly the credentials that it is given.

A part, above C(_botocore).
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ._account import CALLER_ARN, Identity
from ._botocore import DEFAULT_REGION, explain, isolated_session
from ._errors import ErrorCode, OctoAwsError
from ._secrecy import without_password

if t.TYPE_CHECKING:
    from ._credentials import Credentials

# In seconds. Three attempts, since what passes by itself (throttling, 5xx, dropped connections) does so soon; botocore
# repeats nothing else and waits with jitter between them.
_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10
_ATTEMPTS = 3


@dataclasses.dataclass(frozen=True, kw_only=True)
class Endpoint:
    """How STS is reached.

    :param region: empty for :data:`._botocore.DEFAULT_REGION`
    :param url: in place of the region's own endpoint
    :param ca_bundle: a file of CA certificates, in place of the system's
    """

    region: str = ""
    url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""


def caller_identity(credentials: Credentials, endpoint: Endpoint) -> Identity:
    """Who the credentials are (AWS STS API reference, GetCallerIdentity). It needs no permission.

    :raises OctoAwsError: AWS refused them, or could not be asked
    """
    client = _client(credentials, endpoint)
    try:
        answer = client.get_caller_identity()
    except Exception as error:
        # Not botocore's errors alone: its parser fails with a KeyError where a captive portal answers, for one.
        raise explain(error, endpoint=client.meta.endpoint_url, secrets=credentials.secrets) from None
    account_id, arn, user_id = (str(answer.get(key) or "") for key in ("Account", "Arn", "UserId"))
    if not CALLER_ARN.fullmatch(arn) or arn.split(":")[4] != account_id:
        raise OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"What answered at {without_password(client.meta.endpoint_url)} named no AWS identity.",
            hint="Check endpoint_url, AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
        )
    return Identity(account_id=account_id, arn=arn, user_id=user_id)


def _client(credentials: Credentials, endpoint: Endpoint) -> t.Any:
    session = isolated_session()
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    if endpoint.ca_bundle and not os.path.isfile(endpoint.ca_bundle):
        raise OctoAwsError(
            ErrorCode.TLS_FAILED,
            f"The CA bundle {endpoint.ca_bundle} does not exist on the controller.",
            hint="Correct ca_bundle, or leave it empty for the system's certificates.",
        )
    region = endpoint.region or DEFAULT_REGION
    try:
        return session.create_client(
            "sts",
            region_name=region,
            endpoint_url=endpoint.url or None,
            verify=(endpoint.ca_bundle or None) if endpoint.validate_certs else False,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.session_token or None,
            config=Config(
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=_READ_TIMEOUT,
                retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
                user_agent_extra="octo.aws",
            ),
        )
    except (BotoCoreError, ValueError) as error:
        # Nobody was asked yet: it is something that botocore reads from the environment.
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"STS in {region} cannot be asked: a variable AWS_... has a value that cannot be used "
            f"({type(error).__name__}).",
            hint="Look at the AWS_ variables of the user that runs Ansible, and correct or unset them.",
        ) from None
