# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert a profile of AWS clients to an account."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ...module_utils._errors import OctoAwsError
from ...module_utils._secrecy import PLACEHOLDER
from .._accounts.account import Account, check_name
from .._accounts.merge import merge
from .files import KEY_NAMES
from .source_chain import (
    CREDENTIAL_FIELDS,
    ENVIRONMENT,
    HOP_FIELDS,
    PROCESS,
    TOKEN_NAMES,
    Profile,
    resolve,
    unread_fields,
)

if t.TYPE_CHECKING:
    from .files import AwsFiles


@dataclasses.dataclass(frozen=True)
class ImportedAccount:
    """The account of a profile.

    :param remarks: for the user, each a sentence
    :param process: the ``credential_process`` that provides its credentials
    """

    account: Account
    remarks: tuple[str, ...] = ()
    process: str = ""


def names_credentials(files: AwsFiles, profile: str) -> bool:
    """Whether the profile configures credentials (some only set a region)."""
    return any(field in files.profile(profile) for field in CREDENTIAL_FIELDS)


def account_of(files: AwsFiles, profile: str, name: str) -> ImportedAccount:
    """Convert a profile to an account.

    :param name: of the account
    :raises OctoAwsError: the profile cannot become an account
    """
    name, requested = check_name(name), Profile(files, profile, "cannot become an account")
    source, hops = resolve(requested)
    if source.way == ENVIRONMENT:
        raise requested.failed(
            "reads its keys from environment variables (credential_source), which accounts do not support",
            "Save the keys as an account, and add the role to its assume_role.",
        )
    options = {**source.options, **requested.place, "assume_role": [hop.as_hop() for hop in hops]}
    remarks = (*source.remarks, *(remark for hop in hops for remark in unread_fields(hop, _of_role(hop))))
    try:
        return ImportedAccount(merge(name, None, options), remarks, source.value if source.way == PROCESS else "")
    except OctoAwsError as error:
        # A value is quoted at the end of a message.
        message = re.sub(r"['\"].*", PLACEHOLDER, error.message, flags=re.DOTALL)
        raise requested.failed(f"has an invalid value: {message}", error.hint) from None


def _of_role(profile: Profile) -> tuple[str, ...]:
    """Return the fields that AWS clients read in a profile with a role."""
    own_keys = profile.get("source_profile") == profile.name
    return (*HOP_FIELDS, "source_profile", "credential_source", *((*KEY_NAMES, *TOKEN_NAMES) if own_keys else ()))
