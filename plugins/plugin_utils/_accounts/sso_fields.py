# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of an account of IAM Identity Center."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_account_id, check_region, refused
from ...module_utils._model.identity import ids_as_text, is_one_of

_ROLE_NAME = r"[A-Za-z0-9_+=,.@-]{1,64}"


def check(values: t.Mapping[str, t.Any]) -> None:
    """Reject an account that must lead to another AWS account than its role, before any request."""
    expected = values["account_id"]
    if expected and not is_one_of(values["sso_account_id"], expected) and not values["assume_role"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"account_id is {ids_as_text(expected)}, but sso_account_id is {values['sso_account_id']}.",
            hint="Correct one of them, or remove account_id.",
        )


def check_start_url(value: str) -> str:
    """Check the URL of an AWS access portal, and return it as it is in the settings of IAM Identity Center.

    A browser adds a fragment to it (``#/``), and users copy it from there.
    """
    url = value.partition("#")[0].rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    if (
        not usable
        or len(url) > 1_000
        or not url.isprintable()
        or " " in url
        or parts.username is not None
        or parts.query
    ):
        # Not quoted: it may contain a password.
        raise refused(
            "sso_start_url",
            "is not the URL of an AWS access portal",
            "Copy it from IAM Identity Center > Settings, such as https://d-1234567890.awsapps.com/start.",
        )
    return url


def _check_role_name(value: str, field: str) -> str:
    """Check the name of a role or a permission set (IAM Identity Center API reference, ``RoleNameType``)."""
    if not re.fullmatch(_ROLE_NAME, value):
        raise refused(field, f"cannot be {value!r:.80}", "Use its name without a path: letters, digits and _+=,.@-")
    return value


CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "sso_start_url": check_start_url,
    "sso_region": lambda value: check_region(value, "sso_region"),
    "sso_account_id": lambda value: check_account_id(value, "sso_account_id"),
    "sso_role_name": lambda value: _check_role_name(value, "sso_role_name"),
}
