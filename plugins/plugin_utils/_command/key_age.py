# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The age of an access key, from IAM."""

from __future__ import annotations

import typing as t

from ...module_utils._aws.botocore import DEFAULT_REGION, isolated_session, make_client
from ...module_utils._aws.errors import call
from ...module_utils._errors import OctoAwsError

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account

_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10


def created_of(account: Account, credentials: Credentials) -> float | None:
    """Return the Unix time at which the access key of an account was created, or ``None`` if that is not known.

    Only keys without roles are looked up, and a user needs the permission iam:ListAccessKeys for its own keys.
    """
    if account.type != "access_key" or account.session_token or account.assume_role:
        return None
    try:
        client = make_client(
            isolated_session(),
            "iam",
            credentials.region or DEFAULT_REGION,
            credentials,
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            attempts=1,
            bounded=True,
            verify=(account.ca_bundle or None) if account.validate_certs else False,
        )
        keys = call(client, "list_access_keys", credentials.secrets).get("AccessKeyMetadata") or []
    except OctoAwsError:
        return None  # the account works without this permission
    for key in keys:
        if key.get("AccessKeyId") == account.access_key and key.get("CreateDate"):
            return float(key["CreateDate"].timestamp())
    return None
