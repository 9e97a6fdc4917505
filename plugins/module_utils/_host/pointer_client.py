# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request credentials of a pointer, as an AWS client does, with the errors of the server."""

from __future__ import annotations

import http.client
import json
import typing as t
from urllib.parse import urlsplit

from .._errors import ErrorCode, OctoAwsError
from .._secrecy import register

if t.TYPE_CHECKING:
    from .pointer import Pointer

_SECONDS = 120
"""A renewal can take as long as the requests of a chain, with their retries."""


def request_metadata(pointer: Pointer) -> dict[str, str]:
    """Return the credentials of a pointer, by the names of botocore.

    :raises OctoAwsError: they could not be renewed, or the server has ended
    """
    try:
        document = _request(pointer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise OctoAwsError(
            ErrorCode.EXECUTOR_FAILED, f"The credentials of the task cannot be requested: {reason}."
        ) from None
    register([document["SecretAccessKey"], document["Token"]])
    return {
        "access_key": document["AccessKeyId"],
        "secret_key": document["SecretAccessKey"],
        "token": document["Token"],
        "expiry_time": document["Expiration"],
    }


def _request(pointer: Pointer) -> dict[str, str]:
    with open(pointer.token_file, encoding="ascii") as file:
        token = file.read()
    url = urlsplit(pointer.url)
    connection = http.client.HTTPConnection(url.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", url.path, headers={"Authorization": token})
        response = connection.getresponse()
        document: dict[str, str] = json.loads(response.read())
    finally:
        connection.close()
    if response.status != 200:
        known = {code.value: code for code in ErrorCode}
        raise OctoAwsError(known.get(document["code"], ErrorCode.EXECUTOR_FAILED), document["message"])
    return document
